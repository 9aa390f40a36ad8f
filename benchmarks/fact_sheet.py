"""Measure fact sheets of a day: seconds, tokens and the longest stall of the event loop, with a recorder's database."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
import gc
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from homeassistant.components.recorder.db_schema import (
    States,
    StatesMeta,
    Statistics,
    StatisticsMeta,
    StatisticsShortTerm,
)
from homeassistant.components.recorder.models.statistics import StatisticMeanType
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance, session_scope
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from sqlalchemy import insert

from custom_components.parlor.home import Home
from custom_components.parlor.inference.tokens import estimate_tokens
from custom_components.parlor.summaries.collect import async_collect
from custom_components.parlor.summaries.request import SummaryRequest
from custom_components.parlor.summaries.sheet import FactSheet
from custom_components.parlor.summaries.tell import sheet_text

from .houses import house
from .results import Options, Results, Spread, Table

SIZES: Final = (200, 5000)
ROWS: Final = 100_000
QUICK_ROWS: Final = 10_000
_ROUNDS: Final = 5
_DAY: Final = timedelta(days=1)
_WEEKS: Final = 5
_TICK: Final = 0.002
# What else than on and off the things of a house can be.
_STATES: Final = {
    "cover": ("open", "closed"),
    "climate": ("heat", "off"),
    "media_player": ("playing", "idle"),
}
# Of the rows, so many are of sensors, whose figures the statistics have.
_MEASURED: Final = 0.5
_ABOUT: Final = (
    "How long Parlor takes to collect the facts of a day out of a recorder with {rows:,} rows of states of the last 24"
    " hours in an SQLite file, and statistics of {weeks} weeks of its sensors; how many tokens the sheet is; and the"
    " longest time for which the event loop did nothing else. Home Assistant has nothing to compare it with."
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """Sheets of one house: seconds of each, milliseconds of its longest stall and garbage collection, tokens, facts."""

    seconds: Spread
    stall: Spread
    collection: Spread
    tokens: int
    facts: int


def run(options: Options) -> Results:
    """Measure the sheets of a small and a large house."""
    rows = QUICK_ROWS if options.quick else ROWS
    sizes = SIZES[:1] if options.quick else SIZES
    found = {size: asyncio.run(_async_measure(size, rows)) for size in sizes}
    cells = tuple(
        (
            f"{size:,}",
            sheets.seconds.text("s", 2),
            sheets.stall.text("ms"),
            sheets.collection.text("ms"),
            f"{sheets.tokens:,}",
            str(sheets.facts),
        )
        for size, sheets in found.items()
    )
    head = ("Entities", "Time", "Longest stall", "Longest garbage collection", "Tokens", "Facts")
    return Results("Fact sheets", _ABOUT.format(rows=rows, weeks=_WEEKS), tables=(Table("A day", head, cells),))


async def _async_measure(size: int, rows: int) -> Sheets:
    """Return the figures of a house of this size with so many rows in its recorder."""
    with TemporaryDirectory() as folder:
        async with house(size) as (hass, home):
            async_initialize_recorder(hass)
            settings = {"db_url": f"sqlite:///{folder}/home.db"}
            if not await async_setup_component(hass, "recorder", {"recorder": settings}):
                raise RuntimeError("Home Assistant's recorder was not set up")
            recorder = get_instance(hass)
            await recorder.async_recorder_ready.wait()
            now = dt_util.now()
            await recorder.async_add_executor_job(_fill, hass, now, rows)
            # The house is looked at once for every turn; what is measured is the sheet.
            _ = home.entities
            request = SummaryRequest(start=now - _DAY, end=now, language="en")
            timed = [await _async_timed(hass, home, request) for _round in range(_ROUNDS)]
    sheet = timed[-1].sheet
    return Sheets(
        Spread.of([one.seconds for one in timed]),
        Spread.of([one.stall * 1000 for one in timed]),
        Spread.of([one.collection * 1000 for one in timed]),
        estimate_tokens(sheet_text(sheet)),
        sum(len(section.facts) for section in sheet.sections),
    )


@dataclass(frozen=True, slots=True)
class _Timed:
    """A sheet, the seconds it took, the longest in which the loop did nothing else, and the longest of Python's own.

    A full garbage collection goes through all that Home Assistant has in memory, and stops everything meanwhile.
    """

    sheet: FactSheet
    seconds: float
    stall: float
    collection: float


async def _async_timed(hass: HomeAssistant, home: Home, request: SummaryRequest) -> _Timed:
    stalls: list[float] = []
    collections = [0.0]
    collects = perf_counter()

    async def tick() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_TICK)
            stalls.append(perf_counter() - before - _TICK)

    def collect(phase: str, _info: object) -> None:
        nonlocal collects
        if phase == "start":
            collects = perf_counter()
        else:
            collections.append(perf_counter() - collects)

    ticking = asyncio.create_task(tick())
    gc.callbacks.append(collect)
    await asyncio.sleep(_TICK)
    started = perf_counter()
    sheet = await async_collect(hass, home, request)
    seconds = perf_counter() - started
    await asyncio.sleep(_TICK)
    gc.callbacks.remove(collect)
    ticking.cancel()
    return _Timed(sheet, seconds, max(stalls), max(collections))


def _fill(hass: HomeAssistant, now: datetime, rows: int) -> None:
    """Write what happened in a day, and what was measured in the weeks before."""
    random = Random(1)  # noqa: S311 # the same house each time
    entity_ids = [state.entity_id for state in hass.states.async_all()]
    sensors = [entity_id for entity_id in entity_ids if entity_id.startswith("sensor.")]
    others = [entity_id for entity_id in entity_ids if not entity_id.startswith("sensor.")]
    with session_scope(hass=hass) as session:
        for number, entity_id in enumerate(entity_ids, start=1):
            session.execute(insert(StatesMeta), [{"metadata_id": number, "entity_id": entity_id}])
        numbers = {entity_id: number for number, entity_id in enumerate(entity_ids, start=1)}
        for group, share in ((sensors, _MEASURED), (others, 1 - _MEASURED)):
            states = [
                row for entity_id in group for row in _course(entity_id, round(rows * share / len(group)), now, random)
            ]
            # In the order of time, as a recorder writes them.
            states.sort(key=lambda row: row["last_updated_ts"])
            session.execute(insert(States), [row | {"metadata_id": numbers[row["entity_id"]]} for row in states])
        for number, entity_id in enumerate(sensors, start=1):
            unit = hass.states.get(entity_id)
            meta = {
                "id": number,
                "statistic_id": entity_id,
                "source": "recorder",
                "unit_of_measurement": unit.attributes["unit_of_measurement"] if unit else None,
                "has_sum": False,
                "mean_type": StatisticMeanType.ARITHMETIC,
            }
            session.execute(insert(StatisticsMeta), [meta])
            hours, minutes = timedelta(hours=1), timedelta(minutes=5)
            session.execute(insert(Statistics), list(_figures(number, now - _DAY * 7 * _WEEKS, now, hours, random)))
            session.execute(insert(StatisticsShortTerm), list(_figures(number, now - _DAY, now, minutes, random)))
        # As after a start: what is in the database is older than this run.
        session.flush()
        get_instance(hass).states_manager.load_from_db(session)


def _course(entity_id: str, count: int, now: datetime, random: Random) -> Iterator[dict[str, Any]]:
    """Yield so many states of an entity in the last day, the first one just before it."""
    states = _STATES.get(entity_id.partition(".")[0], ("on", "off"))
    moments = sorted(now.timestamp() - random.random() * _DAY.total_seconds() for _ in range(count))
    for at, moment in enumerate([now.timestamp() - _DAY.total_seconds() - 60, *moments]):
        state = f"{20 + random.random():.2f}" if entity_id.startswith("sensor.") else states[at % 2]
        yield {"entity_id": entity_id, "state": state, "last_updated_ts": moment, "origin_idx": 0}


def _figures(number: int, start: datetime, end: datetime, step: timedelta, random: Random) -> Iterator[dict[str, Any]]:
    moment = dt_util.as_utc(start).replace(minute=0, second=0, microsecond=0)
    while moment + step <= end:
        mean = 20 + random.random()
        yield {
            "metadata_id": number,
            "start_ts": moment.timestamp(),
            "created_ts": moment.timestamp(),
            "mean": mean,
            "min": mean - 1,
            "max": mean + 1,
        }
        moment += step
