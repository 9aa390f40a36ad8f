"""A part of the server: one engine, the one thread it runs on, and its way from being looked for to being ready."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import logging
from typing import Generic, TypeVar

from .errors import Code, SpeechError
from .status import PartStatus, State, StatusBoard

_LOGGER = logging.getLogger(__name__)

MAX_WAITING = 64
"""Jobs in the queue of one engine before others are turned away: two for each connection that a server takes at first.

They are done in the order in which they came. A connection has one utterance or sentence in the queue at a time, so one
that asks for much does not hold up one that asks for little.
"""

_MOST_BETWEEN_RESTS = 60.0

_LOADING_SECONDS = 15.0
"""How long a request waits for an engine that is being loaded."""

EngineT = TypeVar("EngineT")
EngineT_co = TypeVar("EngineT_co", covariant=True)
ResultT = TypeVar("ResultT")


class Report:
    """What an engine that is being made ready tells its part, from the part's thread."""

    def __init__(self, post: Callable[[State, float | None], None], choose: Callable[[str, str], None]) -> None:
        """Pass on what is told, on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._post = post
        self._choose = choose

    def __call__(self, state: State, progress: float | None) -> None:
        """Tell what the part is at, and how much of a download is there (0 to 1)."""
        self._loop.call_soon_threadsafe(self._post, state, progress)

    def chosen(self, name: str, why: str) -> None:
        """Tell which model was chosen, and why."""
        self._loop.call_soon_threadsafe(self._choose, name, why)


@dataclass(frozen=True, slots=True)
class Resting(Generic[EngineT]):
    """What saves memory: after how many seconds without use, and how.

    `rest` puts out of memory what was not used for so long, on the part's thread, and returns whether nothing is left.
    """

    after: float
    rest: Callable[[EngineT, float], bool]


class Part(Generic[EngineT_co]):
    """Own an engine. All methods belong to the event loop; the engine belongs to the part's thread.

    `prepare` runs on that thread, calls back with state and progress, and returns the engine or raises SpeechError.
    """

    def __init__(
        self,
        part: str,
        name: str,
        prepare: Callable[[Report], EngineT_co] | None,
        board: StatusBoard,
        resting: Resting[EngineT_co] | None = None,
    ) -> None:
        """Be off (`prepare` is None) or to be started. Without `resting`, the engine stays in memory."""
        self._part = part
        self._name = name
        self._why: str | None = None
        self._prepare = prepare
        self._board = board
        self._resting = resting
        self._background: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._engine: EngineT_co | None = None
        self._settled = asyncio.Event()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=part)
        self._post(State.OFF if prepare is None else State.LOADING)

    @property
    def status(self) -> PartStatus:
        """What the part is at."""
        return self._board.parts[self._part]

    @property
    def busy(self) -> bool:
        """Whether the thread has work, which cannot be interrupted."""
        return self._waiting > 0

    @property
    def engine(self) -> EngineT_co | None:
        """The engine, for what does not touch its thread; None until ready."""
        return self._engine

    async def start(self) -> None:
        """Get the engine ready. Failures become the part's status."""
        prepare = self._prepare
        if prepare is None:
            return
        report = Report(self._post, self._choose)
        try:
            self._engine = await self._on_thread(lambda: prepare(report))
        except SpeechError as err:
            # What the user can mend: a missing folder, a broken file, no network for a download.
            _LOGGER.critical("No %s: %s", self._part, err.message)
            self._fail(err.code, err.message)
        except Exception as err:
            # An engine may raise anything; the process lives on to say so.
            _LOGGER.exception("No %s", self._part)
            self._fail(Code.INTERNAL, f"{type(err).__name__} while loading; see the log of the speech server")
        else:
            _LOGGER.info("%s ready", self._part.capitalize())
            self._post(State.READY)
            if self._resting is not None:
                self._keep(self._rest_again_and_again(self._resting.after))
        self._settled.set()

    async def settle(self, seconds: float) -> None:
        """Wait for loading to end, for so long at most; a download is not waited for."""
        if self.status.state is State.LOADING:
            try:
                await asyncio.wait_for(self._settled.wait(), seconds)
            except TimeoutError:
                # The caller looks at the status anyway.
                return

    async def ready(self) -> EngineT_co:
        """Return the engine, which may be waited for a while. Raises SpeechError."""
        await self.settle(_LOADING_SECONDS)
        self.check_state()
        if self._engine is None:
            raise SpeechError(Code.NOT_READY, f"{self._name} is still being loaded")
        return self._engine

    def check(self) -> None:
        """Raise SpeechError where a request cannot be served, now or soon."""
        self.check_state()
        if self._waiting >= MAX_WAITING:
            raise SpeechError(Code.BUSY, f"Too many requests are waiting for the {self._part}")

    def check_state(self) -> None:
        """Raise SpeechError where the engine is not there and will not be soon."""
        status = self.status
        if status.state is State.OFF:
            raise SpeechError(Code.NOT_READY, f"This speech server has no {self._part}")
        if status.state is State.FAILED:
            raise SpeechError(status.code or Code.INTERNAL, status.message or f"The {self._part} failed")
        if status.state is State.DOWNLOADING:
            raise SpeechError(Code.NOT_READY, f"{self._name} is still being downloaded")

    async def run(self, job: Callable[[EngineT_co], ResultT]) -> ResultT:
        """Run a job on the engine's thread, after those that wait already. Raises SpeechError."""
        engine = await self.ready()
        self.check()
        result = await self._on_thread(lambda: job(engine))
        if self.status.state is State.IDLE:
            self._post(State.READY)
        return result

    def wake(self, load: Callable[[EngineT_co], None]) -> None:
        """Begin to load what rests, beside what else happens: soon it will be needed."""
        if self._resting is not None and self._engine is not None:
            self._keep(self._wake(load))

    def stop(self) -> None:
        """Let the thread end after the job at hand."""
        for task in self._background:
            task.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _wake(self, load: Callable[[EngineT_co], None]) -> None:
        try:
            await self.run(load)
        except Exception as err:  # noqa: BLE001
            # An engine may raise anything; who uses it tries again, and is told.
            _LOGGER.debug("Not loaded ahead: %r", err)

    async def _rest_again_and_again(self, after: float) -> None:
        while True:
            await asyncio.sleep(min(_MOST_BETWEEN_RESTS, after / 4))
            if self._waiting:
                continue
            try:
                if await self._on_thread(self._rest):
                    self._post(State.IDLE)
            except Exception:
                # An engine may raise anything; then it stays in memory until the next look.
                _LOGGER.exception("The %s cannot rest", self._part)

    def _rest(self) -> bool:
        engine, resting = self._engine, self._resting
        return engine is not None and resting is not None and resting.rest(engine, resting.after)

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _on_thread(self, job: Callable[[], ResultT]) -> ResultT:
        loop = asyncio.get_running_loop()

        def ended() -> None:
            self._waiting -= 1

        def counted() -> ResultT:
            try:
                return job()
            finally:
                loop.call_soon_threadsafe(ended)

        self._waiting += 1
        future = self._executor.submit(counted)
        try:
            return await asyncio.wrap_future(future)
        finally:
            if future.cancelled():
                # It never began.
                ended()

    def _choose(self, name: str, why: str) -> None:
        self._name, self._why = name, why
        _LOGGER.info("Chose %s for the %s: %s", name, self._part, why)

    def _fail(self, code: Code, message: str) -> None:
        self._post(State.FAILED, None, code, message)

    def _post(
        self, state: State, progress: float | None = None, code: Code | None = None, message: str | None = None
    ) -> None:
        self._board.post(self._part, PartStatus(state, self._name, progress, code, message, self._why))
