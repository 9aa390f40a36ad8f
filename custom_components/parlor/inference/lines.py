"""Lines out of a stream of bytes."""

from collections.abc import AsyncGenerator, AsyncIterable


async def read_lines(stream: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    r"""Yield each line without its end, blank ones left out; the last one needs no end.

    Lines end with b"\n" alone: what JSON text may contain unescaped (U+2028) is no end, and bytes of one character are
    never looked at apart.
    """
    pending = bytearray()
    async for data in stream:
        pending += data
        if b"\n" not in data:
            continue
        *lines, pending = pending.split(b"\n")
        for line in lines:
            if text := line.strip():
                yield bytes(text)
    if text := pending.strip():
        yield bytes(text)
