"""One humidifier, or one water heater."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import Service, Step, UnworkableError, chosen
from .goals import at_figure, attribute, is_state, shows
from .settings import Settings, checked_number

_DEGREES_OFF: Final = 0.6
_HUMIDITY_OFF: Final = 2


def humidifier_step(hass: HomeAssistant, entity: HomeEntity, arguments: JsonObject) -> Step:
    """Return the step that sets a humidifier, turning it on where a humidity is wanted.

    Raises UnworkableError with what it takes where it does not take an argument.
    """
    state = hass.states.get(entity.entity_id)
    attributes: Mapping[str, Any] = state.attributes if state else {}
    mode = arguments.get("mode") or arguments.get("preset")
    settings = Settings()
    if mode == "off":
        settings.add(Service("humidifier", "turn_off"), is_state("off"), "off")
        return settings.step(entity)
    humidity = arguments.get("humidity")
    if humidity is None and (change := arguments.get("change")) is not None:
        # The field of degrees is all that a model has for "more" here: 1 means a step of moisture, too.
        size = change if abs(change) > 1 else change * 5
        humidity = float(attributes.get("humidity") or 50) + size
    if humidity is not None:
        limits = (attributes.get("min_humidity"), attributes.get("max_humidity"))
        checked_number(entity, "humidity", humidity, limits, "percent")
        if state and state.state == "off":
            settings.add(Service("humidifier", "turn_on"), is_state("on"), "")
        service = Service("humidifier", "set_humidity", {"humidity": round(humidity)})
        goal = at_figure(attribute("humidity"), humidity, _HUMIDITY_OFF)
        settings.add(service, goal, "humidity", humidity=figure(humidity, 0))
    if mode:
        option = chosen(str(mode), attributes.get("available_modes") or [], f"mode of {entity.label}")
        settings.add(Service("humidifier", "set_mode", {"mode": option}), shows("mode", option), "mode", mode=option)
    if not settings.told:
        raise UnworkableError(f"{entity.label} takes humidity or mode")
    return settings.step(entity)


def water_heater_step(hass: HomeAssistant, entity: HomeEntity, arguments: JsonObject) -> Step:
    """Return the step that sets a water heater.

    Raises UnworkableError with what it takes where it does not take an argument.
    """
    state = hass.states.get(entity.entity_id)
    attributes: Mapping[str, Any] = state.attributes if state else {}
    settings = Settings()
    if mode := arguments.get("mode") or arguments.get("preset"):
        option = chosen(str(mode), attributes.get("operation_list") or [], f"mode of {entity.label}")
        service = Service("water_heater", "set_operation_mode", {"operation_mode": option})
        told = "off" if option == "off" else "mode"
        settings.add(service, shows("operation_mode", option), told, mode=option)
    degrees = arguments.get("temperature")
    if degrees is None and arguments.get("change") is not None and attributes.get("temperature") is not None:
        degrees = attributes["temperature"] + arguments["change"]
    if degrees is not None:
        limits = (attributes.get("min_temp"), attributes.get("max_temp"))
        checked_number(entity, "temperatures", degrees, limits, hass.config.units.temperature_unit)
        service = Service("water_heater", "set_temperature", {"temperature": degrees})
        goal = at_figure(attribute("temperature"), degrees, _DEGREES_OFF)
        settings.add(service, goal, "temperature", temperature=figure(degrees))
    if not settings.told:
        raise UnworkableError(f"{entity.label} takes temperature or mode")
    return settings.step(entity)
