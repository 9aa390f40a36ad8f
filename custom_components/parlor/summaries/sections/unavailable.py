"""Devices that do not respond, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ...home import HomeEntity, clean_name
from ..look import MOST_FACTS, Found, Look
from ..made import async_began, names_of
from ..sheet import Fact
from ..wording import capitalised

# They are unavailable where there is nothing to press, to run or to install.
_QUIET: Final = frozenset({"button", "event", "scene", "update"})


async def async_unavailable(look: Look) -> Found:
    """Collect what does not respond; of a device of which nothing responds the device is told."""
    looked_at = [entity for entity in look.entities.values() if entity.domain not in _QUIET]
    silent = [entity for entity in looked_at if _is_silent(look, entity)]
    if not silent:
        return Found((), tuple(entity.entity_id for entity in looked_at))
    groups = _groups(look, looked_at, {entity.entity_id for entity in silent})
    since = await async_began(look, [group[0] for group in groups.values()], silence_counts=True)
    told = [(since.get(group[0].entity_id), key, group) for key, group in groups.items()]
    told.sort(key=lambda one: (one[0] is None, one[0]))
    facts = tuple(_fact(look, begin, key, group) for begin, key, group in told[:MOST_FACTS])
    return Found(facts, tuple(entity.entity_id for entity in looked_at), more=len(told) - len(facts))


def _is_silent(look: Look, entity: HomeEntity) -> bool:
    state = look.hass.states.get(entity.entity_id)
    return state is not None and state.state == STATE_UNAVAILABLE


def _groups(look: Look, entities: Sequence[HomeEntity], silent: set[str]) -> dict[str, list[HomeEntity]]:
    """Return what is silent: all of a device under the device's id, and what is alone in that under its own."""
    registry = er.async_get(look.hass)
    devices: dict[str, list[HomeEntity]] = {}
    for entity in entities:
        entry = registry.async_get(entity.entity_id)
        devices.setdefault(entry.device_id if entry and entry.device_id else entity.entity_id, []).append(entity)
    groups: dict[str, list[HomeEntity]] = {}
    for device_id, mates in devices.items():
        if silent.issuperset(mate.entity_id for mate in mates):
            groups[device_id] = mates
        else:
            groups |= {mate.entity_id: [mate] for mate in mates if mate.entity_id in silent}
    return groups


def _fact(look: Look, since: datetime | None, key: str, group: Sequence[HomeEntity]) -> Fact:
    words, first = look.wording, group[0]
    subject, names = words.subject(first), names_of(first)
    device = dr.async_get(look.hass).async_get(key) if len(group) > 1 else None
    if device is not None and (name := clean_name(device.name_by_user or device.name or "")):
        subject, names = capitalised(words.the(name)), (name, *(entity.name for entity in group))
    state = words.state(first, STATE_UNAVAILABLE).text
    path = ("unavailable", "since") if since else ("unavailable", "now")
    text = words.text(*path, subject=subject, since=words.point(since) if since else "")
    return Fact(f"{text}.", names, times=(since,) if since else (), states=(state,))
