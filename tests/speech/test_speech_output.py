"""The output of a child process is read line by line."""

import asyncio

import pytest

from custom_components.parlor.speech.output import lines


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"one\ntwo\n", ["one", "two"], id="lines"),
        pytest.param(b"one\n\n  \ntwo", ["one", "two"], id="empty lines, and no end of line"),
        pytest.param(b"one\n" + b"x" * 5000 + b"\ntwo\n", ["one", "two"], id="line longer than the buffer"),
        pytest.param(b"caf\xe9\n", ["caf\N{REPLACEMENT CHARACTER}"], id="not UTF-8"),
    ],
)
async def test_lines(written: bytes, read: list[str]) -> None:
    """Each line with something in it is one string."""
    reader = asyncio.StreamReader(limit=1000)
    reader.feed_data(written)
    reader.feed_eof()
    assert [line async for line in lines(reader)] == read


async def test_no_output() -> None:
    """A process whose output nobody asked for has none."""
    assert [line async for line in lines(None)] == []
