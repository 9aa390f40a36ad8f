"""Streams to a speech server: to home addresses only, and counted."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.core import HomeAssistant

from ..network import Allowed, Traffic, first_that_answers, home_addresses, opened
from .address import TcpAddress, UnixAddress
from .wire import HEADER_LIMIT

type Book = dict[str, Traffic]
"""What went to each address and came back."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Both directions of a connection, and where it is counted: nowhere, for a socket of this machine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    counts: Sequence[Traffic] = ()


async def open_unix(address: UnixAddress) -> Streams:
    """Connect to a socket of this machine. Raises OSError."""
    return Streams(*await asyncio.open_unix_connection(address.path, limit=HEADER_LIMIT))


async def open_tcp(
    hass: HomeAssistant, address: TcpAddress, allowed: Allowed, books: Iterable[Book], limit_s: float
) -> Streams:
    """Connect to the first home address of a host that answers, and count what goes over the connection.

    It is the address that was checked that is connected to, not the name. Raises NotAtHome, and OSError where the name
    is not known or nobody listens.
    """
    addresses = await home_addresses(hass, address.host, address.port, allowed)
    _, streams = await first_that_answers(addresses, limit_s, partial(_open, tuple(books), address.port), (OSError,))
    return streams


async def _open(books: Sequence[Book], port: int, ip: str, limit_s: float | None) -> Streams:
    loop = asyncio.get_running_loop()
    counts: list[Traffic] = []
    reader = _CountingReader(counts)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)

    def connected() -> asyncio.StreamReaderProtocol:
        counts.extend(opened(books, ip))
        return protocol

    async with asyncio.timeout(limit_s):
        transport, _ = await loop.create_connection(connected, ip, port)
    return Streams(reader, _CountingWriter(transport, protocol, reader, counts), counts)


class _CountingReader(asyncio.StreamReader):
    """Counts what comes in."""

    def __init__(self, counts: Sequence[Traffic]) -> None:
        super().__init__(limit=HEADER_LIMIT)
        self._counts = counts

    @override
    def feed_data(self, data: Any) -> None:
        for count in self._counts:
            count.received += len(data)
        super().feed_data(data)


class _CountingWriter(asyncio.StreamWriter):
    """Counts what goes out."""

    def __init__(
        self,
        transport: asyncio.WriteTransport,
        protocol: asyncio.StreamReaderProtocol,
        reader: asyncio.StreamReader,
        counts: Sequence[Traffic],
    ) -> None:
        super().__init__(transport, protocol, reader, asyncio.get_running_loop())
        self._counts = counts

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        for count in self._counts:
            count.sent += len(data)
        super().write(data)

    @override
    def writelines(self, data: Iterable[bytes | bytearray | memoryview]) -> None:
        for part in data:
            self.write(part)
