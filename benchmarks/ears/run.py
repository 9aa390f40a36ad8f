"""The benchmark of the ears from its servers to its results."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path

from benchmarks.places import CACHE
from benchmarks.results import Options, Results
from benchmarks.speech_servers import prepare, wyoming_ears
from demo.installation import WHISPER
from demo.speech import parlor_speech, running

from .decodes import async_measure_decodes
from .ends import async_measure_ends
from .found import Found, Pauses
from .house import House, house_with
from .pauses import async_measure_pauses, held_out_places, places
from .report import results_of
from .weights import SHAPES, make_model
from .words import async_measure_words

DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: shapes by name, seconds of the utterances, rounds, places of pauses, and clips per set.

    `held_out` counts the places of pauses in sentences that training never saw, on top of the others.
    """

    shapes: Sequence[str] = tuple(shape.name for shape in SHAPES)
    seconds: Sequence[float] = (2.0, 3.0, 4.0, 5.0)
    rounds: int = 3
    places: int | None = None
    held_out: int = 50
    clips: int = 150
    quick: bool = False


QUICK = Effort(shapes=("tiny",), seconds=(3.0,), rounds=1, places=2, held_out=0, clips=0, quick=True)


def run(options: Options, *, pauses_alone: bool = False) -> Results:
    """Measure everything; blocks for half an hour, or for a minute. Raises RuntimeError.

    The first time, wyoming-faster-whisper is installed from the package index, and the held-out clips are made. For the
    pauses alone, nothing else is run, and for a quick look at them nothing is installed.
    """
    effort = QUICK if options.quick else Effort()
    if pauses_alone:
        return results_of(asyncio.run(_async_measure_pauses_alone(effort)))
    if not prepare():
        raise RuntimeError("wyoming-faster-whisper could not be installed")
    return results_of(asyncio.run(async_measure(effort)))


async def async_measure(effort: Effort) -> Found:
    """Measure; what was made for it is kept in the cache folder."""
    folders = {DEMO: WHISPER}
    for shape in SHAPES:
        if shape.name in effort.shapes:
            folders[shape.name] = await asyncio.to_thread(make_model, CACHE / "whisper", shape)
    found = Found()
    if effort.clips:
        await _async_measure_words(found, effort.clips)
    # All of them wait from the start: Home Assistant can be started only once in a process.
    async with AsyncExitStack() as stack:
        both = {name: await stack.enter_async_context(_both(folder)) for name, folder in folders.items()}
        own = {name: f"tcp://127.0.0.1:{port}" for name, (port, _) in both.items()}
        others = {f"wyoming {name}": port for name, (_, port) in both.items()}
        house = await stack.enter_async_context(house_with(own, others))
        for name, (_, port) in both.items():
            await _async_measure_model(found, name, (own[name], f"tcp://127.0.0.1:{port}"), house, effort)
    return found


async def _async_measure_model(found: Found, name: str, uris: tuple[str, str], house: House, effort: Effort) -> None:
    if name != DEMO:
        found.decodes += await async_measure_decodes(name, *uris, seconds=effort.seconds, rounds=effort.rounds)
    found.ends += await async_measure_ends(house, name, rounds=effort.rounds, quick=effort.quick)
    if name == DEMO:
        found.pauses += await _async_measure_pauses(house, effort)


async def _async_measure_pauses_alone(effort: Effort) -> Found:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(running(parlor_speech("--whisper", WHISPER)))
        house = await stack.enter_async_context(house_with({DEMO: f"tcp://127.0.0.1:{port}"}, {}))
        return Found(pauses=list(await _async_measure_pauses(house, effort)))


async def _async_measure_pauses(house: House, effort: Effort) -> Sequence[Pauses]:
    chosen = [*(await asyncio.to_thread(places))[: effort.places]]
    if effort.held_out:
        chosen += (await asyncio.to_thread(held_out_places))[: effort.held_out]
    return await async_measure_pauses(house, DEMO, chosen)


async def _async_measure_words(found: Found, clips: int) -> None:
    async with AsyncExitStack() as stack:
        commands = [parlor_speech("--whisper", WHISPER, "--window", window) for window in ("short", "full")]
        ports = [await stack.enter_async_context(running(command)) for command in commands]
        short, full = (f"tcp://127.0.0.1:{port}" for port in ports)
        found.words += await async_measure_words(short, full, clips)


@asynccontextmanager
async def _both(model: Path) -> AsyncIterator[tuple[int, int]]:
    """Run both servers with the same model and yield Parlor's port and the other's."""
    # As many threads as Parlor's own server takes.
    other = [*wyoming_ears(model), "--stt-library", "faster-whisper", "--cpu-threads", str(os.cpu_count())]
    async with running(parlor_speech("--whisper", model)) as own, running(other) as theirs:
        yield own, theirs
