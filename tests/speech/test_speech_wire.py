"""Events are read within bounds."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.parlor.speech.wire import DATA_LIMIT, HEADER_LIMIT, PAYLOAD_LIMIT, WireError, async_read_bounded


def _reader(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=HEADER_LIMIT)
    reader.feed_data(data)
    reader.feed_eof()
    return reader


@pytest.mark.parametrize(
    ("sent", "event_type", "data", "payload"),
    [
        pytest.param(b'{"type": "describe"}\n', "describe", {}, None, id="bare"),
        pytest.param(b'{"type": "a", "data": {"b": 1}}\n', "a", {"b": 1}, None, id="data in the header"),
        pytest.param(b'{"type": "a", "data": null}\n', "a", {}, None, id="no data"),
        pytest.param(
            b'{"type": "a", "data": {"b": 1, "c": 2}, "data_length": 8}\n{"b": 3}',
            "a",
            {"b": 3, "c": 2},
            None,
            id="data after the header wins",
        ),
        pytest.param(b'{"type": "a", "payload_length": 3}\nxyz', "a", {}, b"xyz", id="payload"),
        pytest.param(
            b'{"type": "a", "data_length": 2, "payload_length": 1}\n{}\n', "a", {}, b"\n", id="data and payload"
        ),
    ],
)
async def test_event(sent: bytes, event_type: str, data: dict[str, Any], payload: bytes | None) -> None:
    """An event has a type, data from two places, and a payload."""
    event = await async_read_bounded(_reader(sent))
    assert event is not None
    assert (event.type, event.data, event.payload) == (event_type, data, payload)


async def test_end() -> None:
    """A connection that ends between events is no error."""
    assert await async_read_bounded(_reader(b"")) is None


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n", id="another protocol"),
        pytest.param(b"\xff\xfe\x00\n", id="not text"),
        pytest.param(b"[]\n", id="no object"),
        pytest.param(b"{}\n", id="no type"),
        pytest.param(b'{"type": 1}\n', id="type is a number"),
        pytest.param(b'{"type": "a", "data": [1]}\n', id="data is a list"),
        pytest.param(b'{"type": "a", "data_length": "9"}\n', id="length is text"),
        pytest.param(b'{"type": "a", "data_length": -1}\n', id="negative length"),
        pytest.param(b'{"type": "a", "payload_length": 1.5}\n', id="length is a fraction"),
        pytest.param(json.dumps({"type": "a", "data_length": DATA_LIMIT + 1}).encode() + b"\n", id="data too long"),
        pytest.param(
            json.dumps({"type": "a", "payload_length": PAYLOAD_LIMIT + 1}).encode() + b"\n", id="payload too long"
        ),
        pytest.param(b'{"type": "a", "data_length": 2}\n[]', id="data is no object"),
        pytest.param(b'{"type": "' + b"a" * 2 * HEADER_LIMIT + b'"}\n', id="header too long"),
        pytest.param(b'{"type": "a", "data": ' + b'{"b": ' * 5000 + b"1" + b"}" * 5001 + b"\n", id="deeply nested"),
    ],
)
async def test_out_of_bounds(sent: bytes) -> None:
    """What is no event, or too large for one, is refused before it is read."""
    with pytest.raises(WireError):
        await async_read_bounded(_reader(sent))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b'{"type": "a"', id="in the header"),
        pytest.param(b'{"type": "a", "data_length": 10}\n{"b', id="in the data"),
        pytest.param(b'{"type": "a", "payload_length": 10}\nxy', id="in the payload"),
    ],
)
async def test_broken_off(sent: bytes) -> None:
    """A connection that ends within an event is an error."""
    with pytest.raises(asyncio.IncompleteReadError):
        await async_read_bounded(_reader(sent))
