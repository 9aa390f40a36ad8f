"""Binary sensor platform: whether a model server can be used."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_MODEL_SERVER
from .data import ParlorConfigEntry
from .plain_words import plain_words
from .server_entity import ParlorServerEntity

PARALLEL_UPDATES = 0

CONNECTIVITY: Final = BinarySensorEntityDescription(
    key="connectivity", translation_key="connectivity", device_class=BinarySensorDeviceClass.CONNECTIVITY
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one entity for each model server."""
    for server in entry.get_subentries_of_type(SUBENTRY_MODEL_SERVER):
        async_add_entities([ServerConnectivity(entry, server, CONNECTIVITY)], config_subentry_id=server.subentry_id)


class ServerConnectivity(ParlorServerEntity, BinarySensorEntity):
    """Tell whether a model server can be used, and if not, why."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the server can be used, as far as is known."""
        return self.state_of_server.available

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what is wrong, in plain words."""
        error = self.state_of_server.last_error
        return {"last_error": plain_words(self.hass, error) if error else None}
