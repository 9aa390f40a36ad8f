"""What is still on: lights, media, appliances, heating with a boost."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import State

from ...home import HomeEntity
from ..look import Found, Look
from ..made import async_standing, names_of
from ..sheet import Fact, Figure
from ..wording import rounded

# In which states each is at work; the order is that in which it is told.
_AT_WORK: Final[Mapping[str, frozenset[str]]] = {
    "siren": frozenset({"on"}),
    "light": frozenset({"on"}),
    "media_player": frozenset({"playing", "paused", "on", "buffering"}),
    "switch": frozenset({"on"}),
    "vacuum": frozenset({"cleaning", "error"}),
    "lawn_mower": frozenset({"mowing", "error"}),
    "fan": frozenset({"on"}),
    "humidifier": frozenset({"on"}),
    "input_boolean": frozenset({"on"}),
}
_HEATING: Final = ("climate", "water_heater")
_BOOSTS: Final = frozenset({"boost", "performance", "high_demand"})


async def async_on(look: Look) -> Found:
    """Collect what is on now, and since when."""
    order = list(_AT_WORK)
    appliances = [entity for entity in look.of(*order, "binary_sensor") if _is_told(entity)]
    found = [entity for entity, state in look.seen(appliances) if _is_on(entity, state)]
    found.sort(key=lambda entity: order.index(entity.domain) if entity.domain in order else -1)
    heating = look.of(*_HEATING)
    boosts = [_boost(look, entity, state) for entity, state in look.seen(heating) if _is_boosted(state)]
    standing = await async_standing(look, "on", found)
    sources = tuple(entity.entity_id for entity in (*appliances, *heating))
    return Found((*boosts, *standing), sources, more=len(found) - len(standing))


def _is_told(entity: HomeEntity) -> bool:
    return entity.domain != "binary_sensor" or entity.device_class == "running"


def _is_on(entity: HomeEntity, state: State) -> bool:
    return state.state in _AT_WORK.get(entity.domain, {"on"})


def _is_boosted(state: State) -> bool:
    modes: set[Any] = {state.state, state.attributes.get("preset_mode"), state.attributes.get("operation_mode")}
    return state.state != "off" and bool(modes & _BOOSTS)


def _boost(look: Look, entity: HomeEntity, state: State) -> Fact:
    words = look.wording
    degrees = state.attributes.get("temperature")
    unit = str(look.hass.config.units.temperature_unit)
    subject, names = words.subject(entity), names_of(entity)
    if not isinstance(degrees, int | float):
        return Fact(f"{words.text('on', 'boost_bare', subject=subject)}.", names)
    text = words.text("on", "boost", subject=subject, value=words.measured(degrees, unit))
    return Fact(f"{text}.", names, (Figure(rounded(degrees), unit),))
