"""The action `parlor.announce`: say something in Parlor's voice, on players and satellites."""

from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import probatio

from ..announcements import Announcement, Delivery, Fate, Quiet, find_voice, sort_targets
from ..const import DOMAIN
from .entries import loaded_entry

ATTR_MESSAGE: Final = "message"
ATTR_SUMMARY: Final = "summary"
ATTR_VOICE: Final = "voice"
ATTR_LANGUAGE: Final = "language"
ATTR_VOLUME: Final = "volume"
ATTR_PREANNOUNCE: Final = "preannounce"
ATTR_QUIET_START: Final = "quiet_start"
ATTR_QUIET_END: Final = "quiet_end"
ATTR_QUIET_VOLUME: Final = "quiet_volume"

_PERCENT: Final = probatio.All(probatio.Coerce(float), probatio.Range(min=0, max=100))
# Blueprints hand on what was left empty as null.
_FIELDS: Final = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        probatio.Exclusive(ATTR_MESSAGE, "said"): cv.string,
        # As the other action takes it, which checks it.
        probatio.Exclusive(ATTR_SUMMARY, "said"): {str: object},
        probatio.Optional(ATTR_VOICE): probatio.Maybe(cv.entity_domain("tts")),
        probatio.Optional(ATTR_LANGUAGE): probatio.Maybe(cv.language),
        probatio.Optional(ATTR_VOLUME): probatio.Maybe(_PERCENT),
        probatio.Optional(ATTR_PREANNOUNCE, default=True): cv.boolean,
        probatio.Inclusive(ATTR_QUIET_START, "quiet"): probatio.Maybe(cv.time),
        probatio.Inclusive(ATTR_QUIET_END, "quiet"): probatio.Maybe(cv.time),
        probatio.Optional(ATTR_QUIET_VOLUME): probatio.Maybe(_PERCENT),
    }
)
_SCHEMA: Final = probatio.All(cv.has_at_least_one_key(ATTR_MESSAGE, ATTR_SUMMARY), _FIELDS)
# What the text of an exception can say of the targets that heard nothing.
_MOST_NAMED: Final = 5


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, "announce", _async_announce, _SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_announce(call: ServiceCall) -> ServiceResponse:
    """Announce a text or a summary, and return what became of it, as the documentation describes it.

    Where nobody asks for the response and no target could be served, it raises HomeAssistantError.
    """
    hass, data = call.hass, call.data
    entry = loaded_entry(hass)
    selected = async_extract_referenced_entity_ids(hass, TargetSelection(data))
    named = selected.referenced
    places, failed = sort_targets(hass, named, selected.indirectly_referenced - named)
    if not places and not failed:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nowhere_to_announce")
    text = await _async_text(call)
    if not text:
        return _response(text, [])
    announcement = Announcement(text, _share(data.get(ATTR_VOLUME)), data[ATTR_PREANNOUNCE])
    voice = find_voice(hass, entry, data.get(ATTR_VOICE), data.get(ATTR_LANGUAGE))
    announcer = entry.runtime_data.announcer
    delivered = await announcer.async_announce(announcement, places, voice, call.context, _quiet(data))
    deliveries = [*delivered, *failed]
    if not call.return_response and all(_has_failed(delivery) for delivery in deliveries):
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="not_announced",
            translation_placeholders={"targets": _told(deliveries)},
        )
    return _response(text, deliveries)


async def _async_text(call: ServiceCall) -> str:
    if ATTR_MESSAGE in call.data:
        return str(call.data[ATTR_MESSAGE]).strip()
    wanted: dict[str, Any] = call.data[ATTR_SUMMARY]
    told = await call.hass.services.async_call(
        DOMAIN, "summarize", wanted, blocking=True, context=call.context, return_response=True
    )
    return str((told or {})["text"])


def _response(text: str, deliveries: list[Delivery]) -> dict[str, Any]:
    return {
        "text": text,
        "announced": [one.entity_id for one in deliveries if one.fate is Fate.ANNOUNCED],
        "skipped": [one.entity_id for one in deliveries if one.fate is Fate.SKIPPED],
        "failed": [
            {"entity_id": one.entity_id, "reason": one.fate.value, "message": one.message}
            for one in deliveries
            if _has_failed(one)
        ],
    }


def _quiet(data: dict[str, Any]) -> Quiet | None:
    start, end = data.get(ATTR_QUIET_START), data.get(ATTR_QUIET_END)
    if start is None or end is None:
        return None
    return Quiet(start, end, _share(data.get(ATTR_QUIET_VOLUME)))


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _has_failed(delivery: Delivery) -> bool:
    return delivery.fate not in (Fate.ANNOUNCED, Fate.SKIPPED)


def _told(deliveries: list[Delivery]) -> str:
    return ", ".join(
        f"{one.entity_id} ({one.message or one.fate.value.replace('_', ' ')})" for one in deliveries[:_MOST_NAMED]
    )
