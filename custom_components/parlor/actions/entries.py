"""What every action needs to know of the entry."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..data import ParlorConfigEntry


@callback
def loaded_entry(hass: HomeAssistant) -> ParlorConfigEntry:
    """Return the entry of this home; raises ServiceValidationError where none is loaded."""
    entries: list[ParlorConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    return entries[0]
