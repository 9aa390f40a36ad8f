"""Wyoming's wire format, read within bounds.

An event is one line of JSON ({"type", "data"?, "data_length"?, "payload_length"?}), then data_length bytes of JSON that
are merged into data, then payload_length bytes. The wyoming package's own reader trusts the peer with every length.
"""

import asyncio
from typing import Final

from homeassistant.util.json import JsonObjectType, json_loads_object
from wyoming.event import Event, async_write_event

HEADER_LIMIT: Final = 1024 * 1024
"""Bytes of the first line; old servers put a whole info event into it."""
DATA_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of JSON after the first line; an info event that lists every voice there is has a few 100 KB."""
PAYLOAD_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a payload; some servers send a whole reply as one chunk of audio."""


class WireError(Exception):
    """The peer does not keep to the wire format or to its bounds."""


async def async_read_bounded(reader: asyncio.StreamReader) -> Event | None:
    """Return the next event, or None where the peer closed the connection between two events.

    The reader must have been made with HEADER_LIMIT. Raises WireError, IncompleteReadError (the connection ended within
    an event) and OSError.
    """
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as err:  # the end of the connection; a part of a line is no event
        if err.partial:
            raise
        return None
    except asyncio.LimitOverrunError as err:  # a line without an end
        raise WireError("header too long") from err
    header = _json_object(line)
    event_type, data = header.get("type"), header.get("data") or {}
    if not isinstance(event_type, str) or not isinstance(data, dict):
        raise WireError("header without a type")
    if length := _length(header, "data_length", DATA_LIMIT):
        data |= _json_object(await reader.readexactly(length))
    length = _length(header, "payload_length", PAYLOAD_LIMIT)
    payload = await reader.readexactly(length) if length else None
    return Event(type=event_type, data=data, payload=payload)


async def async_write(writer: asyncio.StreamWriter, event: Event) -> None:
    """Write one event. Raises OSError where the connection is gone."""
    await async_write_event(event, writer)


def _json_object(text: bytes) -> JsonObjectType:
    try:
        return json_loads_object(text)
    except ValueError as err:  # what a server of another protocol sends
        raise WireError("not a JSON object") from err


def _length(header: JsonObjectType, key: str, limit: int) -> int:
    length = header.get(key) or 0
    if not isinstance(length, int) or not 0 <= length <= limit:
        raise WireError(f"{key} out of bounds")
    return length
