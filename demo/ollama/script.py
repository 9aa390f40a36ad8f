"""What tests ask of the stand-in: replies to give, faults to show; and the sending of what no model says."""

import asyncio
from collections import deque
from dataclasses import dataclass
import math

from aiohttp import web

from .reply import Reply
from .wire import NDJSON, dumps


@dataclass(slots=True)
class Fault:
    """A reply that takes the place of every answer of a path (None: of all paths), so many times (None: always)."""

    reply: Reply
    path: str | None
    times: int | None


class Script:
    """Replies queued for chat and generate requests, in order, and faults in force."""

    def __init__(self) -> None:
        """Start with neither."""
        self.replies: deque[Reply] = deque()
        self.faults: list[Fault] = []

    def take_reply(self, *, prefill: bool) -> Reply | None:
        """Return the next scripted reply for this kind of request, if any."""
        for reply in self.replies:
            if reply.for_prefill == prefill:
                self.replies.remove(reply)
                return reply
        return None

    def take_fault(self, path: str) -> Reply | None:
        """Return the first fault in force for the path, if any, and count it."""
        for fault in self.faults:
            if fault.path in (None, path):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                return fault.reply
        return None


async def pause(seconds: float) -> None:
    """Wait; for ever if seconds is math.inf, until the connection closes or the server stops."""
    if math.isinf(seconds):
        await asyncio.Event().wait()
    await asyncio.sleep(seconds)


async def cut(request: web.Request) -> None:
    """Close the connection as it is, mid-response; never returns, as the closing cancels the handler."""
    request["cut"] = True
    if request.transport is not None:
        request.transport.close()
    await asyncio.Event().wait()


async def send_raw(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Send a reply that no model has part in."""
    await pause(reply.delay)
    if reply.drop:
        await cut(request)
    if reply.raw_bytes is not None:
        return await _send_pieces(request, reply)
    headers = dict(reply.headers)
    if reply.error is not None:
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return web.Response(status=reply.status, body=dumps({"error": reply.error}).encode(), headers=headers)
    return web.Response(status=reply.status, body=reply.body, headers=headers)


async def _send_pieces(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Stream raw bytes piece by piece."""
    response = web.StreamResponse(status=reply.status, headers={"Content-Type": NDJSON, **reply.headers})
    await response.prepare(request)
    for index, piece in enumerate(reply.raw_bytes or ()):
        await _break_off(request, reply, index)
        await pause(reply.chunk_delay)
        await response.write(piece)
    await _break_off(request, reply, len(reply.raw_bytes or ()))
    await response.write_eof()
    return response


async def _break_off(request: web.Request, reply: Reply, sent: int) -> None:
    """Cut the connection or fall silent if so many pieces were to be sent at most."""
    if reply.die_after == sent:
        await cut(request)
    if reply.hang_after == sent:
        await pause(math.inf)


class Stream:
    """The NDJSON stream of a model's answer, with the course that a scripted reply gives it."""

    def __init__(self, request: web.Request, reply: Reply) -> None:
        """Prepare nothing yet: an error before the first line still has its own status."""
        self._request = request
        self._reply = reply
        self._response: web.StreamResponse | None = None
        self._sent = 0

    async def start(self) -> web.StreamResponse:
        """Send the headers."""
        if self._response is None:
            self._response = web.StreamResponse(headers={"Content-Type": NDJSON})
            await self._response.prepare(self._request)
        return self._response

    async def send(self, line: object) -> None:
        """Send one line, unless the connection is to break off here."""
        response = await self.start()
        await _break_off(self._request, self._reply, self._sent)
        await pause(self._reply.chunk_delay)
        await response.write(dumps(line).encode() + b"\n")
        self._sent += 1

    async def end(self) -> web.StreamResponse:
        """End the stream as a whole one, unless it is to break off here."""
        response = await self.start()
        await _break_off(self._request, self._reply, self._sent)
        await response.write_eof()
        return response
