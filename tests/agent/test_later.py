"""What is to be done at another time is not done now, and the speaker hears so."""

from typing import Any

import pytest

from custom_components.parlor.agent.facts import FactKind
from tests.agent.house import House, house
from tests.agent.whole_house import spoken

__all__ = ["house"]

LAMP = ("turn_off", {"targets": ["Office lamp"]})
LATER = [
    "turn off the office lamp in ten minutes",
    "turn off the office lamp in half an hour",
    "turn off the office lamp in an hour and a half",
    "in 5 minutes turn off the office lamp",
    "turn off the office lamp after 30 seconds",
    "turn off the office lamp for an hour",
    "turn off the office lamp for the next two hours",
    "turn off the office lamp at eight",
    "turn off the office lamp at 8",
    "turn off the office lamp at 8:30 pm",
    "turn off the office lamp at half past nine",
    "turn off the office lamp at seven o'clock",
    "turn off the office lamp at midnight",
    "turn off the office lamp until tomorrow",
    "turn off the office lamp tomorrow morning",
    "turn off the office lamp later",
    "turn off the office lamp tonight",
    "turn off the office lamp every evening",
    "turn off the office lamp on Monday",
    "turn off the office lamp when I leave",
    "turn off the office lamp as soon as the sun rises",
    "turn off the office lamp, but only in a minute",
    "could you turn off the office lamp in ten minutes",
]
NOW: list[tuple[str, tuple[str, dict[str, Any]], dict[str, str]]] = [
    ("turn off the office lamp now", LAMP, {"light.office_lamp": "off"}),
    ("turn off the lamp in the office", LAMP, {"light.office_lamp": "off"}),
    ("turn off all the lights in the office for me", LAMP, {"light.office_lamp": "off"}),
    ("it is late, turn off the office lamp for good", LAMP, {"light.office_lamp": "off"}),
    ("set the timer for ten minutes and turn off the office lamp", LAMP, {"light.office_lamp": "off"}),
    ("run tonight", ("turn_on", {"targets": ["Movie night"]}), {}),
]


@pytest.mark.parametrize("said", LATER)
async def test_nothing_is_done_that_was_meant_for_later(house: House, said: str) -> None:
    """Neither now nor then."""
    before = house.states()
    outcome = await house.perform(said, LAMP)
    assert house.states() == before
    assert spoken(outcome) == "I cannot do that later yet."
    assert not outcome.retry


async def test_all_lights_in_ten_minutes(house: House) -> None:
    """The minutes are no room."""
    before = house.states()
    outcome = await house.perform("turn off all lights in ten minutes", ("turn_off", {"targets": ["all"]}))
    assert house.states() == before
    assert spoken(outcome) == "I cannot do that later yet."


async def test_two_deeds_for_later_are_refused_in_one_sentence(house: House) -> None:
    """It is said once."""
    outcome = await house.perform(
        "in ten minutes turn off the office lamp and the printer", LAMP, ("turn_off", {"targets": ["Printer"]})
    )
    assert spoken(outcome) == "I cannot do that later yet."
    assert house.states()["switch.printer"] == "on"


@pytest.mark.parametrize(("said", "call", "changed"), NOW, ids=[case[0] for case in NOW])
async def test_what_is_meant_for_now_is_done(
    house: House, said: str, call: tuple[str, dict[str, Any]], changed: dict[str, str]
) -> None:
    """Words that only look like a time put nothing off."""
    if said == "run tonight":
        house.devices["scene.movie_night"]._attr_name = "Tonight"
        house.devices["scene.movie_night"].async_write_ha_state()
        call = ("turn_on", {"targets": ["Tonight"]})
    before = house.states()
    outcome = await house.perform(said, call)
    after = house.states()
    scene = {"scene.movie_night"}
    assert {one: state for one, state in after.items() if before[one] != state and one not in scene} == changed
    assert [fact.kind for fact in outcome.facts] == [FactKind.DONE]


@pytest.mark.parametrize(
    ("said", "degrees"),
    [("set the thermostat at eighteen", 18), ("set the thermostat at 21", 21), ("heat the hallway at 22 degrees", 22)],
)
async def test_at_a_value_is_no_time(house: House, said: str, degrees: int) -> None:
    """A figure that the call has as its value is not an hour."""
    await house.perform(said, ("set_climate", {"targets": ["Thermostat"], "temperature": degrees}))
    assert house.devices["climate.thermostat"]._attr_target_temperature == degrees
