"""What several sections need to make a fact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..home import HomeEntity
from .look import MOST_FACTS, Look, SectionMissingError
from .recorded import async_since
from .sheet import Fact, Figure

# More than these are told without since when.
_MOST: Final = 60
_MINUTE: Final = 60


def names_of(entity: HomeEntity) -> tuple[str, ...]:
    """Return what a sentence calls an entity: its name, and its area where that is told to tell it from others."""
    is_placed = bool(entity.area_name) and entity.label not in ("", entity.name)
    return (entity.name, entity.area_name) if is_placed and entity.area_name else (entity.name,)


def companions(look: Look) -> Mapping[str, HomeEntity]:
    """Return the entities that were asked for, and batteries and updates of the devices that they belong to.

    Home Assistant exposes neither to voice assistants by itself, and nobody names the battery of each device.
    """
    registry = er.async_get(look.hass)
    entries = map(registry.async_get, look.entities)
    devices = dict.fromkeys(entry.device_id for entry in entries if entry and entry.device_id)
    found = dict(look.entities)
    for device_id in devices:
        for entry in er.async_entries_for_device(registry, device_id):
            is_battery = (entry.device_class or entry.original_device_class) == "battery"
            is_new = entry.entity_id not in found and entry.hidden_by is None and look.may_read(entry.entity_id)
            if is_new and (is_battery or entry.domain == "update") and (entity := look.home.entity(entry.entity_id)):
                found[entry.entity_id] = entity
    return found


def minutes_of(seconds: float) -> Figure:
    """Return a span of time as a figure: in minutes, or in seconds where it is shorter than one."""
    return Figure(round(seconds / _MINUTE), "min") if seconds >= _MINUTE else Figure(round(seconds), "s")


async def async_response(look: Look, entity: HomeEntity, service: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an action of an entity's domain answers about it, read as whoever asks.

    Raises HomeAssistantError if it cannot be read.
    """
    response = await look.hass.services.async_call(
        entity.domain,
        service,
        {"entity_id": entity.entity_id, **data},
        blocking=True,
        context=look.request.context,
        return_response=True,
    )
    found = (response or {}).get(entity.entity_id)
    return found if isinstance(found, Mapping) else {}


async def async_began(look: Look, entities: list[HomeEntity], *, silence_counts: bool = False) -> dict[str, datetime]:
    """Return since when entities are in the state that they are in, by entity id, where that is known.

    The recorder is asked first: a restart of Home Assistant is a change to the states in its memory. Of a large house
    only the first ones are looked up.
    """
    ids = [entity.entity_id for entity in entities[:_MOST]]
    try:
        return await async_since(look.hass, ids, silence_counts=silence_counts)
    except SectionMissingError:
        # Without a recorder there is only what Home Assistant has in its memory.
        states = [state for entity_id in ids if (state := look.hass.states.get(entity_id)) is not None]
        return {state.entity_id: dt_util.as_local(state.last_changed) for state in states}


async def async_standing(look: Look, key: str, found: list[HomeEntity]) -> list[Fact]:
    """Return a fact for each entity that says what it is now, and since when; `key` is a group of templates.

    There are `MOST_FACTS` at most: of the first ones, and of what the user wants the summary to be about.
    """
    entities = sorted(found, key=lambda entity: not look.is_focus(entity.name))[:MOST_FACTS]
    since = await async_began(look, entities)
    words = look.wording
    facts = []
    for entity in entities:
        state = look.hass.states.get(entity.entity_id)
        if state is None:
            continue
        word = words.state(entity, state.state)
        begin = since.get(entity.entity_id)
        filled = {"subject": words.subject(entity), "state": word.text}
        text = (
            words.text(key, "since", since=words.point(begin), **filled) if begin else words.text(key, "now", **filled)
        )
        times = (begin,) if begin else ()
        facts.append(Fact(f"{text}.", names_of(entity), (), times, (word.text,), from_outside=word.is_written))
    return facts
