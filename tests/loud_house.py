"""A house that can be heard: real players and satellites, and a voice on a real socket."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import sys
from typing import Any, override

from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.const import MediaPlayerEntityFeature, MediaPlayerState, MediaType
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.core_config import async_process_ha_core_config
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, setup_test_component_platform
import pytest_socket

from tests.parlor_entry import async_add_parlor, voice
from tests.speech.peer import Peer, info, spoken, status

VOICE = "tts.parlor_voice"
CEILING, RADIO, DESK = "assist_satellite.ceiling", "media_player.radio", "media_player.desk"


class Loudspeaker(MediaPlayerEntity):
    """Be a player that plays what it is told, for as long as `hold` is set; one that is `broken` refuses."""

    _attr_should_poll = False
    _attr_supported_features = MediaPlayerEntityFeature.PLAY_MEDIA | MediaPlayerEntityFeature.VOLUME_SET
    _attr_state = MediaPlayerState.IDLE
    _attr_volume_level = 0.4

    def __init__(self, name: str, diary: list[tuple[str, str]], *, plays: bool = True) -> None:
        """Be silent; `diary` is told what happens, by player. One that does not play can only be made louder."""
        self._attr_name = self._attr_unique_id = name
        self.diary = diary
        self.broken = False
        self.available_now = True
        self.hold = False
        self._free = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None
        if not plays:
            self._attr_supported_features = MediaPlayerEntityFeature.VOLUME_SET

    @property
    @override
    def available(self) -> bool:
        return self.available_now

    def note(self, what: str) -> None:
        """Write into the diary."""
        self.diary.append((str(self._attr_name), what))

    def change(self, **attributes: Any) -> None:
        """Show another state."""
        for name, value in attributes.items():
            setattr(self, name, value)
        self.async_write_ha_state()

    def finish(self) -> None:
        """Let what is playing come to its end."""
        self._free.set()

    @override
    async def async_play_media(self, media_type: MediaType | str, media_id: str, **kwargs: Any) -> None:
        if self.broken:
            raise HomeAssistantError("No power")
        assert media_id.startswith("http://127.0.0.1:8123/api/tts_proxy/")
        assert kwargs["announce"]
        self._free.clear()
        self.note(f"begins at {self.volume_level:.2f}")
        self.change(_attr_state=MediaPlayerState.PLAYING)
        self._playing = self.hass.async_create_background_task(self._async_play(), "plays")

    async def _async_play(self) -> None:
        if self.hold:
            await self._free.wait()
        await asyncio.sleep(0)
        self.note("ends")
        self.change(_attr_state=MediaPlayerState.IDLE)

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self._attr_volume_level = volume
        self.note(f"volume {volume:.2f}")
        self.async_write_ha_state()


class Satellite(AssistSatelliteEntity):
    """Be a satellite that keeps what it announces; whoever is there answers its questions with `answers`, in turn."""

    _attr_should_poll = False
    _attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION

    def __init__(self, name: str, diary: list[tuple[str, str]]) -> None:
        """Be idle."""
        self._attr_name = self._attr_unique_id = name
        self.diary = diary
        self.announced: list[AssistSatelliteAnnouncement] = []
        self.asked: list[str] = []
        self.answers: list[str | None] = []
        self.broken = False
        self.available_now = True

    @property
    @override
    def available(self) -> bool:
        return self.available_now

    @property
    def texts(self) -> list[str]:
        """Return what was announced."""
        return [announcement.message for announcement in self.announced]

    def show(self, state: AssistSatelliteState) -> None:
        """Show that somebody is speaking with it, or nobody."""
        self._set_state(state)

    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        raise NotImplementedError

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        raise NotImplementedError

    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        pass

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        if self.broken:
            raise HomeAssistantError("No power")
        self.diary.append((str(self._attr_name), "begins"))
        self.announced.append(announcement)
        await asyncio.sleep(0)
        self.diary.append((str(self._attr_name), "ends"))

    @override
    async def async_start_conversation(self, start_announcement: AssistSatelliteAnnouncement) -> None:
        self.asked.append(start_announcement.message)
        heard = self.answers.pop(0) if self.answers else None
        if heard is None:
            self._internal_on_pipeline_event(PipelineEvent(PipelineEventType.RUN_END))
        else:
            data = {"stt_output": {"text": heard}}
            self._internal_on_pipeline_event(PipelineEvent(PipelineEventType.STT_END, data))


@dataclass(slots=True)
class LoudHouse:
    """The house, what was played in it in which order, and its entry of Parlor."""

    hass: HomeAssistant
    peer: Peer
    entry: MockConfigEntry
    ceiling: Satellite
    radio: Loudspeaker
    desk: Loudspeaker
    diary: list[tuple[str, str]] = field(default_factory=list)

    @property
    def spoken(self) -> list[str]:
        """Return the texts that the voice was given, each once it was whole."""
        texts = [str(event.data["text"]) for event in self.peer.received if event.type == "synthesize"]
        chunks = [str(event.data["text"]) for event in self.peer.received if event.type == "synthesize-chunk"]
        return texts or chunks


@asynccontextmanager
async def loud_house(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    *subentries: ConfigSubentryDataWithId,
    preferred: bool = False,
) -> AsyncGenerator[LoudHouse]:
    """Build the house and set up Parlor with a voice and these subentries; `folder` is for Home Assistant's files."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    # Home Assistant turns speech into MP3 with the ffmpeg of the environment.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    hass.config.config_dir = str(folder)
    await async_process_ha_core_config(hass, {"internal_url": "http://127.0.0.1:8123"})
    assert await async_setup_component(hass, "homeassistant", {})
    diary: list[tuple[str, str]] = []
    ceiling, radio, desk = Satellite("Ceiling", diary), Loudspeaker("Radio", diary), Loudspeaker("Desk", diary)
    async with Peer(info=info(speaks=("en_US", "de_DE")), status=status()) as peer:
        peer.answer("synthesize-stop", *spoken(bytes(3200)))
        entry = await async_add_parlor(hass, voice(peer.uri), *subentries, data={"preferred": preferred})
        deaf = Loudspeaker("Deaf", diary, plays=False)
        for domain, entities in (("assist_satellite", [ceiling]), ("media_player", [radio, desk, deaf])):
            setup_test_component_platform(hass, domain, entities)
            assert await async_setup_component(hass, domain, {domain: {"platform": "test"}})
        await hass.async_block_till_done()
        while not hass.data["tts"].get_entity(VOICE)._last_words.of("en_US", None):
            await asyncio.sleep(0.01)
        peer.received.clear()
        yield LoudHouse(hass, peer, entry, ceiling, radio, desk, diary)
        # Home Assistant reads speech in a task of its own, which outlasts whoever listened.
        reading = {task for task in asyncio.all_tasks() if task.get_name().startswith("tts_load_data_into_cache")}
        if reading:
            await asyncio.wait(reading, timeout=20)
        await hass.config_entries.async_unload(entry.entry_id)


def put_on_one_device(house: LoudHouse, *entity_ids: str) -> str:
    """Make entities parts of one device; return its id."""
    device = dr.async_get(house.hass).async_get_or_create(
        config_entry_id=house.entry.entry_id, identifiers={("test", "box")}, name="Box"
    )
    for entity_id in entity_ids:
        er.async_get(house.hass).async_update_entity(entity_id, device_id=device.id)
    return device.id


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)
