"""Whose request a server works on: a turn's at once, a prefill's when no turn runs, the rest when it is quiet."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
import math
from time import monotonic
from typing import Any

from homeassistant.core import HomeAssistant

from .errors import ServerBusy

# How often background work is begun; the pause before it doubles each time.
MOST_BEGINNINGS = 5


class RightOfWay:
    """Keep what can wait out of the way of turns on one server.

    A server answers one request to a model at a time, and goes on with it until its connection is closed. So a turn
    ends all prefills and background work, and a prefill, which somebody who is speaking now waits for, ends background
    work. What was ended begins again later.
    """

    def __init__(self, hass: HomeAssistant, *, quiet: float, patience: float) -> None:
        """Let anybody in at first.

        `quiet` is how long, in seconds, nothing may have been asked by a turn before background work begins, so that it
        does not get between what somebody says and the answer; `patience` how long it waits for that each time.
        """
        self._hass = hass
        self._quiet = quiet
        self._patience = patience
        self._stopped = False
        self._turns = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._asked_at = -math.inf
        self._prefills: set[asyncio.Task[Any]] = set()
        self._background: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> bool:
        """Return whether a turn runs."""
        return self._turns > 0

    async def stop(self) -> None:
        """End everything that gives way, for good."""
        self._stopped = True
        await _end(self._prefills | self._background)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Have the server for a turn: what gives way has ended when this begins."""
        self._turns += 1
        self._idle.clear()
        try:
            await _end(self._prefills | self._background)
            yield
        finally:
            self._turns -= 1
            self._asked_at = monotonic()
            if not self._turns:
                self._idle.set()

    async def prefill(self, read: Callable[[], Awaitable[None]], wanted: Callable[[], bool]) -> None:
        """Run `read` once no turn does, again after each turn that ended it, as long as it is `wanted`."""
        while not self._stopped:
            while self._turns:
                await self._idle.wait()
            task = self._begin(self._without_background(read), self._prefills)
            try:
                await asyncio.wait({task})
            finally:
                self._asked_at = monotonic()
                task.cancel()
            if not task.cancelled():
                task.result()
                return
            if not wanted():
                return

    async def background[Result](self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Run `work` when it is quiet, and again after each turn that ended it, and return what it returns.

        Raises ServerBusy (without saying which server) where there is no end of turns.
        """
        for beginnings in range(MOST_BEGINNINGS):
            await self._wait_for_quiet(self._quiet * (1 << beginnings))
            task = self._begin(work(), self._background)
            try:
                await asyncio.wait({task})
            finally:
                task.cancel()
            if not task.cancelled():
                return task.result()
            if self._stopped:
                raise ServerBusy(error="it was ended")
        raise ServerBusy(error="conversations came first again and again")

    def _begin[Result](self, work: Coroutine[Any, Any, Result], among: set[asyncio.Task[Any]]) -> asyncio.Task[Result]:
        task = self._hass.async_create_background_task(work, "parlor gives way")
        among.add(task)
        task.add_done_callback(lambda task: _ended(task, among))
        return task

    async def _without_background(self, read: Callable[[], Awaitable[None]]) -> None:
        await _end(set(self._background))
        await read()

    async def _wait_for_quiet(self, quiet: float) -> None:
        try:
            async with asyncio.timeout(self._patience):
                rest = self._rest(quiet)
                while rest > 0:
                    await asyncio.sleep(rest)
                    rest = self._rest(quiet)
        except TimeoutError as err:
            # People talk without a pause, or more slowly than anybody should wait for.
            raise ServerBusy(error="conversations came first all the time") from err

    def _rest(self, quiet: float) -> float:
        """Return for how many more seconds at least it will not have been quiet for long enough."""
        if self._turns or self._prefills:
            return quiet
        return self._asked_at + quiet - monotonic()


def _ended(task: asyncio.Task[Any], among: set[asyncio.Task[Any]]) -> None:
    among.discard(task)
    if not task.cancelled():
        # Looked at here because whoever waited may be gone; they are told if they are not.
        task.exception()


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """End tasks and wait until their connections are closed."""
    if tasks:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
