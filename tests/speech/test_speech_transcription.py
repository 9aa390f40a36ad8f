"""Utterances become words, also over servers that fail."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from wyoming.event import Event

from custom_components.parlor.speech import transcription
from custom_components.parlor.speech.errors import (
    SpeechBadAudio,
    SpeechError,
    SpeechFailed,
    SpeechNotReady,
    SpeechNotRunning,
    SpeechNotWyoming,
    SpeechTooLong,
    SpeechTooSlow,
)
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.transcription import Wish, async_transcribe
from custom_components.parlor.speech.wav import HEARD, Sound, whole_file
from tests.speech.peer import Answer, Peer, Wire, failure, status_event, transcript

PCM = bytes(range(256)) * 400
CHUNK = 320


async def _microphone(pcm: bytes = PCM) -> AsyncGenerator[bytes]:
    for at in range(0, len(pcm), CHUNK):
        await asyncio.sleep(0)
        yield pcm[at : at + CHUNK]


async def test_words(server: SpeechServer, peer: Peer) -> None:
    """What was said is sent as it is, and its words come back trimmed."""
    peer.answer("audio-stop", transcript(" turn on the light "))
    assert await async_transcribe(server, _microphone(), Wish(["en"], names=["Ecobee"])) == "turn on the light"
    assert peer.payload() == PCM
    asked = next(event for event in peer.received if event.type == "transcribe")
    assert asked.data == {"language": "en", "transcript_names": ["Ecobee"]}
    start = next(event for event in peer.received if event.type == "audio-start")
    assert (start.data["rate"], start.data["width"], start.data["channels"]) == (16000, 2, 1)


async def test_silence(server: SpeechServer, peer: Peer) -> None:
    """Silence has no words."""
    peer.answer("audio-stop", transcript(""))
    assert await async_transcribe(server, _microphone(b""), Wish(["en"])) == ""


async def test_wav_file(server: SpeechServer, peer: Peer) -> None:
    """A header is not sent on as if it were sound."""
    peer.answer("audio-stop", transcript("words"))
    assert await async_transcribe(server, _microphone(whole_file(Sound(HEARD, PCM))), Wish(["en"])) == "words"
    assert peer.payload() == PCM


async def test_sent_while_speaking(server: SpeechServer, peer: Peer) -> None:
    """Audio goes out while the speaker goes on; an early transcript ends the listening."""
    heard = asyncio.Event()
    closed = False

    async def chunk(wire: Wire, _event: Event) -> None:
        heard.set()
        await wire.send(transcript("early"))

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal closed
        try:
            yield bytes(CHUNK)
            await heard.wait()
            await asyncio.Event().wait()
        finally:
            closed = True

    peer.answers["audio-chunk"] = chunk
    assert await async_transcribe(server, endless(), Wish(["en"])) == "early"
    assert closed


async def test_transcript_in_pieces(server: SpeechServer, peer: Peer) -> None:
    """Pieces that some servers send before the transcript are passed over."""
    peer.answer("audio-stop", Event("transcript-start"), Event("transcript-chunk", {"text": "a"}), transcript("a b"))
    assert await async_transcribe(server, _microphone(), Wish(["en"])) == "a b"


@pytest.mark.parametrize(
    "dies_at",
    ["transcribe", "audio-start", "audio-chunk", "audio-stop"],
)
async def test_replayed(server: SpeechServer, peer: Peer, dies_at: str) -> None:
    """A server that dies and comes back hears the whole utterance again."""

    async def die_once(wire: Wire, _event: Event) -> None:
        peer.answers.pop(dies_at)
        peer.answer("audio-stop", transcript("second time"))
        peer.received.clear()
        wire.hang_up()

    peer.answers[dies_at] = die_once
    assert await async_transcribe(server, _microphone(), Wish(["en"])) == "second time"
    assert peer.payload().endswith(PCM)


async def test_replayed_after_restart(server: SpeechServer, peer: Peer) -> None:
    """A server that is gone altogether is waited for."""

    async def die(wire: Wire, _event: Event) -> None:
        peer.answer("audio-stop", transcript("second time"))
        asyncio.get_running_loop().call_soon(lambda: restarting.set_result(None))
        wire.hang_up()

    async def restart() -> None:
        await restarting
        await peer.stop()
        await asyncio.sleep(0.2)
        peer.received.clear()
        await peer.start()

    restarting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    peer.answers["audio-stop"] = die
    task = asyncio.create_task(restart())
    assert await async_transcribe(server, _microphone(), Wish(["en"])) == "second time"
    await task
    assert peer.payload() == PCM


async def test_waits_while_loading(server: SpeechServer, peer: Peer) -> None:
    """Ears that are being loaded are waited for."""

    async def refuse(wire: Wire, _event: Event) -> None:
        peer.answers.pop("transcribe")
        peer.answer("audio-stop", transcript("at last"))
        peer.answer("parlor-status", status_event(ears="loading"))
        await wire.send(failure("not_ready"))
        asyncio.get_running_loop().call_later(0.2, loaded.set)

    loaded = asyncio.Event()
    peer.answers["transcribe"] = refuse
    hearing = asyncio.create_task(async_transcribe(server, _microphone(), Wish(["en"])))
    await loaded.wait()
    await peer.tell(status_event())
    assert await hearing == "at last"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(failure("model_corrupt"), SpeechError, id="model damaged"),
        pytest.param(failure(None), SpeechFailed, id="some error"),
        pytest.param(Event("transcript", {"words": "?"}), SpeechNotWyoming, id="transcript without a text"),
    ],
)
async def test_final_errors(server: SpeechServer, peer: Peer, answer: Event, error: type[SpeechError]) -> None:
    """What will not change is not tried again."""
    peer.answer("audio-stop", answer)
    with pytest.raises(error):
        await async_transcribe(server, _microphone(), Wish(["en"]))
    assert peer.types.count("transcribe") == 1


async def _hang_up(wire: Wire, _event: Event) -> None:
    wire.hang_up()


async def _busy(wire: Wire, _event: Event) -> None:
    await wire.send(failure("busy"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(_hang_up, SpeechNotRunning, id="dies every time"),
        pytest.param(_busy, SpeechNotReady, id="busy every time"),
    ],
)
async def test_twice_is_enough(server: SpeechServer, peer: Peer, answer: Answer, error: type[SpeechError]) -> None:
    """An utterance that fails twice is given up, lest it end the server again and again."""
    peer.answers["audio-stop"] = answer
    with pytest.raises(error):
        await async_transcribe(server, _microphone(), Wish(["en"]))
    assert peer.types.count("transcribe") == 2


async def test_gone_for_good(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not come back is not waited for for ever."""
    monkeypatch.setattr(transcription, "REPLAY_WAIT_S", 0.3)
    await peer.stop()
    with pytest.raises(SpeechNotRunning):
        await async_transcribe(server, _microphone(), Wish(["en"]))


async def test_hangs(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never answers is given up."""
    monkeypatch.setattr(transcription, "TRANSCRIPT_LIMIT_S", 0.3)
    with pytest.raises(SpeechTooSlow):
        await async_transcribe(server, _microphone(), Wish(["en"]))
    assert peer.types.count("transcribe") == 1


async def test_error_before_the_end(server: SpeechServer, peer: Peer) -> None:
    """The reason is heard although the server stopped listening before all was sent."""

    async def refuse(wire: Wire, _event: Event) -> None:
        await wire.send(failure("too_long"))
        wire.writer.close()

    peer.answers["audio-chunk"] = refuse
    with pytest.raises(SpeechTooLong):
        await async_transcribe(server, _microphone(bytes(1_000_000)), Wish(["en"]))


async def test_too_long(server: SpeechServer, peer: Peer) -> None:
    """Speech without an end is refused, not cut."""
    peer.answer("audio-stop", transcript("half of it"))
    with pytest.raises(SpeechTooLong):
        await async_transcribe(server, _microphone(bytes(61 * 32000)), Wish(["en"]))


async def test_bad_audio(server: SpeechServer) -> None:
    """A recording in another format is refused."""
    wav = bytearray(whole_file(Sound(HEARD, PCM)))
    wav[24:28] = (44100).to_bytes(4, "little")
    with pytest.raises(SpeechBadAudio):
        await async_transcribe(server, _microphone(bytes(wav)), Wish(["en"]))


async def test_microphone_fails(server: SpeechServer) -> None:
    """What goes wrong before the ears is not blamed on them."""

    async def broken() -> AsyncGenerator[bytes]:
        yield bytes(CHUNK)
        raise RuntimeError("microphone gone")

    with pytest.raises(RuntimeError, match="microphone gone"):
        await async_transcribe(server, broken(), Wish(["en"]))


async def test_cancelled(server: SpeechServer, peer: Peer) -> None:
    """Nobody listening any more, the connection is closed."""
    waiting = asyncio.Event()

    async def chunk(_wire: Wire, _event: Event) -> None:
        waiting.set()

    async def endless() -> AsyncGenerator[bytes]:
        yield bytes(CHUNK)
        await asyncio.Event().wait()

    peer.answers["audio-chunk"] = chunk
    hearing = asyncio.create_task(async_transcribe(server, endless(), Wish(["en"])))
    await waiting.wait()
    assert len(peer.wires) == 2
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing
    while len(peer.wires) == 2:
        await asyncio.sleep(0.01)
