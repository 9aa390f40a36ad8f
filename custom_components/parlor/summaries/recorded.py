"""What the recorder knows of a period: how long each state of each entity lasted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, Final, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_RECORDER, get_instance
from homeassistant.util import dt as dt_util

from .look import UNSEEN, SectionMissingError

# Entities that are read in one go; what is held in memory at once is bounded by it.
_BATCH: Final = 500
# For so many seconds an entity may be silent, at a restart say, without that a new spell begins.
_SILENCE: Final = 600


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which an entity was in one state, in local time.

    `begin` is None where it was so before the period began, `end` where it still was when that ended.
    """

    state: str
    begin: datetime | None
    end: datetime | None


async def async_spells(
    hass: HomeAssistant, entity_ids: Collection[str], start: datetime, end: datetime, *, seen_only: bool = True
) -> dict[str, tuple[Spell, ...]]:
    """Return the spells of entities in a period that has begun, the first one first; those without any are left out.

    A short silence of an entity divides no spell; without `seen_only` silence is a state like others. Raises
    SectionMissingError where there is no recorder.
    """
    recorder = get_recorder(hass)
    found: dict[str, tuple[Spell, ...]] = {}
    for batch in batched(entity_ids, _BATCH, strict=False):
        # What has changed in the last seconds is not in the database yet.
        latest = {entity_id: (state.state, state.last_changed_timestamp) for entity_id, state in _states(hass, batch)}
        read = partial(_read, hass, list(batch), start, end, latest=latest, seen_only=seen_only)
        found |= await recorder.async_add_executor_job(read)
    return found


def get_recorder(hass: HomeAssistant) -> Any:  # noqa: ANN401 # its class can be named only where there is a recorder
    """Return the recorder; raises SectionMissingError where there is none."""
    if "recorder" not in hass.config.components or DATA_RECORDER not in hass.data:
        raise SectionMissingError("no_recorder")
    return get_instance(hass)


def fold(rows: Iterable[tuple[str, float]], start: float, end: float, *, seen_only: bool = True) -> tuple[Spell, ...]:
    """Return the spells of rows of (state, timestamp), which are in order of time."""
    spells: list[list[Any]] = []
    gap: float | None = None
    for state, moment in rows:
        if moment >= end:
            break
        if seen_only and state in UNSEEN:
            gap = moment if gap is None else gap
            continue
        silent = gap is not None and moment - gap > _SILENCE
        if not spells or spells[-1][0] != state or silent:
            if spells:
                spells[-1][2] = moment if gap is None else gap
            spells.append([state, moment if moment > start else None, None])
        gap = None
    if spells and gap is not None:
        spells[-1][2] = gap
    return tuple(Spell(state, _moment(begin), _moment(until)) for state, begin, until in spells)


def _read(
    hass: HomeAssistant,
    entity_ids: list[str],
    start: datetime,
    end: datetime,
    *,
    latest: Mapping[str, tuple[str, float]],
    seen_only: bool,
) -> dict[str, tuple[Spell, ...]]:
    """Read and fold; blocks, so it runs in the recorder's executor."""
    # Read only where there is a recorder; not every home has one.
    from homeassistant.components.recorder import history  # noqa: PLC0415

    found = history.get_significant_states(
        hass,
        dt_util.as_utc(start),
        dt_util.as_utc(end),
        entity_ids,
        minimal_response=True,
        no_attributes=True,
        compressed_state_format=True,
    )
    since, until = start.timestamp(), end.timestamp()
    spells: dict[str, tuple[Spell, ...]] = {}
    for entity_id in entity_ids:
        recorded = cast(Sequence[Mapping[str, Any]], found.get(entity_id, ()))
        rows = [(str(row["s"]), float(row["lu"])) for row in recorded]
        now = latest.get(entity_id)
        if now is not None and rows and now[1] > rows[-1][1] and now[0] != rows[-1][0]:
            rows.append(now)
        if folded := fold(rows, since, until, seen_only=seen_only):
            spells[entity_id] = folded
    return spells


def _states(hass: HomeAssistant, entity_ids: Iterable[str]) -> list[tuple[str, Any]]:
    return [(entity_id, state) for entity_id in entity_ids if (state := hass.states.get(entity_id)) is not None]


def _moment(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else dt_util.as_local(dt_util.utc_from_timestamp(timestamp))
