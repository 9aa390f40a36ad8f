"""Two real speech servers, in a real Home Assistant: one dies at every moment at which it can, the other goes on."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
import contextlib
import logging
from pathlib import Path
import socket
from typing import Self
import wave

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.stt.const import DATA_COMPONENT
from homeassistant.components.tts.const import DATA_COMPONENT as TTS_COMPONENT
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.const import EARS_FAILED
from custom_components.parlor.speech import fallback, server as server_module
from custom_components.parlor.speech.fallback import in_use
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.status import Role
from custom_components.parlor.tts import ParlorVoice
from tests.parlor_entry import agent, async_add_parlor, ears, voice
from tests.speech_server.process import ROOT, VOICE, WHISPER, SpeechProcess
from tests.test_stt import HEARD

EARS, TONGUE = "stt.parlor_ears", "tts.parlor_voice"
RECORDING = ROOT / "demo" / "recordings" / "temperature_bedroom.wav"
REPLY = "The light in the bedroom is on. The light in the kitchen is off. The heating is off, too."
_HEADER = 44
"""Bytes of a WAV file before its sound."""
HANG = 120
"""Seconds against a hang."""

pytestmark = [pytest.mark.usefixtures("socket_enabled"), pytest.mark.timeout(300)]


class Box:
    """A computer with a speech server, which can lose its power and get it back."""

    def __init__(self, *models: str | Path) -> None:
        """Take a port that nobody listens on."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self._port: int = taken.getsockname()[1]
        self._models = models
        self._running: SpeechProcess | None = None

    @property
    def uri(self) -> str:
        """Return the address, which stays the same."""
        return f"tcp://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Start the server; it takes a while until it hears and speaks."""
        self._running = SpeechProcess(*self._models, "--language", "en", uri=self.uri)
        return self

    def kill(self) -> None:
        """Take its power away."""
        if self._running:
            self._running.process.kill()
            self._running.wait()
            self._running = None


BOTH = ("--whisper", WHISPER, "--voice", VOICE)


@pytest.fixture
def boxes() -> Iterator[tuple[Box, Box]]:
    """Run two servers that hear and speak."""
    pair = Box(*BOTH).start(), Box(*BOTH).start()
    yield pair
    for box in pair:
        box.kill()


@pytest.fixture(autouse=True)
def _own_config(hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Home Assistant a configuration folder of its own, and look for a server that is back more often."""
    hass.config.config_dir = str(tmp_path)
    monkeypatch.setattr(server_module, "LAST_RETRY_S", 0.2)


@pytest.fixture
async def entry(hass: HomeAssistant, boxes: tuple[Box, Box]) -> AsyncGenerator[MockConfigEntry]:
    """Hear and speak on the first, with the second in reserve."""
    uris = {"uri": boxes[0].uri, "fallback": boxes[1].uri}
    async with _parlor(hass, ears(**uris), voice(**uris)) as added:
        for server in _servers(added):
            assert await server.async_wait_ready(Role.EARS, HANG)
            assert await server.async_wait_ready(Role.VOICE, HANG)
        await _until(lambda: in_use(added.runtime_data.speech["ears"], Role.EARS) is _servers(added)[0])
        yield added


@contextlib.asynccontextmanager
async def _parlor(hass: HomeAssistant, *speech: object) -> AsyncGenerator[MockConfigEntry]:
    added = await async_add_parlor(hass, agent(), *speech)  # type: ignore[arg-type]
    yield added
    await hass.config_entries.async_unload(added.entry_id)


def _servers(entry: MockConfigEntry) -> tuple[SpeechServer, ...]:
    servers: tuple[SpeechServer, ...] = entry.runtime_data.speech["ears"].in_order
    return servers


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(HANG):
        while not condition():
            await asyncio.sleep(0.02)


def _pcm() -> bytes:
    with wave.open(str(RECORDING)) as file:
        return bytes(file.readframes(file.getnframes()))


async def _microphone(at: float | None = None, then: Callable[[], None] | None = None) -> AsyncGenerator[bytes]:
    """Bring the recording in pieces of 10 ms, faster than it was spoken; after a part of it, do something."""
    pcm = _pcm()
    stop = None if at is None else int((len(pcm) - 320) * at) // 320 * 320
    for start in range(0, len(pcm), 320):
        await asyncio.sleep(0.001)
        yield pcm[start : start + 320]
        if start == stop and then:
            then()


async def _hear(hass: HomeAssistant, at: float | None = None, then: Callable[[], None] | None = None) -> str | None:
    """Return what the ears of Home Assistant understood."""
    entity = hass.data[DATA_COMPONENT].get_entity(EARS)
    assert isinstance(entity, stt.SpeechToTextEntity)
    return (await entity.async_process_audio_stream(HEARD, _microphone(at, then))).text


async def _say(
    hass: HomeAssistant, text: AsyncGenerator[str], heard: Callable[[], None] | None = None
) -> tuple[bytes, bool]:
    """Return what a satellite plays, and whether it ended well; do something at the first sound."""
    stream = tts.async_create_stream(hass, TONGUE, "en_US", {"preferred_format": "wav"})
    stream.async_set_message_stream(text)
    sound = b""
    try:
        async for part in stream.async_stream_result():
            sound += part
            if heard and len(sound) > _HEADER:
                heard()
                heard = None
    except HomeAssistantError:
        return sound, False
    return sound, True


async def _reply(go_on: asyncio.Event | None = None) -> AsyncGenerator[str]:
    """Write the reply; where that is told, wait before its last sentence."""
    *sentences, last = REPLY.split(". ")
    for sentence in sentences:
        yield f"{sentence}. "
    if go_on:
        await go_on.wait()
    yield last


class Watch:
    """What a user would see of it: states, and lines of the log."""

    def __init__(self, hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
        """Begin now."""
        caplog.set_level(logging.INFO, fallback.__name__)
        caplog.clear()
        self._caplog = caplog
        self.lost: list[str] = []
        self.stop = async_track_state_change_event(hass, [EARS, TONGUE], self._changed)

    @property
    def lines(self) -> list[str]:
        """Return what was logged of the change from one server to the other."""
        return [record.message for record in self._caplog.records if record.name == fallback.__name__]

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None or state.state == STATE_UNAVAILABLE:
            self.lost.append(event.data["entity_id"])


@pytest.mark.parametrize("at", [None, 0.5, 1.0], ids=["before", "amid it", "after it"])
async def test_utterance(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    boxes: tuple[Box, Box],
    caplog: pytest.LogCaptureFixture,
    at: float | None,
) -> None:
    """What was said is understood on the second server, and on the first again once it is back."""
    first, second = _servers(entry)
    words = await _hear(hass)
    assert words is not None
    assert "bedroom" in words.lower()
    watch = Watch(hass, caplog)
    if at is None:
        boxes[0].kill()
    assert await _hear(hass, at, boxes[0].kill) == words
    pair = entry.runtime_data.speech["ears"]
    await _until(lambda: in_use(pair, Role.EARS) is second)
    sent = second.traffic["127.0.0.1"].sent
    assert await _hear(hass) == words
    assert second.traffic["127.0.0.1"].sent - sent > len(_pcm()) / 2

    boxes[0].start()
    await _until(lambda: in_use(pair, Role.EARS) is first)
    await _until(lambda: len(watch.lines) == 4)
    sent = second.traffic["127.0.0.1"].sent
    assert await _hear(hass) == words
    assert second.traffic["127.0.0.1"].sent - sent < len(_pcm()) / 2
    watch.stop()
    assert watch.lost == []
    steps_in, again = f"{second.name} is used as", "is used as"
    for role in ("ears", "voice"):
        mine = [line for line in watch.lines if f" as {role} " in line]
        assert mine == [f"{steps_in} {role} in the place of t{first.name[1:]}", f"{first.name} {again} {role} again"]


@pytest.mark.parametrize("written", [False, True], ids=["before", "when its first word comes"])
async def test_reply(
    hass: HomeAssistant, entry: MockConfigEntry, boxes: tuple[Box, Box], caplog: pytest.LogCaptureFixture, written: bool
) -> None:
    """What is to be said is said on the second server, all of it."""
    whole, well = await _say(hass, _reply())
    assert well
    watch = Watch(hass, caplog)

    async def reply() -> AsyncGenerator[str]:
        boxes[0].kill()
        async for sentence in _reply():
            yield sentence

    if not written:
        boxes[0].kill()
    sound, well = await _say(hass, reply())
    assert well
    assert len(sound) > len(whole) / 2
    watch.stop()
    assert watch.lost == []


async def test_reply_that_had_begun(
    hass: HomeAssistant, entry: MockConfigEntry, boxes: tuple[Box, Box], caplog: pytest.LogCaptureFixture
) -> None:
    """A reply whose first words were heard ends in a sentence that says so; the next one is the second server's."""
    whole, _ = await _say(hass, _reply())
    watch = Watch(hass, caplog)
    go_on = asyncio.Event()

    def heard() -> None:
        boxes[0].kill()
        go_on.set()

    sound, well = await _say(hass, _reply(go_on), heard)
    assert not well
    last_words = _tongue(hass)._last_words.of("en_US", None)
    assert last_words is not None
    assert sound.endswith(last_words.pcm)
    assert len(sound) > len(last_words.pcm) + _HEADER
    sound, well = await _say(hass, _reply())
    assert (well, len(sound) > len(whole) / 2) == (True, True)
    watch.stop()
    assert watch.lost == []


async def test_both_are_gone(hass: HomeAssistant, entry: MockConfigEntry, boxes: tuple[Box, Box]) -> None:
    """Nobody waits in silence: an agent is told that nothing could be heard, and a voice kept in memory says so."""
    await _until(lambda: _tongue(hass)._last_words.of("en_US", None) is not None)
    pipeline = await hass.data[KEY_ASSIST_PIPELINE].pipeline_store.async_create_item(
        {
            "name": "Parlor",
            "language": "en",
            "conversation_engine": "conversation.parlor",
            "conversation_language": "en",
            "stt_engine": EARS,
            "stt_language": "en",
            "tts_engine": TONGUE,
            "tts_language": "en_US",
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
        }
    )
    assert pipeline.stt_engine == EARS
    for box in boxes:
        box.kill()
    assert await _hear(hass) == EARS_FAILED
    sound, well = await _say(hass, _reply())
    assert not well
    last_words = _tongue(hass)._last_words.of("en_US", None)
    assert last_words is not None
    assert sound.endswith(last_words.pcm)
    for entity_id in (EARS, TONGUE):
        state = hass.states.get(entity_id)
        assert state is not None
        assert state.state == STATE_UNAVAILABLE


async def test_hearing_here_and_speaking_there(hass: HomeAssistant) -> None:
    """A server that only hears and one that only speaks make one assistant; neither can take the place of the other."""
    hears, speaks = Box("--whisper", WHISPER).start(), Box("--voice", VOICE).start()
    try:
        uris = ears(hears.uri, fallback=speaks.uri), voice(speaks.uri, fallback=hears.uri)
        async with _parlor(hass, *uris) as entry:
            first, second = _servers(entry)
            assert await first.async_wait_ready(Role.EARS, HANG)
            assert await second.async_wait_ready(Role.VOICE, HANG)
            words = await _hear(hass)
            assert words is not None
            assert "bedroom" in words.lower()
            sound, well = await _say(hass, _reply())
            assert (well, len(sound) > _HEADER) == (True, True)

            hears.kill()
            await _until(lambda: hass.states.is_state(EARS, STATE_UNAVAILABLE))
            assert not hass.states.is_state(TONGUE, STATE_UNAVAILABLE)
            assert (await _say(hass, _reply()))[1]
            hears.start()
            await _until(lambda: not hass.states.is_state(EARS, STATE_UNAVAILABLE))
            assert await _hear(hass) == words
    finally:
        hears.kill()
        speaks.kill()


def _tongue(hass: HomeAssistant) -> ParlorVoice:
    entity = hass.data[TTS_COMPONENT].get_entity(TONGUE)
    assert isinstance(entity, ParlorVoice)
    return entity
