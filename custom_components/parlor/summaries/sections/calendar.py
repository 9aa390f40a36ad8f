"""Appointments: those of the period, and what is coming today and tomorrow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...home import HomeEntity, clean_name
from ..look import Found, Look
from ..made import async_response
from ..sheet import Fact
from ..wording import capitalised

# A period that ended longer ago than this asks for what was, not for what is coming.
_RECENT: Final = timedelta(hours=1)
_LENGTH: Final = 120
_DATE: Final = len("2026-01-01")


@dataclass(frozen=True, slots=True)
class _Event:
    calendar: HomeEntity
    title: str
    place: str
    start: datetime
    end: datetime
    is_whole_day: bool


async def async_calendar(look: Look) -> Found:
    """Collect the appointments of the period; where that reaches up to now, also those until the end of tomorrow."""
    calendars = look.of("calendar")
    start, end = _window(look)
    events: list[_Event] = []
    left_out = []
    for calendar, _state in look.seen(calendars):
        span = {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()}
        try:
            found = (await async_response(look, calendar, "get_events", span)).get("events")
        except HomeAssistantError:
            # The calendar cannot be reached; the others can.
            left_out.append(look.wording.text("without", "unread", name=calendar.name))
            continue
        events += [event for one in found or () if (event := _event(calendar, one, look))]
    # What is coming is more telling than what is over.
    events.sort(key=lambda event: (event.end < look.now, event.start, event.title))
    facts = tuple(_fact(look, event, is_one_of_many=len(calendars) > 1) for event in events)
    return Found(facts, tuple(calendar.entity_id for calendar in calendars), tuple(left_out))


def _window(look: Look) -> tuple[datetime, datetime]:
    end = dt_util.as_local(look.request.end)
    if look.now - _RECENT <= end <= look.now + _RECENT and look.start < look.now:
        end = dt_util.start_of_local_day(look.now.date() + timedelta(days=2))
    return look.start, end


def _event(calendar: HomeEntity, event: Mapping[str, Any], look: Look) -> _Event | None:
    begins, ends = str(event.get("start", "")), str(event.get("end", ""))
    is_whole_day = len(begins) <= _DATE
    start, end = _moment(begins), _moment(ends)
    if start is None or end is None:
        return None
    title = clean_name(str(event.get("summary") or ""), length=_LENGTH) or look.wording.text("calendar", "untitled")
    place = clean_name(str(event.get("location") or ""), length=_LENGTH)
    return _Event(calendar, title, place, start, end, is_whole_day)


def _moment(text: str) -> datetime | None:
    if len(text) <= _DATE:
        day = dt_util.parse_date(text)
        return dt_util.start_of_local_day(day) if day else None
    moment = dt_util.parse_datetime(text)
    return dt_util.as_local(moment) if moment else None


def _fact(look: Look, event: _Event, *, is_one_of_many: bool) -> Fact:
    words = look.wording
    times: tuple[datetime, ...]
    last = event.end - timedelta(seconds=1) if event.is_whole_day else event.end
    if not event.is_whole_day:
        when, times = words.range(event.start, event.end), (event.start, event.end)
    elif last.date() == event.start.date():
        when, times = words.text("calendar", "whole_day", day=words.day(event.start)), (event.start,)
    else:
        days = words.day(event.start, bare=True), words.day(last, bare=True)
        when, times = words.text("calendar", "whole_days", first=days[0], last=days[1]), (event.start, last)
    where = words.text("calendar", "where", place=event.place) if event.place else ""
    whose = words.text("calendar", "whose", calendar=event.calendar.name) if is_one_of_many else ""
    if not event.is_whole_day and event.start.date() == look.now.date():
        # "From 14:00" alone would leave open of which day.
        when = words.text("calendar", "today", range=when)
    text = f"{capitalised(when)}: {event.title}{where}{whose}."
    names = tuple(name for name in (event.title, event.place, event.calendar.name) if name)
    return Fact(text, names, times=times, from_outside=True)
