"""What sensors measured, from Home Assistant's statistics and from its states."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.summaries.sheet import Direction, Figure
from tests.summaries.past_house import Course, async_remember, past_house, texts

ROOM, AIR, RAIN, POWER = "sensor.bedroom", "sensor.air", "sensor.rain", "sensor.oven"
SHOWN: dict[str, dict[str, Any]] = {
    ROOM: {"friendly_name": "Bedroom temperature", "device_class": "temperature", "unit_of_measurement": "°C"},
    AIR: {"friendly_name": "Air", "unit_of_measurement": "ppm", "state_class": "measurement"},
    RAIN: {"friendly_name": "Rain", "unit_of_measurement": "mm", "state_class": "total_increasing"},
    POWER: {"friendly_name": "Oven", "device_class": "power", "unit_of_measurement": "W"},
}
DAY, EVE = "2026-11-22", "2026-11-21"

STATES: dict[str, tuple[Course, str]] = {
    "up": (
        [(f"{EVE} 20:00", ROOM, "18"), (f"{DAY} 13:00", ROOM, "20.04"), (f"{DAY} 17:00", ROOM, "21.5")],
        "The bedroom temperature: 18 to 21.5 °C, 19.2 °C on average, 21.5 °C at the end; up by 3.5 °C.",
    ),
    "what is no number is left out": (
        [(f"{EVE} 20:00", ROOM, "18"), (f"{DAY} 09:00", ROOM, "unavailable"), (f"{DAY} 13:00", ROOM, "nan")],
        "The bedroom temperature: 18 °C all the time.",
    ),
    "a meter that was set back": (
        [(f"{EVE} 20:00", RAIN, "3"), (f"{DAY} 09:00", RAIN, "5.5"), (f"{DAY} 10:00", RAIN, "1")],
        "The rain: 3.5 mm in this period.",
    ),
}


@pytest.mark.parametrize(("course", "told"), STATES.values(), ids=STATES.keys())
async def test_from_states(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory, course: Course, told: str
) -> None:
    """Sensors without statistics are told from their states."""
    async with past_house(hass, freezer, SHOWN, course) as house:
        assert texts(await house.async_sheet(), "numbers") == [told]


UNITS: dict[str, tuple[str, str, str]] = {
    "of a kind": (
        "°F",
        "64.4",
        "The bedroom temperature: 18 to 20 °C, 19 °C on average, 20 °C at the end; up by 2 °C.",
    ),
    "of another kind": (
        "%",
        "64",
        "The bedroom temperature: 20 °C all the time; measured in °C since 13:00, in % before that.",
    ),
}


@pytest.mark.parametrize(("unit", "value", "told"), UNITS.values(), ids=UNITS.keys())
async def test_units_that_change(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory, unit: str, value: str, told: str
) -> None:
    """Figures in another unit are converted; where that cannot be, it is said since when they count."""
    shown = {ROOM: SHOWN[ROOM] | {"unit_of_measurement": unit}}
    async with past_house(hass, freezer, shown, [(f"{EVE} 20:00", ROOM, value)], now=f"{DAY} 12:00") as house:
        house.shown = SHOWN
        await house.async_live(freezer, [(f"{DAY} 13:00", ROOM, "20")], f"{DAY} 18:00")
        assert texts(await house.async_sheet(), "numbers") == [told]


USUAL: dict[str, tuple[float, str, Direction | None]] = {
    "as usual": (20, "The bedroom temperature: 19 to 21 °C, 20 °C on average, 20 °C at the end.", None),
    "high": (
        24,
        (
            "The bedroom temperature: 23 to 25 °C, 24 °C on average, 24 °C at the end; "
            "unusually high, on average it is 20 °C on a Sunday."
        ),
        None,
    ),
}


@pytest.mark.parametrize(("today", "told", "direction"), USUAL.values(), ids=USUAL.keys())
async def test_from_statistics(
    recorder_mock: object,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    today: float,
    told: str,
    direction: Direction | None,
) -> None:
    """Where there are statistics they are told, beside the same weekday of the weeks before."""
    async with past_house(hass, freezer, SHOWN, [(f"{DAY} 17:59", ROOM, str(today))]) as house:
        for week in range(1, 5):
            start = house.at(f"{DAY} 08:00") - timedelta(weeks=week)
            await async_remember(hass, ROOM, start, [20] * 10, unit="°C")
        await async_remember(hass, ROOM, house.at(f"{DAY} 08:00"), [today] * 10, unit="°C")
        [fact] = (await house.async_sheet()).sections[0].facts
        assert fact.text == told
        assert fact.direction is direction
        assert Figure(today, "°C") in fact.figures


async def test_unusually_much(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """A meter is compared by what it counted."""
    async with past_house(hass, freezer, SHOWN, [(f"{DAY} 17:59", RAIN, "50")]) as house:
        before = [0.1 * at for at in range(30 * 24 - 16)]
        await async_remember(hass, RAIN, house.at("2026-10-24 00:00"), before, unit="mm", counts=True)
        today = [71.0 + 2 * at for at in range(10)]
        await async_remember(hass, RAIN, house.at(f"{DAY} 08:00"), today, unit="mm", counts=True)
        assert texts(await house.async_sheet(), "numbers") == [
            "The rain: 18.7 mm in this period; unusually much, on average it is 1 mm on a Sunday."
        ]
