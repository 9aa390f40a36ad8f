"""Fill a started demo house with what Home Assistant keeps in registries and config entries."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from homeassistant.components.homeassistant.const import DATA_EXPOSED_ENTITIES
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.util.yaml import load_yaml_dict

REGISTRY = Path(__file__).with_name("registry.yaml")
_ASSISTANT = "conversation"
_HELPERS = (
    ("local_todo", {"todo_list_name": "Shopping list"}),
    ("local_calendar", {"calendar_name": "Family", "import": "create_empty"}),
)


async def async_seed(hass: HomeAssistant) -> None:
    """Make floors, areas, aliases, exposure, the to-do list, the calendar and the first states."""
    for domain, user_input in _HELPERS:
        await _async_add_entry(hass, domain, user_input)
    await hass.async_block_till_done()
    await hass.async_add_executor_job(watched_entity_ids)
    exposed = hass.data[DATA_EXPOSED_ENTITIES]
    exposed.async_set_expose_new_entities(_ASSISTANT, expose_new=False)
    # What started before this may have been exposed by default.
    for state in hass.states.async_all():
        exposed.async_set_assistant_option(_ASSISTANT, state.entity_id, "should_expose", value=False)
    await async_furnish(hass, REGISTRY)


async def async_furnish(hass: HomeAssistant, registry_file: Path) -> None:
    """Put entities that are there into the floors and areas of a registry file, expose them, and set their states."""
    registry: dict[str, Any] = await hass.async_add_executor_job(load_yaml_dict, str(registry_file))
    exposed = hass.data[DATA_EXPOSED_ENTITIES]
    for area_id, entity in _rooms(hass, registry):
        _place(hass, entity, area_id)
        exposed.async_set_assistant_option(_ASSISTANT, entity["id"], "should_expose", value=True)
    await _async_first_states(hass, registry["first_states"])
    await hass.async_block_till_done()


@cache
def watched_entity_ids() -> tuple[str, ...]:
    """Return the ids of the entities that the house exposes to voice, and of those that it hides."""
    registry = load_yaml_dict(str(REGISTRY))
    placed = [entity["id"] for floor in registry["floors"] for area in floor["areas"] for entity in area["entities"]]
    return (*placed, *(entity["id"] for entity in registry["elsewhere"]), *registry["hidden"])


async def _async_add_entry(hass: HomeAssistant, domain: str, user_input: dict[str, str]) -> None:
    flow = await hass.config_entries.flow.async_init(domain, context={"source": SOURCE_USER})
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], user_input)
    if result["type"] is not FlowResultType.CREATE_ENTRY:
        raise RuntimeError(f"{domain} was not set up: {result}")


def _rooms(hass: HomeAssistant, registry: dict[str, Any]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Make the floors and areas; yield each entity with the id of its area."""
    floors, areas = fr.async_get(hass), ar.async_get(hass)
    for floor in registry["floors"]:
        floor_id = floors.async_create(
            floor["name"], level=floor["level"], aliases=set(floor.get("aliases", ()))
        ).floor_id
        for area in floor["areas"]:
            area_id = areas.async_create(area["name"], floor_id=floor_id, aliases=set(area.get("aliases", ()))).id
            for entity in area["entities"]:
                yield area_id, entity
    for entity in registry["elsewhere"]:
        yield None, entity


def _place(hass: HomeAssistant, entity: dict[str, Any], area_id: str | None) -> None:
    registry = er.async_get(hass)
    entry = registry.async_get(entity["id"])
    if entry is None:
        raise RuntimeError(f"{entity['id']} of registry.yaml is not in the house")
    aliases: list[str | er.ComputedNameType] = [er.COMPUTED_NAME, *entity.get("aliases", ())]
    registry.async_update_entity(entry.entity_id, area_id=area_id, aliases=aliases)


async def _async_first_states(hass: HomeAssistant, first_states: dict[str, list[dict[str, Any]]]) -> None:
    for action, calls in first_states.items():
        domain, service = action.split(".")
        for data in calls:
            await hass.services.async_call(domain, service, data, blocking=True)
