"""Measure fact sheets of a day: seconds, tokens and the longest stall of the event loop, with a recorder's database.

Run with `python -m benchmarks.fact_sheet`. Each house has 100,000 rows of states of the last 24 hours in an SQLite
file, and statistics of five weeks of its sensors.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
import logging
from random import Random
import sys
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

SIZES: Final = (200, 5000)
ROWS: Final = 100_000
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


async def async_measure(size: int) -> None:
    """Print the figures of a house of this size."""
    with TemporaryDirectory() as folder:
        async with house(size) as (hass, home):
            async_initialize_recorder(hass)
            settings = {"db_url": f"sqlite:///{folder}/home.db"}
            if not await async_setup_component(hass, "recorder", {"recorder": settings}):
                raise RuntimeError("Home Assistant's recorder was not set up")
            recorder = get_instance(hass)
            await recorder.async_recorder_ready.wait()
            now = dt_util.now()
            await recorder.async_add_executor_job(_fill, hass, now)
            # The house is looked at once for every turn; what is measured is the sheet.
            _ = home.entities
            request = SummaryRequest(start=now - _DAY, end=now, language="en")
            for at in range(_ROUNDS):
                sheet, seconds, stall = await _async_timed(hass, home, request)
                print(
                    f"{size:>5} entities, {ROWS:,} rows, run {at + 1}: {seconds:.2f} s, "
                    f"{estimate_tokens(sheet_text(sheet))} tokens, longest stall {stall * 1000:.0f} ms"
                )
            facts = {section.key: len(section.facts) for section in sheet.sections}
            print(f"      facts: {facts}; left out: {len(sheet.left_out)} sections")


async def _async_timed(hass: HomeAssistant, home: Home, request: SummaryRequest) -> tuple[FactSheet, float, float]:
    """Return a sheet, the seconds it took, and the longest time in which the loop did nothing else."""
    stalls: list[float] = []

    async def tick() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_TICK)
            stalls.append(perf_counter() - before - _TICK)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(_TICK)
    started = perf_counter()
    sheet = await async_collect(hass, home, request)
    seconds = perf_counter() - started
    await asyncio.sleep(_TICK)
    ticking.cancel()
    return sheet, seconds, max(stalls)


def _fill(hass: HomeAssistant, now: datetime) -> None:
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
            rows = [
                row for entity_id in group for row in _course(entity_id, round(ROWS * share / len(group)), now, random)
            ]
            # In the order of time, as a recorder writes them.
            rows.sort(key=lambda row: row["last_updated_ts"])
            session.execute(insert(States), [row | {"metadata_id": numbers[row["entity_id"]]} for row in rows])
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


async def _async_main() -> None:
    logging.disable(logging.CRITICAL)
    for size in SIZES:
        await async_measure(size)


if __name__ == "__main__":
    asyncio.run(_async_main())
    sys.exit(0)
