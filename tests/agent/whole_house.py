"""A house of Home Assistant's own entities: what its integrations bring, exposed, and compared before and after."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.agent.facts import Outcome
from custom_components.parlor.agent.replies import compose
from tests.agent.house import House, async_empty_house

type Shown = dict[str, Any]


@asynccontextmanager
async def demo_house(hass: HomeAssistant, *platforms: str, **config: Any) -> AsyncGenerator[House]:
    """Give a house with the demo integration's entities of these platforms, and what this configuration sets up."""
    house = await async_empty_house(hass)
    for domain, settings in config.items():
        assert await async_setup_component(hass, domain, {domain: settings})
    demo = "homeassistant.components.demo.COMPONENTS_WITH_CONFIG_ENTRY_DEMO_PLATFORM"
    with patch(demo, list(platforms)):
        entry = MockConfigEntry(domain="demo")
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        expose_all(hass)
        yield house
        await house.home.async_stop()
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


@asynccontextmanager
async def sunday_house(
    hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory, to_do: str
) -> AsyncGenerator[House]:
    """Give a house with a to-do list of this name, a calendar "Family" and a weather report, on a Sunday at nine."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-11-22 09:00:00+01:00")
    hass.config.config_dir = str(folder)
    (folder / ".storage").mkdir()
    async with demo_house(hass, "weather") as house:
        entries = [
            MockConfigEntry(domain="local_todo", data={"todo_list_name": to_do, "storage_key": to_do.lower()}),
            MockConfigEntry(domain="local_calendar", data={"calendar_name": "Family", "storage_key": "family"}),
        ]
        for entry in entries:
            entry.add_to_hass(hass)
            assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        expose_all(hass)
        yield house
        for entry in entries:
            assert await hass.config_entries.async_unload(entry.entry_id)


def expose_all(hass: HomeAssistant) -> None:
    """Expose every entity there is."""
    for state in hass.states.async_all():
        async_expose_entity(hass, "conversation", state.entity_id, True)


def place(hass: HomeAssistant, entity_id: str, area: str) -> None:
    """Put a registered entity into an area."""
    area_id = ar.async_get(hass).async_get_or_create(area).id
    er.async_get(hass).async_update_entity(entity_id, area_id=area_id)


def shown(hass: HomeAssistant) -> dict[str, Shown]:
    """Return what every entity shows: its attributes, and its state under "state"."""
    return {state.entity_id: {"state": state.state, **state.attributes} for state in hass.states.async_all()}


def spoken(outcome: Outcome) -> str | None:
    """Return what is said in English."""
    return compose(outcome, "en")


def changes(before: Mapping[str, Shown], after: Mapping[str, Shown]) -> dict[str, Shown]:
    """Return what is shown otherwise than before, by entity."""
    changed = {
        entity_id: {name: value for name, value in now.items() if before.get(entity_id, {}).get(name) != value}
        for entity_id, now in after.items()
    }
    return {entity_id: new for entity_id, new in changed.items() if new}
