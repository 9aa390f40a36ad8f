"""What all entities of Parlor share."""

from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_MODEL, EntityCategory
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from .const import (
    CONF_URI,
    CONF_VOICE,
    CONF_WHISPER,
    DOMAIN,
    SUBENTRY_AI_TASK,
    SUBENTRY_CONVERSATION,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from .data import ParlorConfigEntry

_TRANSLATION_KEYS: Final = {
    SUBENTRY_AI_TASK: "tasks",
    SUBENTRY_CONVERSATION: "agent",
    SUBENTRY_STT: "ears",
    SUBENTRY_TTS: "voice",
}


class ParlorEntity(Entity):
    """Stand for one subentry, as the only entity of its service."""

    _attr_has_entity_name = True
    _attr_name: str | None = None
    _attr_should_poll = False

    def __init__(self, entry: ParlorConfigEntry, subentry: ConfigSubentry) -> None:
        """Remember the subentry and describe it as a service."""
        self.entry = entry
        self.subentry = subentry
        self._attr_translation_key = _TRANSLATION_KEYS[subentry.subentry_type]
        self._attr_unique_id = subentry.subentry_id
        self._attr_device_info = service_of(subentry)
        if subentry.subentry_type == SUBENTRY_TTS:
            # Text-to-speech refuses to speak with an engine that has no name of its own.
            self._attr_has_entity_name = False
            self._attr_name = subentry.title


class ParlorFigureEntity(Entity):
    """Tell a figure of the service of one subentry, beside what the service is for."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: ParlorConfigEntry, subentry: ConfigSubentry, description: EntityDescription) -> None:
        """Remember the subentry and what is told of it."""
        self.entry = entry
        self.subentry = subentry
        self.entity_description = description
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = service_of(subentry)


def service_of(subentry: ConfigSubentry) -> DeviceInfo:
    """Return the description of a subentry as a service, which is the device of all its entities."""
    return DeviceInfo(
        entry_type=DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, subentry.subentry_id)},
        manufacturer="Parlor",
        model=_model_of(subentry),
        name=subentry.title,
    )


def _model_of(subentry: ConfigSubentry) -> str | None:
    """Return the model a subentry asks for by name, or the address of the server that has its own."""
    for key in (CONF_MODEL, CONF_WHISPER, CONF_VOICE, CONF_URI):
        if value := subentry.data.get(key):
            return str(value)
    return None
