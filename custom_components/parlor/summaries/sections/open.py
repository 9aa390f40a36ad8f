"""What is open or unlocked now: doors, windows, covers and locks."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import State

from ...home import HomeEntity
from ..look import Found, Look
from ..made import async_standing

_CONTACTS: Final = frozenset({"door", "garage_door", "lock", "opening", "window"})
_UNLOCKED: Final = frozenset({"unlocked", "unlocking", "open", "opening", "jammed"})
# What lets somebody or the rain in comes first; blinds and curtains come last.
_RANKS: Final[Mapping[str, int]] = {"lock": 0, "door": 0, "garage_door": 0, "garage": 0, "gate": 0, "window": 1}
_ENTRANCES: Final = frozenset({"door", "garage", "gate", "window"})
_USUAL_RANK, _SHADE_RANK = 2, 3


async def async_open(look: Look) -> Found:
    """Collect what is open or unlocked now, and since when."""
    looked_at = [entity for entity in look.entities.values() if _is_told(entity)]
    found = [entity for entity, state in look.seen(looked_at) if _is_open(entity, state)]
    found.sort(key=lambda entity: (_rank(entity), entity.name.casefold()))
    facts = tuple(await async_standing(look, "open", found))
    return Found(facts, tuple(entity.entity_id for entity in looked_at), more=len(found) - len(facts))


def _is_told(entity: HomeEntity) -> bool:
    if entity.domain == "binary_sensor":
        return entity.device_class in _CONTACTS
    return entity.domain in ("cover", "lock", "valve")


def _is_open(entity: HomeEntity, state: State) -> bool:
    if entity.domain == "binary_sensor":
        return state.state == "on"
    return state.state in (_UNLOCKED if entity.domain == "lock" else ("open", "opening"))


def _rank(entity: HomeEntity) -> int:
    if entity.domain == "cover" and entity.device_class not in _ENTRANCES:
        return _SHADE_RANK
    return _RANKS.get(entity.device_class or entity.domain, _USUAL_RANK)
