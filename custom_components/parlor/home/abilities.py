"""What entities can do besides on, off, open and close, read off their supported features."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.climate.const import ClimateEntityFeature
from homeassistant.components.cover.const import CoverEntityFeature
from homeassistant.components.fan.const import FanEntityFeature
from homeassistant.components.humidifier.const import HumidifierEntityFeature
from homeassistant.components.media_player.const import MediaPlayerEntityFeature
from homeassistant.components.vacuum.const import VacuumEntityFeature
from homeassistant.components.valve.const import ValveEntityFeature
from homeassistant.components.water_heater.const import WaterHeaterEntityFeature
from homeassistant.core import HomeAssistant, callback

# domain: ability: any of these features
_FEATURES: Mapping[str, Mapping[str, int]] = {
    "climate": {
        "range": ClimateEntityFeature.TARGET_TEMPERATURE_RANGE,
        "humidity": ClimateEntityFeature.TARGET_HUMIDITY,
        "fan_mode": ClimateEntityFeature.FAN_MODE,
        "preset": ClimateEntityFeature.PRESET_MODE,
        "swing": ClimateEntityFeature.SWING_MODE,
    },
    "cover": {
        "position": CoverEntityFeature.SET_POSITION,
        "tilt": CoverEntityFeature.SET_TILT_POSITION | CoverEntityFeature.OPEN_TILT,
    },
    "fan": {
        "speed": FanEntityFeature.SET_SPEED,
        "oscillate": FanEntityFeature.OSCILLATE,
        "direction": FanEntityFeature.DIRECTION,
        "preset": FanEntityFeature.PRESET_MODE,
    },
    "humidifier": {"mode": HumidifierEntityFeature.MODES},
    "media_player": {
        "source": MediaPlayerEntityFeature.SELECT_SOURCE,
        "search": MediaPlayerEntityFeature.SEARCH_MEDIA,
    },
    "vacuum": {"rooms": VacuumEntityFeature.CLEAN_AREA},
    "valve": {"position": ValveEntityFeature.SET_POSITION},
    "water_heater": {"mode": WaterHeaterEntityFeature.OPERATION_MODE},
}


# What every entity of a domain can do.
_ALWAYS: Mapping[str, tuple[str, ...]] = {"humidifier": ("humidity",)}


def abilities_of(domain: str, features: int) -> tuple[str, ...]:
    """Return what an entity of this domain can do with these supported features, e.g. ("speed", "oscillate")."""
    listed = tuple(ability for ability, needed in _FEATURES.get(domain, {}).items() if features & needed)
    return (*_ALWAYS.get(domain, ()), *listed)


@callback
def async_script_fields(hass: HomeAssistant, entity_id: str) -> tuple[str, ...]:
    """Return the fields of a script, those that are required with a star: ("room*", "message")."""
    component = hass.data.get("script") if entity_id.startswith("script.") else None
    script = component.get_entity(entity_id) if component else None
    fields: Mapping[str, Any] = getattr(script, "fields", None) or {}
    return tuple(f"{name}*" if field.get("required") else name for name, field in fields.items())
