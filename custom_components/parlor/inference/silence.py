"""Telling a server that thinks from one that is gone."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from .errors import InferenceError, ServerTooSlow, ServerUnreachable, StreamBroken


class Silence:
    """Looks after a server while a part of its reply is waited for.

    A model may take long, and its connection is as silent then as that of a machine that sleeps: so the server is asked
    something else meanwhile. `reason` says in the end that it did not answer that either, if so.
    """

    def __init__(
        self,
        is_there: Callable[[], Awaitable[None]],
        is_loaded: Callable[[], Awaitable[bool]],
        seconds: float,
        latest: float,
    ) -> None:
        """Ask both every so many seconds; a model that is being loaded may take until `latest` (loop time)."""
        self.reason: str | None = None
        self._is_there = is_there
        self._is_loaded = is_loaded
        self._seconds = seconds
        self._latest = latest

    @asynccontextmanager
    async def watch(self, waiting: asyncio.Timeout) -> AsyncGenerator[None]:
        """Let the timeout of what is waited for inside end early where nobody is there, and late where that helps."""
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()
        # Most parts come long before anybody has to look, and then no task is made.
        handle = loop.call_later(self._seconds, lambda: tasks.add(loop.create_task(self._look(waiting))))
        try:
            yield
        finally:
            handle.cancel()
            for task in tasks:
                task.cancel()
                await asyncio.wait({task})

    async def _look(self, waiting: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while not waiting.expired():
            if not await self._finds_it_there():
                if not waiting.expired():
                    waiting.reschedule(loop.time())
                return
            loaded = await self._finds_it_loaded()
            if not loaded and (when := waiting.when()) is not None and not waiting.expired():
                waiting.reschedule(max(when, self._latest))
            await asyncio.sleep(self._seconds)

    async def _finds_it_there(self) -> bool:
        try:
            await self._is_there()
        except (ServerTooSlow, ServerUnreachable, StreamBroken) as err:
            # Asleep, unplugged, hung or ended: whoever waits need not wait any longer.
            self.reason = f"it does not answer anything any more ({err.detail})"
            return False
        except InferenceError:
            # An answer, though a strange one, as that of a proxy that lets only some paths through.
            pass
        return True

    async def _finds_it_loaded(self) -> bool:
        try:
            return await self._is_loaded()
        except ServerTooSlow:
            # It is there, and so busy with its models that it can not even list them.
            return False
        except InferenceError:
            # It does not say, as a proxy that lets only some paths through.
            return True
