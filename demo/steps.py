"""What the demo says, and how it judges what came of it."""

from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

from .spoken import Recording
from .turn import Turn

RECORDINGS = Path(__file__).with_name("recordings")
_STEPS = Path(__file__).with_name("steps.yaml")
_TOLERANCE = 1  # brightness is 0-255 in Home Assistant and a percentage in speech


@dataclass(frozen=True, slots=True)
class Expectation:
    """How the house and the reply must be after a step; every entity that is not named is as it was."""

    states: dict[str, dict[str, Any]]
    reply: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say: a recording's file, or words. Without an expectation any spoken answer will do."""

    said: Path | str
    expected: Expectation | None = None

    async def async_said(self) -> Recording | str:
        """Return what goes into the pipeline. Raises OSError or ValueError for a file that is no audio."""
        return self.said if isinstance(self.said, str) else await Recording.async_load(self.said)


def demo_steps() -> list[Step]:
    """Return the demo's own steps."""
    steps = load_yaml_dict(str(_STEPS))["steps"]
    return [Step(RECORDINGS / step["recording"], Expectation(step["states"], step["reply"])) for step in steps]


def shortcomings(turn: Turn, expected: Expectation | None) -> list[str]:
    """Return what is wrong with a turn, in words; nothing if all is as it should be."""
    if turn.problem:
        return [turn.problem]
    found = [] if turn.reply else ["no reply"]
    if turn.audio is None:
        found.append("no spoken answer")
    if expected is not None:
        found += _wrong_states(turn, expected.states)
        if not re.search(expected.reply, turn.reply, re.IGNORECASE):
            found.append(f'the reply is not like "{expected.reply}"')
    return found


def _wrong_states(turn: Turn, expected: dict[str, dict[str, Any]]) -> list[str]:
    wrong = [
        f"{entity_id} changed unasked"
        for entity_id, looks in turn.after.items()
        if entity_id not in expected and looks != turn.before.get(entity_id)
    ]
    for entity_id, values in expected.items():
        after = turn.after.get(entity_id, {})
        wrong += [
            f"{entity_id}: {name} is {after.get(name)}, not {value}"
            for name, value in values.items()
            if not _same(after.get(name), value)
        ]
    return wrong


def _same(value: Any, wanted: Any) -> bool:  # noqa: ANN401 - states hold whatever integrations put there
    if isinstance(wanted, int | float) and isinstance(value, int | float):
        return abs(value - wanted) <= _TOLERANCE if wanted > 1 else value == wanted
    return bool(value == wanted)
