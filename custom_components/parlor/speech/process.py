"""The speech process on this machine: started, watched, started again, and ended with the entry."""

import asyncio
from collections import deque
import contextlib
from dataclasses import dataclass
from functools import partial
import logging
import os
from pathlib import Path
import shutil
import tempfile
from typing import Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from .environment import async_ensure_environment
from .errors import SpeechError, SpeechStartFailed
from .output import lines

_LOGGER = logging.getLogger(__name__)

SERVER_FOLDER: Final = Path(__file__).parent.parent / "speech_server"
FIRST_BACKOFF_S: Final = 1.0
LAST_BACKOFF_S: Final = 60.0
HEALTHY_AFTER_S: Final = 60.0
"""How long a process must have lived for its end to count as the first failure again."""
TERMINATE_LIMIT_S: Final = 5.0
LINES_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """What the speech process is to load: names, folders or files; None leaves the engine off.

    `language` is what the household speaks, several with commas between them; None is any language.
    """

    whisper: str | None
    voice: str | None
    language: str | None


class SpeechProcess:
    """Keeps one speech process running between start and stop.

    It listens on a socket in a folder that only this user can enter. The folder is a temporary one because the name of
    a socket is limited to 108 bytes, which the configuration path may exceed.
    """

    def __init__(self, hass: HomeAssistant, options: ProcessOptions) -> None:
        """Prepare; nothing runs before `start`."""
        self._hass = hass
        self.options = options
        self._folder: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._backoff_s = 0.0
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)

    @property
    def uri(self) -> str | None:
        """Return the address of the process's socket, or None before the start."""
        return f"unix://{self._folder}/s.sock" if self._folder else None

    @property
    def pid(self) -> int | None:
        """Return the id of the running process."""
        return self._process.pid if self._process else None

    @property
    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that the process logged."""
        return tuple(self._lines)

    async def start(self) -> None:
        """Make the folder and start the process in the background; whatever fails is logged and tried again."""
        if self._watch is None:
            self._folder = Path(await self._hass.async_add_executor_job(tempfile.mkdtemp, "", "parlor-"))
            self._watch = self._hass.async_create_background_task(self._keep_running(), "parlor speech process")

    async def stop(self) -> None:
        """End the process and remove its folder."""
        watch, self._watch = self._watch, None
        if watch is None:
            return
        watch.cancel()
        await asyncio.wait([watch])
        folder, self._folder = self._folder, None
        if folder:
            await self._hass.async_add_executor_job(partial(shutil.rmtree, folder, ignore_errors=True))

    def kill(self) -> None:
        """End a process that hangs; it is started again."""
        if self._process:
            self._process.kill()

    def mark_healthy(self) -> None:
        """Start the process again at once when it ends the next time: it has just been of use."""
        self._backoff_s = 0.0

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                reason = await self._run_once()
            except SpeechError as err:  # no environment, or no process: the message says which
                reason = str(err)
            if loop.time() - started >= HEALTHY_AFTER_S:
                self.mark_healthy()
            delay = self._backoff_s
            self._backoff_s = min(LAST_BACKOFF_S, max(FIRST_BACKOFF_S, 2 * delay))
            _LOGGER.warning("Speech on this machine ended and is started again in %g s: %s", delay, reason)
            await asyncio.sleep(delay)

    async def _run_once(self) -> str:
        """Run the process to its end and return what there is to say about it."""
        python = await async_ensure_environment(self._hass)
        data = Path(self._hass.config.cache_path(DOMAIN, "models"))
        await self._hass.async_add_executor_job(_make_room, data, self._folder)
        self._lines.clear()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command(python, data),
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(SERVER_FOLDER)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # an interrupt at the terminal is Home Assistant's, which then stops this
            )
        except OSError as err:  # the interpreter is gone, or there are too many processes
            raise SpeechStartFailed(message=str(err)) from err
        self._process = process
        try:
            async for line in lines(process.stderr):
                _LOGGER.debug("%s", line)
                self._lines.append(line)
            status = await process.wait()
        finally:
            self._process = None
            await asyncio.shield(_async_end(process))
        return f"status {status}, {self._lines[-1] if self._lines else 'without a word'}"

    def _command(self, python: Path, data: Path) -> list[str]:
        command = [str(python), "-m", "parlor_speech", "--uri", str(self.uri), "--data", str(data)]
        command += ["--parent", str(os.getpid())]
        for flag, value in (
            ("--whisper", self.options.whisper),
            ("--voice", self.options.voice),
            ("--language", self.options.language),
        ):
            command += [flag, value] if value else []
        return command


def _make_room(data: Path, folder: Path | None) -> None:
    """Make the folder for downloaded models and take away the socket of a process that was killed."""
    data.mkdir(parents=True, exist_ok=True)
    if folder:
        (folder / "s.sock").unlink(missing_ok=True)


async def _async_end(process: asyncio.subprocess.Process) -> None:
    """End a process: it is asked first, then killed."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):  # it ended in this moment
        process.terminate()
    try:
        async with asyncio.timeout(TERMINATE_LIMIT_S):
            await process.wait()
    except TimeoutError:  # it does not listen
        with contextlib.suppress(ProcessLookupError):  # it ended in this moment
            process.kill()
        await process.wait()
