"""Speech servers as processes of their own, reached over TCP as on another machine."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
import sys

from .house.start import PROJECT
from .installation import VOICE, WHISPER
from .ports import free_port

_SPEECH_SERVER = PROJECT / "custom_components" / "parlor" / "speech_server"
_LISTENS_SECONDS = 60
_LOOK_SECONDS = 0.05


@asynccontextmanager
async def running_speech_server() -> AsyncGenerator[str]:
    """Run Parlor's server with the tiny models while the context lasts; yields its address. Raises RuntimeError."""
    async with running(parlor_speech("--whisper", WHISPER, "--voice", VOICE)) as port:
        yield f"tcp://127.0.0.1:{port}"


def parlor_speech(*arguments: str | Path) -> list[str]:
    """Return the command of Parlor's server."""
    return [sys.executable, "-m", "parlor_speech", *map(str, arguments)]


@asynccontextmanager
async def running(command: Sequence[str]) -> AsyncGenerator[int]:
    """Run a Wyoming server while the context lasts, and yield the port of this machine on which it listens.

    Raises RuntimeError if it ends before it listens, or does not listen in time.
    """
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--uri", f"tcp://127.0.0.1:{port}"),
        env={**os.environ, "PYTHONPATH": str(_SPEECH_SERVER)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _async_listening(process, port)
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _async_listening(process: asyncio.subprocess.Process, port: int) -> None:
    try:
        async with asyncio.timeout(_LISTENS_SECONDS):
            while process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    # It is still loading its models.
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                writer.close()
                return
    except TimeoutError as error:
        raise RuntimeError(f"the speech server did not listen after {_LISTENS_SECONDS} seconds") from error
    raise RuntimeError(f"the speech server ended with status {process.returncode}")
