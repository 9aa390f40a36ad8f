"""A small house with real entities and a Parlor agent, whose model is the stand-in, spoken to over real HTTP."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.climate import ClimateEntity
from homeassistant.components.climate.const import ClimateEntityFeature, HVACMode
from homeassistant.components.conversation import ChatLog, ConversationResult, async_converse
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import ColorMode
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import UnitOfTemperature
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, setup_test_component_platform

from custom_components.parlor.agent.record import TurnEvent
from custom_components.parlor.conversation import ParlorConversation
from demo.ollama import STAND_IN, Call, OllamaStandIn, Reply
from demo.ollama.models import Attention
from tests.parlor_entry import agent, async_add_parlor, model_server

AGENT = "conversation.parlor"
CHAT = "/api/chat"


class Lamp(LightEntity):
    """Be a lamp that can be dimmed; one that is ``broken`` takes every command and does nothing."""

    _attr_supported_color_modes = {ColorMode.BRIGHTNESS}
    _attr_color_mode = ColorMode.BRIGHTNESS
    _attr_brightness = 255

    def __init__(self, name: str, *, on: bool = False, broken: bool = False) -> None:
        """Hang a lamp."""
        self._attr_name = self._attr_unique_id = name
        self._attr_is_on = on
        self._broken = broken

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._set(on=True)
        self._attr_brightness = kwargs.get("brightness", self._attr_brightness)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._set(on=False)

    def _set(self, *, on: bool) -> None:
        if not self._broken:
            self._attr_is_on = on
            self.async_write_ha_state()


class Plug(SwitchEntity):
    """Be a switch."""

    def __init__(self, name: str, *, on: bool) -> None:
        """Plug in."""
        self._attr_name = self._attr_unique_id = name
        self._attr_is_on = on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False


class Thermostat(ClimateEntity):
    """Be a thermostat."""

    _attr_name = _attr_unique_id = "Thermostat"
    _attr_hvac_modes = [HVACMode.HEAT, HVACMode.OFF]
    _attr_hvac_mode = HVACMode.HEAT
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE
    _attr_target_temperature = 18.0
    _attr_current_temperature = 19.5

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        self._attr_target_temperature = kwargs["temperature"]


class Thermometer(SensorEntity):
    """Be a thermometer."""

    _attr_device_class = SensorDeviceClass.TEMPERATURE
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS
    _attr_suggested_display_precision = 1

    def __init__(self, name: str, value: float) -> None:
        """Hang a thermometer."""
        self._attr_name = self._attr_unique_id = name
        self._attr_native_value = value


ROOMS: Mapping[str, tuple[str, tuple[tuple[str, type[Entity], dict[str, Any]], ...]]] = {
    "Kitchen": (
        "Downstairs",
        (
            ("Kitchen ceiling light", Lamp, {"on": True}),
            ("Counter light", Lamp, {"on": True}),
            ("Coffee machine", Plug, {"on": False}),
        ),
    ),
    "Hallway": ("Downstairs", (("Hallway light", Lamp, {"broken": True}), ("Thermostat", Thermostat, {}))),
    "Bedroom": ("Upstairs", (("Bedside lamp", Lamp, {}), ("Bedroom temperature", Thermometer, {"value": 21.5}))),
}
HIDDEN = ("Attic light",)
_DOMAINS: Mapping[type[Entity], str] = {Lamp: "light", Plug: "switch", Thermostat: "climate", Thermometer: "sensor"}


@dataclass(slots=True)
class Said:
    """What came of an utterance."""

    result: ConversationResult
    speech: str
    error: str | None


@dataclass(slots=True)
class House:
    """A house that can be talked to."""

    hass: HomeAssistant
    server: OllamaStandIn
    entry: MockConfigEntry
    turns: list[TurnEvent]

    async def say(self, text: str, *, conversation_id: str | None = None, language: str = "en", **more: Any) -> Said:
        """Say something to the agent."""
        result = await async_converse(
            self.hass, text, conversation_id, Context(), language=language, agent_id=AGENT, **more
        )
        response = result.response
        return Said(result, response.speech["plain"]["speech"], response.error_code and response.error_code.value)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Return the requests of turns, without those that only load the model or prefill."""
        return [
            request
            for request in self.server.requests[CHAT]
            if request["messages"] and request["options"].get("num_predict") != 1
        ]

    @property
    def agent(self) -> ParlorConversation:
        """Return the conversation entity."""
        entity = self.hass.data["conversation"].get_entity(AGENT)
        assert isinstance(entity, ParlorConversation)
        return entity

    def log(self, said: Said) -> ChatLog:
        """Return the chat log of a conversation."""
        assert said.result.conversation_id is not None
        return self.hass.data[DATA_CHAT_LOGS][said.result.conversation_id]

    def state(self, name: str) -> str:
        """Return the state of an entity by its name."""
        return next(state.state for state in self.hass.states.async_all() if state.name == name)


@asynccontextmanager
async def talking_house(
    hass: HomeAssistant,
    *,
    server: Mapping[str, Any] | None = None,
    agents: Sequence[ConfigSubentryDataWithId] = (),
    attention: Attention = "full",
    **agent_data: Any,
) -> AsyncGenerator[House]:
    """Build the house, start the stand-in, and set up Parlor with an agent with this subentry data, and others."""
    await async_build(hass)
    model = replace(STAND_IN, attention=attention)
    async with OllamaStandIn((model, replace(model, name="qwen-of-the-house:4b"))) as stand_in:
        entry = await async_add_parlor(
            hass, model_server(stand_in.url, **(server or {})), agent(**{"local_route": False, **agent_data}), *agents
        )
        # The request that loads the model, so that no test counts it.
        await stand_in.wait_for(CHAT)
        house = House(hass, stand_in, entry, [])
        house.agent.turns.listen(house.turns.append)
        yield house
        await hass.config_entries.async_unload(entry.entry_id)


async def async_build(hass: HomeAssistant) -> None:
    """Set up the entities and put them into their rooms."""
    assert await async_setup_component(hass, "homeassistant", {})
    by_domain: dict[str, list[Entity]] = {}
    for _floor, things in ROOMS.values():
        for name, kind, how in things:
            thing = kind() if kind is Thermostat else kind(name, **how)  # type: ignore[call-arg]
            by_domain.setdefault(_DOMAINS[kind], []).append(thing)
    by_domain["light"] += [Lamp(name) for name in HIDDEN]
    for domain, entities in by_domain.items():
        setup_test_component_platform(hass, domain, entities)
        assert await async_setup_component(hass, domain, {domain: {"platform": "test"}})
    await hass.async_block_till_done()
    _furnish(hass, (entity for entities in by_domain.values() for entity in entities))
    await hass.async_block_till_done()


def call(name: str, *targets: str, **arguments: Any) -> Call:
    """Return a tool call for targets."""
    return Call(name, {"targets": list(targets), **arguments})


def calls(*made: Call, content: str = "") -> Reply:
    """Return a reply of the model that makes calls."""
    return Reply(content=content, tool_calls=made)


def says(content: str, **more: Any) -> Reply:
    """Return a reply of the model in words."""
    return Reply(content=content, **more)


def _furnish(hass: HomeAssistant, entities: Iterable[Entity]) -> None:
    floors, areas, registry = fr.async_get(hass), ar.async_get(hass), er.async_get(hass)
    ids = {entity.name: entity.entity_id for entity in entities}
    levels = {"Downstairs": 0, "Upstairs": 1}
    floor_ids = {name: floors.async_create(name, level=level).floor_id for name, level in levels.items()}
    for room, (floor, things) in ROOMS.items():
        area = areas.async_create(room, floor_id=floor_ids[floor])
        for name, _kind, _how in things:
            registry.async_update_entity(ids[name], area_id=area.id)
            async_expose_entity(hass, "conversation", ids[name], True)
    for name in HIDDEN:
        async_expose_entity(hass, "conversation", ids[name], False)
