"""The demo where there is no network: a namespace with a loopback interface and no route to anywhere."""

from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from demo.steps import RECORDINGS
from tests.end_to_end.conftest import run_demo
from tests.end_to_end.proof import assert_only_loopback
from tests.end_to_end.words import as_heard

_ALONE = ("unshare", "--user", "--map-root-user", "--net")


def test_demo_without_a_route(tmp_path: Path) -> None:
    """Speech is heard, the house changed and the answer spoken; there is nobody to ask but this machine itself."""
    _can_be_alone()
    interfaces = tmp_path / "interfaces"
    within = [*_ALONE, sys.executable, str(Path(__file__).with_name("loopback_only.py")), str(interfaces)]
    spoken = str(RECORDINGS / "coffee_machine_on.wav")
    run = run_demo(tmp_path, ["--no-local", "--wav", spoken, "--text", "how warm is it in the kitchen"], within=within)

    assert interfaces.read_text(encoding="ascii") == "lo"
    assert run.returncode == 0, run.stderr
    heard, asked = run.steps
    assert heard["after"]["switch.coffee_machine"]["state"] == "on"
    assert as_heard(heard["reply"]) == "the coffee machine is on"
    assert "22" in asked["reply"]
    assert {step["route"] for step in run.steps} == {"model"}
    assert all(Path(step["audio"]).stat().st_size for step in run.steps)
    assert_only_loopback(run)


def _can_be_alone() -> None:
    """Fail, and say why, where the machine makes no such namespace: a proof that was not made is none."""
    if shutil.which(_ALONE[0]) is None:
        pytest.fail("unshare (util-linux) is not installed, so that nothing can be run without a network")
    tried = subprocess.run([*_ALONE, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.fail(f"this machine makes no network namespace for its users: {tried.stderr.strip()}")
