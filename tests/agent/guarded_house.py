"""A house whose doors, gate, water and alarm are guarded, spoken to through a whole Parlor."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, override

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntity
from homeassistant.components.alarm_control_panel.const import (
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
    CodeFormat,
)
from homeassistant.components.conversation import async_converse
from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.light.const import ColorMode
from homeassistant.components.lock import LockEntity
from homeassistant.components.lock.const import LockEntityFeature
from homeassistant.components.siren import SirenEntity
from homeassistant.components.siren.const import SirenEntityFeature
from homeassistant.components.valve.const import ValveDeviceClass, ValveEntityFeature
from homeassistant.components.valve.entity import ValveEntity
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, HomeAssistant, callback

from custom_components.parlor.agent.record import TurnEvent
from custom_components.parlor.conversation import ParlorConversation
from demo.ollama import STAND_IN, OllamaStandIn
from tests.agent.house import House, HouseCover, HouseDevice, HouseLight, HouseScene, async_empty_house
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, model_server

AGENT = "conversation.parlor"
CHAT = "/api/chat"

UNLOCK = "unlock the front door"
ASKS = "Shall I unlock the front door?"
UNLOCKED = "The front door is unlocked."


class Bolt(HouseDevice, LockEntity):
    """A lock; one with a latch can open the door."""

    _attr_is_locked = True

    def __init__(self, *, latch: bool = False, code: str | None = None) -> None:
        """Be locked; `code` is the form of the code it wants."""
        self._attr_supported_features = LockEntityFeature.OPEN if latch else LockEntityFeature(0)
        self._attr_code_format = code

    def set(self, *, locked: bool, latched: bool = True) -> None:
        """Turn."""
        if self.obeys():
            self._attr_is_locked, self._attr_is_open = locked, not latched
            self.async_write_ha_state()

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        self.set(locked=True)

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        self.set(locked=False)

    @override
    async def async_open(self, **kwargs: Any) -> None:
        self.set(locked=False, latched=False)


class Tap(HouseDevice, ValveEntity):
    """A valve, closed."""

    _attr_device_class = ValveDeviceClass.WATER
    _attr_reports_position = True
    _attr_current_valve_position = 0
    _attr_supported_features = (
        ValveEntityFeature.OPEN | ValveEntityFeature.CLOSE | ValveEntityFeature.STOP | ValveEntityFeature.SET_POSITION
    )

    @override
    async def async_set_valve_position(self, position: int) -> None:
        if self.obeys():
            self._attr_current_valve_position = position
            self.async_write_ha_state()

    @override
    async def async_stop_valve(self) -> None:
        self.obeys()


class Panel(HouseDevice, AlarmControlPanelEntity):
    """An alarm panel, armed."""

    _attr_alarm_state = AlarmControlPanelState.ARMED_AWAY
    _attr_code_arm_required = False
    _attr_supported_features = (
        AlarmControlPanelEntityFeature.ARM_AWAY
        | AlarmControlPanelEntityFeature.ARM_HOME
        | AlarmControlPanelEntityFeature.ARM_NIGHT
        | AlarmControlPanelEntityFeature.ARM_VACATION
    )

    def __init__(self, code: CodeFormat | None = None) -> None:
        """Be armed; `code` is the form of the code that it wants for everything."""
        self._attr_code_format = code
        self._attr_code_arm_required = code is not None

    def _set(self, state: AlarmControlPanelState) -> None:
        if self.obeys():
            self._attr_alarm_state = state
            self.async_write_ha_state()

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        self._set(AlarmControlPanelState.DISARMED)

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        self._set(AlarmControlPanelState.ARMING)

    @override
    async def async_alarm_arm_home(self, code: str | None = None) -> None:
        self._set(AlarmControlPanelState.ARMED_HOME)

    @override
    async def async_alarm_arm_night(self, code: str | None = None) -> None:
        self._set(AlarmControlPanelState.ARMED_NIGHT)

    @override
    async def async_alarm_arm_vacation(self, code: str | None = None) -> None:
        self._set(AlarmControlPanelState.ARMED_VACATION)


class Horn(HouseDevice, SirenEntity):
    """A siren, silent."""

    _attr_is_on = False
    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()


class Door(HouseCover):
    """A cover, closed."""

    _attr_current_cover_position = 0
    _attr_is_closed = True


def _things() -> Mapping[str, tuple[HouseDevice, str, str | None, tuple[str, ...]]]:
    return {
        "light.hall": (HouseLight({ColorMode.BRIGHTNESS}), "Hall light", "Hallway", ()),
        "lock.front": (Bolt(latch=True), "Front door", "Hallway", ()),
        "lock.back": (Bolt(), "Back door lock", "Kitchen", ()),
        "lock.safe": (Bolt(code=r"^\d{4}$"), "Safe", "Office", ()),
        "cover.garage": (Door(CoverDeviceClass.GARAGE), "Garage door", None, ()),
        "cover.gate": (Door(CoverDeviceClass.GATE), "Garden gate", None, ()),
        "cover.blinds": (HouseCover(CoverDeviceClass.BLIND), "Kitchen blinds", "Kitchen", ()),
        "valve.water": (Tap(), "Garden water", None, ("sprinkler",)),
        "alarm_control_panel.house": (Panel(), "House alarm", None, ("alarm",)),
        "siren.roof": (Horn(), "Siren", None, ()),
        "scene.evening": (HouseScene(), "Evening", None, ()),
    }


@dataclass(slots=True)
class Spoken:
    """What came of an utterance."""

    speech: str
    conversation_id: str | None
    continued: bool
    error: str | None
    route: str


@dataclass(slots=True)
class Guarded:
    """The house, its agent, and every service that was called in it."""

    house: House
    server: OllamaStandIn | None
    turns: list[TurnEvent] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    conversation_id: str | None = None

    async def say(self, text: str, *, user: str | None = None, language: str = "en", **more: Any) -> Spoken:
        """Say something in the conversation, which goes on from utterance to utterance."""
        conversation_id = more.pop("conversation_id", self.conversation_id)
        result = await async_converse(
            self.house.hass,
            text,
            conversation_id,
            Context(user_id=user),
            language=language,
            agent_id=AGENT,
            **more,
        )
        await self.house.hass.async_block_till_done()
        self.conversation_id = result.conversation_id
        response = result.response
        return Spoken(
            response.speech["plain"]["speech"],
            result.conversation_id,
            result.continue_conversation,
            response.error_code and response.error_code.value,
            self.turns[-1].record.route,
        )

    def states(self) -> dict[str, str]:
        """Return the states of the house, without what Parlor shows of itself."""
        return {entity_id: state for entity_id, state in self.house.states().items() if entity_id in self.house.devices}

    def called(self) -> list[str]:
        """Return the services called since the last time this was asked."""
        called, self.services[:] = list(self.services), []
        return called

    @property
    def requests(self) -> Sequence[dict[str, Any]]:
        """Return the requests of turns to the model."""
        found = self.server.requests[CHAT] if self.server else []
        return [one for one in found if one["messages"] and one["options"].get("num_predict") != 1]


@asynccontextmanager
async def guarded_house(hass: HomeAssistant, *, model: bool = False, **agent_data: Any) -> AsyncGenerator[Guarded]:
    """Build the house and set up Parlor: without a model server, or with the stand-in and no local route."""
    house = await async_empty_house(hass)
    for entity_id, (device, name, area, aliases) in _things().items():
        await house.add(entity_id, device, name, area, aliases)
    await hass.async_block_till_done()
    if not model:
        async with _talk(house, NOBODY_LISTENS, None, agent_data) as guarded:
            yield guarded
        return
    async with (
        OllamaStandIn((STAND_IN,)) as server,
        _talk(house, server.url, server, {"local_route": False, **agent_data}) as guarded,
    ):
        await server.wait_for(CHAT)
        yield guarded


@asynccontextmanager
async def _talk(
    house: House, url: str, server: OllamaStandIn | None, agent_data: Mapping[str, Any]
) -> AsyncGenerator[Guarded]:
    hass = house.hass
    entry = await async_add_parlor(hass, model_server(url), agent(**agent_data))
    guarded = Guarded(house, server)
    entity = hass.data["conversation"].get_entity(AGENT)
    assert isinstance(entity, ParlorConversation)
    entity.turns.listen(guarded.turns.append)

    @callback
    def called(event: Event) -> None:
        guarded.services.append(f"{event.data['domain']}.{event.data['service']}")

    stop = hass.bus.async_listen(EVENT_CALL_SERVICE, called)
    yield guarded
    stop()
    await hass.config_entries.async_unload(entry.entry_id)
    await house.home.async_stop()
