"""What the agents themselves cost Home Assistant: processor time, memory, and how long its event loop stands still."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
from itertools import pairwise
from time import process_time, thread_time
import tracemalloc

from homeassistant.core import HomeAssistant
from homeassistant.runner import create_event_loop

from .agents import BY_MODEL, CORE, PARLOR, async_add_agents, async_say, async_unload, speech_of
from .houses import async_serve, house, put_back
from .many_turns import async_many_turns, memory_table
from .results import Goal, Options, Plot, Results, Spread, Table, times
from .route_work import route_table
from .served_model import LONG_CONTEXT, served_model
from .tasks import HOUSE_TASKS

SIZES = (20, 100, 500, 2000, 5000)
_QUICK_SIZES = (100, 1000)
_SMALL, _LARGE = 100, 5000
_GOAL = 3
_AGENTS: Mapping[str, str] = {CORE: "Home Assistant", BY_MODEL: "Parlor, by model", PARLOR: "Parlor, as set up"}
_KINDS = ("command", "question")
_LOOK_SECONDS = 0.001
_REST_SECONDS, _REST_LIMIT_SECONDS = 1.0, 120
_AT_REST = 0.05
"""The share of a processor that is no work worth speaking of."""
_MIB = 1024 * 1024
_ABOUT = (
    "Processor time of Home Assistant's process for a turn, with a model in another process that answers at once: all"
    " that an agent itself costs, requests over HTTP and the services of the house included. *Stall* is the longest"
    " processor time for which the event loop did nothing else, *memory* the most that a turn held at a time."
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a turn: milliseconds of processor time, the longest stall in milliseconds, and bytes at its peak."""

    cpu: Spread
    stall: float
    peak: float


type Found = Mapping[tuple[int, str, str], Cost]


def run(options: Options) -> Results:
    """Measure houses of all sizes, and many turns in one of them."""
    sizes = _QUICK_SIZES if options.quick else SIZES
    rounds = 4 if options.quick else 20
    turns = {PARLOR: 10_000, BY_MODEL: 1000, CORE: 1000}
    if options.quick:
        turns = dict.fromkeys(turns, 50)
    found: dict[tuple[int, str, str], Cost] = {}
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        for size in sizes:
            found |= runner.run(_async_size(size, rounds))
        many = runner.run(_async_many(turns, 50 if options.quick else 500))
        steps = runner.run(route_table((sizes[0], sizes[-1]) if options.quick else (_SMALL, SIZES[-2])))
    return Results(
        "Own work",
        _ABOUT,
        tables=(*(_table(kind, found, sizes) for kind in _KINDS), many, steps),
        goals=tuple(_goals(found)),
        plots=(_plot(found, sizes),),
    )


@asynccontextmanager
async def talking_house(size: int) -> AsyncGenerator[HomeAssistant]:
    """Give a house with both agents in it, and a model in another process."""
    async with served_model() as url, house(size) as (hass, _home):
        await async_serve(hass)
        await async_add_agents(hass, url, core_ctx=LONG_CONTEXT)
        await _async_rested()
        yield hass
        await async_unload(hass)


async def _async_rested() -> None:
    """Wait until nothing that a start has begun works in the background any more."""
    async with asyncio.timeout(_REST_LIMIT_SECONDS):
        while True:
            began = process_time()
            await asyncio.sleep(_REST_SECONDS)
            if process_time() - began < _REST_SECONDS * _AT_REST:
                return


async def _async_size(size: int, rounds: int) -> dict[tuple[int, str, str], Cost]:
    async with talking_house(size) as hass:
        return {
            (size, kind, agent): await _async_cost(hass, agent, task.words, rounds)
            for agent in _AGENTS
            for kind, task in zip(_KINDS, HOUSE_TASKS, strict=True)
        }


async def _async_cost(hass: HomeAssistant, agent: str, words: str, rounds: int) -> Cost:
    for _warm_up in range(3):
        if not speech_of(await async_say(hass, agent, words)):
            raise RuntimeError(f"{agent} does not answer")
    taken, stalls = [], []
    for _round in range(rounds):
        put_back(hass)
        await hass.async_block_till_done()
        began = process_time()
        await async_say(hass, agent, words)
        taken.append((process_time() - began) * 1000)
    for _round in range(rounds // 2):
        put_back(hass)
        await hass.async_block_till_done()
        stalls.append(await _async_stall(hass, agent, words))
    put_back(hass)
    await hass.async_block_till_done()
    return Cost(Spread.of(taken), max(stalls), await _async_peak(hass, agent, words))


async def _async_stall(hass: HomeAssistant, agent: str, words: str) -> float:
    """Return the longest processor time in milliseconds between two looks at the clock during a turn."""
    looks: list[float] = []

    async def look() -> None:
        while True:
            looks.append(thread_time())
            await asyncio.sleep(_LOOK_SECONDS)

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    await async_say(hass, agent, words)
    looks.append(thread_time())
    looking.cancel()
    return max(after - before for before, after in pairwise(looks)) * 1000


async def _async_peak(hass: HomeAssistant, agent: str, words: str) -> float:
    """Return how many bytes more a turn holds at its peak than before it."""
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    await async_say(hass, agent, words)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(peak - before)


async def _async_many(turns: Mapping[str, int], opened: int) -> Table:
    """Return how memory grows over many turns with each agent."""
    async with talking_house(_SMALL) as hass:
        found = {_AGENTS[agent]: await async_many_turns(hass, agent, count, opened) for agent, count in turns.items()}
    return memory_table(found)


def _table(kind: str, found: Found, sizes: tuple[int, ...]) -> Table:
    rows = []
    for size in sizes:
        costs = [found[size, kind, agent] for agent in _AGENTS]
        cells = [cost.cpu.text("ms", 1) for cost in costs]
        ratio = times(costs[0].cpu.median / costs[1].cpu.median)
        stalls = " / ".join(f"{cost.stall:.1f}" for cost in costs)
        peaks = " / ".join(f"{cost.peak / _MIB:.1f}" for cost in costs)
        rows.append((f"{size:,}", ratio, *cells, f"{stalls} ms", f"{peaks} MiB"))
    head = ("Entities", "Home Assistant to Parlor by model", *_AGENTS.values(), "Stalls", "Memory")
    return Table(f"A {kind}", head, tuple(rows))


def _goals(found: Found) -> Iterator[Goal]:
    for agent in (BY_MODEL, PARLOR):
        for kind in _KINDS:
            if (_SMALL, kind, agent) in found and (_LARGE, kind, agent) in found:
                small, large = (found[size, kind, agent].cpu.median for size in (_SMALL, _LARGE))
                yield Goal(
                    f"Processor time of a {kind} at {_LARGE:,} entities, {_AGENTS[agent]}",
                    f"at most {_GOAL} times that at {_SMALL}",
                    f"{times(large / small)} ({large:.1f} of {small:.1f} ms)",
                    large <= _GOAL * small,
                )


def _plot(found: Found, sizes: tuple[int, ...]) -> Plot:
    series = {
        name: tuple(found[size, _KINDS[0], agent].cpu.median for size in sizes) for agent, name in _AGENTS.items()
    }
    title = "Processor time of a command, in milliseconds, by entities in the house"
    return Plot("own_work", title, "ms", tuple(f"{size:,}" for size in sizes), series)
