"""A flow as a browser sees it: over HTTP, and told by the WebSocket when a step has ended."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.parlor.const import DOMAIN
from demo.ollama import STAND_IN, OllamaStandIn, Reply

_FLOWS = "/api/config/config_entries/flow"
_HANGS = 10
# How long a browser takes to show a step, in seconds
_DRAWS = 0.5

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def ollama(hass: HomeAssistant) -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server that has nothing to download, for a Home Assistant with a web interface."""
    assert await async_setup_component(hass, "homeassistant", {})
    # A web server that is asked takes no new addresses: all that has any is set up before.
    for component in ("config", "websocket_api", DOMAIN):
        assert await async_setup_component(hass, component, {})
    async with OllamaStandIn((STAND_IN,)) as stand_in:
        yield stand_in


async def _post(client: TestClient[Any, Any], path: str, data: Mapping[str, Any]) -> Any:
    return await (await client.post(path, json=data)).json()


@pytest.mark.parametrize(
    ("model", "step"), [("nowhere:1b", "model"), (STAND_IN.name, "check_failed")], ids=["download", "check"]
)
async def test_what_fails_at_once(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    ollama: OllamaStandIn,
    model: str,
    step: str,
) -> None:
    """A browser asks for the end of a step when it shows the step, and is told of it however soon it comes."""
    client = await hass_client()
    socket = await hass_ws_client(hass)
    form = await _post(client, _FLOWS, {"handler": DOMAIN})
    flow = f"{_FLOWS}/{form['flow_id']}"
    assert (await _post(client, flow, {"url": ollama.url}))["step_id"] == "model"
    ollama.fail(Reply(status=500, error="disk on fire"), path="/api/chat")
    assert (await _post(client, flow, {"model": model}))["type"] == "progress"

    await asyncio.sleep(_DRAWS)
    await socket.send_json_auto_id({"type": "subscribe_events", "event_type": EVENT_DATA_ENTRY_FLOW_PROGRESSED})
    assert (await socket.receive_json())["success"]
    async with asyncio.timeout(_HANGS):
        told = await socket.receive_json()
    assert told["event"]["data"]["flow_id"] == form["flow_id"]
    assert (await (await client.get(flow)).json())["step_id"] == step
