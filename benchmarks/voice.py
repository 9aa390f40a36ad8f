"""Measure Parlor's voice beside wyoming-piper: the same voice, text and machine, both as servers, in one run.

Run with `python -m benchmarks.voice`. wyoming-piper is installed from the package index into an environment of its own
in the cache folder, which also makes a voice of the shape of Piper's medium ones with random weights. Where that fails,
Piper itself is measured with the demo's tiny voice, whole texts at once. Prints medians, and Parlor's share.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
from time import perf_counter, sleep

from piper import PiperVoice
from wyoming.client import AsyncClient
from wyoming.tts import SynthesizeChunk, SynthesizeStart, SynthesizeStop

_ROOT = Path(__file__).parents[1]
_SPEECH_SERVER = _ROOT / "custom_components" / "parlor" / "speech_server"
_CACHE = _ROOT / ".cache" / "benchmarks"
_ENVIRONMENT = _CACHE / "wyoming-piper"
_NAME = "en_US-hum-medium"
_TINY = next((_ROOT / "demo" / "models" / "voice").glob("*.onnx.json"))

_REPLY = (
    "The kitchen lights are on, the blinds in the living room are closed, and the thermostat is set to 21 degrees. "
    "The front door is locked, but the window in the bathroom is still open. Shall I remind you of it in ten minutes?"
)
_SHORT = "The kitchen lights are off. The hall is dark. Good night."
_ROUNDS = 5
_START_SECONDS = 60.0
_WORDS_PER_SECOND = 15.0
"""How fast a small model writes on a small machine."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds from the first word to the first sound and to the last, and seconds of sound."""

    first: float
    last: float
    sound: float


@dataclass(frozen=True, slots=True)
class Case:
    """A text, sent at once or as it is written, and whether it was said before."""

    name: str
    text: str
    written: bool = False
    again: bool = False


_CASES = (
    Case("three sentences, at once", _REPLY),
    Case("three sentences, as they are written", _REPLY, written=True),
    Case("three short sentences", _SHORT),
    Case("three short sentences, said before", _SHORT, again=True),
)


async def main() -> None:
    """Measure both, in turns, and print a table."""
    model = _CACHE / f"{_NAME}.onnx"
    there = _prepare(model)
    if not there:
        print("wyoming-piper cannot be installed; Piper itself, whole texts at once, is measured instead.")
    piper = [str(_ENVIRONMENT / "bin" / "wyoming-piper"), "--voice", _NAME, "--data-dir", str(_CACHE)]
    parlor = [sys.executable, "-m", "parlor_speech", "--voice", str(model if there else _TINY.with_suffix(""))]
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(_running(parlor))
        ours = await stack.enter_async_context(_running([*parlor, "--cache-mb", "0"]))
        theirs = await stack.enter_async_context(_running(piper)) if there else None
        found = {case: await _in_turns(theirs, memory if case.again else ours, case) for case in _CASES}
    _compare(found, "wyoming-piper" if theirs else "Piper")


async def _in_turns(theirs: str | None, ours: str, case: Case) -> tuple[Measure, Measure]:
    """Measure theirs and ours one after the other, so that what else the machine does meets both."""
    rounds = []
    for _ in range(_ROUNDS + 1):
        other = await _speak(theirs, case) if theirs else _alone(case.text)
        rounds.append((other, await _speak(ours, case)))
    # The first round is for what has to be loaded.
    others, own = zip(*rounds[1:], strict=True)
    return _middle(others), _middle(own)


def _middle(measures: Sequence[Measure]) -> Measure:
    return Measure(*(median(getattr(one, field) for one in measures) for field in Measure.__slots__))


def _compare(found: Mapping[Case, tuple[Measure, Measure]], name: str) -> None:
    head = ("case", f"first sound: {name}", "Parlor", "ratio", f"real-time factor: {name}", "Parlor", "ratio")
    print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    for case, (their, our) in found.items():
        factors = their.last / their.sound, our.last / our.sound
        cells = (f"{their.first * 1000:.0f} ms", f"{our.first * 1000:.0f} ms", f"{our.first / their.first:.2f}")
        # What waits for the words to be written says nothing of the engine.
        paces = ("", "", "") if case.written else (*(f"{one:.3f}" for one in factors), f"{factors[1] / factors[0]:.2f}")
        print(f"| {' | '.join((case.name, *cells, *paces))} |")


async def _speak(uri: str, case: Case) -> Measure:
    """Say a text as Home Assistant does."""
    async with AsyncClient.from_uri(uri) as client:
        began = perf_counter()
        sending = asyncio.create_task(_send(client, case))
        first, size, rate = 0.0, 0, 1
        while (event := await client.read_event()) is not None and event.type != "synthesize-stopped":
            if event.type == "audio-chunk" and event.payload:
                first = first or perf_counter() - began
                size, rate = size + len(event.payload), event.data["rate"]
        last = perf_counter() - began
        await sending
    return Measure(first, last, size / 2 / rate)


async def _send(client: AsyncClient, case: Case) -> None:
    await client.write_event(SynthesizeStart().event())
    for word in case.text.split(" ") if case.written else [case.text]:
        if case.written:
            await asyncio.sleep(1 / _WORDS_PER_SECOND)
        await client.write_event(SynthesizeChunk(f"{word} ").event())
    await client.write_event(SynthesizeStop().event())


@asynccontextmanager
async def _running(command: list[str]) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        uri = f"unix://{folder}/s"
        environment = {**os.environ, "PYTHONPATH": str(_SPEECH_SERVER)}
        process = await asyncio.create_subprocess_exec(
            *command, "--uri", uri, env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await asyncio.to_thread(_wait_for, Path(folder, "s"))
            yield uri
        finally:
            process.terminate()
            await process.wait()


def _wait_for(socket: Path) -> None:
    limit = perf_counter() + _START_SECONDS
    while not socket.exists() and perf_counter() < limit:
        sleep(0.05)


def _alone(text: str) -> Measure:
    """Say a text with Piper in this process: nothing is heard before all of it is made."""
    voice = _loaded()
    began = perf_counter()
    samples = sum(chunk.audio_int16_array.size for chunk in voice.synthesize(text))
    seconds = perf_counter() - began
    return Measure(seconds, seconds, samples / voice.config.sample_rate)


@cache
def _loaded() -> PiperVoice:
    return PiperVoice.load(_TINY.with_suffix(""))


def _prepare(model: Path) -> bool:
    """Install wyoming-piper and make the voice, unless they are there; say whether the former is."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    python = _ENVIRONMENT / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    commands = [
        [*uv, "venv", "--quiet", "--python", sys.executable, str(_ENVIRONMENT)],
        [*uv, "pip", "install", "--quiet", "--python", str(python), "wyoming-piper", "onnx"],
    ]
    if not (_ENVIRONMENT / "bin" / "wyoming-piper").exists():
        done = [subprocess.run(command, check=False).returncode == 0 for command in commands]  # noqa: S603 - as below
        if not all(done):
            return False
    maker = [str(python), str(Path(__file__).with_name("medium_voice.py")), str(_TINY), str(model)]
    subprocess.run(maker, check=True)  # noqa: S603 - the commands are this project's own
    return True


if __name__ == "__main__":
    asyncio.run(main())
