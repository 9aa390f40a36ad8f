"""Houses of any size for measurements: rooms on floors, and in them what people have."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, ServiceCall, State
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.parlor.home import Home
from demo.ports import free_port, listen_on

_FLOORS: Final = ("Downstairs", "Upstairs", "Attic", "Basement", "Annex")
_ROOMS: Final = (
    *("Kitchen", "Living Room", "Bedroom", "Office", "Hallway", "Bathroom", "Guest Room", "Dining Room"),
    *("Laundry", "Nursery", "Library", "Workshop", "Garage", "Pantry", "Studio", "Gym"),
)
_DEGREES: Final = {"device_class": "temperature", "unit_of_measurement": "°C"}
_HUMIDITY: Final = {"device_class": "humidity", "unit_of_measurement": "%"}
_DIMMED: Final = {"supported_color_modes": ["brightness"], "color_mode": "brightness", "brightness": 180}
_WHITE: Final = {"supported_color_modes": ["color_temp"], "color_mode": "color_temp", "color_temp_kelvin": 2700}
_COLORED: Final = {"supported_color_modes": ["hs"], "color_mode": "hs", "rgb_color": [255, 0, 0], "brightness": 90}
_HEATING: Final = {"supported_features": 1, "temperature": 20, "current_temperature": 19.5, "hvac_modes": ["heat"]}
# Twenty things as they come in a house: domain, name after the room's, state, attributes.
_THINGS: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("light", "ceiling light", "on", {**_WHITE, "brightness": 200}),
    ("light", "lamp", "off", _COLORED),
    ("sensor", "temperature", "21.5", _DEGREES),
    ("light", "spots", "on", _DIMMED),
    ("cover", "blinds", "open", {"supported_features": 15, "device_class": "blind", "current_position": 100}),
    ("switch", "socket", "off", {}),
    ("binary_sensor", "window", "off", {"device_class": "window"}),
    ("light", "wall light", "off", _DIMMED),
    ("climate", "heating", "heat", _HEATING),
    ("light", "reading light", "off", {**_WHITE, "brightness": 200}),
    ("switch", "fan switch", "on", {}),
    ("fan", "fan", "on", {"supported_features": 49, "percentage": 50}),
    ("sensor", "humidity", "45", _HUMIDITY),
    ("media_player", "speaker", "playing", {"supported_features": 20925, "volume_level": 0.3, "media_title": "Aria"}),
    ("light", "night light", "off", {"supported_color_modes": ["onoff"]}),
    ("binary_sensor", "motion", "on", {"device_class": "motion"}),
    ("cover", "curtains", "closed", {"supported_features": 11, "device_class": "curtain"}),
    ("light", "table lamp", "on", _DIMMED),
    ("switch", "charger", "off", {}),
    ("sensor", "power", "120", {"device_class": "power", "unit_of_measurement": "W"}),
)


@asynccontextmanager
async def house(size: int) -> AsyncGenerator[tuple[HomeAssistant, Home]]:
    """Give a house with so many exposed entities, about ten in a room."""
    with TemporaryDirectory() as folder:
        # The usual port may be taken by a Home Assistant that runs here.
        await asyncio.to_thread(listen_on, Path(folder), free_port())
        async with async_test_home_assistant(config_dir=folder) as hass:
            # The test plugin hides custom integrations until they are looked for.
            hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
            assert await async_setup_component(hass, "homeassistant", {})  # noqa: S101 # nothing to measure without
            areas = _areas(hass, max(4, round(size / 10)))
            for number in range(size):
                _furnish(hass, areas, number)
            home = Home(hass)
            await home.async_start()
            await hass.async_block_till_done()
            yield hass, home
            await home.async_stop()
            await hass.async_stop(force=True)


async def async_serve(hass: HomeAssistant) -> None:
    """Set up what switches the things; services do nothing but write the state that is asked for."""
    for domain in ("conversation", "intent", "llm", *dict.fromkeys(thing[0] for thing in _THINGS)):
        if not await async_setup_component(hass, domain, {}):
            raise RuntimeError(f"Home Assistant's {domain} was not set up")
    await hass.async_block_till_done()

    async def switch(call: ServiceCall) -> None:
        for state in _called_for(hass, call):
            hass.states.async_set(
                state.entity_id, call.service.removeprefix("turn_"), state.attributes, context=call.context
            )

    async def heat(call: ServiceCall) -> None:
        for state in _called_for(hass, call):
            attributes = {**state.attributes, "temperature": call.data["temperature"]}
            hass.states.async_set(state.entity_id, state.state, attributes, context=call.context)

    for domain in ("light", "switch", "fan"):
        for service in ("turn_on", "turn_off"):
            hass.services.async_register(domain, service, switch)
    hass.services.async_register("climate", "set_temperature", heat)


def put_back(hass: HomeAssistant) -> None:
    """Put back what the command for these houses changes, or the next one would find nothing to do."""
    for state in hass.states.async_all("light"):
        if state.name.startswith("Kitchen "):
            hass.states.async_set(state.entity_id, "on", state.attributes)
    for state in hass.states.async_all("climate"):
        hass.states.async_set(state.entity_id, state.state, {**state.attributes, "temperature": 18})


def _called_for(hass: HomeAssistant, call: ServiceCall) -> Iterator[State]:
    """Yield the states of what a service is called for."""
    ids = call.data["entity_id"]
    for entity_id in [ids] if isinstance(ids, str) else ids:
        if (state := hass.states.get(entity_id)) is not None:
            yield state


def _areas(hass: HomeAssistant, count: int) -> list[ar.AreaEntry]:
    floors = [fr.async_get(hass).async_create(name, level=level) for level, name in enumerate(_FLOORS)]
    names = [f"{_ROOMS[at % len(_ROOMS)]} {at // len(_ROOMS) + 1}".removesuffix(" 1") for at in range(count)]
    registry = ar.async_get(hass)
    # A small house has fewer floors.
    used = floors[: min(len(floors), 1 + count // 5)]
    return [registry.async_create(name, floor_id=used[at % len(used)].floor_id) for at, name in enumerate(names)]


def _furnish(hass: HomeAssistant, areas: list[ar.AreaEntry], number: int) -> None:
    row, column = divmod(number, len(areas))
    area = areas[column]
    # Neighbouring rooms do not begin with the same things.
    domain, noun, state, attributes = _THINGS[(row + 3 * column) % len(_THINGS)]
    name = f"{area.name} {noun} {row // len(_THINGS) + 1}".removesuffix(" 1")
    registry = er.async_get(hass)
    entry = registry.async_get_or_create(domain, "benchmark", str(number), object_id_base=f"thing_{number}")
    registry.async_update_entity(entry.entity_id, area_id=area.id)
    hass.states.async_set(entry.entity_id, state, {"friendly_name": name, **attributes})
    async_expose_entity(hass, "conversation", entry.entity_id, True)  # noqa: FBT003 # as Home Assistant has it
