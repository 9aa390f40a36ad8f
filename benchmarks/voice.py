"""The voice beside wyoming-piper: the same voice, text and machine, both as servers, in one run."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
import subprocess
from time import perf_counter

from wyoming.client import AsyncClient
from wyoming.tts import SynthesizeChunk, SynthesizeStart, SynthesizeStop

from demo.installation import VOICE
from demo.speech import parlor_speech, running

from .places import CACHE, ENVIRONMENT
from .results import Options, Results, Table, times
from .speech_servers import prepare

_NAME = "en_US-hum-medium"
_REPLY = (
    "The kitchen lights are on, the blinds in the living room are closed, and the thermostat is set to 21 degrees. "
    "The front door is locked, but the window in the bathroom is still open. Shall I remind you of it in ten minutes?"
)
_SHORT = "The kitchen lights are off. The hall is dark. Good night."
_ROUNDS = 5
_QUICK_ROUNDS = 1
_ABOUT = (
    "Parlor's voice beside wyoming-piper, both as servers: seconds from the first word to the first sound, and the time"
    " of a whole reply in seconds for each second of sound. The voice has the shape and the price of one of Piper's"
    " medium ones, with random weights: it hums. *As they are written*: {words:g} words a second, as a model writes."
)
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


def run(options: Options) -> Results:
    """Measure both, in turns."""
    if not prepare():
        raise RuntimeError("wyoming-piper cannot be installed here")
    model = CACHE / f"{_NAME}.onnx"
    _make(model)
    found = asyncio.run(_async_all(model, _QUICK_ROUNDS if options.quick else _ROUNDS))
    return Results("The voice", _ABOUT.format(words=_WORDS_PER_SECOND), tables=(_table(found),))


async def _async_all(model: Path, rounds: int) -> dict[Case, tuple[Measure, Measure]]:
    piper = [str(ENVIRONMENT / "bin" / "wyoming-piper"), "--voice", _NAME, "--data-dir", str(CACHE)]
    parlor = parlor_speech("--voice", model)
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(running(parlor))
        ours = await stack.enter_async_context(running([*parlor, "--cache-mb", "0"]))
        theirs = await stack.enter_async_context(running(piper))
        return {case: await _in_turns(theirs, memory if case.again else ours, case, rounds) for case in _CASES}


async def _in_turns(theirs: int, ours: int, case: Case, rounds: int) -> tuple[Measure, Measure]:
    """Measure theirs and ours one after the other, so that what else the machine does meets both."""
    # The first round is for what has to be loaded.
    spoken = [(await _speak(theirs, case), await _speak(ours, case)) for _round in range(rounds + 1)]
    others, own = zip(*spoken[1:], strict=True)
    return _middle(others), _middle(own)


def _middle(measures: Sequence[Measure]) -> Measure:
    return Measure(*(median(getattr(one, field) for one in measures) for field in Measure.__slots__))


def _table(found: Mapping[Case, tuple[Measure, Measure]]) -> Table:
    rows = []
    for case, (their, our) in found.items():
        first = f"**{times(their.first / our.first)}** ({their.first * 1000:.0f} / {our.first * 1000:.0f} ms)"
        paces = their.last / their.sound, our.last / our.sound
        # What waits for the words to be written says nothing of the engine.
        pace = "" if case.written else f"{times(paces[0] / paces[1])} ({paces[0]:.3f} / {paces[1]:.3f})"
        rows.append((case.name.capitalize(), first, pace))
    head = ("Said", "First sound sooner by", "Faster than wyoming-piper by")
    return Table("First sound and pace", head, tuple(rows), "The ratio, and the figures of wyoming-piper and Parlor.")


async def _speak(port: int, case: Case) -> Measure:
    """Say a text as Home Assistant does."""
    async with AsyncClient.from_uri(f"tcp://127.0.0.1:{port}") as client:
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


def _make(model: Path) -> None:
    """Make the voice that hums, unless it is there."""
    if model.exists():
        return
    maker = [str(ENVIRONMENT / "bin" / "python"), str(Path(__file__).with_name("medium_voice.py"))]
    subprocess.run([*maker, f"{VOICE}.json", str(model)], check=True)  # noqa: S603 - the command is this project's own
