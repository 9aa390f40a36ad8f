"""The command runs as a user runs it."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_a_part_is_measured_and_reported(tmp_path: Path) -> None:
    """A quick run of one part ends well, which takes ratios above 1, and writes report and figures."""
    command = [sys.executable, "-m", "benchmarks", "--quick", "--part", "reading", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "benchmarks" / "figures.json").read_text("utf-8"))["found"]["reading"]
    assert found["ratios"]
    assert min(found["ratios"].values()) > 1
    assert all(goal["met"] for goal in found["goals"])
    report = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert found["title"] in report
    assert str(PROJECT) not in report
