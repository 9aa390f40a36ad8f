"""Where the first server fails, the second one hears and speaks; the first is used again when it is back."""

import asyncio
from collections.abc import AsyncGenerator
import logging
from pathlib import Path
import wave

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from wyoming.event import Event

from custom_components.parlor.speech.create import all_servers, create_speech_servers
from custom_components.parlor.speech.errors import SpeechFailed, SpeechTooLong, SpeechUnreachable
from custom_components.parlor.speech.fallback import Speech, SpeechPair, in_use
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.status import Role
from custom_components.parlor.speech.synthesis import Manner, async_synthesize, voice_for
from custom_components.parlor.speech.transcription import Wish, async_transcribe
from custom_components.parlor.speech.wav import PcmFormat
from tests.speech.peer import Peer, Wire, collect, failure, info, spoken, status, transcript

PCM = bytes(range(256)) * 400
CHUNK = 320
WISH = Wish(["en"])
LIMIT = 60
RECORDING = Path(__file__).parents[2] / "demo" / "recordings" / "temperature_bedroom.wav"


@pytest.fixture
async def second_peer() -> AsyncGenerator[Peer]:
    """Run another peer, which speaks with voices of its own."""
    async with Peer(info=info(speaks=("en_GB", "de_DE")), status=status()) as running:
        running.answer("audio-stop", transcript("on the second"))
        running.answer("synthesize-stop", *spoken(b"2nd!"))
        yield running


@pytest.fixture
async def servers(hass: HomeAssistant, peer: Peer, second_peer: Peer) -> AsyncGenerator[tuple[SpeechServer, ...]]:
    """Follow both."""
    following = tuple(SpeechServer(hass, uri=one.uri) for one in (peer, second_peer))
    for server in following:
        await server.async_start()
    yield following
    for server in following:
        await server.async_stop()


@pytest.fixture
def ears(servers: tuple[SpeechServer, SpeechServer]) -> SpeechPair:
    """Hear with the first, and with the second where that fails."""
    return SpeechPair(Role.EARS, *servers)


@pytest.fixture
def voice(servers: tuple[SpeechServer, SpeechServer]) -> SpeechPair:
    """Speak with the first, and with the second where that fails."""
    return SpeechPair(Role.VOICE, *servers)


async def _microphone(pcm: bytes = PCM) -> AsyncGenerator[bytes]:
    for at in range(0, len(pcm), CHUNK):
        await asyncio.sleep(0)
        yield pcm[at : at + CHUNK]


async def _text(*pieces: str) -> AsyncGenerator[str]:
    for piece in pieces:
        yield piece


async def _until(speech: Speech, server: SpeechServer) -> None:
    async with asyncio.timeout(LIMIT):
        while in_use(speech, Role.EARS) is not server:
            await asyncio.sleep(0.01)


async def test_the_first_is_preferred(ears: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """Nothing goes to the second while the first can hear."""
    peer.answer("audio-stop", transcript("on the first"))
    assert await async_transcribe(ears, _microphone(), WISH) == "on the first"
    assert second_peer.payload() == b""


@pytest.mark.parametrize("dies_at", ["transcribe", "audio-start", "audio-chunk", "audio-stop"])
async def test_the_second_hears_it_all(ears: SpeechPair, peer: Peer, second_peer: Peer, dies_at: str) -> None:
    """At whatever stage the first dies, the second is sent the utterance from its start."""
    peer.hang_up_on(dies_at)
    assert await async_transcribe(ears, _microphone(), WISH) == "on the second"
    assert second_peer.payload() == PCM


@pytest.mark.parametrize("code", ["internal", "model_missing", "busy", None])
async def test_an_error_of_the_first_is_not_that_of_the_second(
    ears: SpeechPair, peer: Peer, second_peer: Peer, code: str | None
) -> None:
    """What one server cannot do another may."""
    peer.answer("audio-stop", failure(code))
    assert await async_transcribe(ears, _microphone(), WISH) == "on the second"
    assert second_peer.payload() == PCM


async def test_what_is_wrong_with_the_utterance_is_so_anywhere(ears: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """An utterance that is too long is not sent twice."""
    peer.answer("audio-stop", failure("too_long"))
    with pytest.raises(SpeechTooLong):
        await async_transcribe(ears, _microphone(), WISH)
    assert second_peer.payload() == b""


async def test_both_fail(ears: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """Twice is enough; the error is that of the second."""
    peer.hang_up_on("audio-stop")
    second_peer.answer("audio-stop", failure("internal"))
    with pytest.raises(SpeechFailed):
        await async_transcribe(ears, _microphone(), WISH)


async def test_it_comes_and_goes(ears: SpeechPair, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    """The second is used while the first is gone; one line each way says so."""
    caplog.set_level(logging.INFO, "custom_components.parlor.speech.fallback")
    first, second = ears.in_order
    changes: list[bool] = []
    remove = ears.async_add_listener(lambda: changes.append(ears.is_ready(Role.EARS)))
    await _until(ears, first)
    for _ in range(2):
        await peer.stop()
        await _until(ears, second)
        peer.answer("audio-stop", transcript("on the first"))
        assert await async_transcribe(ears, _microphone(), WISH) == "on the second"
        await peer.start()
        await _until(ears, first)
        assert await async_transcribe(ears, _microphone(), WISH) == "on the first"
    remove()
    told = [record.message for record in caplog.records if record.name.endswith("fallback")]
    assert [second.name in line and "used as ears in the place of" in line for line in told] == [True, False] * 2
    assert [first.name in line and "again" in line for line in told] == [False, True] * 2
    assert all(changes), "one of them could hear all the time"


async def test_both_are_gone(ears: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """Without any server nobody can hear, and who asks is told."""
    await peer.stop()
    await second_peer.stop()
    async with asyncio.timeout(LIMIT):
        while ears.is_ready(Role.EARS):
            await asyncio.sleep(0.01)
    assert not await ears.async_wait_ready(Role.EARS, 0.01)


async def test_an_open_microphone_is_closed(ears: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """The second server gets the words too fast to tell where they end: the end is noticed here."""
    peer.hang_up_on("audio-chunk")
    closed = asyncio.Event()

    async def microphone() -> AsyncGenerator[bytes]:
        try:
            async for chunk in _microphone(_speech()):
                yield chunk
            while True:
                await asyncio.sleep(0.001)
                yield bytes(CHUNK)
        finally:
            closed.set()

    async with asyncio.timeout(LIMIT):
        assert await async_transcribe(ears, microphone(), WISH) == "on the second"
    assert closed.is_set()
    assert second_peer.payload().startswith(_speech())


@pytest.mark.parametrize("fails_at", ["synthesize-start", "synthesize-chunk", "synthesize-stop"])
async def test_the_second_speaks_it_all(voice: SpeechPair, peer: Peer, second_peer: Peer, fails_at: str) -> None:
    """At whatever stage before the first sound the voice dies, the second speaks the whole reply."""
    peer.hang_up_on(fails_at)
    manner = Manner("de_DE", voice_for(voice.in_order[0].info, "en_US", "en_US-voice", None))
    parts = [part async for part in async_synthesize(voice, _text("Hel", "lo."), manner)]
    assert parts == [PcmFormat(16000, 2, 1), b"2nd!"]
    assert "".join(event.data["text"] for event in second_peer.received if event.type == "synthesize-chunk") == "Hello."
    asked = next(event for event in second_peer.received if event.type == "synthesize-start")
    assert asked.data["voice"]["name"] == "de_DE-voice", "a voice that the second has, in the same language"


async def test_what_was_begun_is_not_begun_again(voice: SpeechPair, peer: Peer, second_peer: Peer) -> None:
    """After the first sound nobody knows what was heard of it: the failure is told."""

    async def die(wire: Wire, _event: Event) -> None:
        await wire.send(*spoken(b"half", stopped=False)[:2])
        wire.hang_up()

    peer.answers["synthesize-stop"] = die
    parts: list[PcmFormat | bytes] = []
    with pytest.raises(SpeechUnreachable):
        await collect(async_synthesize(voice, _text("Hello."), Manner()), parts)
    assert parts == [PcmFormat(16000, 2, 1), b"half"]
    assert "synthesize-start" not in second_peer.types


async def test_servers_are_shared(hass: HomeAssistant) -> None:
    """A fallback is the same server as one that another subentry uses."""
    first, second = "tcp://192.168.1.20:10300", "tcp://192.168.1.21:10300"
    entry = MockConfigEntry(
        domain="parlor",
        subentries_data=[
            _subentry("ears", "stt", uri=first, fallback=second),
            _subentry("voice", "tts", uri=second),
            _subentry("second voice", "tts", uri=first, fallback=second),
        ],
    )
    speech = create_speech_servers(hass, entry)
    assert [server.uri for server in all_servers(speech)] == [first, second]
    assert speech["ears"].in_order[1] is speech["voice"].in_order[0]
    assert speech["ears"].in_order == speech["second voice"].in_order


def _subentry(name: str, kind: str, **data: str) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        subentry_id=name, subentry_type=kind, title=name, data={"place": "server", **data}, unique_id=None
    )


def _speech() -> bytes:
    """Return what somebody said."""
    with wave.open(str(RECORDING)) as file:
        return bytes(file.readframes(file.getnframes()))
