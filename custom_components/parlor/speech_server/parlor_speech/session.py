"""One connection: its events, handed to ears and voice."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wyoming.event import Event
from wyoming.ping import Ping, Pong

from .errors import SpeechError
from .habit import Habit
from .hearing import Hearing
from .info import describe
from .part import Part
from .peer import Peer
from .sound import SoundCache
from .speaking import Speaking
from .status import STATUS_EVENT, StatusBoard
from .wire import Limits, read_event

if TYPE_CHECKING:
    from .voices import Voices
    from .whisper import Whisper

_DESCRIBE_SECONDS = 3.0
"""How long a description waits for an engine that is being loaded: clients ask once and remember."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What all connections share."""

    ears: "Part[Whisper]"
    voice: "Part[Voices]"
    board: StatusBoard
    limits: Limits
    max_seconds: float
    sounds: SoundCache = field(default_factory=SoundCache)
    habit: Habit = field(default_factory=Habit)


class Session:
    """Serve a client until it hangs up or sends what is no event."""

    def __init__(self, parts: Parts, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Own both ends of the stream."""
        self._parts = parts
        self._reader = reader
        self._peer = Peer(writer)
        self._hearing = Hearing(parts.ears, parts.habit, parts.max_seconds, self._peer)
        self._speaking = Speaking(parts.voice, parts.sounds, self._peer)
        self._following: asyncio.Task[None] | None = None
        self._heard_from = asyncio.get_running_loop().time()
        self._handlers: dict[str, Callable[[Event], Awaitable[None]]] = {
            "describe": self._describe,
            "ping": self._ping,
            STATUS_EVENT: self._status,
            **self._hearing.handlers,
            **self._speaking.handlers,
        }

    @property
    def idle_seconds(self) -> float:
        """How long nothing has happened here; 0 while the client is being worked for or follows the status."""
        if self._following or self._hearing.working or self._speaking.working:
            return 0.0
        return asyncio.get_running_loop().time() - self._heard_from

    async def run(self) -> None:
        """Answer events. Ends without raising, save by cancellation."""
        try:
            await self._serve()
        except SpeechError as err:
            # What came is no event, and where the next one would begin is unknown.
            with contextlib.suppress(ConnectionError):
                await self._peer.send_error(err)
        except ConnectionError:
            # The client hung up while it was being answered.
            return
        finally:
            await self._close()

    async def _serve(self) -> None:
        while (event := await read_event(self._reader, self._parts.limits)) is not None:
            self._heard_from = asyncio.get_running_loop().time()
            handler = self._handlers.get(event.type)
            if handler is None:
                # Peers drop what they do not know: that is how the protocol grows.
                continue
            try:
                await handler(event)
            except ConnectionError:
                raise
            except Exception as err:  # noqa: BLE001
                # A request that cannot be served costs the client an error, not its connection.
                if event.type in self._hearing.handlers:
                    self._hearing.pass_over(event.type)
                await self._peer.send_error(err)

    async def _describe(self, _event: Event) -> None:
        async with asyncio.TaskGroup() as waiting:
            waiting.create_task(self._parts.ears.settle(_DESCRIBE_SECONDS))
            waiting.create_task(self._parts.voice.settle(_DESCRIBE_SECONDS))
        await self._peer.send(describe(self._parts.ears, self._parts.voice).event())

    async def _ping(self, event: Event) -> None:
        await self._peer.send(Pong(text=Ping.from_event(event).text).event())

    async def _status(self, event: Event) -> None:
        if event.data.get("follow") is True and self._following is None:
            self._following = asyncio.create_task(self._follow())
        else:
            await self._peer.send(self._parts.board.event())

    async def _follow(self) -> None:
        with contextlib.suppress(ConnectionError):  # The reader notices, too.
            while True:
                change = self._parts.board.change
                await self._peer.send(self._parts.board.event())
                await change.wait()

    async def _close(self) -> None:
        if self._following is not None:
            self._following.cancel()
        await self._hearing.close()
        await self._speaking.close()
        await self._peer.close()
