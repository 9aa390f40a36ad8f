"""Events in any order, clients that stall, do not listen or send nonsense: none of it reaches the next client."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
import random

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize

from benchmarks.ears_load import memory

from .client import Client, assert_serves, words
from .conftest import MAX_CLIENTS
from .hub_server import HubServer
from .process import VOICE, WHISPER, SpeechProcess

_FORMAT = {"rate": 16_000, "width": 2, "channels": 1}
_EVENTS = (
    Event("transcribe", {"language": "en"}),
    Event("transcribe", {"language": 7}),
    Event("transcribe", {"context": {"parlor": {"languages": ["en", "de"], "partials": True}}}),
    Event("audio-start", _FORMAT),
    Event("audio-start", {**_FORMAT, "rate": "fast"}),
    Event("audio-chunk", _FORMAT, bytes(3200)),
    Event("audio-chunk", _FORMAT, b""),
    Event("audio-chunk", _FORMAT, b"\x01"),
    Event("audio-chunk", {}, bytes(10)),
    Event("audio-stop"),
    Event("audio-stop", {"timestamp": "never"}),
    Event("synthesize", {"text": ""}),
    Event("synthesize", {"text": "Yes."}),
    Event("synthesize", {"voice": {"name": None}}),
    Event("synthesize-start", {"voice": {"language": "en"}}),
    Event("synthesize-chunk", {"text": "Turn "}),
    Event("synthesize-chunk", {"text": ["Turn"]}),
    Event("synthesize-stop"),
    Event("describe"),
    Event("describe", {"a": {"b": []}}, b"why"),
    Event("parlor-status"),
    Event("parlor-status", {"follow": "perhaps"}),
    Event("transcript", {"text": "from the wrong side"}),
    Event("error", {"text": "mine"}),
    Event("info"),
    Event("select-program", {"name": "no such"}),
    Event("x" * 1000),
    Event("\U0001f389", {"\u0000": None}),
)
_ANSWERS = {
    *("transcript", "transcript-chunk", "audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"),
    *("info", "parlor-status", "error", "pong"),
}


@pytest.mark.parametrize("seed", range(12))
async def test_events_in_any_order_are_answered(socket: Path, seed: int) -> None:
    """Whatever comes after whatever, the connection goes on, answers are known ones, and errors have a code."""
    chosen = random.Random(seed).choices(_EVENTS, k=80)  # noqa: S311 # to be the same at each run
    async with Client(socket) as client:
        sending = asyncio.create_task(client.send(*chosen, Event("ping", {"text": "over"})))
        answers = [await client.receive()]
        while (answers[-1].type, answers[-1].data.get("text")) != ("pong", "over"):
            answers.append(await client.receive())
        await sending
    assert {answer.type for answer in answers} <= _ANSWERS
    errors = [answer.data for answer in answers if answer.type == "error"]
    assert {error["code"] for error in errors} <= {"bad_event", "bad_audio"}
    assert all(error["text"] for error in errors)
    await assert_serves(socket)


async def test_clients_that_stall_within_an_utterance_make_room_for_others(socket: Path) -> None:
    """Microphones that went silent hold nobody up, and are hung up on when others need their place."""
    async with AsyncExitStack() as stack:
        for _ in range(MAX_CLIENTS):
            stalled = await stack.enter_async_context(Client(socket))
            start, chunk = AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(64_000))
            await stalled.send(Event("ping"), Transcribe(), start, chunk)
            await stalled.receive()
        async with asyncio.timeout(60):
            while True:
                async with Client(socket) as another:
                    if await another.is_taken_in():
                        break
                await asyncio.sleep(0.2)


async def test_a_client_that_does_not_listen_holds_up_nobody(socket: Path, speech: SpeechProcess) -> None:
    """Who asks for hours of speech and reads none of it is not spoken to ahead of what it reads."""
    sentence = f"{'It was dark and stormy on the hill behind the old mill by the river ' * 6}. "
    async with Client(socket) as deaf, Client(socket) as other:
        await deaf.send(*[Synthesize(text=sentence * 200)] * 4)
        await other.speak("Good evening.")
        before = memory(speech.process.pid)
        # Sentences are made in turn: as many of the other's would have been by now, a megabyte each.
        for number in range(60):
            await other.speak(f"Lamp {number}.")
        assert memory(speech.process.pid) - before < 24 * 2**20
    await assert_serves(socket)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["\U0001f389" * 1000], id="pictures only"),
        pytest.param(["\u041b\u0430\u043c\u043f\u0430 \u043d\u0430 \u043a\u0443\u0445\u043d\u0435"] * 50, id="script"),
        pytest.param(["x" * 100_000], id="100,000 characters"),
        pytest.param(["\x00\x1b[31m", "\ud7ff\ufffe"], id="control characters"),
        pytest.param(["<|endoftext|>", "<|startoftranscript|><|de|>", "<|nospeech|>"], id="tokens of Whisper"),
    ],
)
async def test_names_of_all_kinds_are_borne(client: Client, names: list[str]) -> None:
    """Names that no house has cost at most their use."""
    rate, pcm = await client.speak("Turn on the kitchen lights.")
    await client.send(Transcribe(language="en", transcript_names=names), AudioStart(rate, 2, 1))
    await client.send(AudioChunk(rate, 2, 1, pcm), AudioStop())
    assert words(await client.receive()) == "turn on the kitchen lights"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
async def test_a_disk_that_is_full_costs_the_ears_alone(tmp_path: Path) -> None:
    """Where a model does not fit on the disk, the server says so, and goes on to speak."""
    part = tmp_path / "whisper" / "Systran--faster-whisper-tiny.en.partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    files = {path.name: path.read_bytes() for path in WHISPER.iterdir() if path.suffix in (".bin", ".json")}
    with HubServer({"Systran/faster-whisper-tiny.en": files}) as hub:
        arguments = ("--whisper", "tiny.en", "--voice", VOICE, "--data", tmp_path, "--hub", hub.url)
        with SpeechProcess(*arguments) as speech:
            ears = speech.settled()["ears"]
            assert (ears["state"], ears["code"]) == ("failed", "download_failed")
            assert "Not enough room" in ears["message"]
            async with Client(speech.socket) as client:
                assert (await client.speak("Good evening."))[1]
                assert (await client.hear(bytes(3200))).data["code"] == "download_failed"
