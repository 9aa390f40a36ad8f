"""What the recorder knows of one entity in a span of time, and how that reads."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ...home import BINARY_WORDS, HomeEntity, fenced, figure, mean_over_time, metered
from ...inference import JsonObject
from .periods import Period

_UNSEEN: Final = ("unavailable", "unknown")
# Their states may be any text, whoever wrote it.
_WRITTEN: Final = frozenset({"input_text", "sensor", "text"})
_TOTALS: Final = ("total", "total_increasing")
_MOST_CHANGES: Final = 8
_MOST_STATES: Final = 20_000
_FIGURES: Final = ("min", "mean", "max")
_WATTS: Final = {"W": 1, "kW": 1000}
# Where the states begin later than this, those before were thrown away.
_MISSING: Final = timedelta(hours=2)
_SHORT: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Past:
    """The states of a span, the one at its beginning first, and the statistics of the same span."""

    states: tuple[State, ...]
    statistics: JsonObject
    start: datetime
    end: datetime


def read_past(hass: HomeAssistant, entity_id: str, period: Period) -> Past:
    """Return what was recorded; blocks, so it runs in the recorder's executor."""
    # Read only where there is a recorder; not every house has one.
    from homeassistant.components.recorder import history, statistics  # noqa: PLC0415

    start, end = dt_util.as_utc(period.start), dt_util.as_utc(period.end)
    found = history.state_changes_during_period(hass, start, end, entity_id, limit=_MOST_STATES)
    figures = statistics.statistic_during_period(hass, start, end, entity_id, None, None)
    return Past(tuple(found.get(entity_id, ())), figures, start, end)


def figures_of(past: Past, now: State) -> JsonObject:
    """Return the lowest, mean and highest figure with their unit; of a meter, what was used."""
    unit = str(now.attributes.get("unit_of_measurement") or "")
    values = [(value, state.last_changed) for state in past.states if (value := _number(state)) is not None]
    if now.attributes.get("state_class") in _TOTALS:
        # The states of long ago are gone; the statistics are a little behind.
        known = [metered([value for value, _ in values])] if len(values) > 1 else []
        known += [change] if (change := past.statistics.get("change")) is not None else []
        return {"used": _measured(max(known), unit)} if known else {"error": "nothing was recorded"}
    if not values or values[0][1] > past.start + _MISSING:
        told = {
            name: _measured(past.statistics[name], unit) for name in _FIGURES if past.statistics.get(name) is not None
        }
        if told or not values:
            return told or {"error": "nothing was recorded"}
    lowest, highest = min(values), max(values, key=lambda pair: pair[0])
    return {
        "min": f"{_measured(lowest[0], unit)} at {_clock(lowest[1])}",
        "mean": _measured(mean_over_time(values, past.end), unit),
        "max": f"{_measured(highest[0], unit)} at {_clock(highest[1])}",
        "last": _measured(values[-1][0], unit),
        **_energy(mean_over_time(values, past.end), past, unit),
    }


def _energy(mean: float, past: Past, unit: str) -> JsonObject:
    """Return what was used at a mean power in watts."""
    if unit not in _WATTS:
        return {}
    hours = (past.end - past.start).total_seconds() / 3600
    return {"used": f"about {_measured(mean * _WATTS[unit] * hours / 1000, 'kWh')}"}


def times_of(entity: HomeEntity, past: Past, period: Period) -> JsonObject:
    """Return the last changes, the newest first, and how long each state lasted in all."""
    changes = [state for at, state in enumerate(past.states) if not at or state.state != past.states[at - 1].state]
    if not changes:
        return {"error": "nothing was recorded"}
    ends = [*(state.last_changed for state in changes[1:]), past.end]
    spans = [
        (_word(entity, state.state), max(state.last_changed, dt_util.as_utc(period.start)), end)
        for state, end in zip(changes, ends, strict=True)
        if state.state not in _UNSEEN
    ]
    lasted: dict[str, timedelta] = defaultdict(timedelta)
    times: dict[str, int] = defaultdict(int)
    for word, begin, end in spans:
        lasted[word] += end - begin
        times[word] += begin > dt_util.as_utc(period.start)
    newest = [f"{word} since {_clock(begin)}, for {_span(end - begin)}" for word, begin, end in reversed(spans)]
    return {
        "changes, newest first": newest[:_MOST_CHANGES],
        "in all": {word: f"{_span(time)}, began {times[word]} times" for word, time in lasted.items()},
    }


def _word(entity: HomeEntity, state: str) -> str:
    if entity.domain == "binary_sensor":
        on, off = BINARY_WORDS.get(entity.device_class or "", ("on", "off"))
        return {"on": on, "off": off}.get(state, state)
    if entity.domain in _WRITTEN and len(state.split()) > 1:
        return fenced(state)
    return "away" if state == "not_home" else state.replace("_", " ")


def _number(state: State) -> float | None:
    try:
        return float(state.state)
    except ValueError:
        # It was not available then.
        return None


def _measured(value: Any, unit: str) -> str:  # noqa: ANN401 # a figure of the recorder's
    return f"{figure(float(value), 2)} {unit}".strip()


def _clock(moment: datetime) -> str:
    local = dt_util.as_local(moment)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def _span(time: timedelta) -> str:
    if time < _SHORT:
        return f"{max(0, round(time.total_seconds()))} seconds"
    minutes = round(time.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{number} {unit}" for number, unit in ((days, "days"), (hours, "hours"), (minutes, "minutes")) if number]
    return " ".join(parts[:2])
