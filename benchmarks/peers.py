"""Speech servers as processes: Parlor's own and, from an environment of their own, those that it is measured beside."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
import subprocess
import sys
import tempfile
from time import perf_counter, sleep
from typing import Final

ROOT: Final = Path(__file__).parents[1]
CACHE: Final = ROOT / ".cache" / "benchmarks"
MODELS: Final = ROOT / "demo" / "models"
WHISPER: Final = MODELS / "whisper"
VOICE: Final = next((MODELS / "voice").glob("*.onnx"))
PARLOR: Final = (sys.executable, "-m", "parlor_speech")

_SPEECH_SERVER: Final = ROOT / "custom_components" / "parlor" / "speech_server"
ENVIRONMENT: Final = CACHE / "wyoming"
"""Where the other servers are installed."""
# faster-whisper 1.2.1 opens files in a way that PyAV has given up since.
_PACKAGES: Final = ("wyoming-faster-whisper", "wyoming-piper", "av<17", "onnx", "espeakng-loader", "scipy")
_START_SECONDS: Final = 60.0


def prepare_peers() -> bool:
    """Install the other servers from the package index unless they are there; say whether they are. Blocks."""
    CACHE.mkdir(parents=True, exist_ok=True)
    complete = ENVIRONMENT / ".complete"
    if complete.exists():
        return True
    uv = [sys.executable, "-m", "uv"]
    commands = (
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)],
        [*uv, "pip", "install", "--quiet", "--python", str(peer("python")), *_PACKAGES],
    )
    if any(subprocess.run(command, check=False).returncode for command in commands):  # noqa: S603
        return False
    complete.touch()
    return True


def peer(program: str) -> Path:
    """Return a program of the other servers' environment."""
    return ENVIRONMENT / "bin" / program


@asynccontextmanager
async def running(command: Sequence[object]) -> AsyncIterator[str]:
    """Run a server while the context lasts; its address is a socket of this machine. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        uri = f"unix://{folder}/s"
        async with running_at(command, uri):
            await asyncio.to_thread(_wait_for, Path(folder, "s"))
            yield uri


@asynccontextmanager
async def running_at(command: Sequence[object], uri: str) -> AsyncIterator[None]:
    """Run a server at an address while the context lasts; it need not answer at once."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        "--uri",
        uri,
        env={**os.environ, "PYTHONPATH": str(_SPEECH_SERVER)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _wait_for(socket: Path) -> None:
    limit = perf_counter() + _START_SECONDS
    while not socket.exists():
        if perf_counter() > limit:
            raise TimeoutError(f"nobody listens at {socket}")
        sleep(0.05)
