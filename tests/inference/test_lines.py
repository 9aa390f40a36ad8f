"""Lines out of bytes that come in any pieces."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.parlor.inference.lines import read_lines

TEXT = '{"a":"21\u00a0°C"}\n\n  \r\n{"b":"\u2028\U0001f4a1"}\r\n{"c":1}'.encode()
LINES = ['{"a":"21\u00a0°C"}'.encode(), '{"b":"\u2028\U0001f4a1"}'.encode(), b'{"c":1}']


async def _pieces(data: bytes, size: int) -> AsyncGenerator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"], ids=["no end", "end", "blank end"])
async def test_lines(size: int, end: bytes) -> None:
    """Characters cut in two, blank lines, both line ends and a missing last one make no difference."""
    assert [line async for line in read_lines(_pieces(TEXT + end, size))] == LINES


async def test_nothing() -> None:
    """No bytes are no lines."""
    assert [line async for line in read_lines(_pieces(b"", 1))] == []
