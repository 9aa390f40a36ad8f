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
from pathlib import Path
from statistics import median
import subprocess
from time import perf_counter

from piper import PiperVoice
from wyoming.client import AsyncClient
from wyoming.tts import SynthesizeChunk, SynthesizeStart, SynthesizeStop

from demo.installation import VOICE

from .speech_servers import CACHE, free_port, parlor, prepare, program, running

_NAME = "en_US-hum-medium"

_REPLY = (
    "The kitchen lights are on, the blinds in the living room are closed, and the thermostat is set to 21 degrees. "
    "The front door is locked, but the window in the bathroom is still open. Shall I remind you of it in ten minutes?"
)
_SHORT = "The kitchen lights are off. The hall is dark. Good night."
_ROUNDS = 5
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
    model = CACHE / f"{_NAME}.onnx"
    there = _prepare(model)
    if not there:
        print("wyoming-piper cannot be installed; Piper itself, whole texts at once, is measured instead.")
    piper = [str(program("wyoming-piper")), "--voice", _NAME, "--data-dir", str(CACHE)]
    own = parlor("--voice", model if there else VOICE)
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(_at_an_address(own))
        ours = await stack.enter_async_context(_at_an_address([*own, "--cache-mb", "0"]))
        theirs = await stack.enter_async_context(_at_an_address(piper)) if there else None
        found = {case: await _in_turns(theirs, memory if case.again else ours, case) for case in _CASES}
    _compare(found, "wyoming-piper" if theirs else "Piper")


@asynccontextmanager
async def _at_an_address(command: Sequence[str]) -> AsyncIterator[str]:
    async with running(command, free_port()) as port:
        yield f"tcp://127.0.0.1:{port}"


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


def _alone(text: str) -> Measure:
    """Say a text with Piper in this process: nothing is heard before all of it is made."""
    voice = _loaded()
    began = perf_counter()
    samples = sum(chunk.audio_int16_array.size for chunk in voice.synthesize(text))
    seconds = perf_counter() - began
    return Measure(seconds, seconds, samples / voice.config.sample_rate)


@cache
def _loaded() -> PiperVoice:
    return PiperVoice.load(VOICE)


def _prepare(model: Path) -> bool:
    """Have wyoming-piper installed and make the voice; say whether both are there."""
    if not prepare():
        return False
    maker = [str(program("python")), str(Path(__file__).with_name("medium_voice.py")), str(VOICE) + ".json", str(model)]
    subprocess.run(maker, check=True)  # noqa: S603 - the commands are this project's own
    return True


if __name__ == "__main__":
    asyncio.run(main())
