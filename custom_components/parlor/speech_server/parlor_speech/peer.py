"""The other end of a connection, and the work done for it."""

import asyncio
from collections.abc import Coroutine
import contextlib
import logging

from wyoming.error import Error
from wyoming.event import Event

from .errors import Code, SpeechError
from .wire import write_event

_LOGGER = logging.getLogger(__name__)

_WRITE_SECONDS = 30.0


class Peer:
    """Write events to a client, in whole."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        """Own the writer."""
        self._writer = writer

    async def send(self, event: Event) -> None:
        """Send an event. Raises ConnectionError where the client is gone."""
        await write_event(event, self._writer, _WRITE_SECONDS)

    async def send_error(self, err: Exception) -> None:
        """Tell the client what went wrong, as far as it is its business; what it is not goes to the log."""
        if not isinstance(err, SpeechError):
            _LOGGER.error("A request failed", exc_info=err)
            err = SpeechError(Code.INTERNAL, "The speech server failed; see its log")
        _LOGGER.info("Refused: %s (%s)", err.message, err.code)
        await self.send(Error(text=err.message, code=err.code).event())

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):  # The client hung up first, or does not read.
            async with asyncio.timeout(1):
                await self._writer.wait_closed()


class Work:
    """One piece of work at a time for a client, beside the reading of its events."""

    def __init__(self, peer: Peer) -> None:
        """Have nothing to do."""
        self._peer = peer
        self._work: Coroutine[None, None, None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def going(self) -> bool:
        """Whether there is something to do."""
        return self._task is not None and not self._task.done()

    async def begin(self, work: Coroutine[None, None, None]) -> None:
        """Begin after the work before has ended."""
        try:
            if self._task is not None:
                await asyncio.wait([self._task])
        except asyncio.CancelledError:
            # The server stops.
            work.close()
            raise
        self._work = work
        self._task = asyncio.create_task(self._guarded(work))

    async def cancel(self) -> None:
        """End what is being done."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._work is not None:
            # It may not even have begun.
            self._work.close()

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except ConnectionError:
            # The client is gone; its reader notices, too.
            return
        except Exception as err:  # noqa: BLE001
            # Engines may raise anything; the client gets an answer and the server lives on.
            with contextlib.suppress(ConnectionError):
                await self._peer.send_error(err)
