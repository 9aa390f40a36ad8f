"""A Wyoming server in front of another, which puts words right that the demo's tiny ears cannot know."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from wyoming.event import Event, async_read_event, async_write_event

_TOLD = frozenset({"transcript", "transcript-chunk"})


class Relay:
    """Passes all events on in both directions; a transcript gets the words that are set, if any, in its place."""

    def __init__(self, port: int) -> None:
        """Stand in front of the server at this port of this machine."""
        self.words: str | None = None
        self.port = 0
        self._behind = port
        self._answering: set[asyncio.Task[None]] = set()

    async def async_answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until one side ends."""
        task = asyncio.current_task()
        if task is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, behind_writer, right=False))
                group.create_task(self._pass_on(behind_reader, writer, right=True))
        except* OSError:
            # One of them hung up in the middle of an event.
            pass
        finally:
            behind_writer.close()
            writer.close()

    def stop(self) -> None:
        """End what is under way."""
        for task in self._answering:
            task.cancel()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, right: bool) -> None:
        while (event := await async_read_event(reader)) is not None:
            await async_write_event(self._put_right(event) if right else event, writer)
        writer.close()

    def _put_right(self, event: Event) -> Event:
        if self.words is None or event.type not in _TOLD or not event.data.get("text"):
            return event
        return Event(event.type, {**event.data, "text": self.words}, event.payload)


@asynccontextmanager
async def relay_to(port: int) -> AsyncGenerator[Relay]:
    """Run a relay in front of a server on this machine."""
    relay = Relay(port)
    server = await asyncio.start_server(relay.async_answer, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        relay.stop()
        await server.wait_closed()
