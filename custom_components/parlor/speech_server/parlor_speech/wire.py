"""Wyoming events over a stream, with bounds on all that a peer can make this process hold or wait for."""

import asyncio
from dataclasses import dataclass
import json
from typing import Any

from wyoming.event import Event, async_write_event

from .errors import Code, SpeechError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one event may cost: bytes of its header line, data and payload; seconds from its first byte to its last."""

    header_bytes: int = 64 * 1024
    data_bytes: int = 1024 * 1024
    payload_bytes: int = 2 * 1024 * 1024
    seconds: float = 10.0


async def read_event(reader: asyncio.StreamReader, limits: Limits) -> Event | None:
    """Read one event; None where the stream ends between events.

    Waits without limit for the first byte: a connection may be idle. The reader's own limit bounds the header line, so
    it must have been made with `limits.header_bytes`. Raises SpeechError(BAD_EVENT), after which the stream is of no
    use any more.
    """
    first = await reader.read(1)
    if not first:
        return None
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read_rest(first, reader, limits)
    except TimeoutError:
        # The peer stalled within an event.
        raise SpeechError(Code.BAD_EVENT, f"An event took longer than {limits.seconds:g} seconds to arrive") from None
    except asyncio.IncompleteReadError:
        # The peer hung up within an event.
        raise SpeechError(Code.BAD_EVENT, "The stream ended within an event") from None
    except asyncio.LimitOverrunError:
        # No line end within the reader's limit.
        raise SpeechError(Code.BAD_EVENT, f"The header is longer than {limits.header_bytes} bytes") from None


async def write_event(event: Event, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Write one event. Raises ConnectionError where the peer is gone or does not read for so long."""
    try:
        async with asyncio.timeout(seconds):
            await async_write_event(event, writer)
    except TimeoutError:
        # The peer stopped reading; what is buffered for it must not be held for ever.
        raise ConnectionAbortedError("The peer stopped reading") from None


async def _read_rest(first: bytes, reader: asyncio.StreamReader, limits: Limits) -> Event:
    header = _parse(first if first == b"\n" else first + await reader.readuntil(b"\n"), "header")
    event_type = header.get("type")
    if not isinstance(event_type, str) or not event_type:
        raise SpeechError(Code.BAD_EVENT, "The header has no type")
    data = header.get("data") or {}
    if not isinstance(data, dict):
        raise SpeechError(Code.BAD_EVENT, "The data of the header is not an object")
    if data_length := _length(header, "data_length", limits.data_bytes):
        data = data | _parse(await reader.readexactly(data_length), "data")
    payload_length = _length(header, "payload_length", limits.payload_bytes)
    payload = await reader.readexactly(payload_length) if payload_length else None
    return Event(type=event_type, data=data, payload=payload)


def _parse(text: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Not UTF-8, not JSON, or nested so deep that only an attacker can have written it.
        raise SpeechError(Code.BAD_EVENT, f"The {what} is not JSON") from None
    if not isinstance(value, dict):
        raise SpeechError(Code.BAD_EVENT, f"The {what} is not an object")
    return value


def _length(header: dict[str, Any], key: str, most: int) -> int:
    length = header.get(key)
    if length is None:
        return 0
    if not isinstance(length, int) or isinstance(length, bool) or length < 0:
        raise SpeechError(Code.BAD_EVENT, f"The {key} is not a length")
    if length > most:
        raise SpeechError(Code.BAD_EVENT, f"The {key} of {length} is more than the {most} bytes allowed")
    return length
