"""A stream that can be read again from its start."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
import contextlib
from typing import Protocol, Self, runtime_checkable

from .errors import SpeechTooLong


class Replay[T: (bytes, str)]:
    """Keeps what a stream brings, so that it can be sent to a second server, or to the same one after a restart.

    Reading follows the stream while it goes on. What is longer than `limit` (bytes or characters) ends in SpeechTooLong
    instead of being kept in part: half a sentence may say the opposite of the whole one. Use it as a context manager:
    leaving it ends and closes the stream.
    """

    def __init__(self, source: AsyncIterable[T], limit: int) -> None:
        """Take the stream; it is read from when the context is entered."""
        self._source: AsyncIterable[T] = source
        self._limit = limit
        self._size = 0
        self._items: list[T] = []
        self._more = asyncio.Event()
        self._error: Exception | None = None
        self._pumping: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start to read the stream."""
        self._pumping = asyncio.create_task(self._async_pump())
        return self

    def stop(self) -> None:
        """End the stream here and close it: what has come is all there is."""
        if self._pumping:
            self._pumping.cancel()

    async def __aexit__(self, *_exception: object) -> None:
        """Stop reading the stream and close it."""
        if self._pumping:
            self._pumping.cancel()
            await asyncio.wait([self._pumping])

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield all that has come, joined, then whatever comes. Raises what the stream raises."""
        position = 0
        while True:
            self._more.clear()
            if position < len(self._items):
                start, position = position, len(self._items)
                yield self._items[start][:0].join(self._items[start:position])
            elif self.ended.is_set():
                break
            else:
                await self._more.wait()
        if self._error:
            raise self._error

    async def _async_pump(self) -> None:
        iterator = aiter(self._source)
        try:
            async for item in iterator:
                self._size += len(item)
                if self._size > self._limit:
                    raise SpeechTooLong  # noqa: TRY301 - readers are told as of any other failure of the stream
                self._items.append(item)
                self._more.set()
        except Exception as err:  # noqa: BLE001 - whatever made the stream fail is raised where it is read
            self._error = err
        finally:
            self.ended.set()
            self._more.set()
            if isinstance(iterator, _Closable):
                with contextlib.suppress(RuntimeError):  # it is being closed elsewhere
                    await iterator.aclose()


@runtime_checkable
class _Closable(Protocol):
    """An iterator that holds something until it is closed."""

    async def aclose(self) -> None: ...
