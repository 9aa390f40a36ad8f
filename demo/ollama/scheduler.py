"""Which models are loaded, and who may use them: Ollama's scheduler in small."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import math
import time

from .cache import PrefixCache
from .models import Model, canonical
from .settings import Settings
from .wire import ApiError, JsonObject

_FOREVER = timedelta(days=365 * 292)


@dataclass(slots=True, eq=False)
class Runner:
    """A loaded model: its cache, the semaphore that lets requests in, and when it is unloaded."""

    model: Model
    num_ctx: int
    reload_key: tuple[object, ...]
    cache: PrefixCache
    turn: asyncio.Semaphore
    idle: asyncio.Event
    users: int = 0
    keep_alive: float = 0.0
    last_used: float = 0.0

    @property
    def expired(self) -> bool:
        """Whether the model's time is over and nobody uses it."""
        return not self.users and time.monotonic() >= self.last_used + self.keep_alive


class Scheduler:
    """Loads models one at a time, keeps them for their keep_alive, and queues the requests of each."""

    def __init__(self, *, num_parallel: int, max_queue: int, max_loaded: int, load_seconds: float) -> None:
        """Start with nothing loaded. load_seconds: how long each load takes, waited out."""
        self.num_parallel = num_parallel
        self.max_queue = max_queue
        self.max_loaded = max_loaded
        self.load_seconds = load_seconds
        self.loads = 0
        self._runners: dict[str, Runner] = {}
        self._loading = asyncio.Lock()
        self._waiting = 0

    @asynccontextmanager
    async def use(self, model: Model, settings: Settings) -> AsyncGenerator[tuple[Runner, float]]:
        """Load the model if need be and wait for a turn; gives the runner and the seconds its loading took.

        Raises ApiError 503 if too many requests wait for a load already.
        """
        runner, load_seconds = await self._loaded(model, settings)
        try:
            async with runner.turn:
                yield runner, load_seconds
        finally:
            runner.users -= 1
            runner.last_used = time.monotonic()
            if not runner.users:
                runner.idle.set()
            self._sweep()

    def unload(self, model: Model) -> None:
        """Forget a model; requests that use it go on."""
        self._runners.pop(canonical(model.name), None)

    def unload_all(self) -> None:
        """Forget every model."""
        self._runners.clear()

    def ps(self) -> JsonObject:
        """Return the body of /api/ps."""
        self._sweep()
        return {"models": [_ps_entry(runner) for runner in self._runners.values()]}

    async def _loaded(self, model: Model, settings: Settings) -> tuple[Runner, float]:
        """Return the model's runner, counted as in use; loads or reloads it first where the options ask for that."""
        if self._loading.locked():
            if self._waiting >= self.max_queue:
                raise ApiError(503, "server busy, please try again.  maximum pending requests exceeded")
            self._waiting += 1
            try:
                await self._loading.acquire()
            finally:
                self._waiting -= 1
        else:
            await self._loading.acquire()
        try:
            return await self._load(model, settings)
        finally:
            self._loading.release()

    async def _load(self, model: Model, settings: Settings) -> tuple[Runner, float]:
        """Do the work of _loaded, alone."""
        self._sweep()
        runner = self._runners.get(canonical(model.name))
        load_seconds = 0.0
        if runner is None or runner.reload_key != settings.reload_key:
            if runner is not None:
                await runner.idle.wait()
            started = time.monotonic()
            await asyncio.sleep(self.load_seconds)
            load_seconds = max(time.monotonic() - started, 1e-6)
            runner = self._make_room_for(model, settings)
        runner.users += 1
        runner.idle.clear()
        runner.keep_alive = settings.keep_alive
        return runner, load_seconds

    def _make_room_for(self, model: Model, settings: Settings) -> Runner:
        """Put a new runner in the model's place, and out the one that was idle longest if there are too many."""
        self.unload(model)
        idle = sorted((r for r in self._runners.values() if not r.users), key=lambda r: r.last_used)
        if idle and len(self._runners) >= self.max_loaded:
            self.unload(idle[0].model)
        self.loads += 1
        runner = Runner(
            model=model,
            num_ctx=settings.num_ctx,
            reload_key=settings.reload_key,
            cache=PrefixCache(
                slots=self.num_parallel,
                attention=model.attention,
                num_batch=settings.num_batch,
                ram=model.ram_cache,
            ),
            turn=asyncio.Semaphore(self.num_parallel),
            idle=asyncio.Event(),
        )
        self._runners[canonical(model.name)] = runner
        return runner

    def _sweep(self) -> None:
        """Unload what has expired."""
        for name in [name for name, runner in self._runners.items() if runner.expired]:
            del self._runners[name]


def _ps_entry(runner: Runner) -> JsonObject:
    """Return one model of /api/ps."""
    model = runner.model
    rest = _FOREVER if math.isinf(runner.keep_alive) else timedelta(seconds=runner.keep_alive)
    return {
        "name": model.name,
        "model": model.name,
        "size": model.size,
        "digest": model.digest,
        "details": model.details(),
        "expires_at": (datetime.now(UTC) + rest).isoformat().replace("+00:00", "Z"),
        "size_vram": model.size,
        "context_length": runner.num_ctx,
    }
