"""Appointments, lists and the weather to come, with Home Assistant's own integrations."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.parlor.summaries.request import HandedIn
from custom_components.parlor.summaries.sheet import Figure
from custom_components.parlor.summaries.tell import sheet_text
from tests.agent.whole_house import sunday_house
from tests.summaries.past_house import PastHouse, texts

LIST, CALENDAR = "todo.chores", "calendar.family"


@pytest.fixture
async def house(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> AsyncGenerator[PastHouse]:
    """Return a house with a list, a calendar and a weather report, on a Sunday morning at nine."""
    async with sunday_house(hass, tmp_path, freezer, "Chores") as house:
        yield PastHouse(hass, house.home, {})


async def _async_call(hass: HomeAssistant, domain: str, service: str, entity_id: str, **data: Any) -> None:
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)


# start, end, title, place
EVENTS: list[tuple[str, str, str, str]] = [
    ("2026-11-22 07:00", "2026-11-22 08:00", "Run", ""),
    ("2026-11-22 14:00", "2026-11-22 15:00", "Dentist", "Main Street 3"),
    ("2026-11-23", "2026-11-24", "Waste collection", ""),
    ("2026-11-23 22:00", "2026-11-24 01:00", "Night train", ""),
    ("2026-11-24 10:00", "2026-11-24 11:00", "Two days on", ""),
    ("2026-11-28 10:00", "2026-11-28 11:00", "Next week", ""),
]
WINDOWS: dict[str, tuple[str, str, list[str]]] = {
    "a morning": (
        "2026-11-21 22:00",
        "2026-11-22 09:00",
        [
            "Today from 14:00 to 15:00: Dentist, at Main Street 3.",
            "Tomorrow, all day: Waste collection.",
            "From tomorrow 22:00 to Tuesday 01:00: Night train.",
            "Today from 07:00 to 08:00: Run.",
        ],
    ),
    "a period ahead": (
        "2026-11-22 13:00",
        "2026-11-22 14:30",
        ["Today from 14:00 to 15:00: Dentist, at Main Street 3."],
    ),
    "a period that is over": ("2026-11-20 00:00", "2026-11-21 00:00", []),
}


@pytest.mark.parametrize(("start", "end", "told"), WINDOWS.values(), ids=WINDOWS.keys())
async def test_appointments(house: PastHouse, start: str, end: str, told: list[str]) -> None:
    """Those of the period, and what is coming when it reaches up to now."""
    for begins, ends, title, place in EVENTS:
        kind = "date" if len(begins) == len("2026-11-23") else "date_time"
        moments = {f"start_{kind}": begins, f"end_{kind}": ends}
        more = {"location": place} if place else {}
        await _async_call(house.hass, "calendar", "create_event", CALENDAR, summary=title, **moments, **more)
    sheet = await house.async_sheet(start, end)
    assert texts(sheet, "calendar") == told
    assert all(fact.from_outside for section in sheet.sections if section.key == "calendar" for fact in section.facts)


async def test_lists(house: PastHouse) -> None:
    """What is late first, then what is due, then the others together."""
    for item, due in (
        ("Milk", {}),
        ("Taxes", {"due_date": "2026-11-20"}),
        ("Call Ben", {"due_datetime": "2026-11-22 18:00:00+01:00"}),
        ("Bread «and» <b>", {}),
        ("Car", {"due_date": "2027-03-01"}),
    ):
        await _async_call(house.hass, "todo", "add_item", LIST, item=item, **due)
    sheet = await house.async_sheet("2026-11-21 22:00", "2026-11-22 09:00")
    assert texts(sheet, "to_do") == [
        "Chores: Taxes, was due on Friday.",
        "Chores: Call Ben, due at 18:00.",
        "Chores: 3 open items, Milk, Bread and b and Car.",
    ]
    assert "- «Chores: Taxes, was due on Friday.»" in sheet_text(sheet)


async def test_weather(house: PastHouse) -> None:
    """Now, and what the report says of today and tomorrow."""
    start = dt_util.now().date()
    sheet = await house.async_sheet(
        "2026-11-21 22:00", "2026-11-22 09:00", entity_ids=frozenset({"weather.demo_weather_south"})
    )
    [section] = [section for section in sheet.sections if section.key == "weather"]
    now, *days = section.facts
    assert now.text == "Outside it is sunny, 21.6 °C, 92% humidity, wind at 1.8 km/h."
    assert Figure(21.6, "°C") in now.figures
    assert [fact.text.partition(":")[0] for fact in days] == ["Today", "Tomorrow"]
    assert days[0].times[0].date() == start


MAIL = "Dear all,\nthe meeting is on Friday.\n" + "Bring cake. " * 800


async def test_texts_are_carried_whole(house: PastHouse) -> None:
    """A text that was handed in is cut by nobody, and fenced."""
    sheet = await house.async_sheet(
        "2026-11-21 22:00", "2026-11-22 09:00", texts=(HandedIn("Mail of Ben", MAIL),), sections=("texts",)
    )
    [fact] = sheet.facts
    assert fact.text.count("Bring cake.") == 800
    assert sheet_text(sheet).count("\n- «Mail of Ben: Dear all, the meeting is on Friday. Bring") == 1
