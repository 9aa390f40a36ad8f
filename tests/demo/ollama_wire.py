"""A plain HTTP client for the stand-in, to see what is on the wire."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from typing import Any

import aiohttp

from demo.ollama import OllamaStandIn

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was read to its end."""

    status: int
    content_type: str
    text: str

    @property
    def json(self) -> Json:
        """The body as one JSON object."""
        value = json.loads(self.text)
        assert isinstance(value, dict)
        return value

    @property
    def lines(self) -> list[Json]:
        """The body as NDJSON."""
        return [json.loads(line) for line in self.text.splitlines()]


async def ask(server: OllamaStandIn, method: str, path: str, body: Json | bytes | None = None) -> Answer:
    """Send one request and read the whole answer; raises aiohttp.ClientError for one that breaks off."""
    async with connection(server, method, path, body) as response:
        return Answer(response.status, response.content_type, await response.text())


async def chat(server: OllamaStandIn, words: str, **more: Any) -> Answer:
    """Send one chat request without a house."""
    body = {"model": "parlor-stand-in", "messages": [{"role": "user", "content": words}], **more}
    return await ask(server, "POST", "/api/chat", body)


@asynccontextmanager
async def connection(
    server: OllamaStandIn, method: str, path: str, body: Json | bytes | None = None
) -> AsyncGenerator[aiohttp.ClientResponse]:
    """Send one request; the connection is closed at the end, however much was read."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, server.url + path, data=data, allow_redirects=False) as response,
    ):
        yield response
