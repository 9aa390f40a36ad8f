"""What changed, in plain words, from Home Assistant's own recorder."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.summaries.past_house import past_house, texts

DOOR, MOTION, LIGHT, WASHER = "binary_sensor.front_door", "binary_sensor.hall", "light.desk", "sensor.washer"
BELL, LOCK, SMOKE, ROBOT = "event.bell", "lock.gate", "binary_sensor.smoke", "vacuum.rosie"
SHOWN: dict[str, dict[str, Any]] = {
    DOOR: {"friendly_name": "Front Door", "device_class": "door"},
    MOTION: {"friendly_name": "Hall motion", "device_class": "motion"},
    LIGHT: {"friendly_name": "Anna's lamp"},
    WASHER: {"friendly_name": "Washing machine"},
    BELL: {"friendly_name": "Doorbell", "device_class": "doorbell"},
    LOCK: {"friendly_name": "Gate"},
    SMOKE: {"friendly_name": "Smoke alarm", "device_class": "smoke"},
    ROBOT: {"friendly_name": "Rosie"},
}


def _day(entity_id: str, *steps: str) -> list[tuple[str, str, str]]:
    """Return the course of one entity: "14:05 on" for today, "-14:05 on" for yesterday."""
    course = []
    for step in steps:
        clock, _, state = step.partition(" ")
        day = "2026-11-21" if clock.startswith("-") else "2026-11-22"
        course.append((f"{day} {clock.removeprefix('-')}", entity_id, state))
    return course


CASES = {
    "once": (
        _day(DOOR, "-20:00 off", "14:05 on", "16:15 off"),
        "The front door was open for 2 hours 10 minutes, from 14:05 to 16:15.",
    ),
    "since before": (_day(DOOR, "-20:00 on", "09:30 off"), "The front door was open until 09:30."),
    "still": (
        _day(DOOR, "-20:00 off", "17:30 on"),
        "The front door has been open since 17:30, for 30 minutes so far.",
    ),
    "twice": (
        _day(DOOR, "-20:00 off", "09:00 on", "09:10 off", "12:00 on", "12:20 off"),
        "The front door was open twice, from 09:00 to 09:10 and from 12:00 to 12:20.",
    ),
    "often": (
        _day(
            DOOR,
            "-20:00 off",
            *(step for hour in range(9, 16) for step in (f"{hour:02}:00 on", f"{hour:02}:05 off")),
        ),
        "The front door was opened 7 times, open for 35 minutes in all, last at 15:00.",
    ),
    "a short silence divides nothing": (
        _day(DOOR, "-20:00 off", "09:00 on", "09:30 unavailable", "09:31 on", "10:00 off"),
        "The front door was open for 1 hour, from 09:00 to 10:00.",
    ),
    "what was so before a long silence is not claimed for it": (
        _day(DOOR, "-20:00 off", "09:00 on", "09:30 unavailable", "12:00 off"),
        "The front door was open for 30 minutes, from 09:00 to 09:30.",
    ),
    "motion": (
        _day(MOTION, "-20:00 off", "09:00 on", "09:01 off", "10:00 on", "10:01 off", "11:00 on", "11:01 off"),
        "The hall motion: motion 3 times, 3 minutes in all, last at 11:00.",
    ),
    "somebody's": (
        _day(LIGHT, "-20:00 off", "09:00 on", "09:00:20 off"),
        "Anna's lamp was on for 20 seconds, at 09:00.",
    ),
    "steps": (
        _day(WASHER, "-20:00 idle", "09:00 washing", "10:00 spin_dry", "10:20 idle"),
        "The washing machine: washing at 09:00, spin dry at 10:00, idle at 10:20.",
    ),
    "many steps": (
        _day(WASHER, "-20:00 idle", "09:00 washing", "10:00 spin", "10:20 washing", "11:00 spin", "11:20 idle"),
        "The washing machine changed 5 times, last to idle at 11:20.",
    ),
    "used": (
        _day(BELL, "-20:00 2026-11-21T20:00:00+00:00", "12:00 2026-11-22T12:00:00+00:00"),
        "The doorbell was used once, at 12:00.",
    ),
    "locked": (
        _day(LOCK, "-20:00 locked", "12:00 unlocked", "12:30 locked"),
        "The gate was unlocked for 30 minutes, from 12:00 to 12:30.",
    ),
    "a name of one's own": (
        _day(ROBOT, "-20:00 docked", "12:00 cleaning", "12:30 docked"),
        "Rosie was cleaning for 30 minutes, from 12:00 to 12:30.",
    ),
    "smoke": (
        _day(SMOKE, "-20:00 off", "12:00 on", "12:30 off"),
        "The smoke alarm: smoke detected for 30 minutes, from 12:00 to 12:30.",
    ),
}


@pytest.mark.parametrize(("course", "told"), CASES.values(), ids=CASES.keys())
async def test_what_changed(
    recorder_mock: object,  # it must be first
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    course: list[tuple[str, str, str]],
    told: str,
) -> None:
    """One fact for an entity, whatever it did."""
    async with past_house(hass, freezer, SHOWN, course) as house:
        assert texts(await house.async_sheet(), "changes") == [told]
