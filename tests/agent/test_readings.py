"""What a call that reads finds, and what a model is told of a call that cannot be made."""

from typing import Any

import pytest

from custom_components.parlor.agent.replies import compose
from tests.agent.house import House, bare_house, house

__all__ = ["bare_house", "house"]

type Call = tuple[str, Any]


READS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("by name", "x", {"targets": ["Front door"]}, ["Front door: closed"]),
    (
        "kind and place",
        "x",
        {"targets": ["Bedroom"], "kind": "temperature"},
        ["Bedroom temperature: 21.5 °C"],
    ),
    (
        "kind only said",
        "what is the temperature in the bedroom",
        {"targets": ["Bedroom"]},
        ["Bedroom temperature: 21.5 °C"],
    ),
    (
        "a kind everywhere, without all",
        "which windows are open",
        {"targets": ["windows"]},
        ["Kitchen window: open"],
    ),
    (
        "several of a name",
        "is the lamp on",
        {"targets": ["lamp"]},
        ["Living room lamp: on, 100%", "Bedside lamp: on, 100%", "Office lamp: on, 100%"],
    ),
    (
        "a whole room",
        "what is on in the hallway",
        {"targets": ["Hallway"]},
        [
            "Front door: closed",
            "Front door lock: locked",
            "Hallway light: on, 100%",
            "Thermostat: heat, set to 18 °C, measures 19.5 °C",
        ],
    ),
    (
        "a kind of the house",
        "which fans are on",
        {"targets": ["all"], "kind": "fan"},
        ["Living room fan: on, 50%", "Office fan: on, 50%"],
    ),
    ("here, unknown", "what is on here", {"targets": ["here"], "kind": "lock"}, ["Front door lock: locked"]),
    ("temperature", "x", {"targets": ["temperature in the kitchen"]}, ["Kitchen temperature: 20.5 °C"]),
]


@pytest.mark.parametrize(("text", "arguments", "lines"), [row[1:] for row in READS], ids=[row[0] for row in READS])
async def test_reading(house: House, text: str, arguments: dict[str, Any], lines: list[str]) -> None:
    """States are given as in the context block, and nothing changes."""
    before = house.states()
    outcome = await house.perform(text, ("get_state", arguments))
    assert outcome.results[0].data == {"states": lines}
    assert house.states() == before
    assert compose(outcome, "en") is None


ERRORS: list[tuple[str, str, Call, str, bool]] = [
    ("question", "is the light on?", ("turn_on", {"targets": ["Kitchen"]}), "only asked a question", True),
    ("not said", "make it dark", ("turn_off", {"targets": ["everywhere"]}), "did not say all", True),
    ("range", "x", ("set_climate", {"targets": ["Thermostat"], "temperature": 90}), "from 7 to 35 °C, not 90", True),
    ("mode", "x", ("set_climate", {"targets": ["Thermostat"], "mode": "cool"}), "its modes are heat, off", True),
    ("no value", "x", ("set_climate", {"targets": ["Thermostat"]}), "needs temperature or mode", True),
    ("no action", "x", ("set_cover", {"targets": ["Office blinds"]}), "needs action", True),
    ("no light value", "x", ("set_light", {"targets": ["Office lamp"]}), "use turn_on", True),
    ("no color", "x", ("set_light", {"targets": ["Bedside lamp"], "color": "blurple"}), "no color is called", True),
    ("no color here", "x", ("set_light", {"targets": ["Hallway light"], "color": "red"}), "cannot change color", True),
    (
        "no warmth here",
        "x",
        ("set_light", {"targets": ["Hallway light"], "color_temp": "warm"}),
        "cannot change color temperature",
        True,
    ),
    ("kelvin", "x", ("set_light", {"targets": ["Office lamp"], "color_temp": "12"}), "from 1000 to 12000", True),
    (
        "position",
        "x",
        ("set_cover", {"targets": ["Living room curtains"], "position": 40}),
        "only opened and closed",
        True,
    ),
    ("other tool", "x", ("turn_on", {"targets": ["Office blinds"]}), "is a cover: use set_cover", True),
    ("a lock", "x", ("turn_on", {"targets": ["Front door lock"]}), "is a lock: use lock", True),
    ("no tool", "x", ("turn_on", {"targets": ["Front door"]}), "cannot be changed", False),
    ("misspelt", "turn on the lamp", ("turn_on", {"targets": ["Bedsofa lamps"]}), "Bedside lamp", True),
    ("asked for", "turn on the sauna", ("turn_on", {"targets": ["sauna"]}), 'has no "sauna"', False),
    ("invented", "make it nice", ("turn_on", {"targets": ["sauna"]}), 'has no "sauna"', True),
    ("unknown tool", "x", ("fly", {"targets": ["Kitchen"]}), "there is no tool fly", True),
]


@pytest.mark.parametrize(
    ("text", "call", "message", "retry"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS]
)
async def test_errors_tell_the_model_what_to_do(
    house: House, text: str, call: Call, message: str, *, retry: bool
) -> None:
    """Nothing changes, and the model is told what would be valid."""
    before = house.states()
    outcome = await house.perform(text, call)
    assert house.states() == before
    assert outcome.results[0].error
    assert message in outcome.results[0].data["error"]
    assert outcome.retry is retry
