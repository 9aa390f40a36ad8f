"""What the recorder knows of a period: which states an entity was in, how often and for how long."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import batched, chain, groupby
from operator import itemgetter
from typing import Any, Final, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_RECORDER, get_instance, session_scope
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .look import UNSEEN, SectionMissingError

# Entities that are asked for in one query.
_BATCH: Final = 500
# Rows that are held at once: more would be a burden to the garbage collector, for which the event loop has to wait.
_ROWS: Final = 500
# For so many seconds an entity may be silent, at a restart say, without that a new spell begins.
_SILENCE: Final = 600
_MOST_SPELLS: Final = 8
# What was first recorded longer ago than this may have been so before: the recorder forgets after ten days.
_REMEMBERED: Final = timedelta(days=9)
_READING: Final[HassKey[asyncio.Lock]] = HassKey(f"{DOMAIN}_reading")


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which an entity was in one state, in local time.

    `begin` is None where it was so before the period began, `end` where it still was when that ended.
    """

    state: str
    begin: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """What an entity did in a period: its last `spells`, and how often in all it was in each state.

    `times` counts the spells of each state, `begun` and `ended` those that began and ended within the period; `lasted`
    is how many seconds each state took in all.
    """

    spells: tuple[Spell, ...]
    times: Mapping[str, int]
    begun: Mapping[str, int]
    ended: Mapping[str, int]
    lasted: Mapping[str, float]

    @property
    def changes(self) -> int:
        """Return how many spells began within the period."""
        return sum(self.begun.values())


async def async_courses(
    hass: HomeAssistant, entity_ids: Collection[str], start: datetime, end: datetime
) -> dict[str, Course]:
    """Return what entities did in a period that has begun; those of which nothing is known are left out.

    A short silence of an entity divides no spell. Raises SectionMissingError where there is no recorder.
    """
    found: dict[str, Course] = {}
    for batch in batched(entity_ids, _BATCH, strict=False):
        # What has changed in the last seconds is not in the database yet.
        latest = {entity_id: _latest(hass, entity_id) for entity_id in batch}
        found |= await async_read(hass, partial(_courses, hass, list(batch), start, end, latest))
    return found


async def async_since(
    hass: HomeAssistant, entity_ids: Collection[str], *, silence_counts: bool = False
) -> dict[str, datetime]:
    """Return since when entities are in the state that they are in, in local time, where the recorder knows it.

    That an entity was silent in between does not matter, unless `silence_counts`. Raises SectionMissingError where
    there is no recorder.
    """
    states = {entity_id: state for entity_id in entity_ids if (state := hass.states.get(entity_id)) is not None}
    wanted = {entity_id: state.state for entity_id, state in states.items()}
    return await async_read(hass, partial(_since, hass, wanted, silence_counts))


async def async_read[T](hass: HomeAssistant, job: Callable[[], T]) -> T:
    """Run what blocks in the recorder's executor, one job of all summaries at a time.

    Raises SectionMissingError where there is no recorder.
    """
    if "recorder" not in hass.config.components or DATA_RECORDER not in hass.data:
        raise SectionMissingError("no_recorder")
    async with hass.data.setdefault(_READING, asyncio.Lock()):
        return cast(T, await get_instance(hass).async_add_executor_job(job))


def fold(rows: Iterable[tuple[str, float]], start: float, end: float) -> Course | None:
    """Return the course that rows of (state, timestamp) make, which are in order of time; None without a state."""
    spells: deque[tuple[str, float | None, float | None]] = deque(maxlen=_MOST_SPELLS)
    times, begun, ended = Counter[str](), Counter[str](), Counter[str]()
    lasted: dict[str, float] = defaultdict(float)
    current: tuple[str, float | None] | None = None
    gap: float | None = None

    def close(until: float | None) -> None:
        if current is not None:
            state, begin = current
            times[state] += 1
            ended[state] += until is not None
            lasted[state] += (end if until is None else until) - (start if begin is None else begin)
            spells.append((state, begin, until))

    for state, moment in rows:
        if moment >= end:
            break
        if state in UNSEEN:
            gap = moment if gap is None else gap
            continue
        was_silent = gap is not None and moment - gap > _SILENCE
        if current is None or current[0] != state or was_silent:
            close(moment if gap is None else gap)
            begin = moment if moment > start else None
            begun[state] += begin is not None
            current = (state, begin)
        gap = None
    close(gap)
    if not spells:
        return None
    told = tuple(Spell(state, _moment(begin), _moment(until)) for state, begin, until in spells)
    return Course(told, times, begun, ended, lasted)


def _courses(
    hass: HomeAssistant, entity_ids: list[str], start: datetime, end: datetime, latest: Mapping[str, tuple[str, float]]
) -> dict[str, Course]:
    since, until = start.timestamp(), end.timestamp()
    begun = _begun(hass, entity_ids, start)
    found: dict[str, Course] = {}
    changes = groupby(_changes(hass, entity_ids, since, until), key=itemgetter(0))
    for entity_id, rows in chain(changes, ((entity_id, ()) for entity_id in entity_ids)):
        if entity_id in found:
            continue
        first = [(begun[entity_id], since)] if entity_id in begun else []
        recorded = chain(first, ((str(state), moment) for _, state, moment in rows))
        # Read first: what is known of now may have been written meanwhile.
        course = fold(_with_latest(recorded, latest[entity_id]), since, until)
        if course is not None:
            found[entity_id] = course
    return found


def _with_latest(rows: Iterable[tuple[str, float]], latest: tuple[str, float]) -> Iterator[tuple[str, float]]:
    """Yield the rows, and the state of now where it came after them."""
    row: tuple[str, float] | None = None
    for row in rows:
        yield row
    if row is not None and latest[1] > row[1] and latest[0] != row[0]:
        yield latest


def _begun(hass: HomeAssistant, entity_ids: list[str], start: datetime) -> dict[str, str]:
    """Return the states in which a period began."""
    # Imported only where there is a recorder; not every home has one.
    from homeassistant.components.recorder import history  # noqa: PLC0415

    begin = dt_util.as_utc(start)
    found = history.get_significant_states(
        hass,
        begin,
        begin + timedelta(milliseconds=1),
        entity_ids,
        significant_changes_only=False,
        minimal_response=True,
        no_attributes=True,
        compressed_state_format=True,
    )
    firsts = [(entity_id, cast(Mapping[str, Any], rows[0])) for entity_id, rows in found.items() if rows]
    return {entity_id: str(row["s"]) for entity_id, row in firsts if row["lu"] <= start.timestamp()}


def _changes(
    hass: HomeAssistant, entity_ids: list[str], start: float, end: float
) -> Iterator[tuple[str, str | None, float]]:
    """Yield entity id, state and timestamp of the changes within a period, entity by entity in the order of time."""
    from homeassistant.components.recorder.db_schema import States, StatesMeta  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415 # comes with the recorder

    with session_scope(hass=hass, read_only=True) as session:
        found = session.execute(
            select(StatesMeta.metadata_id, StatesMeta.entity_id).where(StatesMeta.entity_id.in_(entity_ids))
        )
        names = {number: str(entity_id) for number, entity_id in found}
        changes = (
            select(States.metadata_id, States.state, States.last_updated_ts)
            .where(States.metadata_id.in_(names))
            .where(States.last_updated_ts > start)
            .where(States.last_updated_ts < end)
            # Without those in which nothing but an attribute changed.
            .where(States.last_changed_ts.is_(None) | (States.last_changed_ts == States.last_updated_ts))
            .order_by(States.metadata_id, States.last_updated_ts)
            .execution_options(yield_per=_ROWS)
        )
        for number, state, moment in session.execute(changes):
            yield names[number], state, moment


def _since(hass: HomeAssistant, wanted: Mapping[str, str], silence_counts: bool) -> dict[str, datetime]:  # noqa: FBT001
    from homeassistant.components.recorder.db_schema import States, StatesMeta  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415 # comes with the recorder

    found: dict[str, datetime] = {}
    oldest = (dt_util.utcnow() - _REMEMBERED).timestamp()
    with session_scope(hass=hass, read_only=True) as session:
        ids = session.execute(
            select(StatesMeta.entity_id, StatesMeta.metadata_id).where(StatesMeta.entity_id.in_(wanted))
        )
        for entity_id, number in ids.all():
            state = wanted[str(entity_id)]
            same = (state,) if silence_counts else (state, *UNSEEN)
            own = States.metadata_id == number
            moment = States.last_updated_ts
            other = select(moment).where(own, States.state.not_in(same)).order_by(moment.desc()).limit(1)
            last = session.execute(other).scalar()
            so = select(moment).where(own, States.state == state, moment > (last or 0)).order_by(moment).limit(1)
            begin = session.execute(so).scalar()
            if begin is not None and (last is not None or begin > oldest):
                found[str(entity_id)] = dt_util.as_local(dt_util.utc_from_timestamp(begin))
    return found


def _latest(hass: HomeAssistant, entity_id: str) -> tuple[str, float]:
    state = hass.states.get(entity_id)
    return (state.state, state.last_changed_timestamp) if state is not None else ("", 0.0)


def _moment(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else dt_util.as_local(dt_util.utc_from_timestamp(timestamp))
