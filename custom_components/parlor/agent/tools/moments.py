"""Dates and times that helpers and devices are set to: an alarm clock, the day of a holiday."""

from collections.abc import Mapping
from datetime import date, datetime, time
import re
from typing import Any, Final

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ...home import HomeEntity
from ...inference import JsonObject
from .base import Service, Step, UnworkableError
from .goals import when

MOMENTS: Final = frozenset({"input_datetime", "date", "time", "datetime"})
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})? ?(?:([ap])\.?m\.?)?", re.IGNORECASE)
_NOON: Final = 12


def moment_step(entity: HomeEntity, state: State | None, value: str) -> Step:
    """Return the step that sets a date, a time, or both.

    Raises UnworkableError with the form that it takes where the value is none.
    """
    attributes: Mapping[str, Any] = state.attributes if state else {}
    has_date = entity.domain in ("date", "datetime") or bool(attributes.get("has_date"))
    has_time = entity.domain in ("time", "datetime") or bool(attributes.get("has_time"))
    moment = _moment(value, has_date=has_date, has_time=has_time)
    if moment is None:
        form = " ".join(part for part, has in (("YYYY-MM-DD", has_date), ("HH:MM", has_time)) if has)
        raise UnworkableError(f"{entity.label} takes {form}, not {value}")
    service = "set_datetime" if entity.domain == "input_datetime" else "set_value"
    spoken = _spoken(moment, has_date=has_date, has_time=has_time)
    data = _data(moment, entity.domain, has_date=has_date, has_time=has_time)
    goal = when(lambda state: _moment(state.state, has_date=has_date, has_time=has_time) == moment)
    return Step((entity,), (Service(entity.domain, service, data),), goal, "value", values={"value": spoken})


def _data(moment: datetime, domain: str, *, has_date: bool, has_time: bool) -> JsonObject:
    if domain == "datetime" or (domain == "input_datetime" and has_date and has_time):
        return {"datetime": moment.isoformat() if domain == "datetime" else f"{moment:%Y-%m-%d %H:%M:%S}"}
    return {"date": f"{moment:%Y-%m-%d}"} if has_date else {"time": f"{moment:%H:%M:%S}"}


def _moment(text: str, *, has_date: bool, has_time: bool) -> datetime | None:
    """Return a local date and time; what is not asked for stays at midnight, or today."""
    stripped = " ".join(text.replace("T", " ").split())
    day: date | None = dt_util.start_of_local_day().date()
    clock: time | None = time()
    if has_date and has_time:
        moment = dt_util.parse_datetime(stripped)
        if moment is None:
            return None
        return dt_util.as_local(moment) if moment.tzinfo else moment.replace(tzinfo=dt_util.get_default_time_zone())
    if has_date:
        day = dt_util.parse_date(stripped[:10])
    if has_time:
        clock = _clock(stripped.rpartition(" ")[2] if "-" in stripped else stripped)
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock, dt_util.get_default_time_zone())


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if match[3].casefold() == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        # There is no such hour.
        return None


def _spoken(moment: datetime, *, has_date: bool, has_time: bool) -> str:
    day = f"{moment:%A} {moment.day} {moment:%B}"
    return ", ".join(part for part, has in ((day, has_date), (f"{moment:%H:%M}", has_time)) if has)
