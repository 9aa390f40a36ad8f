"""What sensors measured in a period: from the recorder's statistics, and from states where there are none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
import math
from typing import Any, Final, cast

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import BaseUnitConverter

from ..home import mean_over_time, metered
from .recorded import async_read

# Sensors that are read in one go: more rows at once would be a burden to the garbage collector, and so to the loop.
_BATCH: Final = 50
_HOUR: Final = timedelta(hours=1)
_WEEK: Final = timedelta(days=7)
# So many weeks back the same hours are looked at, and so much of them must have been recorded.
_WEEKS: Final = 4
_MOST_RECORDED: Final = 0.75
# A shorter period is not compared, and of a large house only so many sensors are.
_LEAST_HOURS: Final = 3
_MOST_COMPARED: Final = 500
_TOTALS: Final = ("total", "total_increasing")

type Series = Sequence[Mapping[str, Any]]
type Rows = Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one sensor in a period, in its `unit`.

    A measurement has `low`, `mean` and `high`, and its values at the `first` and the `last`; a meter has what it
    `counted`. `usual` are the means or counts of the same hours in the weeks before. `before` is the unit in which it
    measured until the moment `changed`, where the two cannot be converted: the figures are those since then.
    """

    unit: str | None
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    first: float | None = None
    last: float | None = None
    counted: float | None = None
    usual: tuple[float, ...] = ()
    before: str | None = None
    changed: datetime | None = None


async def async_measured(
    hass: HomeAssistant, statistic_ids: Sequence[str], start: datetime, end: datetime
) -> dict[str, Measured]:
    """Return what sensors, or other statistics, measured in a period that has begun; those without figures lack.

    Those that come first are compared with the weeks before. Raises SectionMissingError where there is no recorder.
    """
    found: dict[str, Measured] = {}
    for at, batch in enumerate(batched(statistic_ids, _BATCH, strict=False)):
        compared = (at + 1) * _BATCH <= _MOST_COMPARED
        read = partial(_read, hass, list(batch), start, end, compared=compared)
        found |= await async_read(hass, read)
    return found


def _read(
    hass: HomeAssistant,
    statistic_ids: list[str],
    start: datetime,
    end: datetime,
    *,
    compared: bool,
) -> dict[str, Measured]:
    """Read and reckon; blocks, so it runs in the recorder's executor."""
    # Read only where there is a recorder; not every home has one.
    from homeassistant.components.recorder import statistics  # noqa: PLC0415

    units = {}
    for statistic_id, (_, metadata) in statistics.get_metadata(hass, statistic_ids=set(statistic_ids)).items():
        unit_class, unit = metadata.get("unit_class"), metadata["unit_of_measurement"]
        shown = statistics.get_display_unit(hass, statistic_id, unit_class, unit)
        # A sensor that now measures in a unit of another kind has statistics that say nothing about it.
        if _unit_now(hass, statistic_id) in (None, shown):
            units[statistic_id] = shown
    found: dict[str, Measured] = {}
    if units:
        rows = _rows(hass, set(units), start, end)
        begun = _statistics(hass, set(units), start, start + timedelta(minutes=10), "5minute")
        earlier = [_earlier(hass, set(units), start, end, week) for week in range(1, _WEEKS + 1)] if compared else []
        for statistic_id, unit in units.items():
            one = _reckoned(rows.get(statistic_id, ()), begun.get(statistic_id, ()), unit)
            if one is not None:
                usual = tuple(week[statistic_id] for week in earlier if statistic_id in week)
                found[statistic_id] = replace(one, usual=usual)
    rest = [entity_id for entity_id in statistic_ids if entity_id not in found and hass.states.get(entity_id)]
    return {**found, **_read_states(hass, rest, start, end)} if rest else found


def _rows(hass: HomeAssistant, ids: set[str], start: datetime, end: datetime) -> Rows:
    """Return the statistics of whole hours, and of five minutes each at the edges and since the last whole hour."""
    first, last = _next_hour(start), _last_hour(end)
    if first >= last:
        return _statistics(hass, ids, start, end, "5minute")
    hours = _statistics(hass, ids, first, last, "hour")
    head = _statistics(hass, ids, start, first, "5minute") if start < first else {}
    # The statistics of the last hour may still have to be made.
    tail = _statistics(hass, ids, last - _HOUR, end, "5minute")
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for statistic_id in ids:
        known = [*head.get(statistic_id, ()), *hours.get(statistic_id, ())]
        until = known[-1]["end"] if known else first.timestamp()
        rows[statistic_id] = [*known, *(row for row in tail.get(statistic_id, ()) if row["start"] >= until)]
    return rows


def _earlier(hass: HomeAssistant, ids: set[str], start: datetime, end: datetime, week: int) -> dict[str, float]:
    """Return the mean or the count of the same hours some weeks before, by the clock on the wall."""
    # A period of more than a week is compared with the ones before it.
    back = _WEEK * math.ceil((end - start) / _WEEK) * week
    first, last = _next_hour(start - back), _last_hour(end - back)
    hours = (dt_util.as_utc(last) - dt_util.as_utc(first)) / _HOUR
    if hours < _LEAST_HOURS:
        return {}
    found = {}
    for statistic_id, rows in _statistics(hass, ids, first, last, "hour").items():
        one = _reckoned(rows, (), None)
        value = None if one is None else one.mean if one.counted is None else one.counted
        if value is not None and len(rows) >= hours * _MOST_RECORDED:
            found[statistic_id] = value
    return found


def _statistics(hass: HomeAssistant, ids: set[str], start: datetime, end: datetime, period: str) -> Rows:
    from homeassistant.components.recorder import statistics  # noqa: PLC0415

    types: Any = {"min", "mean", "max", "change"}
    begin, until = dt_util.as_utc(start), dt_util.as_utc(end)
    found = statistics.statistics_during_period(hass, begin, until, ids, cast(Any, period), None, types)
    return cast(Rows, found)


def _reckoned(
    rows: Sequence[Mapping[str, Any]], begun: Sequence[Mapping[str, Any]], unit: str | None
) -> Measured | None:
    """Return what rows of statistics come to; `begun` are the first minutes of the period, finer."""
    counts = [row["change"] for row in rows if row.get("change") is not None]
    means = [row for row in rows if row.get("mean") is not None]
    if counts:
        return Measured(unit, counted=sum(counts))
    if not means:
        return None
    weights = [row["end"] - row["start"] for row in means]
    mean = sum(row["mean"] * weight for row, weight in zip(means, weights, strict=True)) / sum(weights)
    lows = [row["min"] for row in means if row.get("min") is not None]
    highs = [row["max"] for row in means if row.get("max") is not None]
    firsts = [row["mean"] for row in begun if row.get("mean") is not None]
    return Measured(
        unit,
        low=min(lows, default=None),
        mean=mean,
        high=max(highs, default=None),
        first=firsts[0] if firsts else means[0]["mean"],
        last=means[-1]["mean"],
    )


def _read_states(hass: HomeAssistant, entity_ids: list[str], start: datetime, end: datetime) -> dict[str, Measured]:
    """Return the figures of sensors without statistics, from their states."""
    from homeassistant.components.recorder import history  # noqa: PLC0415

    begin, until = dt_util.as_utc(start), dt_util.as_utc(end)
    found = {}
    # One after the other, so that the rows of one are gone before those of the next are there.
    for entity_id in entity_ids:
        recorded = history.get_significant_states(hass, begin, until, [entity_id], compressed_state_format=True)
        unit, is_meter = _unit_now(hass, entity_id), _is_meter(hass, entity_id)
        one = _from_states(cast(Any, recorded.get(entity_id, ())), unit, begin, until, is_meter=is_meter)
        if one is not None:
            found[entity_id] = one
    return found


def _from_states(
    rows: Iterable[Mapping[str, Any]],
    unit: str | None,
    start: datetime,
    end: datetime,
    *,
    is_meter: bool,
) -> Measured | None:
    values: list[tuple[float, datetime]] = []
    before: str | None = None
    for row in rows:
        number = _number(row["s"])
        if number is None:
            continue
        own = row.get("a", {}).get("unit_of_measurement", unit)
        if own != unit:
            converter = _converter(own, unit)
            if converter is None:
                values, before = [], own
                continue
            number = converter.convert(number, own, unit)
        values.append((number, max(start, dt_util.utc_from_timestamp(row["lu"]))))
    if not values:
        return None
    changed = dt_util.as_local(values[0][1]) if before else None
    numbers = [value for value, _ in values]
    if is_meter:
        # A single reading says nothing about what was used.
        return Measured(unit, counted=metered(numbers), before=before, changed=changed) if len(numbers) > 1 else None
    return Measured(
        unit,
        low=min(numbers),
        mean=mean_over_time(values, end),
        high=max(numbers),
        first=numbers[0],
        last=numbers[-1],
        before=before,
        changed=changed,
    )


def _converter(unit: str | None, other: str | None) -> type[BaseUnitConverter] | None:
    """Return what converts between two units; None where they are of different kinds."""
    from homeassistant.components.recorder import statistics  # noqa: PLC0415

    converter = statistics.STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    return converter if converter is not None and other in converter.VALID_UNITS else None


def _unit_now(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    unit = state.attributes.get("unit_of_measurement") if state else None
    return str(unit) if unit is not None else None


def _is_meter(hass: HomeAssistant, entity_id: str) -> bool:
    state = hass.states.get(entity_id)
    return state is not None and state.attributes.get("state_class") in _TOTALS


def _number(state: str) -> float | None:
    try:
        number = float(state)
    except ValueError:
        # It was not available then, or it is not a number.
        return None
    return number if math.isfinite(number) else None


def _last_hour(moment: datetime) -> datetime:
    return dt_util.as_utc(moment).replace(minute=0, second=0, microsecond=0)


def _next_hour(moment: datetime) -> datetime:
    hour = _last_hour(moment)
    return hour if hour == dt_util.as_utc(moment) else hour + _HOUR
