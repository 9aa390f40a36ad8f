"""Parlor's speech server as a process of its own, reached over TCP as on another machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import socket
import sys

from .house.start import PROJECT
from .installation import VOICE, WHISPER, InstallationError

_SPEECH_SERVER = PROJECT / "custom_components" / "parlor" / "speech_server"
_LISTENS_SECONDS = 60


@asynccontextmanager
async def running_speech_server() -> AsyncIterator[str]:
    """Run the server with the tiny models while the context lasts; yields its address. Raises InstallationError."""
    port = _free_port()
    uri = f"tcp://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parlor_speech", "--uri", uri, "--whisper", str(WHISPER), "--voice", str(VOICE)),
        env={**os.environ, "PYTHONPATH": str(_SPEECH_SERVER)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _async_listening(process, port)
        yield uri
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
                    # It is still being loaded.
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                return
    except TimeoutError as error:
        raise InstallationError(f"the speech server did not listen after {_LISTENS_SECONDS} seconds") from error
    raise InstallationError(f"the speech server ended with status {process.returncode}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
