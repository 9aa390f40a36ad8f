"""A speech server as the entities see it: the process on this machine, or a server at an address."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
import logging
from typing import Final, NoReturn

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from wyoming.event import Event
from wyoming.info import Describe, Info

from ..network import NOTHING_MORE, Allowed, Traffic, book_news, ledger
from .errors import SpeechError, SpeechNotRunning, SpeechTooSlow
from .info import ServerInfo, parse_info
from .process import SpeechProcess
from .status import (
    SERVING,
    STATUS_TYPE,
    STATUS_VERSION,
    EngineState,
    Role,
    ServerStatus,
    parse_status,
    status_request,
    status_version,
)
from .streams import Book
from .wyoming_client import WyomingConnection, async_describe

_LOGGER = logging.getLogger(__name__)

START_LIMIT_S: Final = 3.0
"""How long set-up waits for a server at an address, so that its entities come with its languages."""
FIRST_ANSWER_LIMIT_S: Final = 10.0
PROBE_S: Final = 30.0
SILENCE_LIMIT_S: Final = 45.0
FIRST_RETRY_S: Final = 0.1
LAST_RETRY_LOCAL_S: Final = 1.0
LAST_RETRY_S: Final = 30.0


class SpeechServer:
    """Follows one speech server: whether it can be used, what it can do, and a connection to it.

    Give it either the address of a server or a process of this machine, which it then starts and stops.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        uri: str | None = None,
        allowed: Allowed = NOTHING_MORE,
        process: SpeechProcess | None = None,
    ) -> None:
        """Prepare; nothing is connected before `async_start`. `allowed` is what the user allows besides the home."""
        self._hass = hass
        self._uri = uri
        self._allowed = allowed
        self.process = process
        self.traffic: Book = {}
        """What went to each address of the server."""
        self.downloads: Book = {}
        """What went to each host that the server has downloaded from."""
        self._last_downloads: Mapping[str, Traffic] = {}
        self.error: SpeechError | None = None
        """Why it does not answer."""
        self.info: ServerInfo | None = None
        self.status: ServerStatus | None = None
        self.protocol: int | None = None
        self._connected = False
        self._told_down = False
        self._listeners: list[CALLBACK_TYPE] = []
        self._following: asyncio.Task[None] | None = None

    @property
    def uri(self) -> str | None:
        """Return the address, or None while the process of this machine has none."""
        return self.process.uri if self.process else self._uri

    @property
    def name(self) -> str:
        """Return what the log calls it."""
        return "The speech process of this machine" if self.process else f"The speech server at {self._uri}"

    @property
    def in_order(self) -> tuple[SpeechServer, ...]:
        """Return the server itself: it has no fallback."""
        return (self,)

    @property
    def available(self) -> bool:
        """Say whether the server answers."""
        return self._connected

    def is_ready(self, role: Role) -> bool:
        """Say whether the server can hear or speak now."""
        if not self._connected:
            return False
        if self.status is not None:
            return self.status.of(role).state in SERVING
        return self.info is not None and (self.info.hears if role is Role.EARS else self.info.speaks)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a listener at every change; returns what takes it away."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_start(self) -> None:
        """Start to follow the server; waits shortly for one at an address, never for models. Safe to call twice."""
        if self._following is not None:
            return
        if self.process:
            await self.process.start()
        self._follow()
        if not self.process:
            await async_wait_for(self.async_add_listener, lambda: self._connected or self._told_down, START_LIMIT_S)

    async def async_stop(self) -> None:
        """Stop following, and the process. Safe to call twice."""
        following, self._following = self._following, None
        if following is None:
            return
        following.cancel()
        await asyncio.wait([following])
        if self.process:
            await self.process.stop()
        self._connected = False
        self._changed()

    async def async_connect(self) -> WyomingConnection:
        """Open a connection of its own for one request. Raises SpeechError."""
        if (uri := self.uri) is None:
            raise SpeechNotRunning
        return await WyomingConnection.open(self._hass, uri, self._allowed, self.traffic)

    async def async_wait_ready(self, role: Role, limit_s: float) -> bool:
        """Wait until the server can hear or speak; False where it cannot within the limit."""
        await async_wait_for(self.async_add_listener, lambda: self.is_ready(role) or self.is_hopeless(role), limit_s)
        return self.is_ready(role)

    def is_hopeless(self, role: Role) -> bool:
        """Say whether waiting is in vain: nothing is on its way to being ready."""
        if not self._connected or self.status is None:
            return False
        return self.status.of(role).state in {EngineState.OFF, EngineState.FAILED, EngineState.DOWNLOADING}

    @callback
    def async_report(self, error: SpeechError) -> None:
        """Take the word of a request that failed: look again, and end a process of this machine that hangs."""
        if self._following is None:
            return
        if self.process and isinstance(error, SpeechTooSlow):
            self.process.kill()
        if error.passing or isinstance(error, SpeechTooSlow):
            self._following.cancel()
            self._connected = False
            self._changed()
            self._follow()

    def _follow(self) -> None:
        before = self._following
        self._following = self._hass.async_create_background_task(self._async_follow(before), self.name)

    async def _async_follow(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait([before])
        delay = FIRST_RETRY_S
        while True:
            try:
                await self._async_follow_once()
                delay = PROBE_S
            except SpeechError as err:  # every way in which a server can be of no use
                if self.process and isinstance(err, SpeechTooSlow):
                    self.process.kill()
                delay = FIRST_RETRY_S if self._connected else delay
                self._set_down(err)
            await asyncio.sleep(delay)
            delay = min(LAST_RETRY_LOCAL_S if self.process else LAST_RETRY_S, 2 * delay)

    async def _async_follow_once(self) -> None:
        """Follow Parlor's own server until the connection ends; return at once where the server is another."""
        async with await self.async_connect() as connection:
            # The status comes at once, the description when the engines are loaded.
            await connection.send(status_request(follow=True), Describe())
            connection.limit_silence(FIRST_ANSWER_LIMIT_S)
            if status := await self._async_first_status(connection):
                connection.limit_silence(SILENCE_LIMIT_S)
                await self._async_follow_status(connection, status)
        # Another kind of server may have taken offence at an event that it does not know: it is asked what all know.
        self._set_up(await async_describe(self._hass, str(self.uri), self._allowed, self.traffic), None)

    async def _async_first_status(self, connection: WyomingConnection) -> Event | None:
        try:
            event = await connection.receive()
        except SpeechError:  # of Parlor's own server a failure; others may hang up, say error, or nothing
            if self.process:
                raise
            return None
        if event.type != STATUS_TYPE:
            return None
        self.protocol = status_version(event)
        # A server of another time is taken for one that is not Parlor's: it hears and speaks all the same.
        return event if self.protocol == STATUS_VERSION else None

    async def _async_follow_status(self, connection: WyomingConnection, status: Event) -> NoReturn:
        pinging = asyncio.create_task(_async_ping(connection))
        try:
            await self._async_read(connection, status)
        finally:
            pinging.cancel()

    async def _async_read(self, connection: WyomingConnection, event: Event) -> NoReturn:
        while True:
            if Info.is_type(event.type):
                self._set_up(connection.parse(parse_info, event), self.status)
            elif event.type == STATUS_TYPE:
                status = connection.parse(parse_status, event)
                if self.status is not None and status != self.status:
                    await connection.send(Describe())
                self._set_up(self.info, status)
            event = await connection.receive()

    def _set_up(self, info: ServerInfo | None, status: ServerStatus | None) -> None:
        if (self._connected, self.info, self.status) == (True, info, status):
            return
        downloads = status.contacted if status else {}
        book_news((ledger(self._hass), self.downloads), self._last_downloads, downloads)
        self._last_downloads = downloads
        self._connected, self.info, self.status, self.error = True, info, status, None
        if self._told_down:
            self._told_down = False
            _LOGGER.info("%s answers", self.name)
        if self.process and status and {status.ears.state, status.voice.state} <= SERVING | {EngineState.OFF}:
            self.process.mark_healthy()
        self._changed()

    def _set_down(self, error: SpeechError) -> None:
        is_news = type(error) is not type(self.error)
        self.error = error
        if self._told_down:
            if is_news:
                self._changed()
            return
        # A process that ended has been logged by its watch.
        if not self.process:
            _LOGGER.warning("%s does not answer: %s", self.name, error)
        self._told_down = True
        self._connected = False
        self._changed()

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()


async def async_wait_for(
    add_listener: Callable[[CALLBACK_TYPE], CALLBACK_TYPE], condition: Callable[[], bool], limit_s: float
) -> None:
    """Wait until a condition holds, which is looked at after each change that listeners are told of."""
    changed = asyncio.Event()
    remove = add_listener(changed.set)
    try:
        async with asyncio.timeout(limit_s):
            while not condition():
                await changed.wait()
                changed.clear()
    except TimeoutError:  # the caller looks whether it came true
        return
    finally:
        remove()


async def _async_ping(connection: WyomingConnection) -> None:
    """Ask for the status again and again, so that a server that is alive is never silent."""
    with contextlib.suppress(SpeechError):  # the reader of the connection finds it lost as well
        while True:
            await asyncio.sleep(PROBE_S)
            await connection.send(status_request(follow=False))
