"""One offered tool may stand for several: what a call sets goes to what can take it, in one pass."""

from typing import Any

import pytest

from tests.agent.house import House, bare_house, house

__all__ = ["bare_house", "house"]

# What is said, what the model sends, and what some entities then are: state, and the attribute that tells how much.
CASES: dict[str, tuple[str, dict[str, Any], dict[str, tuple[str, str, Any]]]] = {
    "a switch, with what models fill in": (
        "turn on the printer",
        {"targets": ["Printer"], "brightness": 100, "color": None},
        {"switch.printer": ("on", "brightness", None)},
    ),
    "a fan that is set": (
        "set the office fan to 40",
        {"targets": ["Office fan"], "speed": 40},
        {"fan.office_fan": ("on", "percentage", 40)},
    ),
    "less of a fan": (
        "turn the office fan down",
        {"targets": ["Office fan"], "change": -10},
        {"fan.office_fan": ("on", "percentage", 40)},
    ),
    "less of a lamp and a fan": (
        "turn the office lamp and the office fan down",
        {"targets": ["Office lamp", "Office fan"], "change": -20},
        {"light.office_lamp": ("on", "brightness", 204), "fan.office_fan": ("on", "percentage", 30)},
    ),
    "a kind in a room": (
        "set the bedroom lights to red",
        {"targets": ["Bedroom lights"], "color": "red"},
        {"light.bedroom_ceiling": ("on", "hs_color", (0, 100)), "light.bedside_lamp": ("on", "hs_color", (0, 100))},
    ),
}


@pytest.mark.parametrize(("text", "arguments", "expected"), CASES.values(), ids=CASES)
async def test_what_turn_on_sets(
    house: House, text: str, arguments: dict[str, Any], expected: dict[str, tuple[str, str, Any]]
) -> None:
    """Nothing is refused that can be meant, and the amounts arrive where they belong."""
    outcome = await house.perform(text, ("turn_on", arguments))
    assert [result.error for result in outcome.results] == [False]
    found = {}
    for entity_id, (_, name, _value) in expected.items():
        state = house.hass.states.get(entity_id)
        assert state is not None
        found[entity_id] = (state.state, name, state.attributes.get(name))
    assert found == expected


@pytest.mark.parametrize("setting", [{"color": "blue"}, {"brightness": 30}, {"speed": 30}, {"change": -10}])
async def test_what_cannot_be_set_is_not_turned_on(house: House, setting: dict[str, Any]) -> None:
    """Who wants a blue coffee machine does not ask for coffee."""
    await house.perform("", ("turn_off", {"targets": ["Coffee machine"]}))
    outcome = await house.perform("make the coffee machine so", ("turn_on", {"targets": ["Coffee machine"], **setting}))
    assert [result.error for result in outcome.results] == [True]
    assert house.states()["switch.coffee_machine"] == "off"


async def test_turning_on_a_scene_activates_it(house: House) -> None:
    """As Home Assistant has it."""
    await house.perform("movie night", ("turn_on", {"targets": ["Movie night"]}))
    assert house.devices["scene.movie_night"].activated == 1
