"""Dates and times are set, on Home Assistant's own helpers and entities."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.agent.whole_house import changes, demo_house, shown, spoken

HELPERS: dict[str, Any] = {
    "input_datetime": {
        "wake": {"name": "Wake-up time", "has_date": False, "has_time": True, "initial": "06:00"},
        "party": {"name": "Party day", "has_date": True, "has_time": False, "initial": "2026-12-01"},
        "start": {"name": "Start", "has_date": True, "has_time": True, "initial": "2026-12-01 08:00"},
    }
}
CASES: dict[str, tuple[str, Any, dict[str, Any], str]] = {
    "a time": ("Wake-up time", "07:30", {"input_datetime.wake": "07:30:00"}, "is set to 07:30."),
    "in the afternoon": ("Wake-up time", "7:30 pm", {"input_datetime.wake": "19:30:00"}, "set to 19:30."),
    "with seconds": ("Wake-up time", "07:15:00", {"input_datetime.wake": "07:15:00"}, "set to 07:15."),
    "only the hour": ("Wake-up time", "7 am", {"input_datetime.wake": "07:00:00"}, "set to 07:00."),
    "a day": ("Party day", "2026-12-24", {"input_datetime.party": "2026-12-24"}, "set to Thursday 24 December."),
    "both": (
        "Start",
        "2026-12-24T18:00",
        {"input_datetime.start": "2026-12-24 18:00:00"},
        "set to Thursday 24 December, 18:00.",
    ),
    "so already": ("Wake-up time", "06:00", {}, "is already set to 06:00."),
    "a time of a device": ("Time", "23:15", {"time.time": "23:15:00"}, "set to 23:15."),
    "a day of a device": ("Date", "2026-12-24", {"date.date": "2026-12-24"}, "set to Thursday 24 December."),
    "no time": ("Wake-up time", "early", {}, ""),
    "no such hour": ("Wake-up time", "25:00", {}, ""),
    "no day": ("Party day", "tomorrow", {}, ""),
}


@pytest.mark.parametrize(("name", "value", "wanted", "told"), CASES.values(), ids=CASES)
async def test_a_moment_is_set(hass: HomeAssistant, name: str, value: str, wanted: dict[str, Any], told: str) -> None:
    """Or it is said what would be valid."""
    async with demo_house(hass, "time", "date", **HELPERS) as house:
        before = shown(hass)
        outcome = await house.perform("set it", ("set_value", {"targets": [name], "value": value}))
        after = changes(before, shown(hass))
        assert {one: new["state"] for one, new in after.items()} == wanted
        assert told in (spoken(outcome) or "")
        if not told:
            assert "takes" in outcome.results[0].data["error"]
