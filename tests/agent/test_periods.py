"""Spans of time in words, on a Sunday."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.parlor.agent.tools.periods import Period, coming, past

NOW = "2026-11-22 09:30"
PAST: list[tuple[str, tuple[str, str] | None]] = [
    ("today", ("2026-11-22 00:00", NOW)),
    ("Yesterday", ("2026-11-21 00:00", "2026-11-22 00:00")),
    ("last night", ("2026-11-21 21:00", "2026-11-22 07:00")),
    ("3 hours", ("2026-11-22 06:30", NOW)),
    ("the last hour", ("2026-11-22 08:30", NOW)),
    ("last 2 days", ("2026-11-20 09:30", NOW)),
    ("this week", ("2026-11-16 00:00", NOW)),
    ("monday", ("2026-11-16 00:00", "2026-11-17 00:00")),
    ("last friday", ("2026-11-20 00:00", "2026-11-21 00:00")),
    ("2026-11-19", ("2026-11-19 00:00", "2026-11-20 00:00")),
    ("2026-12-19", None),
    ("once upon a time", None),
]
COMING: list[tuple[str, tuple[str, str] | None]] = [
    ("today", ("2026-11-22 00:00", "2026-11-23 00:00")),
    ("tomorrow", ("2026-11-23 00:00", "2026-11-24 00:00")),
    ("friday", ("2026-11-27 00:00", "2026-11-28 00:00")),
    ("sunday", ("2026-11-22 00:00", "2026-11-23 00:00")),
    ("next week", ("2026-11-23 00:00", "2026-11-30 00:00")),
    ("weekend", ("2026-11-21 00:00", "2026-11-23 00:00")),
    ("3 days", (NOW, "2026-11-25 00:00")),
    ("2026-12-24", ("2026-12-24 00:00", "2026-12-25 00:00")),
    ("someday", None),
]


def _local(text: str) -> datetime:
    moment = dt_util.parse_datetime(text)
    assert moment
    return moment.replace(tzinfo=dt_util.get_default_time_zone())


def _period(span: tuple[str, str] | None) -> Period | None:
    return Period(_local(span[0]), _local(span[1])) if span else None


@pytest.mark.parametrize(("text", "span"), PAST, ids=[case[0] for case in PAST])
async def test_past(hass: HomeAssistant, text: str, span: tuple[str, str] | None) -> None:
    """A span ends now at the latest."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert past(text, _local(NOW)) == _period(span)


@pytest.mark.parametrize(("text", "span"), COMING, ids=[case[0] for case in COMING])
async def test_coming(hass: HomeAssistant, text: str, span: tuple[str, str] | None) -> None:
    """A span begins today at the earliest, but for the day itself."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert coming(text, _local(NOW)) == _period(span)
