"""Put events into a calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import probatio

from ...home import HomeEntity, clean_name
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Service, Step, UnworkableError

_LENGTH: Final = 200
_USUAL: Final = timedelta(hours=1)
_FORM: Final = "YYYY-MM-DD HH:MM, or YYYY-MM-DD for a whole day"
_SHORT_FORM: Final = "YYYY-MM-DD HH:MM"


class AddEvent(HomeTool):
    """Write into calendars."""

    name = "add_event"
    description = "Add an event to a calendar"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Required("title"): str,
            probatio.Required("start", description=_SHORT_FORM): str,
            probatio.Optional("end"): str,
        }
    )
    domains = frozenset({"calendar"})
    usual = domains
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"title": "text", "start": "text", "end": "text"}
    alone = "calendar"
    timed = True

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        if len(entities) > 1:
            raise UnworkableError("add_event takes one calendar at a time")
        title = clean_name(arguments["title"], length=_LENGTH)
        start, is_day = _moment(arguments["start"])
        end, _ = _moment(arguments["end"]) if arguments.get("end") else (start, is_day)
        if end <= start:
            end = start + (timedelta(days=1) if is_day else _USUAL)
        data: JsonObject
        if is_day:
            data = {"start_date": start.date().isoformat(), "end_date": end.date().isoformat()}
        else:
            data = {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()}
        service = Service("calendar", "create_event", {"summary": title, **data})
        when = f"{start:%A} {start.day} {start:%B}" + ("" if is_day else f", {start:%H:%M}")
        # Whether the next event is this one is no matter; a calendar that does not take it says so.
        return [Step(tuple(entities), (service,), None, "event", values={"title": title, "when": when})]


def _moment(text: str) -> tuple[datetime, bool]:
    """Return a moment in local time, and whether it is a whole day.

    Raises UnworkableError where the text is neither.
    """
    stripped = text.strip()
    day = dt_util.parse_date(stripped)
    moment = None if day else dt_util.parse_datetime(stripped.replace("T", " ", 1))
    if day:
        return dt_util.start_of_local_day(day), True
    if moment is None:
        raise UnworkableError(f"start and end are {_FORM}, not {text}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt_util.get_default_time_zone())), False
