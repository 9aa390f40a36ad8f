"""Looking back, with Home Assistant's own recorder."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.agent.house import House, async_empty_house
from tests.agent.whole_house import expose_all

DOOR, ROOM, METER = "binary_sensor.front_door", "sensor.bedroom", "sensor.energy"
SHOWN: dict[str, dict[str, Any]] = {
    DOOR: {"friendly_name": "Front door", "device_class": "door"},
    ROOM: {"friendly_name": "Bedroom", "unit_of_measurement": "°C", "state_class": "measurement"},
    METER: {"friendly_name": "Energy", "unit_of_measurement": "kWh", "state_class": "total_increasing"},
}
# What happened, in hours of the 21st and 22nd of November.
COURSE: list[tuple[str, str, str]] = [
    ("2026-11-21 20:00", DOOR, "off"),
    ("2026-11-21 20:00", ROOM, "20"),
    ("2026-11-21 20:00", METER, "100"),
    ("2026-11-21 22:00", DOOR, "on"),
    ("2026-11-21 22:30", DOOR, "off"),
    ("2026-11-22 03:00", ROOM, "16"),
    ("2026-11-22 05:00", ROOM, "18"),
    ("2026-11-22 06:00", METER, "103.5"),
    ("2026-11-22 07:10", DOOR, "on"),
    ("2026-11-22 07:12", DOOR, "off"),
    ("2026-11-22 08:00", METER, "1"),
]


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Ask for nothing: the recorder must be there before Home Assistant is."""


@pytest.fixture
async def home(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> House:
    """Return a house with a night behind it; it is half past nine on Sunday."""
    await hass.config.async_set_time_zone("UTC")
    house = await async_empty_house(hass)
    for moment, entity_id, state in COURSE:
        freezer.move_to(f"{moment}:00+00:00")
        hass.states.async_set(entity_id, state, SHOWN[entity_id])
        await get_instance(hass).async_block_till_done()
    freezer.move_to("2026-11-22 09:30:00+00:00")
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    expose_all(hass)
    return house


async def _ask(house: House, name: str, period: str | None = None) -> Any:
    fields = {"targets": [name], **({"period": period} if period else {})}
    outcome = await house.perform("when was that?", ("get_history", fields))
    assert not outcome.facts
    return outcome.results[0]


async def test_when_the_door_last_opened(home: House) -> None:
    """The newest change first, with how long it lasted, in the words of its kind."""
    found = (await _ask(home, "Front door")).data["Front door"]
    assert found["changes, newest first"] == [
        "closed since Sunday 22 November, 07:12, for 2 hours 18 minutes",
        "open since Sunday 22 November, 07:10, for 2 minutes",
        "closed since Saturday 21 November, 22:30, for 8 hours 40 minutes",
        "open since Saturday 21 November, 22:00, for 30 minutes",
        "closed since Saturday 21 November, 20:00, for 2 hours",
    ]
    assert found["in all"]["open"] == "32 minutes, began 2 times"


async def test_power_and_energy(home: House, freezer: FrozenDateTimeFactory) -> None:
    """What was used at so many watts; a meter that was set back counts on."""
    shown = {"friendly_name": "Oven", "unit_of_measurement": "W", "state_class": "measurement"}
    for moment, watts in (("08:30", "0"), ("10:00", "2000"), ("10:30", "0")):
        freezer.move_to(f"2026-11-23 {moment}:00+00:00")
        home.hass.states.async_set("sensor.oven", watts, shown)
        await get_instance(home.hass).async_block_till_done()
    freezer.move_to("2026-11-23 11:00:00+00:00")
    expose_all(home.hass)
    found = (await _ask(home, "Oven", "2 hours")).data["Oven"]
    assert (found["used"], found["mean"]) == ("about 1 kWh", "500 W")
    assert (await _ask(home, "Energy", "this month")).data["Energy"]["used"] == "4.5 kWh"


async def test_in_a_period(home: House) -> None:
    """Only what was then: it was closed when the day began."""
    found = (await _ask(home, "Front door", "today")).data["Front door"]
    assert found["in all"] == {"closed": "9 hours 28 minutes, began 1 times", "open": "2 minutes, began 1 times"}


async def test_how_cold_it_was_last_night(home: House) -> None:
    """The lowest with its time, the mean weighted by time."""
    found = (await _ask(home, "Bedroom", "last night")).data["Bedroom"]
    assert found["min"] == "16 °C at Sunday 22 November, 03:00"
    assert found["max"].startswith("20 °C")
    assert found["mean"] == "18.8 °C"


async def test_what_a_meter_counted(home: House) -> None:
    """A meter that was set back to zero went on counting."""
    assert (await _ask(home, "Energy", "today")).data["Energy"]["used"] == "4.5 kWh"


async def test_what_cannot_be_told(home: House) -> None:
    """A period that is none, and an entity that the recorder does not know."""
    assert (await _ask(home, "Bedroom", "once upon a time")).error
    early = await _ask(home, "Bedroom", "2026-10-01")
    assert early.data["Bedroom"]["error"] == "nothing was recorded"


async def test_without_a_recorder(hass: HomeAssistant) -> None:
    """It is said, and nothing fails."""
    house = await async_empty_house(hass)
    hass.states.async_set(DOOR, "off", SHOWN[DOOR])
    expose_all(hass)
    result = await _ask(house, "Front door")
    assert result.error
    assert "recorder is not running" in result.data["error"]
