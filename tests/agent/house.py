"""A house of real entities that do as they are told, unless a test makes them deaf, slow or broken."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, override

from homeassistant.components.climate import ClimateEntity
from homeassistant.components.climate.const import ClimateEntityFeature, HVACMode
from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature
from homeassistant.components.fan import FanEntity
from homeassistant.components.fan.const import FanEntityFeature
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import ColorMode
from homeassistant.components.lock import LockEntity
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.const import MediaPlayerEntityFeature, MediaPlayerState
from homeassistant.components.scene import Scene
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import UnitOfTemperature
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockEntityPlatform

from custom_components.parlor.agent.deeds import async_perform
from custom_components.parlor.agent.facts import Outcome
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.home import Home
from custom_components.parlor.inference import ToolCall

FLOORS = {"Downstairs": 0, "Upstairs": 1}
AREAS = {
    "Kitchen": "Downstairs",
    "Living Room": "Downstairs",
    "Hallway": "Downstairs",
    "Bedroom": "Upstairs",
    "Office": "Upstairs",
}


class HouseDevice(Entity):
    """What every entity of the house has in common."""

    _attr_should_poll = False
    deaf = False
    error: Exception | None = None

    def obeys(self) -> bool:
        """Return whether the device does as it is told; raise what a broken one raises."""
        if self.error:
            raise self.error
        return not self.deaf


class HouseLight(HouseDevice, LightEntity):
    """A lamp."""

    _attr_is_on = True

    def __init__(self, modes: set[ColorMode]) -> None:
        """Be a lamp of these color modes, on and bright."""
        self._attr_supported_color_modes = modes
        self._attr_color_mode = next(iter(sorted(modes)))
        if modes != {ColorMode.ONOFF}:
            self._attr_brightness = 255

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        if not self.obeys():
            return
        self._attr_is_on = True
        self._attr_brightness = kwargs.get("brightness", self._attr_brightness)
        if "hs_color" in kwargs:
            self._attr_hs_color, self._attr_color_mode = kwargs["hs_color"], ColorMode.HS
        if "color_temp_kelvin" in kwargs:
            self._attr_color_temp_kelvin, self._attr_color_mode = kwargs["color_temp_kelvin"], ColorMode.COLOR_TEMP
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        if self.obeys():
            self._attr_is_on = False
            self.async_write_ha_state()


class HouseSwitch(HouseDevice, SwitchEntity):
    """A switch."""

    _attr_is_on = True

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        if self.obeys():
            self._attr_is_on = True
            self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        if self.obeys():
            self._attr_is_on = False
            self.async_write_ha_state()


class HouseFan(HouseDevice, FanEntity):
    """A fan."""

    _attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF | FanEntityFeature.SET_SPEED
    _attr_percentage = 50

    @override
    async def async_turn_on(self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any) -> None:
        self._attr_percentage = percentage or 50
        self.async_write_ha_state()

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        if self.obeys():
            self._attr_percentage = percentage
            self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_percentage = 0
        self.async_write_ha_state()


class HouseCover(HouseDevice, CoverEntity):
    """A blind that takes its time: it says that it moves, and arrives only when a test says so."""

    _attr_current_cover_position: int | None = 100
    _attr_is_closed = False

    def __init__(self, device_class: CoverDeviceClass | None, *, placed: bool = True) -> None:
        """Be an open blind of this class that can stop anywhere, or not."""
        self._attr_device_class = device_class
        self._attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.STOP
        if placed:
            self._attr_supported_features |= CoverEntityFeature.SET_POSITION

    def _moves(self, *, opening: bool, closing: bool) -> None:
        if self.obeys():
            self._attr_is_opening, self._attr_is_closing = opening, closing
            self.async_write_ha_state()

    def arrive(self, position: int) -> None:
        """Stand still at a position."""
        self._attr_current_cover_position, self._attr_is_closed = position, position == 0
        self._attr_is_opening = self._attr_is_closing = False
        self.async_write_ha_state()

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        self._moves(opening=True, closing=False)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        self._moves(opening=False, closing=True)

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        self._moves(opening=False, closing=False)

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        self.arrive(kwargs["position"])


class HouseClimate(HouseDevice, ClimateEntity):
    """A thermostat."""

    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_hvac_modes = [HVACMode.HEAT, HVACMode.OFF]
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE | ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
    )
    _attr_hvac_mode = HVACMode.HEAT
    _attr_target_temperature = 18
    _attr_current_temperature = 19.5

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        if self.obeys():
            self._attr_hvac_mode = hvac_mode
            self.async_write_ha_state()

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        if self.obeys():
            self._attr_target_temperature = kwargs["temperature"]
            self.async_write_ha_state()


class HouseLock(HouseDevice, LockEntity):
    """A lock."""

    _attr_is_locked = True

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        self._attr_is_locked = True
        self.async_write_ha_state()

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        self._attr_is_locked = False
        self.async_write_ha_state()


class HousePlayer(HouseDevice, MediaPlayerEntity):
    """A media player."""

    _attr_supported_features = MediaPlayerEntityFeature.TURN_ON | MediaPlayerEntityFeature.TURN_OFF
    _attr_state = MediaPlayerState.PLAYING

    @override
    async def async_turn_off(self) -> None:
        self._attr_state = MediaPlayerState.OFF
        self.async_write_ha_state()


class HouseScene(HouseDevice, Scene):
    """A scene; it counts how often it was activated."""

    activated = 0

    @override
    async def async_activate(self, **kwargs: Any) -> None:
        self.obeys()
        self.activated += 1


_DIM = {ColorMode.BRIGHTNESS}
_WARM = {ColorMode.COLOR_TEMP}
_COLORED = {ColorMode.HS}


def _standard() -> dict[str, tuple[HouseDevice, str, str | None, tuple[str, ...]]]:
    return {
        "light.kitchen_ceiling": (HouseLight(_WARM), "Kitchen ceiling light", "Kitchen", ()),
        "light.kitchen_counter": (HouseLight(_DIM), "Counter light", "Kitchen", ("worktop light",)),
        "switch.coffee_machine": (HouseSwitch(), "Coffee machine", "Kitchen", ("coffee maker",)),
        "light.living_room_lamp": (HouseLight(_COLORED), "Living room lamp", "Living Room", ("floor lamp",)),
        "light.living_room_ceiling": (HouseLight(_DIM), "Living room ceiling light", "Living Room", ()),
        "cover.living_room_curtains": (
            HouseCover(CoverDeviceClass.CURTAIN, placed=False),
            "Living room curtains",
            "Living Room",
            (),
        ),
        "fan.living_room_fan": (HouseFan(), "Living room fan", "Living Room", ()),
        "switch.television": (HouseSwitch(), "Television", "Living Room", ("TV",)),
        "climate.thermostat": (HouseClimate(), "Thermostat", "Hallway", ("heating",)),
        "lock.front_door": (HouseLock(), "Front door lock", "Hallway", ()),
        "light.hallway": (HouseLight(_DIM), "Hallway light", "Hallway", ()),
        "light.bedroom_ceiling": (HouseLight(_COLORED), "Bedroom ceiling light", "Bedroom", ()),
        "light.bedside_lamp": (HouseLight(_COLORED | _WARM), "Bedside lamp", "Bedroom", ("night light",)),
        "cover.bedroom_blinds": (HouseCover(None), "Bedroom blinds", "Bedroom", ()),
        "light.office_lamp": (HouseLight(_WARM), "Office lamp", "Office", ("desk lamp",)),
        "light.office_ceiling": (HouseLight(_DIM), "Office ceiling light", "Office", ()),
        "switch.printer": (HouseSwitch(), "Printer", "Office", ()),
        "fan.office_fan": (HouseFan(), "Office fan", "Office", ()),
        "cover.office_blinds": (HouseCover(CoverDeviceClass.BLIND), "Office blinds", "Office", ()),
        "scene.movie_night": (HouseScene(), "Movie night", None, ()),
        "light.attic": (HouseLight(_DIM), "Attic light", None, ()),
        "switch.server": (HouseSwitch(), "Server", None, ()),
    }


HIDDEN = {"light.attic", "switch.server"}
SENSORS: Mapping[str, tuple[str, str, str, dict[str, Any]]] = {
    "sensor.kitchen_temperature": (
        "Kitchen temperature",
        "Kitchen",
        "20.5",
        {"device_class": "temperature", "unit_of_measurement": "°C"},
    ),
    "sensor.bedroom_temperature": (
        "Bedroom temperature",
        "Bedroom",
        "21.5",
        {"device_class": "temperature", "unit_of_measurement": "°C"},
    ),
    "binary_sensor.front_door": ("Front door", "Hallway", "off", {"device_class": "door"}),
    "binary_sensor.kitchen_window": ("Kitchen window", "Kitchen", "on", {"device_class": "window"}),
}


@dataclass
class House:
    """The house, with its entities at hand."""

    hass: HomeAssistant
    home: Home
    devices: dict[str, Any] = field(default_factory=dict)
    platforms: dict[str, MockEntityPlatform] = field(default_factory=dict)

    async def add(
        self,
        entity_id: str,
        device: HouseDevice,
        name: str,
        area: str | None = None,
        aliases: tuple[str, ...] = (),
        *,
        exposed: bool = True,
    ) -> None:
        """Add an entity."""
        domain, object_id = entity_id.split(".")
        if domain not in self.platforms:
            assert await async_setup_component(self.hass, domain, {})
            self.platforms[domain] = MockEntityPlatform(self.hass, domain=domain, platform_name="test")
        device._attr_unique_id, device._attr_name = entity_id, name
        device.entity_id = entity_id
        registry = er.async_get(self.hass)
        registry.async_get_or_create(domain, "test", entity_id, object_id_base=object_id)
        await self.platforms[domain].async_add_entities([device])
        self.devices[entity_id] = device
        self._place(entity_id, area, aliases, exposed=exposed)

    def sensor(self, entity_id: str, name: str, area: str | None, state: str, attributes: dict[str, Any]) -> None:
        """Add an entity that only has a state."""
        domain, object_id = entity_id.split(".")
        er.async_get(self.hass).async_get_or_create(domain, "test", entity_id, object_id_base=object_id)
        self.hass.states.async_set(entity_id, state, {"friendly_name": name, **attributes})
        self._place(entity_id, area, (), exposed=True)

    def _place(self, entity_id: str, area: str | None, aliases: tuple[str, ...], *, exposed: bool) -> None:
        area_id = ar.async_get(self.hass).async_get_or_create(area).id if area else None
        er.async_get(self.hass).async_update_entity(entity_id, area_id=area_id, aliases=[er.COMPUTED_NAME, *aliases])
        async_expose_entity(self.hass, "conversation", entity_id, exposed)

    async def async_leave(self) -> None:
        """End what the house and its entities have under way."""
        await self.home.async_stop()
        for platform in self.platforms.values():
            await platform.async_reset()
        await self.hass.async_block_till_done()

    def area_id(self, name: str | None) -> str | None:
        """Return the id of an area."""
        return ar.async_get(self.hass).async_get_or_create(name).id if name else None

    def states(self) -> dict[str, str]:
        """Return the state of every entity."""
        return {state.entity_id: state.state for state in self.hass.states.async_all()}

    def says(self, text: str, *, area: str | None = None, language: str = "en", user: str | None = None) -> Utterance:
        """Return an utterance."""
        return Utterance(text, language, self.area_id(area), None, None, Context(user_id=user))

    async def perform(
        self, text: str, *calls: tuple[str, Any], area: str | None = None, language: str = "en", **limits: float
    ) -> Outcome:
        """Carry out calls, given as (name, arguments)."""
        utterance = self.says(text, area=area, language=language)
        tool_calls = [ToolCall(name, arguments, str(at)) for at, (name, arguments) in enumerate(calls)]
        outcome = await async_perform(self.hass, self.home, utterance, tool_calls, **{"patience": 0.05, **limits})
        await self.hass.async_block_till_done()
        return outcome


async def async_empty_house(hass: HomeAssistant) -> House:
    """Return a house with floors and areas, and nothing in it."""
    assert await async_setup_component(hass, "homeassistant", {})
    floors, areas = fr.async_get(hass), ar.async_get(hass)
    ids = {name: floors.async_create(name, level=level).floor_id for name, level in FLOORS.items()}
    for name, floor in AREAS.items():
        areas.async_create(name, floor_id=ids[floor])
    home = Home(hass)
    await home.async_start()
    return House(hass, home)


async def async_full_house(hass: HomeAssistant) -> House:
    """Return the house with everything in it."""
    house = await async_empty_house(hass)
    for entity_id, (device, name, area, aliases) in _standard().items():
        await house.add(entity_id, device, name, area, aliases, exposed=entity_id not in HIDDEN)
    for entity_id, (name, area, state, attributes) in SENSORS.items():
        house.sensor(entity_id, name, area, state, attributes)
    await hass.async_block_till_done()
    return house


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """Return the full house."""
    full = await async_full_house(hass)
    yield full
    await full.home.async_stop()


@pytest.fixture
async def bare_house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """Return the house with nothing in it."""
    bare = await async_empty_house(hass)
    yield bare
    await bare.home.async_stop()


def broken(message: str = "The radio is off") -> HomeAssistantError:
    """Return what a device raises that cannot be reached."""
    return HomeAssistantError(message)
