"""The stand-in itself: an HTTP server on this machine that speaks Ollama's API."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
import json
import ssl
import time
from types import TracebackType
from typing import Self

from aiohttp import web

from .chat import Chat
from .completion import Completion
from .embed import Embed
from .engine import Brain, Engine, Evaluation, Speed
from .library import Cloud, Library
from .models import STAND_IN, WITHOUT_TOOLS, Model
from .reply import Reply
from .rules import respond
from .scheduler import Scheduler
from .script import Fault, Script, send_raw
from .wire import ApiError, JsonObject, json_response

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MAX_BODY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came, at a time of the monotonic clock: body is its JSON, or None where that cannot be read."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: JsonObject | None
    at: float


class OllamaStandIn:
    """A stand-in for an Ollama server, used as an async context manager or with start() and stop().

    After a stop() the next start() takes the same port again. The following may be changed while it runs: models (in
    ``library``), speed (tokens a second), api_key (asked for as a bearer token, as a proxy in front of Ollama would).
    """

    def __init__(
        self,
        models: Sequence[Model] = (STAND_IN, WITHOUT_TOOLS),
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        prefill_rate: float = 0,
        decode_rate: float = 0,
        load_seconds: float = 0,
        num_parallel: int = 1,
        max_queue: int = 512,
        max_loaded: int = 3,
        default_num_ctx: int = 4096,
        cloud: Cloud = "signed_out",
        registry: Sequence[Model] = (),
        api_key: str | None = None,
        version: str = "0.32.15",
        brain: Brain = respond,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Describe a server; nothing listens before start(). registry: models that can be pulled."""
        self.host = host
        self.port = port
        self.api_key = api_key
        self.version = version
        self.requests: defaultdict[str, list[JsonObject]] = defaultdict(list)
        self.received: list[Received] = []
        self.cancelled = 0
        self.library = Library(models, registry, cloud=cloud, default_num_ctx=default_num_ctx)
        self.scheduler = Scheduler(
            num_parallel=num_parallel, max_queue=max_queue, max_loaded=max_loaded, load_seconds=load_seconds
        )
        self.speed = Speed(prefill_rate, decode_rate)
        self._ssl_context = ssl_context
        self._script = Script()
        self._engine = Engine(self.scheduler, self.speed)
        self._chat = Chat(Completion(self.library, self._engine, self._script, brain))
        self._embed = Embed(self.library, self.scheduler)
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"{'http' if self._ssl_context is None else 'https'}://{self.host}:{self.port}"

    @property
    def evaluations(self) -> list[Evaluation]:
        """How each prompt was read, in order: its tokens, and how many the cache did not spare."""
        return self._engine.evaluations

    @property
    def scripted(self) -> int:
        """How many scripted replies were not taken yet."""
        return len(self._script.replies)

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=_MAX_BODY, middlewares=[self._serve])
        self._add_routes(app)
        # A handler ends with its connection, as a generation does in Ollama; and none may hold up a stop.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.05, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, ssl_context=self._ssl_context, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and the port; loaded models and their caches are gone."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        self.scheduler.unload_all()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def script(self, *replies: Reply) -> None:
        """Queue replies for the next chat or generate requests; one request takes one."""
        self._script.replies.extend(replies)

    def fail(self, reply: Reply | None = None, *, path: str | None = None, times: int | None = None) -> None:
        """Answer a path (None: every path) with this reply (None: a closed connection) so many times (None: always)."""
        self._script.faults.append(Fault(reply or Reply(drop=True), path, times))

    def recover(self) -> None:
        """End all faults and forget the scripted replies that are left."""
        self._script.faults.clear()
        self._script.replies.clear()

    async def wait_for(self, path: str, count: int = 1) -> JsonObject:
        """Wait until so many requests of a path have come; returns the body of the last of these."""
        while len(self.requests[path]) < count:
            self._news.clear()
            await self._news.wait()
        return self.requests[path][count - 1]

    async def wait_cancelled(self, count: int = 1) -> None:
        """Wait until so many requests were given up by the client."""
        while self.cancelled < count:
            self._news.clear()
            await self._news.wait()

    def _add_routes(self, app: web.Application) -> None:
        """Register Ollama's paths."""
        router = app.router
        router.add_get("/", self._root)
        router.add_get("/api/version", self._version)
        router.add_get("/api/status", self._status, allow_head=False)
        router.add_get("/api/tags", self.library.tags)
        router.add_get("/api/ps", self._ps, allow_head=False)
        router.add_post("/api/show", self.library.show)
        router.add_post("/api/pull", self.library.pull)
        router.add_delete("/api/delete", self.library.delete)
        router.add_post("/api/chat", self._chat.chat)
        router.add_post("/api/generate", self._chat.generate)
        router.add_post("/api/embed", self._embed.embed)
        router.add_post("/api/embeddings", self._embed.embeddings)

    @web.middleware
    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record a request, show a fault if one is in force, and turn refusals into Ollama's bodies."""
        await self._record(request)
        try:
            if (fault := self._script.take_fault(request.path)) is not None:
                if fault.is_raw:
                    return await send_raw(request, fault)
                request["fault"] = fault
            if self.api_key is not None and request.headers.get("Authorization") != f"Bearer {self.api_key}":
                return json_response({"error": "unauthorized"}, 401)
            return await handler(request)
        except ApiError as error:
            return json_response(error.body, error.status)
        except web.HTTPNotFound:
            return web.Response(status=404, text="404 page not found")
        except web.HTTPMethodNotAllowed as error:
            return web.Response(status=405, text="405 method not allowed", headers={"Allow": error.headers["Allow"]})
        except (asyncio.CancelledError, ConnectionResetError) as gone:
            # The client has gone, unless the closing was ours; an answer that is being written notices it first.
            if "cut" not in request and self._runner is not None:
                self.cancelled += 1
                self._news.set()
            raise asyncio.CancelledError from gone

    async def _record(self, request: web.Request) -> None:
        """Keep a request for the tests to look at."""
        body = None
        began = time.monotonic()
        raw = await request.read()
        # There may be no body, or one that the handler is going to refuse.
        with suppress(ValueError):
            body = json.loads(raw)
        self.received.append(Received(request.method, request.path, dict(request.headers), body, began))
        self.requests[request.path].append(body if isinstance(body, dict) else {})
        self._news.set()

    async def _root(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text="Ollama is running")

    async def _version(self, request: web.Request) -> web.Response:
        del request
        return json_response({"version": self.version})

    async def _status(self, request: web.Request) -> web.Response:
        del request
        disabled = self.library.cloud == "disabled"
        return json_response({"cloud": {"disabled": disabled, "source": "env" if disabled else "none"}})

    async def _ps(self, request: web.Request) -> web.Response:
        del request
        return json_response(self.scheduler.ps())
