"""Speech servers as programs of their own: Parlor's, and those that a user would otherwise install.

The latter are installed from the package index into an environment in the cache folder, once.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
import socket
import subprocess
import sys
from time import monotonic

from demo.installation import VOICE, WHISPER

from .places import CACHE, ENVIRONMENT, PROJECT

_SPEECH_SERVER = PROJECT / "custom_components" / "parlor" / "speech_server"
# PyAV 19 no longer takes an argument with which faster-whisper 1.2 opens files.
_PACKAGES = ("wyoming-faster-whisper", "wyoming-piper", "av<19", "onnx", "espeakng-loader", "scipy")
"""The servers, and what makes the models and the clips that they are measured with."""
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.05
_INSTALL_SECONDS = 600


def prepare() -> bool:
    """Install the others unless they are there; returns whether they are."""
    complete = ENVIRONMENT / ".complete"
    if complete.exists() and complete.read_text("utf-8") == " ".join(_PACKAGES):
        return True
    uv = [sys.executable, "-m", "uv"]
    python = str(program("python"))
    CACHE.mkdir(parents=True, exist_ok=True)
    commands = [
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)],
        [*uv, "pip", "install", "--quiet", "--python", python, *_PACKAGES],
    ]
    for command in commands:
        if subprocess.run(command, check=False, timeout=_INSTALL_SECONDS).returncode != 0:  # noqa: S603 - own commands
            return False
    complete.write_text(" ".join(_PACKAGES), "utf-8")
    return True


def program(name: str) -> Path:
    """Return a program of the others' environment."""
    return ENVIRONMENT / "bin" / name


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parlor(*arguments: str | Path) -> list[str]:
    """Return the command of Parlor's server."""
    return [sys.executable, "-m", "parlor_speech", *map(str, arguments)]


def parlor_ears_and_voice(*arguments: str) -> list[str]:
    """Return the command of Parlor's server with the demo's models; sentences said before are made anew."""
    return parlor("--whisper", WHISPER, "--voice", VOICE, "--cache-mb", "0", *arguments)


def wyoming_ears(model: Path = WHISPER) -> list[str]:
    """Return the command of wyoming-faster-whisper with a model, the demo's where none is given."""
    command = [program("wyoming-faster-whisper"), "--model", model, "--language", "en", "--data-dir", CACHE]
    return [*map(str, command), "--local-files-only"]


def wyoming_voice() -> list[str]:
    """Return the command of wyoming-piper with the demo's voice."""
    return [
        str(program("wyoming-piper")),
        "--voice",
        VOICE.stem,
        "--data-dir",
        str(VOICE.parent),
        "--download-dir",
        str(CACHE),
    ]


@asynccontextmanager
async def running(command: Sequence[str], port: int) -> AsyncGenerator[int]:
    """Run a server on this port of this machine, and wait until it listens. Raises RuntimeError if it does not."""
    environment = {**os.environ, "PYTHONPATH": str(_SPEECH_SERVER)}
    process = await asyncio.create_subprocess_exec(
        *command,
        "--uri",
        f"tcp://127.0.0.1:{port}",
        env=environment,
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
    limit = monotonic() + _START_SECONDS
    while monotonic() < limit and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            # It is still loading its models.
            await asyncio.sleep(_LOOK_SECONDS)
            continue
        writer.close()
        return
    raise RuntimeError("a speech server did not start")
