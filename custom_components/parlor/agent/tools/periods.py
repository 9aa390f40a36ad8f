"""Spans of time in words: "today", "last night", "the last 3 hours", "2026-11-20"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from typing import Final

from homeassistant.util import dt as dt_util

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS: Final = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400, "month": 30 * 86400}
_EVENING, _MORNING = timedelta(hours=21), timedelta(hours=7)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Period:
    """A span of local time."""

    start: datetime
    end: datetime


def past(text: str, now: datetime) -> Period | None:
    """Return a span that ends now at the latest; None where the words name none."""
    words = _words(text)
    today = dt_util.start_of_local_day(now)
    if match := re.fullmatch(r"(?:last |past )?(\d+|an?)? ?(minute|hour|day|week|month)s?(?: ago)?", words):
        number = int(match[1]) if (match[1] or "").isdigit() else 1
        return Period(now - timedelta(seconds=number * _UNITS[match[2]]), now)
    spans: Mapping[str, Callable[[], Period]] = {
        "today": lambda: Period(today, now),
        "yesterday": lambda: Period(_days(today, -1), today),
        "last night": lambda: Period(_days(today, -1) + _EVENING, min(today + _MORNING, now)),
        "tonight": lambda: Period(min(today + _EVENING, now), now),
        "this morning": lambda: Period(today, min(today + timedelta(hours=12), now)),
        "this week": lambda: Period(_days(today, -today.weekday()), now),
        "this month": lambda: Period(today.replace(day=1), now),
    }
    if words in spans:
        return spans[words]()
    if (day := _weekday(words, today, back=True)) or (day := _date(text)):
        return Period(day, min(_days(day, 1), now)) if day < now else None
    return None


def coming(text: str, now: datetime) -> Period | None:
    """Return a span of days from today on; None where the words name none."""
    words = _words(text)
    today = dt_util.start_of_local_day(now)
    if match := re.fullmatch(r"(?:next |coming )?(\d+) ?(day|week)s?", words):
        return Period(now, _days(today, int(match[1]) * (_WEEK if match[2] == "week" else 1)))
    next_monday = _days(today, _WEEK - today.weekday())
    spans = {
        "now": Period(now, _days(today, 1)),
        "today": Period(today, _days(today, 1)),
        "tonight": Period(today + timedelta(hours=17), _days(today, 1) + timedelta(hours=4)),
        "tomorrow": Period(_days(today, 1), _days(today, 2)),
        "week": Period(now, _days(today, _WEEK)),
        "this week": Period(today, next_monday),
        "next week": Period(next_monday, _days(next_monday, _WEEK)),
        "weekend": Period(_days(next_monday, -2), next_monday),
        "this weekend": Period(_days(next_monday, -2), next_monday),
        "month": Period(now, _days(today, 31)),
    }
    if words in spans:
        return spans[words]
    day = _weekday(words, today, back=False) or _date(text)
    return Period(day, _days(day, 1)) if day else None


def _words(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").removeprefix("the ").replace("last the ", "last ").split())


def _days(day: datetime, number: int) -> datetime:
    return dt_util.start_of_local_day(day.date() + timedelta(days=number))


def _weekday(words: str, today: datetime, *, back: bool) -> datetime | None:
    name = words.removeprefix("last ").removeprefix("on ").removeprefix("next ").removeprefix("this ")
    if name not in _DAYS:
        return None
    distance = (_DAYS.index(name) - today.weekday()) % _WEEK
    return _days(today, distance - _WEEK if back and distance else distance)


def _date(text: str) -> datetime | None:
    day = dt_util.parse_date(text.strip()[:10])
    return dt_util.start_of_local_day(day) if day else None
