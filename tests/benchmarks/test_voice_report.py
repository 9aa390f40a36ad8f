"""The report of the voice turns says what is missing, and counts only what was done."""

import pytest

from benchmarks.profiles import MINI, SMALL, Profile
from benchmarks.spoken_turns import Spoken
from benchmarks.stacks import OURS, THEIRS
from benchmarks.voice_report import Key, missing, turn_goals, turn_ratios, turn_tables

REAL = Profile("real", "qwen3:4b", 0, 0, warm=1, cold=0)
SOON, LATE = Spoken({"action": 400.0, "audio": 600.0}, 2.0), Spoken({"action": 4000.0, "audio": 6000.0}, 2.0)
FAILED = Spoken({"action": 100.0, "audio": 200.0}, 2.0, done=False)


def _found(profile: Profile, theirs: list[Spoken], ours: list[Spoken]) -> dict[Key, list[Spoken]]:
    return {
        (profile.name, heat, "command", stack): turns
        for heat in profile.heats
        for stack, turns in ((THEIRS, theirs), (OURS, ours))
    }


@pytest.mark.parametrize(
    ("profile", "kinds", "rows"),
    [
        (SMALL, ("command",), []),
        (SMALL, ("command", "question"), ["question, warm, small CPU box", "question, cold, small CPU box"]),
        (REAL, ("question",), ["question, warm, qwen3:4b"]),
    ],
    ids=["nothing", "a kind", "no cold turns of a real server"],
)
def test_rows_without_a_turn_are_missing(profile: Profile, kinds: tuple[str, ...], rows: list[str]) -> None:
    """A row is there when both stacks have done it."""
    assert list(missing(_found(profile, [LATE], [SOON]), [profile], kinds)) == rows


def test_a_row_that_one_stack_never_did_is_missing() -> None:
    """There is nothing to compare."""
    assert list(missing(_found(MINI, [LATE], []), [MINI], ["command"])) == [
        f"command, {heat}, {MINI.name}" for heat in ("warm", "cold")
    ]


def test_turns_that_were_not_done_have_no_time() -> None:
    """A failure is soon said: it would flatter whoever fails."""
    found = _found(REAL, [LATE, FAILED], [SOON, FAILED])
    assert dict(turn_ratios(found, [REAL])) == {f"command to action, {REAL.name}": 10.0}
    [row] = next(turn_tables(found, [REAL], ["command"])).rows
    assert row[2:] == ("**10.0 times** (4,000 / 400)", "**10.0 times** (6,000 / 600)", "1 of 2 / 1 of 2")


@pytest.mark.parametrize(
    ("theirs", "ours", "found", "met"),
    [
        ([LATE], [SOON], "10.0 times", True),
        ([SOON], [LATE], "0.1 times", False),
        ([FAILED], [SOON], "done in 0 of 1 turns by Home Assistant, 1 of 1 by Parlor", True),
        ([LATE], [FAILED], "done in 1 of 1 turns by Home Assistant, 0 of 1 by Parlor", False),
    ],
    ids=["sooner", "later", "only by Parlor", "only by Home Assistant"],
)
def test_a_goal_is_met_or_missed(theirs: list[Spoken], ours: list[Spoken], found: str, *, met: bool) -> None:
    """Also where there is no time to compare."""
    [goal] = turn_goals(_found(REAL, theirs, ours), [REAL])
    assert (goal.found, goal.met) == (found, met)
