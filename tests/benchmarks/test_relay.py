"""The relay in front of ears."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.client import AsyncClient
from wyoming.event import async_read_event, async_write_event

from benchmarks.relay import relay_to

HEARD = ("turn on the", "turn on the lamb")


@asynccontextmanager
async def ears() -> AsyncGenerator[int]:
    """Run ears that hear the same whatever is said."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await async_read_event(reader)
        await async_write_event(TranscriptChunk(HEARD[0]).event(), writer)
        await async_write_event(Transcript(HEARD[1]).event(), writer)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("words", "told"), [(None, HEARD), ("It is dark.", ("It is dark.", "It is dark."))], ids=["as heard", "put right"]
)
async def test_words_are_put_in_the_place_of_what_was_heard(
    socket_enabled: None, words: str | None, told: tuple[str, str]
) -> None:
    """Both the words so far and the transcript are those that are set, if any are."""
    async with ears() as port, relay_to(port) as relay:
        relay.words = words
        async with asyncio.timeout(10), AsyncClient.from_uri(f"tcp://127.0.0.1:{relay.port}") as client:
            await client.write_event(Transcribe(language="en").event())
            found = [await client.read_event(), await client.read_event()]
    assert tuple(event.data["text"] for event in found if event) == told
