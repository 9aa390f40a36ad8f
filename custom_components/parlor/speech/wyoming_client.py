"""A bounded Wyoming client: nothing that a peer sends, or does not send, can fill the memory or wait for ever."""

import asyncio
from typing import Final, Protocol, Self

from homeassistant.core import HomeAssistant
from wyoming.asr import Transcribe
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeStart

from ..network import NOTHING_MORE, Allowed, NotAtHome, ledger
from .address import UnixAddress, parse_uri
from .errors import (
    SpeechAddressRefused,
    SpeechError,
    SpeechNotRunning,
    SpeechNotWyoming,
    SpeechTooSlow,
    SpeechUnreachable,
    reported_error,
)
from .info import ServerInfo, parse_info
from .status import STATUS_TYPE
from .streams import Book, Streams, open_tcp, open_unix
from .wire import WireError, async_read_bounded, async_write

CONNECT_LIMIT_S: Final = 5.0
ANSWER_LIMIT_S: Final = 10.0
"""How long an answer may take that needs no speech engine."""
WRITE_LIMIT_S: Final = 10.0


_REQUESTS: Final = (Describe, Transcribe, Synthesize, SynthesizeStart)
"""Events that ask for something; `parlor-status` is the other."""


class _Parser[T](Protocol):
    """Reads one kind of event."""

    def __call__(self, event: Event, /) -> T: ...


class WyomingConnection:
    """One connection to a speech server; use it as a context manager, which closes it."""

    def __init__(self, uri: str, streams: Streams) -> None:
        """Take the streams of an open connection."""
        self.uri = uri
        self._reader = streams.reader
        self._writer = streams.writer
        self._counts = streams.counts
        self._limit: float | None = ANSWER_LIMIT_S
        self._scope: asyncio.Timeout | None = None

    @classmethod
    async def open(
        cls, hass: HomeAssistant, uri: str, allowed: Allowed = NOTHING_MORE, book: Book | None = None
    ) -> Self:
        """Connect to an address of the home, or one that is allowed besides; count what goes over it in a book as well.

        Raises SpeechBadAddress, SpeechAddressRefused and SpeechUnreachable or SpeechNotRunning.
        """
        address = parse_uri(uri)
        books = (ledger(hass), *(() if book is None else (book,)))
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                if isinstance(address, UnixAddress):
                    return cls(uri, await open_unix(address))
                return cls(uri, await open_tcp(hass, address, allowed, books, CONNECT_LIMIT_S))
        except NotAtHome as err:  # the name leads elsewhere, perhaps only since a moment ago
            raise SpeechAddressRefused(uri=uri, addresses=", ".join(err.addresses)) from err
        except OSError as err:  # nobody listens, no such host, no such name, or the limit was reached
            raise _unreachable(uri) from err

    async def __aenter__(self) -> Self:
        """Return the connection."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close the connection."""
        await self.close()

    async def close(self) -> None:
        """Close the connection at once; what is not written yet is dropped."""
        self._writer.transport.abort()
        try:
            await self._writer.wait_closed()
        except OSError:  # the peer closed it in anger; it is closed
            return

    async def send(self, *events: Eventable | Event) -> None:
        """Write events. Raises SpeechUnreachable where the connection is lost or the peer stopped reading."""
        try:
            async with asyncio.timeout(WRITE_LIMIT_S):
                for one in events:
                    event = one if isinstance(one, Event) else one.event()
                    for count in self._counts:
                        count.requests += _is_request(event)
                    await async_write(self._writer, event)
        except (OSError, RuntimeError) as err:  # lost, closed under our hands, or the limit was reached
            raise _unreachable(self.uri) from err

    async def receive(self) -> Event:
        """Return the next event.

        Raises SpeechTooSlow where the limit passes, SpeechUnreachable where the peer closes the connection,
        SpeechNotWyoming where it does not keep to the protocol, and what an error event says.
        """
        try:
            async with asyncio.timeout(self._limit) as self._scope:
                event = await async_read_bounded(self._reader)
        except TimeoutError as err:  # a peer that hangs
            raise SpeechTooSlow(uri=self.uri) from err
        except (OSError, asyncio.IncompleteReadError) as err:  # a peer that died
            raise _unreachable(self.uri) from err
        except WireError as err:  # a peer of another kind
            raise SpeechNotWyoming(uri=self.uri) from err
        finally:
            self._scope = None
        if event is None:
            raise _unreachable(self.uri)
        if Error.is_type(event.type):
            error = self.parse(Error.from_event, event)
            raise reported_error(error.code, str(error.text))
        return event

    def limit_silence(self, seconds: float | None) -> None:
        """Set how long `receive` waits for an event, from now on and for the call that is waiting."""
        self._limit = seconds
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    def parse[T](self, parser: _Parser[T], event: Event) -> T:
        """Read an event with one of wyoming's classes. Raises SpeechNotWyoming where something is missing in it."""
        try:
            return parser(event)
        except (KeyError, TypeError, ValueError) as err:  # any JSON may have been sent
            raise SpeechNotWyoming(uri=self.uri) from err


async def async_describe(
    hass: HomeAssistant, uri: str, allowed: Allowed = NOTHING_MORE, book: Book | None = None
) -> ServerInfo:
    """Ask a server what it can do. Raises SpeechError."""
    async with await WyomingConnection.open(hass, uri, allowed, book) as connection:
        await connection.send(Describe())
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                while not Info.is_type((event := await connection.receive()).type):
                    pass
        except TimeoutError as err:  # a peer that sends anything but the answer
            raise SpeechTooSlow(uri=uri) from err
        return connection.parse(parse_info, event)


def _unreachable(uri: str) -> SpeechError:
    """Return the error of a lost connection; a socket of this machine is that of the own speech process."""
    return SpeechNotRunning() if uri.startswith("unix:") else SpeechUnreachable(uri=uri)


def _is_request(event: Event) -> bool:
    return event.type == STATUS_TYPE or any(kind.is_type(event.type) for kind in _REQUESTS)
