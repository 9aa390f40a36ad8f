"""Cold turns of slow machines are computed from warm ones."""

import pytest

from benchmarks.profiles import SMALL
from benchmarks.spoken_turns import Spoken
from benchmarks.voice_turn import colder

WARM = {"listened": 700.0, "heard": 900.0, "asked": 910.0, "token": 3000.0, "action": 3100.0, "audio": 9000.0}


@pytest.mark.parametrize(
    ("prompt", "read", "passes", "lead", "ahead", "later", "read_then"),
    [
        (4200, 60, 2, 2.0, False, 138_000, 4200),
        (1260, 60, 1, 2.0, True, 38_000, 1200),
        (90, 60, 1, 2.0, True, 0, 60),
        (0, 0, 0, 2.0, True, 0, 0),
    ],
    ids=["all is read after the words", "some is read while they are spoken", "all of it is", "no model"],
)
def test_what_is_not_in_the_cache_is_read_first(
    *, prompt: int, read: int, passes: int, lead: float, ahead: bool, later: float, read_then: int
) -> None:
    """At 30 tokens a second, everything from the first token on is later by what is left to read."""
    warm = Spoken(WARM, lead, prompt=prompt, read=read, written=40, passes=passes)
    cold = colder(warm, SMALL, ahead=ahead)
    assert cold.read == read_then
    assert {name: cold.stages[name] - moment for name, moment in WARM.items()} == pytest.approx(
        {"listened": 0, "heard": 0, "asked": 0, "token": later, "action": later, "audio": later}
    )
