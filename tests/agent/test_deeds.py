"""What calls do to the house, judged by the states of all of it, and what is said of it."""

from typing import Any

import pytest

from custom_components.parlor.agent.facts import FactKind
from custom_components.parlor.agent.replies import compose
from tests.agent.house import House, broken, house

__all__ = ["house"]

type Call = tuple[str, Any]


def kitchen_lights_off() -> dict[str, str]:
    """Return the states that change when the kitchen lights go off."""
    return {"light.kitchen_ceiling": "off", "light.kitchen_counter": "off"}


COMMANDS: list[tuple[str, str, list[Call], str | None, dict[str, str], str | None]] = [
    (
        "two deeds",
        "turn off the kitchen lights and set the thermostat to twenty degrees",
        [
            ("turn_off", {"targets": ["Kitchen"], "kind": "light"}),
            ("set_climate", {"targets": ["Thermostat"], "temperature": 20}),
        ],
        None,
        kitchen_lights_off(),
        "The kitchen lights are off and the thermostat is set to 20 degrees.",
    ),
]


@pytest.mark.parametrize(
    ("text", "calls", "area", "changed", "speech"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS]
)
async def test_commands(
    house: House, text: str, calls: list[Call], area: str | None, changed: dict[str, str], speech: str | None
) -> None:
    """The whole house ends in the expected state, and the reply says what is so."""
    before = house.states()
    outcome = await house.perform(text, *calls, area=area)
    after = house.states()
    assert {entity_id: state for entity_id, state in after.items() if before[entity_id] != state} == changed
    assert compose(outcome, "en") == speech
