"""Where the speaker is."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

_SATELLITE = "assist_satellite"
_LISTENING = "listening"


@callback
def speaker_area(hass: HomeAssistant, device_id: str | None, satellite_id: str | None) -> str | None:
    """Return the id of the area of the satellite, or else of the device, that was spoken to."""
    registry = er.async_get(hass)
    if satellite_id and (entry := registry.async_get(satellite_id)):
        return er.async_get_effective_area_id(hass, entry)
    if device_id and (device := dr.async_get(hass).async_get(device_id)):
        return dr.async_get_effective_area_id(hass, device)
    return None


@callback
def listening_area(hass: HomeAssistant) -> str | None:
    """Return the id of the area of the one satellite that is listening; of several nobody knows which is meant."""
    listening = [state.entity_id for state in hass.states.async_all(_SATELLITE) if state.state == _LISTENING]
    return speaker_area(hass, None, listening[0]) if len(listening) == 1 else None
