"""What comes over the socket may be anything: each time a clear answer, and the server serves the next client."""

import asyncio
from contextlib import AsyncExitStack, suppress
import json
from pathlib import Path

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop

from benchmarks.ears_load import memory

from .client import Client, assert_serves, words
from .conftest import MAX_CLIENTS
from .process import VOICE, SpeechProcess


def _header(**fields: object) -> bytes:
    return json.dumps({"type": "describe", **fields}).encode() + b"\n"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        pytest.param(b"\n", "header is not JSON", id="empty line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "header is not JSON", id="browser"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\n\x01\xfc", "header is not JSON", id="TLS hello"),
        pytest.param(b'{"type": "describe"\n', "header is not JSON", id="cut JSON"),
        pytest.param(b"\xff\xfe{}\n", "header is not JSON", id="not UTF-8"),
        pytest.param(b"[" * 60_000 + b"\n", "header is not JSON", id="deeply nested"),
        pytest.param(b'["describe"]\n', "header is not an object", id="header is a list"),
        pytest.param(b"null\n", "header is not an object", id="header is null"),
        pytest.param(b"{}\n", "header has no type", id="no type"),
        pytest.param(_header(type=7), "header has no type", id="type is a number"),
        pytest.param(_header(type=""), "header has no type", id="type is empty"),
        pytest.param(_header(data=[1]), "data of the header is not an object", id="data is a list"),
        pytest.param(_header(data_length=-1), "data_length is not a length", id="negative data length"),
        pytest.param(_header(data_length="9"), "data_length is not a length", id="data length is text"),
        pytest.param(_header(data_length=True), "data_length is not a length", id="data length is true"),
        pytest.param(_header(payload_length=1.5), "payload_length is not a length", id="fractional payload length"),
        pytest.param(_header(payload_length=2**40), "is more than", id="payload of a terabyte"),
        pytest.param(_header(data_length=2**40), "is more than", id="data of a terabyte"),
        pytest.param(_header(data_length=3) + b"[1]", "data is not an object", id="data is no object"),
        pytest.param(_header(data_length=3) + b"abc", "data is not JSON", id="data is no JSON"),
        pytest.param(b'{"type": "' + b"x" * 200_000, "header is longer than", id="endless header"),
    ],
)
async def test_what_is_no_event_is_answered_and_ends_the_connection(socket: Path, sent: bytes, says: str) -> None:
    """What is no event is answered and ends the connection."""
    async with Client(socket) as client:
        await client.send_raw(sent)
        (answer,) = await client.rest()
    assert (answer.type, answer.data["code"]) == ("error", "bad_event")
    assert says in answer.data["text"]
    await assert_serves(socket)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"type": "desc', id="within the header"),
        pytest.param(_header(data_length=100) + b"{", id="within the data"),
        pytest.param(_header(payload_length=100) + b"abc", id="within the payload"),
    ],
)
async def test_a_client_that_hangs_up_midway_costs_nothing(socket: Path, sent: bytes) -> None:
    """A client that hangs up midway costs nothing."""
    async with Client(socket) as client:
        await client.send_raw(sent)
    await assert_serves(socket)


async def test_a_client_that_stalls_within_an_event_is_hung_up_on(socket: Path) -> None:
    """A client that stalls within an event is hung up on."""
    async with Client(socket) as client:
        await client.send_raw(b'{"type": "audio-chunk", "payload_length": 1000}\n', b"abc")
        await assert_serves(socket)
        (answer,) = await client.rest()
    assert (answer.type, answer.data["code"]) == ("error", "bad_event")
    assert "took longer than" in answer.data["text"]


async def test_what_scans_ports_is_hung_up_on(unused_tcp_port: int) -> None:
    """A port scanner, a browser and a client that says nothing cost the server nothing."""
    uri = f"tcp://127.0.0.1:{unused_tcp_port}"
    with SpeechProcess("--voice", VOICE, uri=uri) as speech:
        speech.logged("Voice ready")
        for sent in (b"", b"\x00" * 70_000, b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-scan\r\n", b"\x16\x03\x01"):
            for _ in range(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
                writer.write(sent)
                writer.close()
                with suppress(ConnectionError):
                    await reader.read()
        reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        writer.write(b'{"type": "ping"}\n')
        assert b"pong" in await reader.readline()
        writer.close()
        assert "Traceback" not in speech.log


_TEXTS = {
    "100,000 characters": "It was a dark and stormy night. " * 3125,
    "pictures only": "🎉" * 100_000,
    "another script": "Привет мир. " * 3000,
    "a script that is spelled out": "你好 " * 500,
    "no spaces": "x" * 100_000,
    "a line": "|" + "-" * 100_000 + "x",
    "signs": "|-*_#`<>[]()" * 8000,
    "numbers": "1" * 50_000 + " kWh",
    "abbreviations": "Dr. " * 25_000,
    "times": "7:00 " * 20_000,
    "open tags": "<a" * 50_000,
    "open links": "[" * 100_000,
    "joiners": "a\u200d\u0301" * 30_000,
}


@pytest.mark.parametrize("text", _TEXTS.values(), ids=_TEXTS)
async def test_texts_of_all_kinds_are_taken_and_can_be_left(socket: Path, text: str) -> None:
    """Long and strange texts begin to be answered, do not hold up others, and end with their client."""
    async with Client(socket) as other:
        async with Client(socket) as client:
            await client.send(Synthesize(text=text))
            assert (await client.receive_until("audio-chunk"))[-1].type == "audio-chunk"
            assert (await other.speak("Good evening."))[1]
        assert (await other.speak("Good morning, everybody."))[1]


_START = AudioStart(16_000, 2, 1)
_CHUNK = AudioChunk(16_000, 2, 1, bytes(2000))


@pytest.mark.parametrize(
    ("events", "code", "says"),
    [
        pytest.param([_CHUNK, _CHUNK, AudioStop()], "bad_event", "audio-chunk without", id="chunks without start"),
        pytest.param([AudioStop()], "bad_event", "audio-stop without audio-start", id="stop without start"),
        pytest.param([Transcribe(), AudioStop()], "bad_event", "audio-stop without", id="transcribe without audio"),
        pytest.param([_START, _START, _CHUNK, AudioStop()], "bad_event", "audio-start before", id="two starts"),
        pytest.param([SynthesizeChunk("Hello.")], "bad_event", "without synthesize-start", id="text without start"),
        pytest.param([SynthesizeStop()], "bad_event", "without synthesize-start", id="end of text without start"),
        pytest.param([Event("synthesize")], "bad_event", "no text", id="speak without text"),
        pytest.param([Event("synthesize", {"text": 5})], "bad_event", "no text", id="speak a number"),
        pytest.param([Event("synthesize", {"text": "a", "voice": 5})], "bad_event", "voice", id="voice is a number"),
        pytest.param(
            [Event("transcribe", {"language": ["en"]}), _START, _CHUNK, AudioStop()],
            "bad_event",
            "language",
            id="language is a list",
        ),
        pytest.param(
            [Event("transcribe", {"transcript_names": "Lamp"}), _START, AudioStop()],
            "bad_event",
            "transcript_names",
            id="names are no list",
        ),
        pytest.param([Event("audio-start"), _CHUNK, AudioStop()], "bad_audio", "rate", id="no format"),
        pytest.param([AudioStart(0, 2, 1), AudioStop()], "bad_audio", "rate", id="rate of zero"),
        pytest.param([AudioStart(10**9, 2, 1), AudioStop()], "bad_audio", "rate", id="gigahertz"),
        pytest.param([AudioStart(16_000, 8, 1), AudioStop()], "bad_audio", "width", id="64 bit"),
        pytest.param([AudioStart(16_000, 2, 64), AudioStop()], "bad_audio", "channels", id="64 channels"),
        pytest.param(
            [_START, AudioChunk(44_100, 2, 2, bytes(8)), AudioStop()], "bad_audio", "format", id="format changes"
        ),
    ],
)
async def test_a_bad_request_gets_one_error_and_the_connection_goes_on(
    client: Client, events: list[Event], code: str, says: str
) -> None:
    """A bad request gets one error and the connection goes on."""
    await client.send(*events)
    answer = await client.receive()
    assert (answer.type, answer.data.get("code")) == ("error", code)
    assert says in answer.data["text"]
    rate, pcm = await client.speak("Turn on the kitchen lights.")
    assert words(await client.hear(pcm, rate)) == "turn on the kitchen lights"


async def test_a_second_text_within_a_text_ends_both(client: Client) -> None:
    """A second text within a text ends both."""
    await client.send(SynthesizeStart(), SynthesizeChunk("Turn on "), SynthesizeStart())
    answer = await client.receive()
    assert answer.data["code"] == "bad_event"
    assert (await client.speak("Yes."))[1]


async def test_an_hour_of_audio_is_refused_early_and_not_kept(client: Client, speech: SpeechProcess) -> None:
    """An hour of audio is refused early and not kept."""
    before = memory(speech.process.pid)
    minute = AudioChunk(16_000, 2, 1, bytes(60 * 16_000 * 2))
    await client.send(Transcribe(), _START, minute, minute)
    answer = await client.receive()
    assert (answer.type, answer.data["code"]) == ("error", "too_long")
    await client.send(*[minute] * 58, AudioStop())
    rate, pcm = await client.speak("Turn on the kitchen lights.")
    assert words(await client.hear(pcm, rate)) == "turn on the kitchen lights"
    assert memory(speech.process.pid) - before < 60 * 1024 * 1024


async def test_more_clients_than_allowed_are_told_so(socket: Path) -> None:
    """More clients than allowed are told so."""
    async with AsyncExitStack() as stack:
        for _ in range(MAX_CLIENTS):
            client = await stack.enter_async_context(Client(socket))
            # Only with an answer in hand is it sure that the server has taken it in.
            await client.send(Event("ping"))
            await client.receive()
        async with Client(socket) as one_more:
            (answer,) = await one_more.rest()
    assert (answer.type, answer.data["code"]) == ("error", "busy")
    await _until_there_is_room(socket)
    await assert_serves(socket)


async def test_long_texts_of_others_do_not_hold_up_a_short_one(client: Client, socket: Path) -> None:
    """Long texts of others do not hold up a short one."""
    async with AsyncExitStack() as stack:
        for _ in range(4):
            other = await stack.enter_async_context(Client(socket))
            await other.send(*[Synthesize(text="Good evening. " * 2000)] * 4)
        assert (await client.speak("Hello."))[1]
    await assert_serves(socket)


async def test_events_of_the_future_are_passed_over(client: Client) -> None:
    """Events of the future are passed over."""
    await client.send(Event("play-chess", {"move": "e4"}), Event("ping", {"text": "here"}))
    answer = await client.receive()
    assert (answer.type, answer.data["text"]) == ("pong", "here")


async def _until_there_is_room(path: Path) -> None:
    """Wait until the server has noticed that others left."""
    async with asyncio.timeout(30):
        while True:
            async with Client(path) as client:
                if await client.is_taken_in():
                    return
            await asyncio.sleep(0.05)
