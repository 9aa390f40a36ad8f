"""A Home Assistant with floors, areas and a few entities of every sort."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.home import Home

type Add = Callable[..., str]


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncGenerator[Home]:
    """Return a started home, empty so far."""
    assert await async_setup_component(hass, "homeassistant", {})
    home = Home(hass)
    await home.async_start()
    yield home
    await home.async_stop()


@pytest.fixture
def add(hass: HomeAssistant, home: Home) -> Add:
    """Return a function that adds an exposed entity and returns its id."""

    def add_entity(
        entity_id: str,
        name: str,
        *,
        area: str | None = None,
        aliases: tuple[str, ...] = (),
        state: str = "off",
        exposed: bool = True,
        **attributes: Any,
    ) -> str:
        domain, object_id = entity_id.split(".")
        registry = er.async_get(hass)
        entry = registry.async_get_or_create(domain, "test", entity_id, object_id_base=object_id, original_name=name)
        area_id = ar.async_get(hass).async_get_or_create(area).id if area else None
        registry.async_update_entity(entry.entity_id, area_id=area_id, aliases=[er.COMPUTED_NAME, *aliases])
        hass.states.async_set(entry.entity_id, state, {"friendly_name": name, **attributes})
        async_expose_entity(hass, "conversation", entry.entity_id, exposed)
        return entry.entity_id

    return add_entity


@pytest.fixture
def floors(hass: HomeAssistant, home: Home) -> None:
    """Give the house two floors with an area each, and an area on no floor."""
    registry = fr.async_get(hass)
    up = registry.async_create("Upstairs", level=1)
    down = registry.async_create("Downstairs", level=0)
    areas = ar.async_get(hass)
    areas.async_create("Bedroom", floor_id=up.floor_id)
    areas.async_create("Kitchen", floor_id=down.floor_id, aliases={"cookhouse"})
    areas.async_create("Garden")
