"""What a user may hand to others to find out what is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_LANGUAGE, CONF_MODEL, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.loader import async_get_integration
from yarl import URL

from .agent.record import TurnLog
from .const import CONF_ALLOWED_ADDRESS, CONF_PLACE, CONF_URI, CONF_VOICE, CONF_WHISPER, DOMAIN
from .data import ParlorConfigEntry, ParlorData
from .flow.voices import is_path
from .inference import InferenceError, ServerState, full_name
from .network import Traffic, contacts, summed
from .speech import Speech, SpeechServer
from .tasks import TaskLog

_ADDRESSES: Final = frozenset({CONF_URL, CONF_URI})
# Whatever else is text may be a secret, or say how somebody lives.
_CHOSEN: Final = frozenset({CONF_MODEL, CONF_PLACE, CONF_WHISPER, CONF_VOICE, CONF_LANGUAGE})


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ParlorConfigEntry) -> dict[str, Any]:
    """Return states, versions and counts; no keys, no addresses of machines, no names of anything in the home."""
    integration = await async_get_integration(hass, DOMAIN)
    data = entry.runtime_data
    return {
        "version": str(integration.version),
        "data": dict(entry.data),
        "options": dict(entry.options),
        "subentries": {subentry.subentry_id: _subentry(subentry) for subentry in entry.subentries.values()},
        "entities": _entities(hass, entry),
        "home": {
            "entities": dict(Counter(entity.domain for entity in data.home.entities.values())),
            "areas": len(data.home.areas),
            "floors": len(data.home.floors),
        },
        "model_servers": {state.id: _model_server(data, state) for state in data.servers.states},
        "contacted_since_start": _contacted(contacts(hass)),
        "turns": _figures(entry.runtime_data.turns),
        "tasks": _figures(entry.runtime_data.tasks),
        "speech_servers": {subentry_id: _speech(speech) for subentry_id, speech in data.speech.items()},
    }


def _subentry(subentry: ConfigSubentry) -> dict[str, Any]:
    """Return a subentry without its title and without what a user has written."""
    return {"type": subentry.subentry_type, "data": {key: _setting(key, value) for key, value in subentry.data.items()}}


def _setting(key: str, value: object) -> object:
    """Return a setting as far as it says nothing of a home: numbers and switches, and what is chosen from a list."""
    if isinstance(value, Mapping):
        return {inner: _setting(inner, content) for inner, content in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    if key in _ADDRESSES:
        return _without_host(str(value))
    if key == CONF_ALLOWED_ADDRESS:
        # That there is one matters to whoever looks for what left the home; which one it is does not.
        return "one outside of the home"
    if key in {CONF_WHISPER, CONF_VOICE} and is_path(str(value)):
        return "a path"
    return value if key in _CHOSEN else REDACTED


def _without_host(address: str) -> str:
    """Return scheme and port of an address, and whether it is of this machine."""
    url = URL(address)
    host = "localhost" if url.host in {"localhost", "127.0.0.1", "::1"} else "somewhere"
    return f"{url.scheme}://{host}:{url.port}"


def _entities(hass: HomeAssistant, entry: ParlorConfigEntry) -> list[dict[str, Any]]:
    """Return Parlor's own entities without the names that a user may have given them."""
    registry = er.async_get(hass)
    return [
        {
            "domain": entity.domain,
            "subentry": entity.config_subentry_id,
            "disabled": entity.disabled_by,
            "state": state.state if (state := hass.states.get(entity.entity_id)) else None,
        }
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]


def _figures(logs: Mapping[str, TurnLog] | Mapping[str, TaskLog]) -> dict[str, list[dict[str, Any]]]:
    """Return the figures of the last turns of each agent, or of the last tasks: they hold no words."""
    return {subentry_id: [asdict(record) for record in log.records] for subentry_id, log in logs.items()}


def _model_server(data: ParlorData, state: ServerState) -> dict[str, Any]:
    """Return the state of a model server: what it has in memory, and to what kinds of addresses anything was sent."""
    look = state.look
    loaded = (look.loaded or {}) if look else {}
    in_memory = loaded.get(full_name(state.model))
    return {
        "available": state.available,
        "last_error": _error(state.last_error),
        "model": state.model,
        "context_length": state.context_length,
        "capabilities": sorted(state.capabilities),
        "version": look.version if look else None,
        "cloud_enabled": state.cloud,
        "digest": state.digest() or None,
        "digest_in_use": data.pins.in_use(state.id, state.model),
        "memory": state.memory,
        "gpu_share": in_memory.gpu_share if in_memory else None,
        "models_in_memory": len(loaded),
        "contacted": _contacted(data.servers.traffic[state.id]),
    }


def _contacted(contacts: Mapping[str, Traffic]) -> list[dict[str, Any]]:
    """Return what went to each address, without saying which it is."""
    return [{"kind": _kind_of_address(address), **asdict(traffic)} for address, traffic in contacts.items()]


def _kind_of_address(address: str) -> str:
    """Return what an address is without saying which: whoever reads this is to see that it belongs to a home."""
    try:
        parsed = ip_address(address)
    except ValueError:  # what a speech server says of its downloads has names
        return "a host of downloads"
    kinds = {
        "loopback": parsed.is_loopback,
        "link-local": parsed.is_link_local,
        "private": parsed.is_private,
        "public": parsed.is_global,
    }
    return next((f"{kind} IPv{parsed.version}" for kind, is_so in kinds.items() if is_so), f"IPv{parsed.version}")


def _error(error: InferenceError | None) -> str | None:
    """Return what kind of error it is; its words may hold addresses."""
    return error.key if error else None


def _speech(speech: Speech) -> dict[str, Any]:
    """Return the state of a speech server and, where it has one, of its fallback."""
    first, *others = speech.in_order
    return _speech_server(first) | ({"fallback": _speech_server(others[0])} if others else {})


def _speech_server(server: SpeechServer) -> dict[str, Any]:
    """Return the state of a speech server."""
    info, status = server.info, server.status
    return {
        "local": server.process is not None,
        "contacted": _contacted(summed((server.traffic, server.downloads))),
        "last_error": server.error.key if server.error else None,
        "available": server.available,
        "protocol": server.protocol,
        "hears": info.hears if info else None,
        "speaks": info.speaks if info else None,
        "languages": info.languages if info else None,
        "ears": {"state": status.ears.state, "code": status.ears.code} if status else None,
        "voice": {"state": status.voice.state, "code": status.voice.code} if status else None,
    }
