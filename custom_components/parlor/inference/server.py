"""One model server: whether it can be used, who may ask it next, and keeping its model loaded."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
import logging

from homeassistant.core import HomeAssistant

from .chunks import ChatChunk, JsonObject
from .client import OllamaClient
from .config import Limits, ServerConfig, chat_request
from .errors import CloudRefused, ContextFull, InferenceError, ModelMissing, ModelWithoutTools, ServerBusy

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is known of one server; `last_error` is the newest one since it was last well."""

    id: str
    url: str
    model: str
    available: bool
    last_error: InferenceError | None
    context_length: int


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
        self.client = OllamaClient(hass, config.url, config.api_key, config.verify_ssl, limits=limits)
        self.available = True
        self.last_error: InferenceError | None = None
        self._hass = hass
        self._limits = limits
        self._on_change = on_change
        self._failures = 0
        self._stopped = False
        self._lost = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._turns = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._prefills: set[asyncio.Task[None]] = set()

    @property
    def context_length(self) -> int:
        """Return the number of tokens that prompt and reply may have together."""
        return self.context_length_of(self.config.model)

    def context_length_of(self, model: str) -> int:
        """Return what `context_length` is with another model, which is known once it was asked."""
        details = self.client.known.get(model)
        return min(self.config.num_ctx, (details.context_length if details else None) or self.config.num_ctx)

    @property
    def state(self) -> ServerState:
        """Return what is known of this server now."""
        return ServerState(
            id=self.config.id,
            url=self.config.url,
            model=self.config.model,
            available=self.available,
            last_error=self.last_error,
            context_length=self.context_length,
        )

    def start(self) -> None:
        """Load the model and watch the server, both in the background."""
        self._watch = self._hass.async_create_background_task(
            self._keep_watch(), f"parlor model server {self.config.url}"
        )

    async def stop(self) -> None:
        """End what runs in the background and close every connection; running replies end with StreamBroken."""
        self._stopped = True
        tasks = [*self._prefills, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.client.aclose()

    async def chat(self, request: JsonObject) -> AsyncGenerator[ChatChunk]:
        """Yield the reply to a turn's request, before which any prefill here is given up."""
        model = str(request["model"])
        self._turns += 1
        self._idle.clear()
        try:
            await self._give_up_prefills()
            async with aclosing(self.client.chat(request)) as chunks:
                async for chunk in chunks:
                    if not self.available:
                        self._is_well()
                    yield chunk
            self._failures = 0
        except InferenceError as err:
            # Whatever it was, the caller decides what to do next.
            self._note(err, model)
            raise
        finally:
            self._turns -= 1
            if not self._turns:
                self._idle.set()

    async def prefill(self, request: JsonObject) -> None:
        """Have the server read a request's prompt, once no turn runs here.

        A turn that comes ends it; where that was another conversation's, the prompt is read after it.
        """
        while not self._stopped:
            while self._turns:
                await self._idle.wait()
            task = self._hass.async_create_background_task(self._prefill(request), "parlor prefill")
            self._prefills.add(task)
            task.add_done_callback(self._prefill_ended)
            try:
                await asyncio.wait({task})
            finally:
                task.cancel()
            if not task.cancelled():
                task.result()
                return

    def _prefill_ended(self, task: asyncio.Task[None]) -> None:
        self._prefills.discard(task)
        if not task.cancelled():
            # Looked at here because the caller may be gone; it is told if it is not.
            task.exception()

    async def _give_up_prefills(self) -> None:
        if self._prefills:
            # The server answers one request at a time, and goes on with one until its connection is closed.
            for task in self._prefills:
                task.cancel()
            await asyncio.wait(set(self._prefills))

    async def _prefill(self, request: JsonObject) -> None:
        try:
            await _read_all(self.client.chat(request))
        except InferenceError as err:
            # Told to whoever waits, and remembered as that of a turn is.
            self._note(err, str(request["model"]))
            raise

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
        try:
            await self.client.show_home(self.config.model)
            if load:
                # Nobody waits for this, so it may take as long as a large model on a slow disk does.
                await _read_all(self.client.chat(chat_request(self.config, []), first_chunk=self._limits.load))
        except InferenceError as err:
            # Kept in `last_error`; the next look comes after a pause.
            self._note(err, self.config.model)
            return False
        self._is_well()
        return True

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
        if self._stopped or isinstance(err, ServerBusy | ContextFull):
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


async def _read_all(chunks: AsyncGenerator[ChatChunk]) -> None:
    async with aclosing(chunks):
        async for _ in chunks:
            pass
