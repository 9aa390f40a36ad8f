"""The action `parlor.summarize`: what happened in the home and how it stands, in words that are all borne out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.const import CONF_MODEL
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.util import dt as dt_util
import probatio

from ..const import DOMAIN
from ..data import ParlorConfigEntry
from ..summaries.files import async_read_text
from ..summaries.request import Audience, HandedIn, Length, Summary, SummaryRequest
from ..summaries.sections import SECTIONS
from ..summaries.sheet import Fact, FactSheet
from ..summaries.summarize import async_summarize
from ..summaries.target import resolve_entities
from .entries import loaded_entry

ATTR_SECTIONS: Final = "sections"
ATTR_HOURS: Final = "hours"
ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_TEXTS: Final = "texts"
ATTR_FILE: Final = "file"
ATTR_CAMERAS: Final = "cameras"
ATTR_LENGTH: Final = "length"
ATTR_AUDIENCE: Final = "audience"
ATTR_STYLE: Final = "style"
ATTR_LANGUAGE: Final = "language"
ATTR_FOCUS: Final = "focus"
ATTR_AGENT: Final = "agent"

_TARGET: Final = ("entity_id", "device_id", "area_id", "floor_id", "label_id")
_MOST_HOURS: Final = 24 * 31


def _text(value: object) -> dict[str, str]:
    """Return a text that was handed in, with its title if it has one."""
    return {"title": "", "text": value} if isinstance(value, str) else _TITLED(value)


_TITLED: Final = probatio.Schema(
    {probatio.Optional("title", default=""): cv.string, probatio.Required("text"): cv.string}
)
_SCHEMA: Final = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        probatio.Optional(ATTR_SECTIONS): probatio.All(cv.ensure_list, [probatio.In(tuple(SECTIONS))]),
        probatio.Exclusive(ATTR_HOURS, "period"): probatio.All(
            probatio.Coerce(float), probatio.Range(min=0, min_included=False, max=_MOST_HOURS)
        ),
        probatio.Exclusive(ATTR_START, "period"): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_TEXTS): probatio.All(cv.ensure_list, [_text]),
        probatio.Optional(ATTR_FILE): probatio.Schema(
            {probatio.Required("media_content_id"): cv.string}, extra=probatio.ALLOW_EXTRA
        ),
        probatio.Optional(ATTR_CAMERAS): cv.entities_domain("camera"),
        probatio.Optional(ATTR_LENGTH, default=Length.MEDIUM): probatio.Coerce(Length),
        probatio.Optional(ATTR_AUDIENCE, default=Audience.SPOKEN): probatio.Coerce(Audience),
        probatio.Optional(ATTR_STYLE): cv.string,
        probatio.Optional(ATTR_LANGUAGE): cv.language,
        probatio.Optional(ATTR_FOCUS): cv.string,
        probatio.Optional(ATTR_AGENT): cv.entity_domain(["ai_task", "conversation"]),
    }
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, "summarize", _async_summarize, _SCHEMA, supports_response=SupportsResponse.ONLY
    )


async def _async_summarize(call: ServiceCall) -> ServiceResponse:
    """Return a summary, as the documentation describes it."""
    hass = call.hass
    entry = loaded_entry(hass)
    model = _model(hass, call.data.get(ATTR_AGENT))
    request = await _async_request(call, entry)
    return _response(await async_summarize(hass, entry, request, model=model))


async def _async_request(call: ServiceCall, entry: ParlorConfigEntry) -> SummaryRequest:
    data = call.data
    start, end = _period(data)
    texts = [HandedIn(**text) for text in data.get(ATTR_TEXTS, ())]
    if file := data.get(ATTR_FILE):
        texts.append(await async_read_text(call.hass, file["media_content_id"]))
    target = {key: data[key] for key in _TARGET if key in data}
    return SummaryRequest(
        start=start,
        end=end,
        language=data.get(ATTR_LANGUAGE, call.hass.config.language),
        entity_ids=resolve_entities(call.hass, entry.runtime_data.home, target) if target else None,
        sections=tuple(data[ATTR_SECTIONS]) if ATTR_SECTIONS in data else None,
        texts=tuple(texts),
        cameras=tuple(data.get(ATTR_CAMERAS, ())),
        length=data[ATTR_LENGTH],
        audience=data[ATTR_AUDIENCE],
        style=data.get(ATTR_STYLE),
        focus=data.get(ATTR_FOCUS),
        context=call.context,
    )


def _period(data: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return what to tell of: from `start`, or so many hours back, until `end`, which is now where it is not given."""
    end = dt_util.as_local(data[ATTR_END]) if ATTR_END in data else dt_util.now()
    if ATTR_START in data:
        return dt_util.as_local(data[ATTR_START]), end
    return end - timedelta(hours=data.get(ATTR_HOURS, 24)), end


@callback
def _model(hass: HomeAssistant, entity_id: str | None) -> str | None:
    """Return the model of an agent or AI task entity; None for the servers' own. Raises ServiceValidationError."""
    if entity_id is None:
        return None
    found = er.async_get(hass).async_get(entity_id)
    entry = hass.config_entries.async_get_entry(found.config_entry_id or "") if found else None
    if found is None or entry is None or entry.domain != DOMAIN:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_parlors", translation_placeholders={"entity": entity_id}
        )
    subentry = entry.subentries.get(found.config_subentry_id or "")
    return (subentry.data.get(CONF_MODEL) or None) if subentry else None


def _response(summary: Summary) -> ServiceResponse:
    return {
        "text": summary.text,
        "facts": _facts(summary.sheet),
        "sources": list(summary.sheet.sources),
        "unverified": list(summary.unverified),
        "left_out": list(summary.left_out),
        "model": summary.model,
        "duration": round(summary.duration, 2),
    }


def _facts(sheet: FactSheet) -> dict[str, Any]:
    return {
        "start": sheet.start.isoformat(),
        "end": sheet.end.isoformat(),
        "language": sheet.language,
        "sections": [
            {"key": section.key, "facts": [_fact(fact) for fact in section.facts], "left_out": list(section.left_out)}
            for section in sheet.sections
        ],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "text": fact.text,
        "names": list(fact.names),
        "figures": [{"value": figure.value, "unit": figure.unit} for figure in fact.figures],
        "times": [moment.isoformat() for moment in fact.times],
        "states": list(fact.states),
        "direction": fact.direction,
        "from_outside": fact.from_outside,
    }
