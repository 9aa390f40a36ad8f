"""A Wyoming peer on a real socket that does as it is told, also what it should not."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
import contextlib
from pathlib import Path
import shutil
import tempfile
from typing import Any, Self

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker
from wyoming.tts import SynthesizeStopped

type Answer = Callable[[Wire, Event], Awaitable[None]]


class Wire:
    """One connection of a client to the peer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the streams."""
        self.reader = reader
        self.writer = writer

    async def send(self, *events: Eventable | Event) -> None:
        """Send events."""
        for event in events:
            await async_write_event(event if isinstance(event, Event) else event.event(), self.writer)

    async def send_raw(self, *data: bytes) -> None:
        """Send bytes as they are."""
        for chunk in data:
            self.writer.write(chunk)
        await self.writer.drain()

    def hang_up(self) -> None:
        """Drop the connection without a word."""
        self.writer.transport.abort()


class Peer:
    """Keeps all that it receives, and answers by event type: with events, or as a function does."""

    def __init__(self, *, info: Info | None = None, status: Mapping[str, Any] | None = None) -> None:
        """Describe itself with `info`, and know `parlor-status` if there is a status."""
        self.received: list[Event] = []
        self.answers: dict[str, Answer] = {}
        self.wires: list[Wire] = []
        self._folder = Path(tempfile.mkdtemp(prefix="peer-"))
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        if info:
            self.answer("describe", info)
        if status:
            self.answer("parlor-status", Event("parlor-status", {"version": 1, **status}))

    @property
    def uri(self) -> str:
        """Return the address."""
        return f"unix://{self._folder}/peer"

    @property
    def types(self) -> list[str]:
        """Return the types of all events received."""
        return [event.type for event in self.received]

    def payload(self) -> bytes:
        """Return all audio received."""
        return b"".join(event.payload or b"" for event in self.received)

    def answer(self, event_type: str, *events: Eventable | Event) -> None:
        """Answer an event with events."""

        async def send(wire: Wire, _event: Event) -> None:
            await wire.send(*events)

        self.answers[event_type] = send

    def hang_up_on(self, event_type: str) -> None:
        """Drop the connection at an event."""

        async def drop(wire: Wire, _event: Event) -> None:
            wire.hang_up()

        self.answers[event_type] = drop

    async def tell(self, event: Event) -> None:
        """Send an event to all who are connected."""
        for wire in self.wires:
            await wire.send(event)

    async def start(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_unix_server(self._accept, self._folder / "peer")
        return self

    async def stop(self) -> None:
        """Drop all connections and listen no more; it may be started again."""
        if self._server:
            self._server.close()
            for wire in self.wires:
                wire.hang_up()
            self.wires.clear()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        """Listen."""
        return await self.start()

    async def __aexit__(self, *_exception: object) -> None:
        """Go."""
        await self.stop()
        shutil.rmtree(self._folder)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        wire = Wire(reader, writer)
        self.wires.append(wire)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while event := await async_read_event(reader):
                self.received.append(event)
                if answer := self.answers.get(event.type):
                    await answer(wire, event)
        if wire in self.wires:
            self.wires.remove(wire)
        writer.close()
        self._tasks.discard(task)


def info(*, hears: tuple[str, ...] = ("en",), speaks: tuple[str, ...] = ("en_US",), streams: bool = True) -> Info:
    """Return the description of a server; with voices named after their language and two speakers each."""
    maker = Attribution(name="Test", url="http://127.0.0.1")
    same: dict[str, Any] = {"attribution": maker, "installed": True, "description": None, "version": None}
    ears = AsrProgram(name="ears", models=[AsrModel(name="ear", languages=list(hears), **same)], **same)
    speakers = [TtsVoiceSpeaker("low"), TtsVoiceSpeaker("high")]
    voices = [TtsVoice(name=f"{tag}-voice", languages=[tag], speakers=speakers, **same) for tag in speaks]
    voice = TtsProgram(name="voice", voices=voices, supports_synthesize_streaming=streams, **same)
    return Info(asr=[ears] if hears else [], tts=[voice] if speaks else [])


def status(ears: str = "ready", voice: str = "ready") -> dict[str, Any]:
    """Return the parts of a status event."""
    same = {"progress": None, "name": "tiny", "code": None, "message": None}
    return {"ears": {"state": ears, **same}, "voice": {"state": voice, **same}}


def status_event(ears: str = "ready", voice: str = "ready") -> Event:
    """Return a status event."""
    return Event("parlor-status", {"version": 1, **status(ears, voice)})


def transcript(text: str) -> Transcript:
    """Return what ears answer."""
    return Transcript(text=text)


def failure(code: str | None, text: str = "it broke") -> Error:
    """Return an error event."""
    return Error(text=text, code=code)


def spoken(*pcm: bytes, rate: int = 16000, stopped: bool = True) -> list[Eventable]:
    """Return what a voice answers."""
    chunks = [AudioChunk(rate=rate, width=2, channels=1, audio=part) for part in pcm]
    end: list[Eventable] = [AudioStop(), SynthesizeStopped()] if stopped else [AudioStop()]
    return [AudioStart(rate=rate, width=2, channels=1), *chunks, *end]


async def collect[T](stream: AsyncIterable[T], into: list[T]) -> None:
    """Read a stream to its end, or to its error, and keep what came before."""
    async for item in stream:
        into.append(item)  # noqa: PERF401 - a comprehension would lose what came before an error


__all__ = ["Answer", "Peer", "Wire", "collect", "failure", "info", "spoken", "status", "status_event", "transcript"]
