"""System health: whether what Parlor needs answers, in a few lines without names and addresses."""

from typing import Any, Final

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .data import ParlorConfigEntry, ParlorData
from .inference import ServerState
from .speech.status import Role

# So many have texts; a home with more has them all in its diagnostics.
_SHOWN_SERVERS: Final = 3


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the callback."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known; the servers are looked at all the time, so nothing is asked now."""
    entries: list[ParlorConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        return {"loaded": False}
    parts = entries[0].runtime_data
    info: dict[str, Any] = {"loaded": True, "exposed": len(parts.home.entities)}
    for number, state in enumerate(parts.servers.states[:_SHOWN_SERVERS], 1):
        info |= {f"{key}_{number}": value for key, value in _server(state).items()}
    return info | _speech(parts)


def _server(state: ServerState) -> dict[str, Any]:
    """Return what there is to say of a model server."""
    error = state.last_error.key if state.last_error else "unknown"
    return {
        "server": "ok" if state.available else {"type": "failed", "error": error},
        "version": state.look.version if state.look else None,
        "model": state.model,
        "in_memory": state.memory == "loaded",
    }


def _speech(parts: ParlorData) -> dict[str, bool]:
    """Return whether anything hears, and anything speaks."""
    servers = parts.speech.values()
    return {role.value: any(server.is_ready(role) for server in servers) for role in Role}
