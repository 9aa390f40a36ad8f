"""Questions about the past, answered from a real recorder without a model."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.parlor.agent.route.asked import async_answer
from custom_components.parlor.agent.route.inquiries import Inquiries
from custom_components.parlor.agent.route.patterns import normalised, patterns_for
from tests.agent.house import House, async_empty_house
from tests.agent.whole_house import expose_all, place

DOOR, LAMP, GARDEN, ROOM, METER = "binary_sensor.door", "light.porch", "sensor.garden", "sensor.bedroom", "sensor.meter"
SHOWN: dict[str, dict[str, Any]] = {
    DOOR: {"friendly_name": "Front door contact", "device_class": "door"},
    LAMP: {"friendly_name": "Porch light"},
    GARDEN: {"friendly_name": "Garden temperature", "unit_of_measurement": "°C", "device_class": "temperature"},
    ROOM: {"friendly_name": "Bedroom temperature", "unit_of_measurement": "°C", "device_class": "temperature"},
    METER: {
        "friendly_name": "Energy meter",
        "unit_of_measurement": "kWh",
        "device_class": "energy",
        "state_class": "total_increasing",
    },
}
# What happened on the 21st and 22nd of November.
COURSE: list[tuple[str, str, str]] = [
    ("2026-11-21 20:00", DOOR, "off"),
    ("2026-11-21 20:00", LAMP, "off"),
    ("2026-11-21 20:00", GARDEN, "8"),
    ("2026-11-21 20:00", ROOM, "20"),
    ("2026-11-21 20:00", METER, "100"),
    ("2026-11-21 22:00", DOOR, "on"),
    ("2026-11-21 22:30", DOOR, "off"),
    ("2026-11-22 03:00", GARDEN, "2"),
    ("2026-11-22 03:00", ROOM, "16"),
    ("2026-11-22 05:00", GARDEN, "5"),
    ("2026-11-22 06:00", METER, "103.5"),
    ("2026-11-22 07:10", DOOR, "on"),
    ("2026-11-22 07:12", DOOR, "off"),
    ("2026-11-22 08:00", LAMP, "on"),
    ("2026-11-22 08:00", METER, "104"),
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
        if hass.states.get(entity_id) is None:
            house.sensor(entity_id, SHOWN[entity_id]["friendly_name"], None, state, SHOWN[entity_id])
        hass.states.async_set(entity_id, state, SHOWN[entity_id])
        await get_instance(hass).async_block_till_done()
    freezer.move_to("2026-11-22 09:30:00+00:00")
    place(hass, ROOM, "Bedroom")
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    expose_all(hass)
    await hass.async_block_till_done()
    return house


CASES = {
    "when did the front door last open": "The front door contact was last opened today at 07:10.",
    "when was the front door last closed": "The front door contact was last closed today at 07:12.",
    "when was the last time the front door was opened": "The front door contact was last opened today at 07:10.",
    "when was the porch light turned on": "The porch light was last turned on today at 08:00.",
    "how long has the porch light been on": "The porch light has been on for 1 hour and 30 minutes.",
    "how long has the front door been closed": "The front door contact has been closed for 2 hours and 18 minutes.",
    "how long has the front door been open": "The front door contact is closed.",
    "was the front door opened yesterday": "Yes, the front door contact was opened, last yesterday at 22:00.",
    "has the front door been opened today": "Yes, the front door contact was opened, last today at 07:10.",
    "was the porch light turned on yesterday": "No, the porch light was not turned on yesterday.",
    "how cold was it last night": "The garden temperature went down to 2 degrees last night.",
    "how warm was it in the bedroom yesterday": "The bedroom temperature went up to 20 degrees yesterday.",
    "what was the lowest temperature in the bedroom last night": (
        "The bedroom temperature went down to 16 degrees last night."
    ),
    "how much energy did we use today": "It was 4 kilowatt hours today.",
    "how much power have we used today": "It was 4 kilowatt hours today.",
    "when did the back door last open": None,
    "how cold was it in the garage last night": None,
    "when did the pope last visit": None,
    "how much water did we use today": None,
}


async def test_answers(home: House) -> None:
    """Each question is answered from what was recorded, or not at all."""
    patterns = patterns_for("en")
    assert patterns is not None
    told: dict[str, str | None] = {}
    for text in CASES:
        utterance = home.says(text)
        inquiry = Inquiries(home.hass, home.home, utterance, patterns).read(normalised(text))
        answer = await async_answer(home.hass, Context(), inquiry, patterns, "en") if inquiry else None
        told[text] = answer
    assert told == CASES
    await home.home.async_stop()


async def test_without_a_recorder(hass: HomeAssistant) -> None:
    """A house that records nothing leaves questions about the past to the model."""
    house = await async_empty_house(hass)
    house.sensor(DOOR, "Front door", None, "off", SHOWN[DOOR])
    await hass.async_block_till_done()
    patterns = patterns_for("en")
    assert patterns is not None
    text = "when did the front door contact last open"
    inquiry = Inquiries(hass, house.home, house.says(text), patterns).read(text)
    assert inquiry is not None
    assert await async_answer(hass, Context(), inquiry, patterns, "en") is None
    await house.home.async_stop()
