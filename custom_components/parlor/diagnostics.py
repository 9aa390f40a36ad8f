"""What a user may hand to others to find out what is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_API_KEY, CONF_HEADERS, CONF_URL, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.loader import async_get_integration
from yarl import URL

from .const import (
    CONF_ALLOWED_ADDRESS,
    CONF_INSTRUCTIONS,
    CONF_URI,
    CONF_VOICE,
    CONF_WHISPER,
    DOMAIN,
    SUBENTRY_CONVERSATION,
)
from .conversation import ParlorConversation
from .data import ParlorConfigEntry
from .flow.voices import is_path
from .inference import InferenceError, ModelServers
from .speech import SpeechServer

# Instructions say how somebody lives.
_SECRETS: Final = {CONF_API_KEY, CONF_HEADERS, CONF_INSTRUCTIONS}


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
        "model_servers": _model_servers(data.servers),
        "turns": _turns(hass, entry),
        "speech_servers": {subentry_id: _speech_server(server) for subentry_id, server in data.speech.items()},
    }


def _subentry(subentry: ConfigSubentry) -> dict[str, Any]:
    """Return a subentry without its title, which a user may have chosen."""
    data = async_redact_data(dict(subentry.data), _SECRETS)
    for key in (CONF_URL, CONF_URI):
        if key in data:
            data[key] = _without_host(data[key])
    if data.get(CONF_ALLOWED_ADDRESS):
        # That there is one matters to whoever looks for what left the home; which one it is does not.
        data[CONF_ALLOWED_ADDRESS] = "one outside of the home"
    for key in (CONF_WHISPER, CONF_VOICE):
        if is_path(data.get(key, "")):
            data[key] = "a path"
    return {"type": subentry.subentry_type, "data": data}


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


def _turns(hass: HomeAssistant, entry: ParlorConfigEntry) -> dict[str, list[dict[str, Any]]]:
    """Return the figures of each agent's last turns, which hold no words."""
    registry = er.async_get(hass)
    turns = {}
    for subentry in entry.get_subentries_of_type(SUBENTRY_CONVERSATION):
        entity_id = registry.async_get_entity_id(Platform.CONVERSATION, DOMAIN, subentry.subentry_id)
        agent = async_get_agent(hass, entity_id) if entity_id else None
        if isinstance(agent, ParlorConversation):
            turns[subentry.subentry_id] = [asdict(record) for record in agent.turns.records]
    return turns


def _model_servers(servers: ModelServers) -> dict[str, Mapping[str, Any]]:
    """Return the state of each model server; bytes are summed up over the addresses they went to."""
    return {
        state.id: {
            "available": state.available,
            "last_error": _error(state.last_error),
            "model": state.model,
            "context_length": state.context_length,
            "traffic": {
                "addresses": len(traffic := servers.traffic[state.id]),
                "requests": sum(bytes_.requests for bytes_ in traffic.values()),
                "sent": sum(bytes_.sent for bytes_ in traffic.values()),
                "received": sum(bytes_.received for bytes_ in traffic.values()),
            },
        }
        for state in servers.states
    }


def _error(error: InferenceError | None) -> str | None:
    """Return what kind of error it is; its words may hold addresses."""
    return error.key if error else None


def _speech_server(server: SpeechServer) -> dict[str, Any]:
    """Return the state of a speech server."""
    info, status = server.info, server.status
    return {
        "local": server.process is not None,
        "available": server.available,
        "hears": info.hears if info else None,
        "speaks": info.speaks if info else None,
        "languages": info.languages if info else None,
        "ears": {"state": status.ears.state, "code": status.ears.code} if status else None,
        "voice": {"state": status.voice.state, "code": status.voice.code} if status else None,
    }
