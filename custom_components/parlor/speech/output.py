"""The output of a child process, line by line."""

import asyncio
from collections.abc import AsyncIterator


async def lines(stream: asyncio.StreamReader | None) -> AsyncIterator[str]:
    """Yield the lines of an output until its end; None has none, and a line longer than the buffer is dropped."""
    while stream is not None:
        try:
            line = await stream.readline()
        except ValueError:  # a line longer than the stream's buffer
            continue
        if not line:
            return
        if text := line.decode(errors="replace").rstrip():
            yield text
