"""A stream can be read again from its start."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from custom_components.parlor.speech.errors import SpeechTooLong
from custom_components.parlor.speech.replay import Replay
from tests.speech.peer import collect


class _Source:
    """A stream that is fed by the test."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.closed = False

    async def read(self) -> AsyncGenerator[str]:
        try:
            while (item := await self.queue.get()) is not None:
                yield item
        finally:
            self.closed = True


async def test_read_twice() -> None:
    """The second reader gets what the first got, in one piece."""
    source = _Source()
    async with Replay(source.read(), 100) as replay:
        first: list[str] = []

        async def read() -> None:
            first.extend([part async for part in replay])

        reading = asyncio.create_task(read())
        for item in ("a", "b", "c", None):
            source.queue.put_nowait(item)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await reading
        assert "".join(first) == "abc"
        assert len(first) > 1
        assert [part async for part in replay] == ["abc"]
    assert source.closed


async def test_left_early() -> None:
    """A stream that goes on is closed when nobody reads it any more."""
    source = _Source()
    async with Replay(source.read(), 100) as replay:
        source.queue.put_nowait("a")
        async for part in replay:
            assert part == "a"
            break
    assert source.closed
    assert replay.ended.is_set()


async def test_stream_fails() -> None:
    """What a stream raises is raised where it is read, after what came before."""

    async def stream() -> AsyncGenerator[bytes]:
        yield b"a"
        raise RuntimeError("microphone gone")

    heard: list[bytes] = []
    async with Replay(stream(), 100) as replay:
        with pytest.raises(RuntimeError, match="microphone gone"):
            await collect(replay, heard)
    assert heard == [b"a"]


async def test_too_long() -> None:
    """A stream over the limit is refused rather than cut."""

    async def stream() -> AsyncGenerator[bytes]:
        while True:
            yield bytes(10)

    async with Replay(stream(), 95) as replay:
        with pytest.raises(SpeechTooLong):
            [part async for part in replay]


async def test_plain_iterator() -> None:
    """A stream that cannot be closed need not be."""

    class Chunks:
        def __init__(self) -> None:
            self.left = [b"b", b"a"]

        def __aiter__(self) -> Chunks:
            return self

        async def __anext__(self) -> bytes:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    async with Replay(Chunks(), 10) as replay:
        assert b"".join([part async for part in replay]) == b"ab"
