"""The demo house with two whole voice stacks in it, Parlor's and Home Assistant's own, each with its pipeline."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from demo.house import running_house
from demo.ollama import OllamaStandIn
from demo.speech import running
from tests.parlor_entry import add_speakers, agent, async_add_parlor, ears, model_server, voice

from .agents import CORE, MODEL, PARLOR, async_add_core, async_unload
from .brain import Brain, Task
from .relay import Relay, relay_to
from .speech_servers import parlor_ears_and_voice, wyoming_ears, wyoming_voice

_READY_SECONDS = 60
_LOOK_SECONDS = 0.05
THEIRS, OURS = "Home Assistant", "Parlor"


@dataclass(frozen=True, slots=True)
class Stack:
    """A voice stack: its pipeline, its model server (None for a real one), and the relay in front of its ears."""

    name: str
    pipeline_id: str
    agent_id: str
    model: OllamaStandIn | None
    relay: Relay


@dataclass(frozen=True, slots=True)
class House:
    """The house, its stacks, and a device to speak through in each area by the area's name."""

    hass: HomeAssistant
    stacks: Mapping[str, Stack]
    devices: Mapping[str, str]

    @property
    def exposed(self) -> int:
        """How many entities are exposed."""
        ids = (state.entity_id for state in self.hass.states.async_all())
        return sum(async_should_expose(self.hass, "conversation", entity_id) for entity_id in ids)


@asynccontextmanager
async def two_stacks(tasks: Sequence[Task], url: str | None, model: str | None) -> AsyncGenerator[House]:
    """Run the house, with a model server for each stack that knows the tasks, or both with a real one."""
    async with AsyncExitStack() as stack:
        relays, ports = {}, {}
        for name, command in ((OURS, parlor_ears_and_voice()), (THEIRS, wyoming_ears())):
            ports[name] = await stack.enter_async_context(running(command))
            relays[name] = await stack.enter_async_context(relay_to(ports[name]))
        ports["piper"] = await stack.enter_async_context(running(wyoming_voice()))
        hass = (await stack.enter_async_context(running_house())).hass
        servers: dict[str, OllamaStandIn] = {}
        if url is None:
            for name in (THEIRS, OURS):
                servers[name] = await stack.enter_async_context(OllamaStandIn(brain=Brain(tasks)))
        stack.push_async_callback(async_unload, hass)
        address = {name: servers[name].url if servers else str(url) for name in (THEIRS, OURS)}
        await _async_add_parlor(hass, address[OURS], model or MODEL, relays[OURS].port, ports[OURS])
        await _async_add_theirs(hass, address[THEIRS], model or MODEL, relays[THEIRS].port, ports["piper"])
        await _async_ready(hass)
        stacks = {
            name: Stack(
                name, await _async_pipeline(hass, name, agent_id, domain), agent_id, servers.get(name), relays[name]
            )
            for name, agent_id, domain in ((THEIRS, CORE, "wyoming"), (OURS, PARLOR, "parlor"))
        }
        yield House(hass, stacks, add_speakers(hass))


async def _async_add_parlor(hass: HomeAssistant, url: str, model: str, ears_port: int, voice_port: int) -> None:
    await async_add_parlor(
        hass,
        model_server(url, model=model),
        agent(),
        ears(f"tcp://127.0.0.1:{ears_port}"),
        voice(f"tcp://127.0.0.1:{voice_port}"),
    )


async def _async_add_theirs(hass: HomeAssistant, url: str, model: str, ears_port: int, voice_port: int) -> None:
    await async_add_core(hass, url, model)
    for title, port in (("faster-whisper", ears_port), ("piper", voice_port)):
        entry = MockConfigEntry(domain="wyoming", title=title, data={"host": "127.0.0.1", "port": port})
        entry.add_to_hass(hass)
        if not await hass.config_entries.async_setup(entry.entry_id):
            raise RuntimeError(f"Home Assistant's Wyoming integration did not set {title} up")
    await hass.async_block_till_done()


async def _async_pipeline(hass: HomeAssistant, name: str, agent_id: str, domain: str) -> str:
    """Make the pipeline of an agent with the ears and the voice of an integration; returns its id."""
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    pipeline = await store.async_create_item(
        {
            "name": f"{name} measured",
            "language": "en",
            "conversation_engine": agent_id,
            "conversation_language": "en",
            "stt_engine": _entity_of(hass, "stt", domain),
            "stt_language": "en",
            "tts_engine": (tts := _entity_of(hass, "tts", domain)),
            "tts_language": _tts_language(hass, tts),
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
            "prefer_local_intents": False,
        }
    )
    return str(pipeline.id)


def _entity_of(hass: HomeAssistant, kind: str, domain: str) -> str:
    entries = er.async_get(hass).entities.values()
    return next(entry.entity_id for entry in entries if entry.domain == kind and entry.platform == domain)


def _tts_language(hass: HomeAssistant, entity_id: str) -> str:
    entity = hass.data["tts"].get_entity(entity_id)
    return str(next(language for language in entity.supported_languages if str(language).startswith("en")))


async def _async_ready(hass: HomeAssistant) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while any(state.state == "unavailable" for kind in ("stt", "tts") for state in hass.states.async_all(kind)):  # noqa: ASYNC110 - states can only be looked at
            await asyncio.sleep(_LOOK_SECONDS)  # the states come one by one
