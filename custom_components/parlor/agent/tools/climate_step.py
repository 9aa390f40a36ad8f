"""One thermostat or air conditioner: its modes, its temperature or range, its fan, its programme, its humidity."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, State

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import Service, Step, UnworkableError, chosen
from .goals import all_of, at_figure, attribute, is_state, shows
from .settings import Settings, checked_number

_DEGREES_OFF: Final = 0.26
_HUMIDITY_OFF: Final = 2
# field of the call: attribute with the options, attribute with the one in use, service, field of the service
_CHOICES: Final = {
    "preset": ("preset_modes", "preset_mode", "set_preset_mode", "preset_mode"),
    "fan_mode": ("fan_modes", "fan_mode", "set_fan_mode", "fan_mode"),
    "swing": ("swing_modes", "swing_mode", "set_swing_mode", "swing_mode"),
}


def climate_step(hass: HomeAssistant, entity: HomeEntity, arguments: JsonObject) -> Step:
    """Return the step that sets a climate entity.

    Raises UnworkableError with what it takes where it does not take an argument.
    """
    state = hass.states.get(entity.entity_id)
    attributes: Mapping[str, Any] = state.attributes if state else {}
    settings = Settings()
    mode = arguments.get("mode")
    if mode is not None:
        _set_mode(entity, attributes, mode, arguments, settings)
    if mode != "off":
        _set_temperature(hass, entity, state, arguments, settings)
    for field in _CHOICES:
        if arguments.get(field):
            _choose(field, entity, attributes, str(arguments[field]), settings)
    if (humidity := arguments.get("humidity")) is not None:
        limits = (attributes.get("min_humidity"), attributes.get("max_humidity"))
        checked_number(entity, "humidity", humidity, limits, "percent")
        settings.add(
            Service("climate", "set_humidity", {"humidity": round(humidity)}),
            at_figure(attribute("humidity"), humidity, _HUMIDITY_OFF),
            "humidity",
            humidity=figure(humidity, 0),
        )
    if not settings.told:
        raise UnworkableError(f"{entity.label} is off: nothing of this can be set")
    return settings.step(entity)


def _set_mode(
    entity: HomeEntity, attributes: Mapping[str, Any], mode: str, arguments: JsonObject, settings: Settings
) -> None:
    modes = attributes.get("hvac_modes") or []
    if modes and mode not in modes:
        raise UnworkableError(f"{entity.label} has no mode {mode}; its modes are {', '.join(map(str, modes))}")
    together = arguments.get("temperature") is not None and mode != "off"
    told = "off" if mode == "off" else "mode_temperature" if together else "mode"
    settings.add(Service("climate", "set_hvac_mode", {"hvac_mode": mode}), is_state(mode), told, mode=mode)


def _set_temperature(
    hass: HomeAssistant, entity: HomeEntity, state: State | None, arguments: JsonObject, settings: Settings
) -> None:
    attributes: Mapping[str, Any] = state.attributes if state else {}
    limits = (attributes.get("min_temp"), attributes.get("max_temp"))
    unit = hass.config.units.temperature_unit
    data, told = _temperatures(entity, attributes, arguments)
    if not data:
        return
    for degrees in data.values():
        checked_number(entity, "temperatures", degrees, limits, unit)
    names = {"temperature": "temperature", "target_temp_low": "low", "target_temp_high": "high"}
    if state and state.state == "off" and arguments.get("mode") is None:
        # To say that it is set to so many degrees alone would sound as if it heated.
        told += "_off"
    if "mode_temperature" in settings.told:
        told = ""
    settings.add(
        Service("climate", "set_temperature", data),
        all_of([at_figure(attribute(name), value, _DEGREES_OFF) for name, value in data.items()]),
        told,
        **{names[key]: figure(value) for key, value in data.items()},
    )


def _temperatures(entity: HomeEntity, attributes: Mapping[str, Any], arguments: JsonObject) -> tuple[JsonObject, str]:
    """Return the data of the service and what is told of it; no data where no temperature is to be set."""
    change = arguments.get("change")
    low, high = attributes.get("target_temp_low"), attributes.get("target_temp_high")
    current = attributes.get("temperature")
    if arguments.get("low") is not None or arguments.get("high") is not None:
        if "range" not in entity.abilities:
            raise UnworkableError(f"{entity.label} takes one temperature, no range")
        low, high = arguments.get("low", low), arguments.get("high", high)
        if low is None or high is None or low > high:
            raise UnworkableError(f"{entity.label} needs low and high, low below high")
        return {"target_temp_low": low, "target_temp_high": high}, "range"
    if arguments.get("temperature") is not None:
        if current is None and low is not None and high is not None:
            raise UnworkableError(f"{entity.label} holds a range: give low and high instead of temperature")
        return {"temperature": arguments["temperature"]}, "temperature"
    if change is None:
        return {}, ""
    if current is not None:
        return {"temperature": current + change}, "temperature"
    if low is not None and high is not None:
        return {"target_temp_low": low + change, "target_temp_high": high + change}, "range"
    raise UnworkableError(f"{entity.label} is set to no temperature that could be changed: give temperature")


def _choose(field: str, entity: HomeEntity, attributes: Mapping[str, Any], wanted: str, settings: Settings) -> None:
    options, current, service, key = _CHOICES[field]
    option = chosen(wanted, attributes.get(options) or [], f"{field} of {entity.label}")
    told = {field: option.replace("_", " ")}
    settings.add(Service("climate", service, {key: option}), shows(current, option), field, **told)
