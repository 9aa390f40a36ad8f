"""Add to lists, tick off, remove."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import probatio

from ...home import HomeEntity, clean_name
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Step, UnworkableError
from .items import async_items

_LENGTH: Final = 200
_MOST: Final = 20


class Lists(HomeTool):
    """Write to-do and shopping lists."""

    name = "lists"
    description = "Write lists"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Required("action"): probatio.In(["add", "complete", "remove"]),
            probatio.Required("items"): [str],
        }
    )
    domains = frozenset({"todo"})
    usual = domains
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"action": "list_actions", "items": "texts"}
    alone = "list"
    timed = True

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        items = [item for text in arguments["items"][:_MOST] if (item := clean_name(text, length=_LENGTH))]
        if not items:
            raise UnworkableError("lists needs items")
        if len(entities) > 1:
            raise UnworkableError("lists takes one list at a time")
        return [_step(entities[0], arguments["action"], items)]


def _step(entity: HomeEntity, action: str, items: list[str]) -> Step:
    async def write(hass: HomeAssistant, context: Context) -> Mapping[str, str]:
        here = await async_items(hass, context, entity.entity_id, done=None)
        if action == "add":
            return {"items": await _async_add(hass, context, entity, items, {name.casefold() for name in here})}
        named = [_meant(item, [name for name in here if action == "remove" or not here[name]]) for item in items]
        service, more = ("update_item", {"status": "completed"}) if action == "complete" else ("remove_item", {})
        for name in named:
            await _async_call(hass, context, entity, service, {"item": name, **more})
        return {"items": "\n".join(named)}

    # The list itself refuses what it cannot take; that an item is on it shows in no state.
    return Step((entity,), (), None, f"list_{action}", values={"items": "\n".join(items)}, errand=write)


async def _async_add(
    hass: HomeAssistant, context: Context, entity: HomeEntity, items: Sequence[str], here: set[str]
) -> str:
    """Add what is not on the list; return what is on it now."""
    for item in items:
        if item.casefold() not in here:
            await _async_call(hass, context, entity, "add_item", {"item": item})
    return "\n".join(items)


def _meant(item: str, names: Sequence[str]) -> str:
    """Return the item of the list that is meant by a word for it.

    Raises HomeAssistantError where there is none, or more than one.
    """
    wanted = item.casefold()
    exact = [name for name in names if name.casefold() == wanted]
    found = exact or [name for name in names if set(wanted.split()) <= set(name.casefold().split())]
    if len(found) != 1:
        raise HomeAssistantError(f"there is {'no' if not found else 'more than one'} {item} on it")
    return found[0]


async def _async_call(
    hass: HomeAssistant, context: Context, entity: HomeEntity, service: str, data: JsonObject
) -> None:
    await hass.services.async_call(
        "todo", service, {"entity_id": entity.entity_id, **data}, blocking=True, context=context
    )
