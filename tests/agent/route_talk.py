"""Somebody who talks to a whole Parlor whose model server is gone, and what came of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import async_converse
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.agent.record import TurnEvent
from custom_components.parlor.conversation import ParlorConversation
from custom_components.parlor.home import state_words
from tests.agent.house import House
from tests.parlor_entry import agent, async_add_parlor, model_server

type Table = Mapping[str, list[dict[str, Any]]]

_AGENT = "conversation.parlor"
NO_MODEL = "I cannot reach the model server."
_REMEMBERED = (
    "_attr_is_on",
    "_attr_brightness",
    "_attr_color_mode",
    "_attr_color_temp_kelvin",
    "_attr_hs_color",
    "_attr_percentage",
    "_attr_current_cover_position",
    "_attr_is_closed",
    "_attr_is_opening",
    "_attr_is_closing",
    "_attr_hvac_mode",
    "_attr_target_temperature",
    "_attr_is_locked",
    "_attr_state",
    "_attr_activity",
    "_attr_current_cover_tilt_position",
    "_attr_current_direction",
    "_attr_current_operation",
    "_attr_current_option",
    "_attr_fan_mode",
    "_attr_is_volume_muted",
    "_attr_media_title",
    "_attr_mode",
    "_attr_native_value",
    "_attr_oscillating",
    "_attr_preset_mode",
    "_attr_rgb_color",
    "_attr_source",
    "_attr_target_humidity",
    "_attr_todo_items",
    "_attr_volume_level",
    "activated",
)
# What the words for a state leave out.
_SHOWN = (
    "current_tilt_position",
    "direction",
    "fan_mode",
    "hs_color",
    "is_volume_muted",
    "mode",
    "oscillating",
    "preset_mode",
    "source",
)


@dataclass
class Talk:
    """A house that is spoken to, and what came of it."""

    house: House
    entry: MockConfigEntry
    turns: list[TurnEvent] = field(default_factory=list)
    services: list[str] = field(default_factory=list)

    async def say(
        self,
        text: str,
        *,
        area: str | None = None,
        language: str = "en",
        conversation_id: str | None = None,
        user_id: str | None = None,
    ) -> tuple[str, str]:
        """Say something; return the route and the reply."""
        result = await async_converse(
            self.house.hass,
            text,
            conversation_id,
            Context(user_id=user_id),
            language=language,
            agent_id=_AGENT,
            device_id=self._device_in(area) if area else None,
        )
        await self.house.hass.async_block_till_done()
        return self.turns[-1].record.route, result.response.speech["plain"]["speech"]

    def looks(self) -> dict[str, str]:
        """Return what every entity of the house is like, in words; Parlor's own are none of it."""
        hass, known = self.house.hass, self.house.home.entities
        # What Parlor measures of its own turns is no part of the house.
        own = {entry.entity_id for entry in er.async_get(hass).entities.values() if entry.platform == "parlor"}
        looks = {}
        for state in hass.states.async_all():
            if state.entity_id in own:
                continue
            if state.domain == "scene":
                looks[state.entity_id] = f"activated {self.house.devices[state.entity_id].activated} times"
            elif not state.object_id.startswith("parlor"):
                entity = known.get(state.entity_id)
                looks[state.entity_id] = state_words(hass, entity) if entity else state.state
        return looks

    def remember(self) -> Callable[[], None]:
        """Return what puts all devices back to where they are now."""
        kept = {
            entity_id: {name: getattr(device, name) for name in _REMEMBERED if hasattr(device, name)}
            for entity_id, device in self.house.devices.items()
        }

        def restore() -> None:
            for entity_id, device in self.house.devices.items():
                for name, value in kept[entity_id].items():
                    setattr(device, name, value)
                device.async_write_ha_state()

        return restore

    def _device_in(self, area: str) -> str:
        registry = dr.async_get(self.house.hass)
        device = registry.async_get_or_create(config_entry_id=self.entry.entry_id, identifiers={("test", area)})
        registry.async_update_device(device.id, area_id=self.house.area_id(area))
        return device.id


async def talk_in(hass: HomeAssistant, house: House, **agent_data: Any) -> Talk:
    """Set up Parlor in a house; nothing listens where its model server should be."""
    entry = await async_add_parlor(hass, model_server(), agent(**agent_data))
    talk = Talk(house, entry)
    entity = hass.data["conversation"].get_entity(_AGENT)
    assert isinstance(entity, ParlorConversation)
    entity.turns.listen(talk.turns.append)

    @callback
    def called(event: Event) -> None:
        talk.services.append(f"{event.data['domain']}.{event.data['service']}")

    hass.bus.async_listen(EVENT_CALL_SERVICE, called)
    return talk


def shows(talk: Talk) -> dict[str, str]:
    """Return what every entity is like, in words and in the attributes that these leave out."""
    house = talk.house
    shown = talk.looks()
    for entity_id, device in house.devices.items():
        if entity_id.startswith("todo."):
            shown[entity_id] = ", ".join(device.items())
        elif entity_id.startswith("button."):
            shown[entity_id] = f"pressed {device.activated} times"
        elif (state := house.hass.states.get(entity_id)) is not None:
            more = {name: state.attributes[name] for name in _SHOWN if state.attributes.get(name) is not None}
            shown[entity_id] += "".join(f"; {name} {value}" for name, value in more.items())
    return shown


async def async_differences(
    talk: Talk,
    cases: Iterable[Mapping[str, Any]],
    looks: Callable[[], dict[str, str]],
    *,
    language: str = "en",
    no_model: str = NO_MODEL,
    quiet: bool = False,
) -> list[tuple[str, tuple[str, str], dict[str, str]]]:
    """Say each sentence to the house as it is now; return those of which something else came than the table says.

    Each with the route and reply, and what changed. `quiet`: no service may be called either.
    """
    restore = talk.remember()
    wrong = []
    for case in cases:
        before, services = looks(), len(talk.services)
        told = await talk.say(case["say"], area=case.get("in"), language=language)
        after = looks()
        changed = {entity_id: look for entity_id, look in after.items() if look != before[entity_id]}
        expected = ("local", case["reply"]) if "reply" in case else ("model", no_model)
        is_loud = quiet and len(talk.services) > services
        if told != expected or changed != case.get("changes", {}) or is_loud:
            wrong.append((case["say"], told, changed))
        restore()
        await talk.house.hass.async_block_till_done()
    return wrong


def teach(hass: HomeAssistant, folder: Path, sentences: str) -> None:
    """Give Home Assistant a file of the user's own sentences."""
    hass.config.config_dir = str(folder)
    file = folder / "custom_sentences" / "en" / "own.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(sentences, encoding="utf-8")
