"""Text becomes sound, also over servers that fail."""

import asyncio
from collections.abc import AsyncGenerator

from homeassistant.core import HomeAssistant
import pytest
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable
from wyoming.tts import SynthesizeStopped, SynthesizeVoice

from custom_components.parlor.speech import synthesis
from custom_components.parlor.speech.errors import (
    SpeechError,
    SpeechNoAudio,
    SpeechNotRunning,
    SpeechNotWyoming,
    SpeechTooSlow,
    SpeechVoiceMissing,
)
from custom_components.parlor.speech.info import ServerInfo, parse_info
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.synthesis import Manner, async_say, async_synthesize, voice_for
from custom_components.parlor.speech.wav import PcmFormat
from tests.speech.peer import Peer, Wire, collect, failure, info, spoken

FORMAT = PcmFormat(16000, 2, 1)


async def _pieces(*pieces: str) -> AsyncGenerator[str]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


def _texts(peer: Peer) -> str:
    return "".join(event.data["text"] for event in peer.received if event.type == "synthesize-chunk")


async def test_streamed(server: SpeechServer, peer: Peer) -> None:
    """Text is sent as it comes; the format comes first, then the sound."""
    peer.answer("synthesize-stop", *spoken(b"ab", b"cd"))
    voice = SynthesizeVoice(name="en_US-voice", speaker="low")
    parts = [part async for part in async_synthesize(server, _pieces("Hel", "lo."), Manner(voice=voice))]
    assert parts == [FORMAT, b"ab", b"cd"]
    assert _texts(peer) == "Hello."
    start = next(event for event in peer.received if event.type == "synthesize-start")
    assert start.data == {"voice": {"name": "en_US-voice", "speaker": "low"}}


async def test_sound_before_the_end_of_the_text(server: SpeechServer, peer: Peer) -> None:
    """The first sentence is heard while the next is being written."""
    heard = asyncio.Event()

    async def text() -> AsyncGenerator[str]:
        yield "One. "
        await heard.wait()
        yield "Two."

    peer.answer("synthesize-chunk", AudioStart(16000, 2, 1), AudioChunk(16000, 2, 1, b"ab"))
    peer.answer("synthesize-stop", AudioStop(), SynthesizeStopped())
    pcm = b""
    async for part in async_synthesize(server, text(), Manner()):
        if isinstance(part, bytes):
            pcm += part
            heard.set()
    assert pcm == b"abab"


async def test_whole_text(hass: HomeAssistant) -> None:
    """A server that takes no pieces gets the whole text."""
    async with Peer(info=info(streams=False)) as peer:
        peer.answer("synthesize", *spoken(b"ab", stopped=False))
        server = SpeechServer(hass, uri=peer.uri)
        await server.async_start()
        sound = await async_say(server, "Hello.", Manner())
        await server.async_stop()
    assert (sound.format, sound.pcm) == (FORMAT, b"ab")
    assert next(event for event in peer.received if event.type == "synthesize").data == {"text": "Hello."}


async def test_unsendable_text(server: SpeechServer, peer: Peer) -> None:
    """Half a character does not silence the rest."""
    peer.answer("synthesize-stop", *spoken(b"ab"))
    await async_say(server, "Hi \ud83d!", Manner())
    assert _texts(peer) == "Hi ?!"


async def test_replayed(server: SpeechServer, peer: Peer) -> None:
    """A server that dies before the first sound gets the whole text again."""

    async def die(wire: Wire, _event: Event) -> None:
        peer.received.clear()
        peer.answer("synthesize-stop", *spoken(b"ab"))
        wire.hang_up()

    peer.answers["synthesize-stop"] = die
    parts = [part async for part in async_synthesize(server, _pieces("Hel", "lo."), Manner())]
    assert parts == [FORMAT, b"ab"]
    assert _texts(peer) == "Hello."


async def test_dies_while_speaking(server: SpeechServer, peer: Peer) -> None:
    """A reply that breaks off is an error, and is not begun again."""

    async def die(wire: Wire, _event: Event) -> None:
        await wire.send(AudioStart(16000, 2, 1), AudioChunk(16000, 2, 1, b"ab"))
        wire.writer.close()

    peer.answers["synthesize-stop"] = die
    parts: list[PcmFormat | bytes] = []
    with pytest.raises(SpeechNotRunning):
        await collect(async_synthesize(server, _pieces("Hello."), Manner()), parts)
    assert parts == [FORMAT, b"ab"]
    assert peer.types.count("synthesize-start") == 1


async def test_dies_twice(server: SpeechServer, peer: Peer) -> None:
    """A text that fails twice is given up."""
    peer.hang_up_on("synthesize-stop")
    with pytest.raises(SpeechNotRunning):
        await async_say(server, "Hello.", Manner())
    assert peer.types.count("synthesize-start") == 2


async def test_gone_for_good(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not come back is not waited for for ever."""
    monkeypatch.setattr(synthesis, "REPLAY_WAIT_S", 0.3)
    await peer.stop()
    with pytest.raises(SpeechNotRunning):
        await async_say(server, "Hello.", Manner())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param([failure("voice_missing")], SpeechVoiceMissing, id="no such voice"),
        pytest.param([AudioStop(), SynthesizeStopped()], SpeechNoAudio, id="no sound"),
        pytest.param(spoken(), SpeechNoAudio, id="sound without samples"),
        pytest.param([Event("audio-start", {"rate": 16000})], SpeechNotWyoming, id="no format"),
        pytest.param(spoken(b"ab", rate=1), SpeechNotWyoming, id="no such format"),
        pytest.param(
            [Event("audio-start", {"rate": None, "width": 2, "channels": 1})], SpeechNotWyoming, id="odd format"
        ),
        pytest.param([*spoken(b"ab")[:2], *spoken(b"ab", rate=8000)], SpeechNotWyoming, id="format changes"),
        pytest.param([], SpeechTooSlow, id="hangs"),
    ],
)
async def test_final_errors(
    server: SpeechServer,
    peer: Peer,
    monkeypatch: pytest.MonkeyPatch,
    answer: list[Eventable | Event],
    error: type[SpeechError],
) -> None:
    """What will not change is not tried again."""
    monkeypatch.setattr(synthesis, "AUDIO_SILENCE_LIMIT_S", 0.3)
    peer.answer("synthesize-stop", *answer)
    with pytest.raises(error):
        await async_say(server, "Hello.", Manner())
    assert peer.types.count("synthesize-start") == 1


async def test_endless_sound(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server cannot fill the memory with sound."""
    monkeypatch.setattr(synthesis, "AUDIO_LIMIT_BYTES", 100)
    peer.answer("synthesize-stop", *spoken(bytes(60), bytes(60)))
    with pytest.raises(SpeechNotWyoming):
        await async_say(server, "Hello.", Manner())


async def test_other_events(server: SpeechServer, peer: Peer) -> None:
    """Events of other kinds are passed over, and so is the end of a sentence."""
    peer.answer("synthesize-stop", Event("pong"), *spoken(b"ab", stopped=False), *spoken(b"cd"))
    assert (await async_say(server, "Hello.", Manner())).pcm == b"abcd"


async def test_text_fails(server: SpeechServer) -> None:
    """What goes wrong while the text is written is not blamed on the voice."""

    async def broken() -> AsyncGenerator[str]:
        yield "Hel"
        raise RuntimeError("model gone")

    with pytest.raises(RuntimeError, match="model gone"):
        [part async for part in async_synthesize(server, broken(), Manner())]


async def test_listener_leaves(server: SpeechServer, peer: Peer) -> None:
    """Nobody listening any more, the connection is closed."""
    peer.answer("synthesize-chunk", AudioStart(16000, 2, 1), AudioChunk(16000, 2, 1, b"ab"))

    async def endless() -> AsyncGenerator[str]:
        yield "One."
        await asyncio.Event().wait()

    speaking = async_synthesize(server, endless(), Manner())
    assert await anext(speaking) == FORMAT
    assert len(peer.wires) == 2
    await speaking.aclose()
    while len(peer.wires) == 2:
        await asyncio.sleep(0.01)


TWO_VOICES = parse_info(info(speaks=("en_US", "de_DE")).event())


@pytest.mark.parametrize(
    ("server_info", "language", "name", "speaker", "voice"),
    [
        pytest.param(TWO_VOICES, "en_US", None, None, None, id="default"),
        pytest.param(None, "en_US", None, None, None, id="nothing known"),
        pytest.param(TWO_VOICES, "de_DE", None, None, SynthesizeVoice("de_DE-voice"), id="another language"),
        pytest.param(TWO_VOICES, "fr_FR", None, None, None, id="a language of no voice"),
        pytest.param(TWO_VOICES, "de", None, None, SynthesizeVoice("de_DE-voice"), id="a language without a country"),
        pytest.param(TWO_VOICES, "en_GB", None, None, None, id="the default's language in another country"),
        pytest.param(TWO_VOICES, "en_US", "de_DE-voice", None, SynthesizeVoice("de_DE-voice"), id="by name"),
        pytest.param(
            TWO_VOICES, "de_DE", None, "low", SynthesizeVoice("de_DE-voice", speaker="low"), id="speaker of a language"
        ),
        pytest.param(None, "en_US", None, "low", None, id="speaker of nobody knows whom"),
    ],
)
def test_voice(
    server_info: ServerInfo | None, language: str, name: str | None, speaker: str | None, voice: SynthesizeVoice | None
) -> None:
    """A voice is asked for by name where the default one would be another."""
    assert voice_for(server_info, language, name, speaker) == voice
