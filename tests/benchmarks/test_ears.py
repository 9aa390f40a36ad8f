"""The benchmark of the ears runs, and counts what it is there to count."""

from pathlib import Path
import subprocess
import sys

import pytest

from benchmarks.ears.found import Found, Pauses
from benchmarks.ears.report import results_of

PROJECT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_pauses_are_spoken_to_a_house_and_counted() -> None:
    """Who pauses after "and" or "set" is waited for, however long the pause."""
    command = [sys.executable, "-m", "benchmarks.ears", "--quick", "--pauses"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| the demo's voice")]
    assert [row[2:5] for row in rows] == [[pause, "2", "0.0%"] for pause in ("0.3 s", "0.5 s", "0.7 s", "0.9 s")]


@pytest.mark.parametrize(
    ("cut", "share", "met"), [(0, "0.0%", True), (2, "2.0%", True), (3, "3.0%", False)], ids=["none", "few", "many"]
)
def test_the_goal_is_of_the_sentences_that_cannot_be_over(*, cut: int, share: str, met: bool) -> None:
    """What could have been all is shown in the table, and no fault."""
    unfinished = [Pauses("a voice", seconds, True, 50, parlor, 5) for seconds, parlor in ((0.3, 0), (0.9, cut))]
    could_be_all = Pauses("a voice", 0.9, unfinished=False, count=50, parlor=50, other=50)
    results = results_of(Found(pauses=[*unfinished, could_be_all]))
    assert [(goal.found, goal.met) for goal in results.goals] == [(f"{share} (Home Assistant's 0.7 s: 10.0%)", met)]
    assert ("a voice", "could be all", "0.9 s", "50", "100.0%", "100.0%") in results.tables[0].rows
