"""A client that speaks Wyoming, well or badly."""

import asyncio
from pathlib import Path
import re
from typing import Self

from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable, async_read_event, async_write_event
from wyoming.tts import Synthesize

_LIMIT = 60.0
"""Seconds against a hang."""


class Client:
    """One connection."""

    def __init__(self, path: Path) -> None:
        """Prepare to connect to a Unix socket."""
        self._path = path

    async def __aenter__(self) -> Self:
        """Connect."""
        self.reader, self.writer = await asyncio.open_unix_connection(self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        self.writer.close()

    async def send(self, *events: Eventable | Event) -> None:
        """Send events."""
        for event in events:
            await async_write_event(event if isinstance(event, Event) else event.event(), self.writer)

    async def send_raw(self, *data: bytes) -> None:
        """Send bytes as they are."""
        for block in data:
            self.writer.write(block)
            await self.writer.drain()

    async def receive(self) -> Event:
        """Return the next event; the connection must not end before."""
        async with asyncio.timeout(_LIMIT):
            event = await async_read_event(self.reader)
        assert event is not None, "The server hung up"
        return event

    async def receive_until(self, *types: str) -> list[Event]:
        """Return the events up to the first of the types, or up to an error."""
        events = [await self.receive()]
        while events[-1].type not in (*types, "error"):
            events.append(await self.receive())
        return events

    async def rest(self) -> list[Event]:
        """Return what comes until the server hangs up."""
        events: list[Event] = []
        async with asyncio.timeout(_LIMIT):
            while (event := await async_read_event(self.reader)) is not None:
                events.append(event)
        return events

    async def is_taken_in(self) -> bool:
        """Whether the server serves this connection rather than turning it away."""
        try:
            await self.send(Event("ping"))
            return (await self.receive()).type == "pong"
        except ConnectionError:
            # It hung up before it was asked.
            return False

    async def speak(self, text: str) -> tuple[int, bytes]:
        """Return the text as samples a second and 16 bit mono PCM."""
        await self.send(Synthesize(text=text))
        events = await self.receive_until("audio-stop")
        assert events[-1].type == "audio-stop", events[-1].data
        return events[0].data["rate"], audio_of(events)

    async def hear(self, pcm: bytes, rate: int = 16_000, width: int = 2, channels: int = 1) -> Event:
        """Return the answer to audio, sent in chunks as a satellite does."""
        await self.send(Transcribe(language="en"), AudioStart(rate, width, channels))
        for start in range(0, len(pcm), 8192):
            await self.send(AudioChunk(rate, width, channels, pcm[start : start + 8192]))
        await self.send(AudioStop())
        return await self.receive()


def audio_of(events: list[Event]) -> bytes:
    """Return the audio of all chunks."""
    return b"".join(event.payload or b"" for event in events if event.type == "audio-chunk")


def words(event: Event) -> str:
    """Return the words of a transcript, without case and punctuation."""
    assert event.type == "transcript", event.data
    return " ".join(re.findall(r"[a-z0-9']+", event.data["text"].lower()))


async def assert_serves(path: Path) -> None:
    """Check that the server speaks, and understands what it says."""
    async with Client(path) as client:
        rate, pcm = await client.speak("Turn on the kitchen lights.")
        assert words(await client.hear(pcm, rate)) == "turn on the kitchen lights"
