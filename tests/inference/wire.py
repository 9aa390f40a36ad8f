"""What tests of the model servers share: limits, raw servers and the bytes they send."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
import json
import math
from typing import Any

from custom_components.parlor.inference import Limits, ModelServers, OllamaClient
from demo.ollama import Reply

type Handle = Callable[["RawServer", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MODEL = "m:latest"
LOCAL_DETAILS = {"details": {}, "model_info": {}, "capabilities": ["completion", "tools"]}

QUESTION = [{"role": "user", "content": "How warm is it?"}]
TOOLS = [{"type": "function", "function": {"name": "turn_on", "parameters": {"type": "object", "properties": {}}}}]
NEVER = Reply(delay=math.inf)
OUT_OF_MEMORY = "model runner has unexpectedly stopped"

# Wide enough for a busy machine, and never waited for unless a test is about it.
CALM = Limits(connect=5, lookup=20, first_chunk=20, next_chunk=20, total=60, load=20, retry_first=0.01, retry_most=0.02)


@dataclass
class RawServer:
    """A TCP server that answers each connection with what a test wrote down, byte by byte."""

    url: str = ""
    port: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    async def request(self, reader: asyncio.StreamReader) -> str:
        """Read one request and return its path."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            (int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length:")), 0
        )
        body = await reader.readexactly(length)
        self.heads.append(head)
        self.bodies.append(json.loads(body) if body else None)
        return head.split(" ")[1]


async def ask(servers: ModelServers, **more: Any) -> str:
    """Return the words of one turn's reply."""
    return "".join([chunk.content async for chunk in servers.chat(QUESTION, TOOLS, **more)])


def failure(status: int, words: str) -> Reply:
    """Return a refusal in Ollama's manner."""
    return Reply(status=status, error=words)


def answer(body: bytes, status: str = "200 OK", content_type: str = "application/json", *more: str) -> bytes:
    """Return a whole HTTP response."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def chunked(*pieces: bytes, end: bool = True) -> bytes:
    """Return a streamed HTTP response in these pieces, with or without its end."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + (b"0\r\n\r\n" if end else b"")


type Listen = Callable[..., Awaitable[RawServer]]
type ClientOf = Callable[..., OllamaClient]
type ServersOf = Callable[..., ModelServers]
