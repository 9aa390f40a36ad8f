"""System health, as Home Assistant's own page shows it."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.parlor.const import DOMAIN
from demo.ollama import STAND_IN, OllamaStandIn
from tests.flow_texts import ENGLISH
from tests.parlor_entry import agent, async_add_parlor, ears, model_server, wyoming_server

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done(wait_background_tasks=False)
    info: dict[str, Any] = await get_system_health_info(hass, DOMAIN)
    assert set(info) <= set(ENGLISH["system_health"]["info"])
    return info


async def test_home(hass: HomeAssistant) -> None:
    """Each server is told, the one that answers and the one that does not, and what hears and speaks."""
    async with OllamaStandIn() as ollama, wyoming_server(hass, hears=("en",)) as uri:
        down = [model_server(subentry_id=f"down {number}") for number in range(3)]
        entry = await async_add_parlor(hass, model_server(ollama.url), *down, agent(), ears(uri))
        hass.states.async_set("light.kitchen", "on")
        async_expose_entity(hass, "conversation", "light.kitchen", should_expose=True)
        servers = entry.runtime_data.servers
        while servers.states[0].memory != "loaded" or any(state.available for state in servers.states[1:]):
            await hass.async_block_till_done(wait_background_tasks=False)
        failed = {"type": "failed", "error": "server_unreachable"}
        assert await _info(hass) == {
            "loaded": True,
            "exposed": 1,
            "server_1": "ok",
            "version_1": "0.32.15",
            "model_1": STAND_IN.name,
            "in_memory_1": True,
            "server_2": failed,
            "version_2": None,
            "model_2": STAND_IN.name,
            "in_memory_2": False,
            "server_3": failed,
            "version_3": None,
            "model_3": STAND_IN.name,
            "in_memory_3": False,
            "ears": True,
            "voice": False,
        }


async def test_not_loaded(hass: HomeAssistant) -> None:
    """A home that is set up but not loaded says so."""
    entry = await async_add_parlor(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    assert await _info(hass) == {"loaded": False}
