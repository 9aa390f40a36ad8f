"""Requests that are ended at any moment, once or twice, leave no connection behind that counts as in use."""

import asyncio
from contextlib import aclosing, suppress
import json
from random import Random

import pytest

from custom_components.parlor.inference import OllamaClient
from tests.inference.wire import LOCAL_DETAILS, MODEL, ClientOf, Listen, RawServer, answer, chunked

_AT_ONCE = 16
_REQUEST = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
_PIECE = b'{"message":{"role":"assistant","content":"so"},"done":false}\n'
_LAST = b'{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'
_MOMENTS = (0.0, 0.0005, 0.001, 0.002, 0.004, 0.01, 0.03)


@pytest.mark.parametrize("times", [1, 2, 4])
async def test_no_connection_is_lost(times: int, listen: Listen, client_of: ClientOf) -> None:
    """After many requests that were ended, as many as may be under way at once still find a connection."""
    together = asyncio.Barrier(_AT_ONCE)

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            match await raw.request(reader):
                case "/api/show":
                    writer.write(answer(json.dumps(LOCAL_DETAILS).encode()))
                case "/api/chat":
                    head, _, body = chunked(_PIECE, _PIECE, _LAST).partition(b"\r\n\r\n")
                    for part in (head + b"\r\n\r\n", body[:40], body[40:]):
                        writer.write(part)
                        await writer.drain()
                        await asyncio.sleep(0.002)
                case _:
                    await together.wait()
                    writer.write(answer(b'{"version":"0.32.15"}'))

    client = client_of((await listen(handle)).url)
    chance = Random(times)  # noqa: S311 - moments, not secrets
    for _ in range(400):
        await _ask_and_leave(client, chance.choice(_MOMENTS) * chance.random(), times)
    assert await asyncio.gather(*(client.version() for _ in range(_AT_ONCE))) == ["0.32.15"] * _AT_ONCE


async def _ask_and_leave(client: OllamaClient, seconds: float, times: int) -> None:
    """Ask, and be told to stop so many times after a while."""
    asking = asyncio.ensure_future(_ask(client))
    await asyncio.sleep(seconds)
    for _ in range(times):
        asking.cancel()
        await asyncio.sleep(0)
    with suppress(asyncio.CancelledError):
        await asking


async def _ask(client: OllamaClient) -> None:
    async with aclosing(client.chat(_REQUEST)) as chunks:
        async for _ in chunks:
            pass
