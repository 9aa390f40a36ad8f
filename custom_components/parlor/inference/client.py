"""The one client of an Ollama server."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
import math
from typing import Self, cast, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util.ssl import get_default_context, get_default_no_verify_context
import httpx
import ollama

from ..network import NOTHING_MORE, Allowed, Traffic
from .chunks import END_UNSAID, ChatChunk, JsonObject, read_chunk
from .config import DEFAULT_LIMITS, Limits, ServerConfig
from .downloads import DownloadProgress
from .errors import (
    CloudRefused,
    InferenceError,
    ModelWithoutVision,
    NotOllama,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)
from .failures import from_download, from_httpx, from_response, from_words, read_object
from .headers import OwnHeaders
from .lines import read_lines
from .models import (
    InstalledModel,
    ModelDetails,
    by_usefulness,
    full_name,
    is_cloud_name,
    is_remote,
    read_details,
    read_installed,
)
from .silence import Silence
from .transport import HomeTransport

# What an object of a streamed reply has at least one of: those of a model, and those of a download.
_REPLY_KEYS = frozenset({"message", "done", "status"})
_MAX_BODY_BYTES = 16 * 1024 * 1024
_MAX_ERROR_BYTES = 64 * 1024
_PARALLEL_LOOKUPS = 4
# How long the end of a finished reply is waited for, in seconds, so that its connection can be used again.
_DRAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Pace:
    """How long the parts of a streamed reply may take, in seconds.

    `patience` is the limit of the first part where the server says that it has not loaded the model.
    """

    first: float
    patience: float
    pause: float
    total: float | None


class OllamaClient(ollama.AsyncClient):
    """Ask one Ollama server, at home.

    Requests are JSON objects as Ollama's API has them, replies are this package's dataclasses: the library's own types
    leave out ids of tool calls and where a model really runs. Every method raises InferenceError, one subclass per
    cause, and nothing else for what a server or a network does.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        url: str,
        api_key: str | None = None,
        verify_ssl: bool = True,  # noqa: FBT001, FBT002 - reads like the entry's own fields
        *,
        headers: Mapping[str, str] | None = None,
        allowed: Allowed = NOTHING_MORE,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Open nothing yet; `headers` go along with every request.

        Raises ServerUnreachable if the address can not be read.
        """
        context = get_default_context() if verify_ssl else get_default_no_verify_context()
        self.url = url
        self.limits = limits
        self.known: dict[str, ModelDetails] = {}
        self._own = OwnHeaders((api_key or "").strip(), headers or {})
        self._at_home: set[str] = set()
        self._transport = HomeTransport(hass, context, allowed)
        if not url.strip():
            # The library would take the address out of the environment.
            raise ServerUnreachable(url=url, error="no address")
        try:
            super().__init__(
                url.strip(),
                transport=self._transport,
                verify=context,
                follow_redirects=False,
                trust_env=False,
                auth=self._own,
                headers={"accept-encoding": "identity"},
                # Whole answers and the parts of a reply are limited below: a limit for each read would never end a
                # server that sends a byte a second.
                timeout=httpx.Timeout(None, connect=limits.connect, pool=limits.connect),
            )
        except (ValueError, httpx.InvalidURL) as err:
            # A port that is no number, a host with spaces.
            raise ServerUnreachable(url=url, error=str(err)) from err
        self._http = cast(httpx.AsyncClient, self._client)

    @classmethod
    def of(cls, hass: HomeAssistant, config: ServerConfig, limits: Limits) -> Self:
        """Return a client of a server as the user set it up; `limits` are the usual ones."""
        return cls(
            hass,
            config.url,
            config.api_key,
            config.verify_ssl,
            headers=config.headers,
            allowed=config.allowed,
            limits=config.limits(limits),
        )

    @property
    def traffic(self) -> dict[str, Traffic]:
        """Return the bytes sent and received, by the address connected to."""
        return self._transport.traffic

    async def version(self) -> str:
        """Return the server's version."""
        version = (await self._ask("GET", "/api/version")).get("version")
        if not isinstance(version, str):
            raise NotOllama(url=self.url, error="no version")
        return version

    async def look(self, path: str) -> JsonObject:
        """Return what a path of the API tells that needs nothing but to be asked for."""
        return await self._ask("GET", path)

    async def passes_to_cloud(self) -> bool | None:
        """Return whether the server would pass cloud models on to their makers; None where it does not know that."""
        try:
            cloud = (await self._ask("GET", "/api/status")).get("cloud")
        except InferenceError:
            # Servers before that switch have no such path, and a proxy may let only some paths through.
            return None
        disabled = cloud.get("disabled") if isinstance(cloud, dict) else None
        return not disabled if isinstance(disabled, bool) else None

    async def knock(self) -> None:
        """Find out whether anybody is there at all; that must be said within the limit `alive`."""
        await self._ask("GET", "/api/version", seconds=self.limits.alive)

    async def is_loaded(self, model: str) -> bool:
        """Return whether the server has a model in memory; it must say so within the limit `alive`."""
        running = (await self._ask("GET", "/api/ps", seconds=self.limits.alive)).get("models")
        names = [entry.get("name") for entry in running if isinstance(entry, dict)] if isinstance(running, list) else []
        return any(isinstance(name, str) and full_name(name) == full_name(model) for name in names)

    async def models(self) -> list[InstalledModel]:
        """Return the installed models: those that run here first, among them those that can call tools."""
        entries = (await self._ask("GET", "/api/tags")).get("models", [])
        if not isinstance(entries, list):
            raise NotOllama(url=self.url, error="no list of models")
        lookups = asyncio.Semaphore(_PARALLEL_LOOKUPS)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._installed(entry, lookups)) for entry in entries if isinstance(entry, dict)]
        return sorted((task.result() for task in tasks), key=by_usefulness)

    @override
    async def show(self, model: str) -> ModelDetails:  # type: ignore[override]  # the library's type drops remote_host
        """Return what the server says about a model. Raises ModelMissing if it has none of this name."""
        details = read_details(model, await self._ask("POST", "/api/show", {"model": model}))
        self.known[model] = details
        if details.remote:
            self._at_home.discard(model)
        else:
            self._at_home.add(model)
        return details

    async def show_home(self, model: str) -> ModelDetails:
        """Return what `show` does. Raises CloudRefused if the model would run elsewhere."""
        if is_cloud_name(model) or (details := await self.show(model)).remote:
            raise CloudRefused(url=self.url, model=model, error=model)
        return details

    @override
    async def pull(self, model: str, *, expected_bytes: int = 0) -> AsyncGenerator[float]:  # type: ignore[override]
        """Have the server download a model, and yield the share that is there, 0 to 1, as it grows.

        Closing the generator stops the server; it keeps what it has got, and the next download goes on from there.
        Raises ModelUnknown, DiskFull or DownloadFailed besides what every request does.
        """
        if is_cloud_name(model):
            raise CloudRefused(url=self.url, model=model, error=model)
        progress = DownloadProgress(expected_bytes)
        pause = self.limits.download
        pace = _Pace(first=pause, patience=pause, pause=pause, total=None)
        share = 0.0
        try:
            async with aclosing(self._stream("/api/pull", {"model": model}, model, pace)) as objects:
                async for data in objects:
                    yield (share := progress.take(data))
        except InferenceError as err:
            # Ollama says all that can go wrong in words of its own.
            raise from_download(err) from err
        if share < 1:
            raise StreamBroken(url=self.url, model=model, error="ended before its end")

    @override
    async def chat(  # type: ignore[override]  # the library's types drop ids, capabilities and remote_host
        self, request: JsonObject, *, last: bool = False, first_chunk: float | None = None
    ) -> AsyncGenerator[ChatChunk]:
        """Yield the reply to a request to /api/chat; the last chunk has `done`.

        Nothing is sent to a model that the server has not said to run itself. `last`: there is no other server to ask,
        so that patience costs nothing; `first_chunk` replaces that limit, in seconds, where nobody waits. Closing the
        generator ends the request, which the server notices.
        """
        limits = self.limits
        first = first_chunk or (limits.first_chunk_last if last else limits.first_chunk)
        pace = _Pace(
            first=first,
            patience=max(first, limits.first_chunk_last),
            pause=limits.next_chunk,
            total=max(first_chunk or 0, limits.total),
        )
        model = str(request.get("model", ""))
        if is_cloud_name(model) or model not in self._at_home:
            await self.show_home(model)
        if _has_pictures(request) and not self.known[model].sees:
            # Servers differ in what they make of that; some leave the pictures out without a word.
            raise ModelWithoutVision(url=self.url, model=model)
        said = False
        async with aclosing(self._stream("/api/chat", request, model, pace)) as objects:
            async for data in objects:
                if is_remote(data):
                    self._at_home.discard(model)
                    raise CloudRefused(
                        url=self.url, model=model, error=str(data.get("remote_host") or data["remote_model"])
                    )
                chunk = read_chunk(data)
                said = said or not chunk.empty
                yield chunk
                if chunk.done:
                    await _drain(objects)
                    return
        # The server ends a reply that repeats itself without its last line; what it said until then counts.
        if not said:
            raise StreamBroken(url=self.url, model=model, error="ended before it began")
        yield END_UNSAID

    async def aclose(self) -> None:
        """Close every connection; running replies end with StreamBroken."""
        await self._http.aclose()

    async def _installed(self, entry: JsonObject, lookups: asyncio.Semaphore) -> InstalledModel:
        if "capabilities" in entry or is_remote(entry):
            return read_installed(entry)
        # Servers before 0.30 say only model by model what each can do.
        model = read_installed(entry)
        try:
            async with lookups:
                details = await self.show(model.name)
        except InferenceError:
            # Removed since the list was made, or its files are damaged: it stays in the list as one that can nothing.
            return model
        return InstalledModel(
            name=model.name,
            size_bytes=model.size_bytes,
            parameter_size=model.parameter_size,
            quantization=model.quantization,
            context_length=details.context_length,
            capabilities=details.capabilities,
            remote=model.remote or details.remote,
        )

    async def _ask(
        self, method: str, path: str, body: JsonObject | None = None, *, seconds: float | None = None
    ) -> JsonObject:
        """Return the whole reply to a question that needs no model to think."""
        model = str((body or {}).get("model", ""))
        limit = seconds or self.limits.lookup
        reply = bytearray()
        try:
            async with asyncio.timeout(limit), aclosing(self._send(method, path, body, model)) as pieces:
                async for data in pieces:
                    reply += data
                    if len(reply) > _MAX_BODY_BYTES:
                        raise NotOllama(url=self.url, model=model, error="an endless reply")
        except TimeoutError as err:
            # The whole of it took longer than the limit.
            raise ServerTooSlow(url=self.url, model=model, error=f"{limit} s") from err
        if (answer := read_object(bytes(reply))) is None:
            raise NotOllama(url=self.url, model=model, error="no JSON object")
        return answer

    async def _stream(self, path: str, body: JsonObject, model: str, pace: _Pace) -> AsyncGenerator[JsonObject]:
        """Yield the JSON objects of a reply as they come, each within its limit."""
        clock = asyncio.get_running_loop().time
        end = math.inf if pace.total is None else clock() + pace.total
        limit, patience = pace.first, pace.patience
        first = True
        async with aclosing(self._send("POST", path, body, model)) as pieces, aclosing(read_lines(pieces)) as lines:
            while True:
                latest = min(clock() + patience, end)
                silence = Silence(self.knock, partial(self.is_loaded, model), self.limits.silence, latest)
                try:
                    async with asyncio.timeout_at(min(clock() + limit, end)) as timeout, silence.watch(timeout):
                        line = await anext(lines, None)
                except TimeoutError as err:
                    # The next part, or the whole, took longer than its limit, or nobody is there any more.
                    raise ServerTooSlow(url=self.url, model=model, error=silence.reason or f"{limit} s") from err
                if line is None:
                    return
                yield self._read(line, model, first=first)
                first = False
                limit = patience = pace.pause

    def _read(self, line: bytes, model: str, *, first: bool) -> JsonObject:
        data = read_object(line)
        if data is None:
            error = NotOllama if first else StreamBroken
            raise error(url=self.url, model=model, error="a line that is no JSON object")
        if (words := data.get("error")) is not None:
            raise from_words(str(words), url=self.url, model=model)
        if data.keys().isdisjoint(_REPLY_KEYS):
            raise NotOllama(url=self.url, model=model, error="an object that is no part of a reply")
        return data

    async def _send(self, method: str, path: str, body: JsonObject | None, model: str) -> AsyncGenerator[bytes]:
        """Send a request and yield the bytes of the response's body. Raises what its status means."""
        if self._http.is_closed:
            raise ServerUnreachable(url=self.url, model=model, error="closed")
        if not self._own.sendable:
            raise Unauthorized(url=self.url, model=model, error="no header can have these characters")
        content = None if body is None else json_bytes(body)
        with self._own_errors(model):
            async with self._http.stream(method, path, content=content) as response:
                await self._check(response, model)
                async for data in response.aiter_raw():
                    yield data

    async def _check(self, response: httpx.Response, model: str) -> None:
        if response.status_code == HTTPStatus.OK:
            if "html" in response.headers.get("content-type", ""):
                raise NotOllama(url=self.url, model=model, error="a web page")
            return
        body = bytearray()
        async for data in response.aiter_raw():
            body += data
            if len(body) > _MAX_ERROR_BYTES:
                break
        raise from_response(response, bytes(body), url=self.url, model=model)

    @contextmanager
    def _own_errors(self, model: str) -> Generator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as err:
            # Everything that a network and a peer can do wrong.
            raise from_httpx(err, url=self.url, model=model) from err


def _has_pictures(request: JsonObject) -> bool:
    return any(message.get("images") for message in request["messages"])


async def _drain(objects: AsyncGenerator[JsonObject]) -> None:
    """Read what follows the last chunk, which is nothing but the end of the response."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in objects:
                pass
    except TimeoutError, InferenceError:
        # The reply is complete; only its connection is lost.
        pass
