"""What sensors measured: lowest, mean and highest, how it changed, and what is unusual about it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from statistics import fmean
from typing import Final

from ...home import HomeEntity
from ..look import MOST_FACTS, Found, Look
from ..made import names_of
from ..measured import Measured, async_measured
from ..sheet import Direction, Fact, Figure
from ..wording import rounded

# Told by other sections, or no quantity of the house.
_OTHER_CLASSES: Final = frozenset(
    {"battery", "date", "energy", "energy_storage", "enum", "timestamp", "wind_direction"}
)
_RANKS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("temperature", "carbon_dioxide", "carbon_monoxide"), 1),
    **dict.fromkeys(("humidity", "aqi", "pm25", "pm10", "volatile_organic_compounds", "radon"), 2),
    **dict.fromkeys(("power", "water", "gas", "precipitation", "wind_speed"), 3),
    **dict.fromkeys(("signal_strength", "voltage", "current", "data_rate", "data_size", "frequency", "duration"), 6),
}
_USUAL_RANK: Final = 4
# At least so far outside of what it was in the weeks before, in parts of the mean; by unit where that means little.
_MARGIN: Final = 0.15
_MARGINS: Final[Mapping[str, float]] = {"°C": 2, "°F": 4, "K": 2, "%": 8}
_LEAST_WEEKS: Final = 3
_A_DAY: Final = timedelta(hours=26)
_TURNED: Final = 0.25

type Said = Callable[[float], str]


async def async_numbers(look: Look) -> Found:
    """Collect what was measured in the period."""
    entities = sorted((entity for entity in look.of("sensor") if _is_told(look, entity)), key=_rank)
    if not entities:
        return Found()
    measured = await async_measured(look.hass, [entity.entity_id for entity in entities], look.start, look.end)
    known = [(entity, measured[entity.entity_id]) for entity in entities if entity.entity_id in measured]
    known.sort(key=lambda one: _weight(look, *one))
    facts = tuple(_fact(look, entity, one, _unusual(one)) for entity, one in known[:MOST_FACTS])
    return Found(facts, tuple(entity.entity_id for entity in entities), more=len(known) - len(facts))


def _weight(look: Look, entity: HomeEntity, one: Measured) -> tuple[bool, int, float]:
    """Return what orders the facts: what is unusual, then what it is about, then how far the figures went apart."""
    return not look.is_focus(entity.name), 0 if _unusual(one) else _rank(entity), -_swing(one)


def _is_told(look: Look, entity: HomeEntity) -> bool:
    state = look.hass.states.get(entity.entity_id)
    if state is None or entity.device_class in _OTHER_CLASSES or state.attributes.get("unit_of_measurement") == "°":
        return False
    return bool(state.attributes.keys() & {"unit_of_measurement", "state_class"})


def _rank(entity: HomeEntity) -> int:
    return _RANKS.get(entity.device_class or "", _USUAL_RANK)


def _fact(look: Look, entity: HomeEntity, one: Measured, strange: Direction | None) -> Fact:
    words = look.wording
    figures: list[Figure] = []

    def said(value: float) -> str:
        figures.append(Figure(rounded(value), one.unit))
        return words.measured(value, one.unit)

    parts = [_main(look, entity, one, said)]
    direction = None
    if (change := _change(one)) is not None:
        direction = Direction.UP if change > 0 else Direction.DOWN
        parts.append(words.text("numbers", direction.value, value=said(abs(change))))
    if strange:
        high, low = ("high", "low") if one.counted is None else ("more", "less")
        key = high if strange is Direction.UP else low
        is_day = look.end - look.start <= _A_DAY
        usual, day = said(fmean(one.usual)), words.weekday(look.start)
        parts.append(words.text("numbers", key if is_day else f"{key}_before", usual=usual, day=day))
    if one.before and one.changed:
        at = words.point(one.changed)
        parts.append(words.text("numbers", "unit", unit=one.unit or "", before=one.before, at=at))
    times = (one.changed,) if one.changed else ()
    return Fact(f"{'; '.join(parts)}.", names_of(entity), tuple(figures), times, (), direction)


def _main(look: Look, entity: HomeEntity, one: Measured, said: Said) -> str:
    words, subject = look.wording, look.wording.subject(entity)
    if one.counted is not None:
        return words.text("numbers", "counted", subject=subject, value=said(one.counted))
    low, mean, high = one.low, one.mean or 0.0, one.high
    if low is None or high is None:
        return words.text("numbers", "mean", subject=subject, mean=said(mean))
    if rounded(low) == rounded(high):
        return words.text("numbers", "steady", subject=subject, value=said(mean))
    bare = {"low": words.number(low), "high": said(high), "mean": said(mean)}
    said(low)
    if one.last is None:
        return words.text("numbers", "range", subject=subject, **bare)
    return words.text("numbers", "range_now", subject=subject, now=said(_last(look, entity, one.last)), **bare)


def _last(look: Look, entity: HomeEntity, recorded: float) -> float:
    """Return the last value: the one of now where the period reaches up to it."""
    state = look.hass.states.get(entity.entity_id)
    if state is None or not look.is_current:
        return recorded
    try:
        return float(state.state)
    except ValueError:
        # It does not answer now.
        return recorded


def _change(one: Measured) -> float | None:
    """Return how a measurement changed from the beginning to the end; None where that says little."""
    if one.first is None or one.last is None or one.low is None or one.high is None:
        return None
    change = one.last - one.first
    return change if rounded(change) and abs(change) >= _TURNED * (one.high - one.low) else None


def _unusual(one: Measured) -> Direction | None:
    """Return in which direction the figures are out of what they were in the weeks before."""
    value = one.mean if one.counted is None else one.counted
    if value is None or len(one.usual) < _LEAST_WEEKS:
        return None
    usual = fmean(one.usual)
    margin = _MARGINS.get(one.unit or "", abs(usual) * _MARGIN) if one.counted is None else abs(usual) * _MARGIN
    spread = (max(one.usual) - min(one.usual)) / 2
    if abs(value - usual) <= margin + spread:
        return None
    return Direction.UP if value > usual else Direction.DOWN


def _swing(one: Measured) -> float:
    """Return how far the figures went apart, in parts of their mean."""
    if one.low is None or one.high is None or not one.mean:
        return 0.0
    return (one.high - one.low) / abs(one.mean)
