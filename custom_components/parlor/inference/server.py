"""One model server: whether it can be used, who may ask it next, and keeping its model loaded."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
import logging

from homeassistant.core import HomeAssistant

from .chunks import ChatChunk, JsonObject, Served
from .client import OllamaClient
from .config import Limits, ServerConfig, chat_request
from .errors import (
    CloudRefused,
    ContextFull,
    InferenceError,
    ModelMissing,
    ModelWithoutTools,
    ModelWithoutVision,
    ServerBusy,
)
from .kept import KeptModel, Memory
from .look import ServerLook, look_at, look_at_memory
from .models import full_name
from .reading import ReadingSpeed
from .right_of_way import RightOfWay

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is known of one server; `last_error` is the newest one since it was last well.

    `capabilities` are the chosen model's (empty: not known yet), `look` is what the last look found (None: none yet).
    `memory` says whether the model is loaded as turns need it (None: not known): "contested" is one that something else
    takes out of memory again and again, and that is therefore loaded again less often.
    `cloud`: whether it would pass on what is meant for the makers' computers, None where it does not say. Parlor sends
    no such thing; whoever else uses the server might.
    """

    id: str
    url: str
    model: str
    available: bool
    last_error: InferenceError | None
    context_length: int
    capabilities: frozenset[str] = frozenset()
    look: ServerLook | None = None
    memory: Memory | None = None
    cloud: bool | None = None

    def digest(self, model: str | None = None) -> str:
        """Return the digest of the chosen model, or of another one; empty where it is not known."""
        digests = (self.look.digests if self.look else None) or {}
        return digests.get(full_name(model or self.model), "")


class Server:
    """One model server, as the turns of this home use it.

    A server counts as available until something fails that would fail for any request. It is then looked at again after
    a pause that grows, until it is well.
    """

    def __init__(
        self, hass: HomeAssistant, config: ServerConfig, limits: Limits, on_change: Callable[[], None]
    ) -> None:
        """Open nothing yet; `on_change` is called whenever `state` differs."""
        self.config = config
        self.client = OllamaClient.of(hass, config, limits)
        self.available = True
        self.last_error: InferenceError | None = None
        self._hass = hass
        self._limits = limits
        self._on_change = on_change
        self._look: ServerLook | None = None
        self._kept = [KeptModel(one) for one in config.warm]
        self._speeds: dict[str, ReadingSpeed] = {}
        self._failures = 0
        self._stopped = False
        self._lost = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._way = RightOfWay(hass, quiet=limits.quiet, patience=limits.load)

    @property
    def context_length(self) -> int:
        """Return the number of tokens that prompt and reply may have together."""
        return self.context_length_of(self.config.model)

    def context_length_of(self, model: str) -> int:
        """Return what `context_length` is with another model, which is known once it was asked."""
        details = self.client.known.get(model)
        wanted = self.config.of_model(model).num_ctx
        return min(wanted, (details.context_length if details else None) or wanted)

    @property
    def state(self) -> ServerState:
        """Return what is known of this server now."""
        details = self.client.known.get(self.config.model)
        return ServerState(
            id=self.config.id,
            url=self.config.url,
            model=self.config.model,
            available=self.available,
            last_error=self.last_error,
            context_length=self.context_length,
            capabilities=details.capabilities if details else frozenset(),
            look=self._look,
            memory=self._kept[0].memory(self._look, self.context_length),
            cloud=self._look.cloud if self._look else None,
        )

    def start(self) -> None:
        """Load the model and watch the server, both in the background."""
        self._watch = self._hass.async_create_background_task(
            self._keep_watch(), f"parlor model server {self.config.url}"
        )

    async def stop(self) -> None:
        """End what runs in the background and close every connection; running replies end with StreamBroken."""
        self._stopped = True
        await self._way.stop()
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self.client.aclose()

    async def chat(self, request: JsonObject, *, last: bool = False) -> AsyncGenerator[ChatChunk]:
        """Yield the reply to a turn's request, before which all that gives way to turns here is given up.

        `last`: there is no other server to ask, so a slow model is waited for as long as one that is being loaded.
        """
        async with self._way.turn(), aclosing(self._reply(request, last=last)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def background(self, request: JsonObject) -> AsyncGenerator[ChatChunk]:
        """Yield the whole reply to a request that gives way to every turn, once it is complete.

        Raises ServerBusy where turns leave no time for it.
        """
        # Whoever asks in the background waits for a long reply anyway, so it may take as long as loading a model does.
        try:
            chunks = await self._way.background(lambda: _all(self._reply(request, first_chunk=self._limits.load)))
        except ServerBusy as err:
            # Turns came first, which is said without the server's name, or the server itself has too much to do.
            raise ServerBusy(url=self.config.url, model=str(request["model"]), error=err.placeholders["error"]) from err
        for chunk in chunks:
            yield chunk

    async def prefill(self, request: JsonObject) -> None:
        """Have the server read a request's prompt, once no turn runs here.

        A turn that comes ends it; where that was another conversation's, the prompt is read after it, unless that turn
        found the server lost.
        """
        await self._way.prefill(lambda: self._prefill(request), lambda: self.available)

    async def _reply(
        self, request: JsonObject, *, last: bool = False, first_chunk: float | None = None
    ) -> AsyncGenerator[ChatChunk]:
        """Yield a reply, and learn from it how the server is."""
        model = str(request["model"])
        try:
            async with aclosing(self.client.chat(request, last=last, first_chunk=first_chunk)) as chunks:
                async for chunk in chunks:
                    if not self.available:
                        self._is_well()
                    yield self._signed(chunk, model) if chunk.done else chunk
            self._failures = 0
        except InferenceError as err:
            # Whatever it was, the caller decides what to do next.
            self._note(err, model)
            raise
        finally:
            for kept in self._kept:
                if kept.is_named(model):
                    kept.used()

    async def _prefill(self, request: JsonObject) -> None:
        model = str(request["model"])
        try:
            # Nobody waits for it, so it may read as slowly as it has to.
            async with aclosing(self.client.chat(request, first_chunk=self._limits.load)) as chunks:
                async for chunk in chunks:
                    if chunk.done:
                        self._signed(chunk, model)
        except InferenceError as err:
            # Told to whoever waits, and remembered as that of a turn is.
            self._note(err, model)
            raise

    def _signed(self, chunk: ChatChunk, model: str) -> ChatChunk:
        """Return the last chunk of a reply with who gave it, and learn from its figures."""
        speed = self._speeds.setdefault(full_name(model), ReadingSpeed())
        cached = speed.cached_tokens(chunk.stats) if chunk.stats else None
        return replace(chunk, served=Served(self.config.id, model, self.state.digest(model), cached))

    async def _keep_watch(self) -> None:
        """Load the model, look at the server now and then, and find out when a lost one is back."""
        loaded = await self._check(load=True)
        while True:
            if self.available:
                await self._wait_until_lost()
            if not self.available:
                await asyncio.sleep(self._pause())
                loaded = False
            loaded = await self._check(load=not loaded)

    async def _check(self, *, load: bool) -> bool:
        """Return whether the server is well and, if asked to, has loaded its model."""
        failures = self._failures
        try:
            await self.client.show_home(self.config.model)
            if load:
                await self._load(self._kept[0])
            await self._look_around(after_load=load)
        except InferenceError as err:
            # Kept in `last_error`; the next look comes after a pause.
            self._note(err, self.config.model)
            return False
        if self._failures > failures:
            # A turn has found out otherwise while this look was on its way.
            return False
        self._is_well()
        self._on_change()
        return True

    async def _load(self, kept: KeptModel) -> None:
        """Have a model loaded as turns need it."""
        # Nobody waits for this, so it may take as long as a large model on a slow disk does.
        await _all(self.client.chat(chat_request(kept.config, []), first_chunk=self._limits.load))
        kept.loaded()

    async def _look_around(self, *, after_load: bool) -> None:
        """See what the server says of itself; what is gone from its memory before its time is loaded again."""
        self._look = look = await look_at(self.client)
        own, *others = self._kept
        # A turn that runs loads its model anyway, and goes before another one's in any case.
        loaded = own.wants_load(look, self.context_length) and not self._way.busy
        if loaded:
            _LOGGER.debug("Model %s is gone from the memory of %s", own.config.model, self.config.url)
            await self._load(own)
        # A server need not have all models that agents ask for: another one may.
        for kept in (one for one in others if one.is_installed(look)):
            context = self.context_length_of(kept.config.model)
            # When the server's own has just been loaded for the first time, none of them has been lost yet.
            wants = kept.memory(look, context) != "loaded" if after_load else kept.wants_load(look, context)
            if after_load:
                kept.used()
            if wants and not self._way.busy:
                await self._try_to_load(kept)
                loaded = True
        if loaded:
            self._look = replace(look, loaded=await look_at_memory(self.client))

    async def _try_to_load(self, kept: KeptModel) -> None:
        """Load an agent's own model; where that fails, the server is none the worse."""
        try:
            await self._load(kept)
        except InferenceError as err:
            # No room beside the server's own, or removed by now: tried again later, ever less often.
            _LOGGER.debug("Model %s is not kept on %s: %s", kept.config.model, self.config.url, err.detail)
            kept.loaded()

    async def _wait_until_lost(self) -> None:
        """Wait for the next look, or less long if a turn finds the server lost."""
        try:
            async with asyncio.timeout(self._limits.check):
                await self._lost.wait()
        except TimeoutError:
            # All is well so far.
            pass

    def _pause(self) -> float:
        doublings = min(max(self._failures - 1, 0), 16)
        return min(self._limits.retry_first * (1 << doublings), self._limits.retry_most)

    def _note(self, err: InferenceError, model: str) -> None:
        """Remember a failure, if the next request would meet it too."""
        if self._stopped or isinstance(err, ServerBusy | ContextFull | ModelWithoutVision):
            return
        if isinstance(err, ModelMissing | ModelWithoutTools | CloudRefused) and model != self.config.model:
            return
        self._failures += 1
        was_available, self.available, self.last_error = self.available, False, err
        self._lost.set()
        if was_available:
            _LOGGER.warning("Model server %s can not be used: %s", self.config.url, err.detail)
        self._on_change()

    def _is_well(self) -> None:
        was_available, self.available, self.last_error = self.available, True, None
        self._lost.clear()
        if was_available:
            # A failure is forgotten only once the server has been well for a while.
            self._failures = 0
            return
        _LOGGER.info("Model server %s can be used again", self.config.url)
        self._on_change()


async def _all(chunks: AsyncGenerator[ChatChunk]) -> list[ChatChunk]:
    async with aclosing(chunks):
        return [chunk async for chunk in chunks]
