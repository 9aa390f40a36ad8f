"""Repair issues: each appears when something is wrong, says what, can be mended, and goes by itself."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Describe, Info

from custom_components.parlor import inference
from custom_components.parlor.const import DOMAIN
from custom_components.parlor.inference.config import DEFAULT_LIMITS
from custom_components.parlor.issues import findings
from demo.ollama import STAND_IN, WITHOUT_TOOLS, OllamaStandIn, Reply
from tests.parlor_entry import agent, async_add_parlor, ears, model_server, voice, wyoming_server

pytestmark = pytest.mark.usefixtures("socket_enabled")

OTHER = replace(STAND_IN, name="other:4b")


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at servers more often than a user would want."""
    often = replace(DEFAULT_LIMITS, check=0.02, retry_first=0.02, retry_most=0.02)
    servers = inference.ModelServers
    monkeypatch.setattr(
        "custom_components.parlor.ModelServers", lambda hass, configs: servers(hass, configs, limits=often)
    )


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a server that passes nothing on, with three models."""
    async with OllamaStandIn((STAND_IN, WITHOUT_TOOLS, OTHER), cloud="disabled") as server:
        yield server


async def set_up(hass: HomeAssistant, url: str, *subentries: Any, **server: Any) -> MockConfigEntry:
    """Add a home in which nothing is wrong, but for what the test does to it."""
    hass.states.async_set("light.kitchen", "on")
    await async_setup_component(hass, "homeassistant", {})
    async_expose_entity(hass, "conversation", "light.kitchen", should_expose=True)
    return await async_add_parlor(hass, model_server(url, **server), *(subentries or (agent(),)))


def raised(hass: HomeAssistant) -> list[str]:
    """Return the keys of Parlor's issues."""
    return sorted(
        str(issue.translation_key)
        for (domain, _issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    )


async def until(hass: HomeAssistant, keys: list[str]) -> None:
    """Wait until these issues are raised and no others."""
    while raised(hass) != keys:
        await asyncio.sleep(0)


@dataclass(slots=True)
class Case:
    """What makes an issue, and what makes it go."""

    key: str
    break_: Callable[[OllamaStandIn], None]
    mend: Callable[[OllamaStandIn], None]
    server: dict[str, Any]


def _remove(server: OllamaStandIn) -> None:
    server.library.models = [WITHOUT_TOOLS]


def _restore(server: OllamaStandIn) -> None:
    server.library.models = [STAND_IN, WITHOUT_TOOLS, OTHER]


def _take_tools_away(server: OllamaStandIn) -> None:
    server.library.models = [replace(STAND_IN, capabilities=("completion",))]


def _cloud(server: OllamaStandIn) -> None:
    server.library.cloud = "signed_out"


def _no_cloud(server: OllamaStandIn) -> None:
    server.library.cloud = "disabled"


CASES = [
    Case(findings.MODEL_MISSING, _remove, _restore, {}),
    Case(findings.MODEL_WITHOUT_TOOLS, _take_tools_away, _restore, {}),
    Case(findings.CLOUD_ENABLED, _cloud, _no_cloud, {}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
async def test_comes_and_goes(hass: HomeAssistant, ollama: OllamaStandIn, case: Case) -> None:
    """An issue of a server comes when something happens there, and goes when that is undone."""
    entry = await set_up(hass, ollama.url, **case.server)
    await ollama.wait_for("/api/ps", 2)
    assert raised(hass) == []
    case.break_(ollama)
    await until(hass, [case.key])
    case.mend(ollama)
    await until(hass, [])
    await hass.config_entries.async_unload(entry.entry_id)


async def test_server_that_is_away_keeps_its_issues(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """What was wrong with a server is not forgotten because it is switched off over night."""
    entry = await set_up(hass, ollama.url, model=WITHOUT_TOOLS.name)
    await until(hass, [findings.MODEL_WITHOUT_TOOLS])
    await ollama.stop()
    while entry.runtime_data.servers.available:
        await asyncio.sleep(0)
    assert raised(hass) == [findings.MODEL_WITHOUT_TOOLS]
    await ollama.start()
    while not entry.runtime_data.servers.available:
        await asyncio.sleep(0)
    assert raised(hass) == [findings.MODEL_WITHOUT_TOOLS]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_what_the_user_ignores_stays_ignored(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A reload forgets nothing: the issue is neither gone nor back."""
    entry = await set_up(hass, ollama.url, model=WITHOUT_TOOLS.name)
    await until(hass, [findings.MODEL_WITHOUT_TOOLS])
    issue_id = f"{findings.MODEL_WITHOUT_TOOLS}.server"
    ir.async_ignore_issue(hass, DOMAIN, issue_id, True)
    await hass.config_entries.async_reload(entry.entry_id)
    looks = len(ollama.requests["/api/ps"])
    await ollama.wait_for("/api/ps", looks + 2)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.dismissed_version is not None
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("end", ["disabled", "removed"])
async def test_nothing_is_left_of_what_is_not_wanted(hass: HomeAssistant, ollama: OllamaStandIn, end: str) -> None:
    """Issues go with the entry."""
    entry = await set_up(hass, ollama.url, model=WITHOUT_TOOLS.name)
    await until(hass, [findings.MODEL_WITHOUT_TOOLS])
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    else:
        await hass.config_entries.async_remove(entry.entry_id)
    assert raised(hass) == []


async def test_subentries_that_were_just_removed(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Between the removal of a server and the reload, nothing stumbles over what is still running."""
    async with wyoming_server(hass, hears=("en",)) as uri:
        entry = await set_up(hass, ollama.url, agent(), ears(uri), model=WITHOUT_TOOLS.name)
        await until(hass, [findings.MODEL_WITHOUT_TOOLS])
        for subentry_id in ("server", "ears"):
            hass.config_entries.async_remove_subentry(entry, subentry_id)
        assert [finding.key for finding in findings.findings(entry)] == []
        await hass.async_block_till_done(wait_background_tasks=False)
        await until(hass, [])


async def test_model_of_an_agent(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A model that an agent has chosen for itself may be gone as well."""
    entry = await set_up(hass, ollama.url, agent(model="gone:7b"))
    await until(hass, [findings.MODEL_MISSING])
    [issue] = [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]
    assert issue.translation_placeholders == {"server": "Parlor", "model": "gone:7b"}
    assert issue.data == {"subentry_id": "agent", "kind": "conversation"}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_list_that_is_not_known(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Of a server that does not list its models nobody says that one is missing."""
    ollama.fail(Reply(status=403, body=b"no"), path="/api/tags")
    entry = await set_up(hass, ollama.url, agent(model="gone:7b"))
    await ollama.wait_for("/api/ps", 3)
    assert raised(hass) == []
    ollama.recover()
    await until(hass, [findings.MODEL_MISSING])
    await hass.config_entries.async_unload(entry.entry_id)


async def test_nothing_exposed(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Once Home Assistant has started, a home without any exposed entity is told; before, entities are to come."""
    hass.set_state(CoreState.starting)
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    await ollama.wait_for("/api/ps", 2)
    assert raised(hass) == []
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until(hass, [findings.NOTHING_EXPOSED])
    hass.states.async_set("light.kitchen", "on")
    async_expose_entity(hass, "conversation", "light.kitchen", should_expose=True)
    await until(hass, [])
    async_expose_entity(hass, "conversation", "light.kitchen", should_expose=False)
    await until(hass, [findings.NOTHING_EXPOSED])
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("version", "keys"),
    [
        ({"version": 0}, [findings.SPEECH_TOO_OLD]),
        ({}, [findings.SPEECH_TOO_OLD]),
        ({"version": 99}, [findings.SPEECH_TOO_NEW]),
        (None, []),
    ],
    ids=["older", "without a version", "newer", "not Parlor's"],
)
async def test_speech_server_of_another_time(
    hass: HomeAssistant, ollama: OllamaStandIn, version: dict[str, int] | None, keys: list[str]
) -> None:
    """A speech server of another version is used as any other is, and is told of once."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (event := await async_read_event(reader)) is not None:
                if event.type == "parlor-status" and version is not None:
                    await async_write_event(Event("parlor-status", data=version), writer)
                elif Describe.is_type(event.type):
                    await async_write_event(Info().event(), writer)
        except OSError:
            pass  # the client has gone
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    entry = await set_up(hass, ollama.url, agent(), ears(uri), voice(uri))
    while not entry.runtime_data.speech["ears"].in_order[0].available:
        await asyncio.sleep(0)
    await until(hass, keys)
    if keys:
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{keys[0]}.ears")
        assert issue is not None
        assert issue.translation_placeholders == {"names": "Parlor ears, Parlor voice"}
    await hass.config_entries.async_unload(entry.entry_id)
    server.close()
    server.abort_clients()
    await server.wait_closed()


class Fixing:
    """Mend issues as the user interface does."""

    def __init__(self, log_in: ClientSessionGenerator) -> None:
        """Take what makes a client that is logged in."""
        self._log_in = log_in
        self._client: Any = None

    async def start(self, issue_id: str) -> dict[str, Any]:
        """Open the fix flow of an issue; once somebody is connected, no further views can be registered."""
        self._client = self._client or await self._log_in()
        response = await self._client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
        result: dict[str, Any] = await response.json()
        return result

    async def answer(self, flow: dict[str, Any], **answer: Any) -> dict[str, Any]:
        """Fill in the form of a fix flow."""
        response = await self._client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json=answer)
        result: dict[str, Any] = await response.json()
        return result


@pytest.fixture
async def fixing(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Fixing:
    """Return what mends issues."""
    assert await async_setup_component(hass, "repairs", {})
    return Fixing(hass_client)


async def test_missing_model_is_mended(hass: HomeAssistant, ollama: OllamaStandIn, fixing: Fixing) -> None:
    """The fix leads to the reconfiguration; left without a choice, the issue comes back."""
    entry = await set_up(hass, ollama.url, model="gone:7b")
    await until(hass, [findings.MODEL_MISSING])
    form = await fixing.start("model_missing.server")
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"]["model"] == "gone:7b"
    done = await fixing.answer(form)
    assert (done["type"], done["next_flow"][0]) == ("create_entry", "config_subentries_flow")
    flow: Any = hass.config_entries.subentries.async_get(done["next_flow"][1])
    assert (flow["handler"], flow["step_id"]) == ((entry.entry_id, "model_server"), "user")
    await until(hass, [findings.MODEL_MISSING])
    hass.config_entries.subentries.async_abort(done["next_flow"][1])
    await hass.config_entries.async_unload(entry.entry_id)


async def test_what_was_removed_needs_no_mending(hass: HomeAssistant, ollama: OllamaStandIn, fixing: Fixing) -> None:
    """A form that was left open while its server was removed ends well."""
    entry = await set_up(hass, ollama.url, model="gone:7b")
    await until(hass, [findings.MODEL_MISSING])
    form = await fixing.start("model_missing.server")
    hass.config_entries.async_remove_subentry(entry, "server")
    await hass.async_block_till_done(wait_background_tasks=False)
    done = await fixing.answer(form)
    assert (done["type"], done.get("next_flow")) == ("create_entry", None)
    assert raised(hass) == []
    await hass.config_entries.async_unload(entry.entry_id)


def _pull(server: OllamaStandIn, digest: str) -> None:
    """Let another model stand behind the name."""
    entries = [model.tag() | ({"digest": digest} if model is STAND_IN else {}) for model in server.library.models]
    server.recover()
    server.fail(Reply(body=json.dumps({"models": entries}).encode()), path="/api/tags")


NEW, NEWER = "b" * 64, "c" * 64


async def test_changed_digest(hass: HomeAssistant, ollama: OllamaStandIn, fixing: Fixing) -> None:
    """Another model under the same name is told of until the user takes it as the one in use."""
    entry = await set_up(hass, ollama.url)
    await ollama.wait_for("/api/ps", 2)
    _pull(ollama, NEW)
    await until(hass, [findings.DIGEST_CHANGED])
    issue_id = f"digest_changed.server.{STAND_IN.name}"
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders | {"server": ""} == {
        "server": "",
        "model": STAND_IN.name,
        "old": STAND_IN.digest[:12],
        "new": NEW[:12],
    }
    menu = await fixing.start(issue_id)
    assert (menu["type"], menu["menu_options"]) == ("menu", ["use_new", "remind_me"])
    done = await fixing.answer(menu, next_step_id="use_new")
    assert done["type"] == "create_entry"
    looks = len(ollama.requests["/api/ps"])
    await ollama.wait_for("/api/ps", looks + 2)
    assert raised(hass) == []
    assert entry.runtime_data.pins.in_use("server", STAND_IN.name) == NEW
    _pull(ollama, NEWER)
    await until(hass, [findings.DIGEST_CHANGED])
    ollama.recover()
    _pull(ollama, NEW)
    await until(hass, [])
    await hass.config_entries.async_unload(entry.entry_id)


async def test_reminder_of_a_changed_digest(
    hass: HomeAssistant, ollama: OllamaStandIn, fixing: Fixing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put off, it is told again tomorrow, also after a restart."""
    entry = await set_up(hass, ollama.url)
    await ollama.wait_for("/api/ps", 2)
    _pull(ollama, NEW)
    await until(hass, [findings.DIGEST_CHANGED])
    menu = await fixing.start(f"digest_changed.server.{STAND_IN.name}")
    await fixing.answer(menu, next_step_id="remind_me")
    looks = len(ollama.requests["/api/ps"])
    await ollama.wait_for("/api/ps", looks + 2)
    assert raised(hass) == []
    await hass.config_entries.async_reload(entry.entry_id)
    looks = len(ollama.requests["/api/ps"])
    await ollama.wait_for("/api/ps", looks + 2)
    assert raised(hass) == []
    assert entry.runtime_data.pins.in_use("server", STAND_IN.name) == STAND_IN.digest
    later = dt_util.utcnow() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("custom_components.parlor.pins.dt_util.utcnow", lambda: later)
    await until(hass, [findings.DIGEST_CHANGED])
    await hass.config_entries.async_unload(entry.entry_id)


async def test_pins_are_forgotten_with_their_server(
    hass: HomeAssistant, ollama: OllamaStandIn, hass_storage: dict[str, Any]
) -> None:
    """What is remembered of a server's models goes with the server, and all of it with the entry."""
    entry = await set_up(hass, ollama.url)
    await ollama.wait_for("/api/ps", 2)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert hass_storage["parlor.pins"]["data"]["server"][STAND_IN.name]["digest"] == STAND_IN.digest
    hass.config_entries.async_remove_subentry(entry, "server")
    await hass.async_block_till_done(wait_background_tasks=False)
    assert entry.runtime_data.pins.in_use("server", STAND_IN.name) is None
    await hass.config_entries.async_remove(entry.entry_id)
    assert "parlor.pins" not in hass_storage
