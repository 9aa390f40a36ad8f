"""Set-up, reload, unload and removal: everything starts, and nothing stays behind."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
import tempfile
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.icon import async_get_icons
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.data import ordered_servers
from demo.ollama import OllamaStandIn, faults
from tests.parlor_entry import agent, async_add_parlor, ears, local_speech, model_server, tasks, voice, wyoming_server

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server."""
    async with OllamaStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def speech(hass: HomeAssistant) -> AsyncGenerator[str]:
    """Return the address of a running speech server."""
    async with wyoming_server(hass, hears=("en", "de"), speaks=("en_US",)) as uri:
        yield uri


async def test_set_up(hass: HomeAssistant, ollama: OllamaStandIn, speech: str) -> None:
    """Every subentry has a service, named like it, and the entities that are its purpose or tell of it."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent(), tasks(), ears(speech), voice(speech))

    assert entry.state is ConfigEntryState.LOADED
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    purposes = [entity for entity in entities if entity.entity_category is None]
    assert {(entity.entity_id, entity.config_subentry_id, entity.unique_id) for entity in purposes} == {
        ("conversation.parlor", "agent", "agent"),
        ("ai_task.parlor_ai_task", "task", "task"),
        ("stt.parlor_ears", "ears", "ears"),
        ("tts.parlor_voice", "voice", "voice"),
    }
    assert {entity.config_subentry_id for entity in entities if entity not in purposes} == {
        *("agent", "task", "server", "ears", "voice")
    }
    assert all(hass.states.get(entity.entity_id) for entity in entities if not entity.disabled)
    icons = await async_get_icons(hass, "entity", {DOMAIN})
    assert {(entity.domain, entity.translation_key) for entity in entities} == {
        (domain, key) for domain, keys in icons[DOMAIN].items() for key in keys
    }
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert {(device.name, device.entry_type) for device in devices} == {
        ("Parlor", dr.DeviceEntryType.SERVICE),
        ("Parlor AI Task", dr.DeviceEntryType.SERVICE),
        ("Parlor ears", dr.DeviceEntryType.SERVICE),
        ("Parlor voice", dr.DeviceEntryType.SERVICE),
        ("parlor-stand-in:latest (127.0.0.1)", dr.DeviceEntryType.SERVICE),
    }
    assert (await ollama.wait_for("/api/chat"))["model"] == "parlor-stand-in:latest"


async def test_dead_servers_do_not_prevent_set_up(hass: HomeAssistant) -> None:
    """Without any server the agent is still there, to say what is wrong."""
    nobody = "tcp://127.0.0.1:9"
    entry = await async_add_parlor(hass, model_server(), agent(), ears(nobody), voice(nobody))

    assert entry.state is ConfigEntryState.LOADED
    states = {state.entity_id: state.state for state in hass.states.async_all(["conversation", "stt", "tts"])}
    assert states.pop("conversation.parlor") != STATE_UNAVAILABLE
    assert states.pop("stt.parlor_ears") == STATE_UNAVAILABLE
    assert states.pop("tts.parlor_voice") == STATE_UNAVAILABLE


async def test_nothing_stays_behind(hass: HomeAssistant, ollama: OllamaStandIn, speech: str) -> None:
    """Unloading ends every task, socket and listener that set-up began."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(speech), voice(speech))
    await ollama.wait_for("/api/chat")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    before = await _async_belongings(hass)

    for _ in range(3):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
    for _ in range(50):  # the other ends of connections, in this same process, close when they are told
        if (after := await _async_belongings(hass)) == before:
            break
    assert after == before


@pytest.mark.parametrize("end", ["unload", "stop"])
async def test_speech_process_ends(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Ears and voice of this machine are one process, which ends, with its folder, when nobody needs it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    others = set(_speech_processes())
    hearing = local_speech("stt", whisper=str(tmp_path / "no-such-ear"))
    speaking = local_speech("tts", voice=str(tmp_path / "no-such-voice"))
    entry = await async_add_parlor(hass, model_server(), agent(), hearing, speaking)
    assert entry.state is ConfigEntryState.LOADED
    async with asyncio.timeout(60):
        while not (processes := set(_speech_processes()) - others):
            await asyncio.sleep(0.05)
    (process,) = processes
    assert len(_content(tmp_path)) == 1

    if end == "unload":
        assert await hass.config_entries.async_unload(entry.entry_id)
    else:
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
    assert not process.exists()
    assert _content(tmp_path) == []


async def test_set_up_that_fails_half_way(
    hass: HomeAssistant, ollama: OllamaStandIn, speech: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the platforms can not be set up, the parts that were started are stopped."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(speech))
    assert await hass.config_entries.async_unload(entry.entry_id)
    before = await _async_belongings(hass)

    async def fail(*_args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(hass.config_entries, "async_forward_entry_setups", fail)
        assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert await _async_belongings(hass) == before


async def test_home_assistant_stops(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """The parts stop with Home Assistant, which does not unload its entries; unloading later is no error."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    await ollama.wait_for("/api/chat")
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith("parlor")]
    assert tasks
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert all(task.done() for task in tasks)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_changes_reload(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A change of a subentry or an option takes effect at once; what set-up records does not reload."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    first = entry.runtime_data

    hass.config_entries.async_update_entry(entry, data={**entry.data, "pipeline_id": "another"})
    await hass.async_block_till_done()
    assert entry.runtime_data is first

    hass.config_entries.async_update_subentry(entry, entry.subentries["agent"], data={"temperature": 0.2})
    await hass.async_block_till_done()
    assert (second := entry.runtime_data) is not first

    hass.config_entries.async_update_entry(entry, options={"server_order": ["server"]})
    await hass.async_block_till_done()
    assert entry.runtime_data is not second
    assert entry.state is ConfigEntryState.LOADED


async def test_removed_subentry(hass: HomeAssistant, ollama: OllamaStandIn, speech: str) -> None:
    """The entity and the service of a removed subentry are gone."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(speech))
    hass.config_entries.async_remove_subentry(entry, "ears")
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert hass.states.get("stt.parlor_ears") is None
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert {device.name for device in devices} == {"Parlor", "parlor-stand-in:latest (127.0.0.1)"}


async def test_removal_deletes_the_cache(hass: HomeAssistant, tmp_path: Path) -> None:
    """The speech libraries go with the entry."""
    hass.config.config_dir = str(tmp_path)
    entry = await async_add_parlor(hass, model_server(), agent())
    cache = tmp_path / ".cache" / "parlor"
    (cache / "speech-1234" / "bin").mkdir(parents=True)

    await hass.config_entries.async_remove(entry.entry_id)
    assert not cache.exists()
    assert not er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


async def test_refused_key_asks_for_another(hass: HomeAssistant) -> None:
    """A server that refuses its key starts one flow that asks for another; that key is used at once."""
    async with OllamaStandIn(api_key="new") as guarded:
        entry = await async_add_parlor(hass, model_server(guarded.url, api_key="old"), agent())
        refused = asyncio.Event()
        entry.runtime_data.servers.add_listener(refused.set)
        if entry.runtime_data.servers.available:
            await refused.wait()
        await hass.async_block_till_done()
        (flow,) = hass.config_entries.flow.async_progress()
        assert (flow["context"]["source"], flow["step_id"]) == (SOURCE_REAUTH, "reauth_confirm")

        configure = hass.config_entries.flow.async_configure
        assert (await configure(flow["flow_id"], {"api_key": "wrong"}))["errors"] == {"base": "unauthorized"}
        result = await configure(flow["flow_id"], {"api_key": "new"})
        await hass.async_block_till_done()
        assert result["reason"] == "reauth_successful"
        assert entry.subentries["server"].data["api_key"] == "new"
        assert (await guarded.wait_for("/api/chat"))["model"] == "parlor-stand-in:latest"
        assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize(
    ("options", "order"),
    [
        pytest.param({}, ["a", "b", "c"], id="as added"),
        pytest.param({"server_order": ["c", "b", "a"]}, ["c", "b", "a"], id="as chosen"),
        pytest.param({"server_order": ["c"]}, ["c", "a", "b"], id="the others follow"),
        pytest.param({"server_order": ["gone", "b"]}, ["b", "a", "c"], id="one is gone"),
    ],
)
async def test_order_of_servers(hass: HomeAssistant, options: dict[str, Any], order: list[str]) -> None:
    """Servers are tried in the user's order."""
    entry = await async_add_parlor(hass, *(model_server(subentry_id=name) for name in "abc"), options=options)
    assert [server.subentry_id for server in ordered_servers(entry)] == order
    assert [state.id for state in entry.runtime_data.servers.states] == order


async def test_hanging_server_does_not_hold_up_set_up(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A model server that never answers is waited for in the background."""
    ollama.fail(faults.hang())
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    assert entry.state is ConfigEntryState.LOADED
    await ollama.wait_for("/api/show")
    await hass.config_entries.async_unload(entry.entry_id)
    await ollama.wait_cancelled()


async def _async_belongings(hass: HomeAssistant) -> dict[str, object]:
    """Return what Parlor could have left behind: tasks, sockets and listeners."""
    for _ in range(20):  # closed connections take a few turns of the loop to end
        await asyncio.sleep(0.01)
    return {
        "tasks": sorted(
            name
            for task in asyncio.all_tasks()
            if (name := task.get_name().lower()).startswith(("parlor", "the speech"))
        ),
        # Home Assistant's own files wait to be written.
        "listeners": {k: v for k, v in hass.bus.async_listeners().items() if k != EVENT_HOMEASSISTANT_FINAL_WRITE},
        "sockets": _open_sockets(),
    }


def _speech_processes() -> list[Path]:
    """Return the folders, among those of all processes, of the speech processes that this one has started."""
    children = [
        Path("/proc") / pid for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()
    ]
    return [child for child in children if b"parlor_speech" in (child / "cmdline").read_bytes()]


def _content(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _open_sockets() -> int:
    """Return how many sockets this process has open."""
    return sum(_is_socket(fd) for fd in Path("/proc/self/fd").iterdir())


def _is_socket(fd: Path) -> bool:
    try:
        return str(fd.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False  # the handle that lists the folder
