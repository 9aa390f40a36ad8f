"""Set thermostats and air conditioners."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import TARGETS, Goal, HomeTool, Progress, Service, Step, UnworkableError

_DEGREES_OFF: Final = 0.26


class SetClimate(HomeTool):
    """Set the temperature or the mode of thermostats."""

    name = "set_climate"
    description = "Set temperature or mode of a thermostat"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("temperature", description="degrees"): probatio.Coerce(float),
            probatio.Optional("mode", description="heat, cool, auto, off, ..."): str,
        }
    )
    domains = frozenset({"climate"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {"temperature": "number", "mode": "modes"}

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        temperature, mode = arguments.get("temperature"), arguments.get("mode")
        if temperature is None and mode is None:
            raise UnworkableError("set_climate needs temperature or mode")
        return [_step(hass, entity, temperature, mode) for entity in entities]


def _step(hass: HomeAssistant, entity: HomeEntity, temperature: float | None, mode: str | None) -> Step:
    state = hass.states.get(entity.entity_id)
    attributes = state.attributes if state else {}
    if mode is not None:
        _check_mode(entity, attributes.get("hvac_modes") or [], mode)
        if mode == "off":
            temperature = None
    if temperature is not None:
        _check_temperature(hass, entity, attributes, temperature)
    services: list[Service] = []
    values: dict[str, str] = {}
    told = []
    if mode is not None:
        services.append(Service("climate", "set_hvac_mode", {"hvac_mode": mode}))
        values["mode"] = mode
        told.append("off" if mode == "off" else "mode")
    if temperature is not None:
        services.append(Service("climate", "set_temperature", {"temperature": temperature}))
        values["temperature"] = figure(temperature)
        told.append("temperature")
        if mode is None and state and state.state == "off":
            # To say that it is set to so many degrees alone would sound as if it heated.
            told.append("off")
    return Step((entity,), tuple(services), _goal(temperature, mode), "_".join(told), values=values)


def _check_mode(entity: HomeEntity, modes: Sequence[str], mode: str) -> None:
    if modes and mode not in modes:
        raise UnworkableError(f"{entity.label} has no mode {mode}; its modes are {', '.join(map(str, modes))}")


def _check_temperature(
    hass: HomeAssistant, entity: HomeEntity, attributes: Mapping[str, Any], temperature: float
) -> None:
    lowest, highest = attributes.get("min_temp"), attributes.get("max_temp")
    unit = hass.config.units.temperature_unit
    if lowest is not None and highest is not None and not lowest <= temperature <= highest:
        raise UnworkableError(
            f"{entity.label} takes temperatures from {figure(lowest)} to {figure(highest)} {unit}, "
            f"not {figure(temperature)}"
        )


def _goal(temperature: float | None, mode: str | None) -> Goal:
    def progress(state: State) -> Progress:
        target = state.attributes.get("temperature")
        is_so = (mode is None or state.state == mode) and (
            temperature is None or (target is not None and abs(target - temperature) <= _DEGREES_OFF)
        )
        return Progress.REACHED if is_so and state.state not in ("unavailable", "unknown") else Progress.WAITING

    return progress
