"""The script that makes the development environment."""

from pathlib import Path
import shutil
import subprocess

_PROJECT = Path(__file__).parents[1]


def test_a_linked_environment_is_left_as_it_is(tmp_path: Path) -> None:
    """A second checkout that links to the environment of the first must not clear it."""
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "kept").touch()
    shutil.copytree(_PROJECT / "scripts", mine / "scripts")
    shutil.copy(_PROJECT / "requirements-dev.txt", mine)
    (mine / ".venv").symlink_to(theirs)
    subprocess.run([mine / "scripts" / "setup"], check=True, capture_output=True, timeout=30)
    assert [path.name for path in theirs.iterdir()] == ["kept"]
