"""Diagnostics: what they tell, and what they never do."""

from http import HTTPStatus
import json
from typing import Any

from homeassistant.components.ai_task import async_generate_data
from homeassistant.components.conversation import async_converse
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.parlor.diagnostics import _kind_of_address, _setting
from demo.ollama import STAND_IN, OllamaStandIn
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, ears, model_server, tasks, voice, wyoming_server

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def _diagnostics(hass: HomeAssistant, client: ClientSessionGenerator, entry_id: str) -> dict[str, Any]:
    """Download diagnostics as the user interface does."""
    assert await async_setup_component(hass, "diagnostics", {})
    session = await client()
    response = await session.get(f"/api/diagnostics/config_entry/{entry_id}")
    assert response.status == HTTPStatus.OK
    data: dict[str, Any] = (await response.json())["data"]
    return data


async def test_what_they_tell(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
    """States, versions and counts are there."""
    async with OllamaStandIn() as ollama, wyoming_server(hass, hears=("en",), speaks=("en_US",)) as uri:
        entry = await async_add_parlor(
            hass, model_server(ollama.url), model_server(subentry_id="down"), agent(), tasks(), ears(uri), voice(uri)
        )
        await ollama.wait_for("/api/ps")
        hass.states.async_set("light.kitchen", "on")
        async_expose_entity(hass, "conversation", "light.kitchen", should_expose=True)
        ar.async_get(hass).async_create("Kitchen")
        while entry.runtime_data.servers.states[1].available:
            await hass.async_block_till_done(wait_background_tasks=False)
        await async_converse(hass, "what is the secret?", None, Context(), agent_id="conversation.parlor")
        await async_generate_data(
            hass, task_name="secret", entity_id="ai_task.parlor_ai_task", instructions="what is the secret?"
        )
        told = await _diagnostics(hass, hass_client, entry.entry_id)

    assert told["version"] == "0.1.0"
    assert told["home"] == {"entities": {"light": 1}, "areas": 1, "floors": 0}
    server = told["model_servers"]["server"]
    assert (server["available"], server["last_error"], server["model"]) == (True, None, "parlor-stand-in:latest")
    [contacted] = server["contacted"]
    assert contacted["kind"] == "loopback IPv4"
    assert contacted["sent"] > 0
    assert contacted["received"] > 0
    assert (server["version"], server["cloud_enabled"], server["memory"]) == ("0.32.15", True, "loaded")
    assert server["digest"] == server["digest_in_use"] == STAND_IN.digest
    assert server["capabilities"] == ["completion", "tools"]
    assert told["model_servers"]["down"]["last_error"] == "server_unreachable"
    [contacted] = told["speech_servers"]["ears"].pop("contacted")
    assert contacted["kind"] == "loopback IPv4"
    # It is no server of Parlor's own: asked for its status, then on another connection for what it can do.
    assert contacted["connections"] >= 2
    assert contacted["requests"] >= 3
    [everything] = told["contacted_since_start"]
    servers = [*told["model_servers"].values(), {"contacted": [contacted]}]
    for count in ("connections", "sent", "received"):
        assert everything[count] >= sum(one[count] for server in servers for one in server["contacted"])
    assert told["speech_servers"]["ears"] | {"languages": None} == {
        "local": False,
        "last_error": None,
        "available": True,
        "protocol": None,
        "hears": True,
        "speaks": True,
        "languages": None,
        "ears": None,
        "voice": None,
    }
    (turn,) = told["turns"]["agent"]
    assert turn["passes"][0]["served"]["digest"] == STAND_IN.digest
    assert turn["stages"]["model"] > 0
    (task,) = told["tasks"]["task"]
    assert (task["error"], len(task["passes"]), task["structured"]) == (None, 1, False)
    assert "secret" not in json.dumps(told)
    assert {(entity["domain"], entity["subentry"]) for entity in told["entities"]} == {
        ("conversation", "agent"),
        ("ai_task", "task"),
        ("sensor", "task"),
        ("stt", "ears"),
        ("tts", "voice"),
        ("sensor", "ears"),
        ("sensor", "voice"),
        ("sensor", "agent"),
        ("binary_sensor", "server"),
        ("sensor", "server"),
        ("binary_sensor", "down"),
        ("sensor", "down"),
    }


async def test_what_they_never_tell(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
    """Keys, instructions, addresses, titles, paths and names of the home stay at home."""
    nobody = NOBODY_LISTENS.removeprefix("http://")
    entry = await async_add_parlor(
        hass,
        model_server(
            f"http://tom:hunter2@secret-host.local:{nobody.rpartition(':')[2]}",
            api_key="sk-secret",
            headers={"X-Secret": "s3cret!"},
        ),
        agent(instructions="My name is Secret Agent.", note_of_tomorrow="secret"),
        ears("tcp://127.0.0.1:9"),
        {**voice("tcp://secret-box.local:9"), "title": "Secret voice"},
    )
    hass.config_entries.async_update_subentry(entry, entry.subentries["agent"], title="Secret title")
    await hass.async_block_till_done()
    hass.states.async_set("light.secret", "on", {"friendly_name": "Secret lamp"})
    async_expose_entity(hass, "conversation", "light.secret", should_expose=True)
    ar.async_get(hass).async_create("Secret room")

    told = json.dumps(await _diagnostics(hass, hass_client, entry.entry_id)).lower()
    # What the name of a header says is no secret; what it holds is.
    told = told.replace('"x-secret": "**redacted**"', "")
    for secret in ("secret", "hunter2", "tom:", "127.0.0.1", "s3cret"):
        assert secret not in told
    assert "**redacted**" in told


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback IPv4"),
        ("::1", "loopback IPv6"),
        ("192.168.1.20", "private IPv4"),
        ("fd00::20", "private IPv6"),
        ("fe80::1", "link-local IPv6"),
        ("100.64.0.1", "IPv4"),
        ("8.8.8.8", "public IPv4"),
        ("hub.example", "a host of downloads"),
    ],
)
def test_kinds_of_addresses(address: str, kind: str) -> None:
    """An address is told by its kind, which shows where things went without saying whose it is."""
    assert _kind_of_address(address) == kind


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("num_ctx", 8192, 8192),
        ("think", False, False),
        ("model", "qwen3:4b", "qwen3:4b"),
        ("url", "http://tom:hunter2@10.0.0.4:11434", "http://somewhere:11434"),
        ("uri", "tcp://127.0.0.1:10300", "tcp://localhost:10300"),
        ("whisper", "base", "base"),
        ("whisper", "/home/tom/models/base", "a path"),
        ("allowed_address", "203.0.113.7", "one outside of the home"),
        ("allowed_address", None, None),
        ("limits", {"connect": 2, "note": "tom"}, {"connect": 2, "note": "**REDACTED**"}),
        ("anything_new", "tom", "**REDACTED**"),
        ("anything_new", ["tom"], "**REDACTED**"),
    ],
)
def test_settings(key: str, value: object, told: object) -> None:
    """Numbers and what is chosen from a list are told; what a user wrote, and all that is not known, is not."""
    assert _setting(key, value) == told
