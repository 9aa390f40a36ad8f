"""Set thermostats, air conditioners, water heaters and humidifiers."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, override

from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import CHANGE, NUMBER, PERCENT, TARGETS, HomeTool, Step, UnworkableError
from .climate_step import climate_step
from .water_step import humidifier_step, water_heater_step


class SetClimate(HomeTool):
    """Set temperature, humidity and modes."""

    name = "set_climate"
    description = "Set heating, air"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("temperature"): NUMBER,
            CHANGE: NUMBER,
            probatio.Optional("low"): NUMBER,
            probatio.Optional("high"): NUMBER,
            probatio.Optional("humidity"): PERCENT,
            probatio.Optional("mode"): str,
            probatio.Optional("fan_mode"): str,
            probatio.Optional("preset"): str,
            probatio.Optional("swing"): str,
        }
    )
    domains = frozenset({"climate", "humidifier", "water_heater"})
    usual = frozenset({"climate"})
    broad = usual
    fields: ClassVar[Mapping[str, str]] = {
        "temperature": "number",
        "change": "change",
        "low": "number",
        "high": "number",
        "humidity": "percent",
        "mode": "modes",
        "fan_mode": "text",
        "preset": "text",
        "swing": "text",
    }
    needs: ClassVar[Mapping[str, str]] = {
        "low": "range",
        "high": "range",
        "humidity": "humidity",
        "fan_mode": "fan_mode",
        "preset": "preset",
        "swing": "swing",
    }
    change_of = "temperature"
    step = 1

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        if not any(arguments.get(field) is not None for field in self.fields):
            raise UnworkableError("set_climate needs temperature or mode, change or humidity")
        makers = {"climate": climate_step, "humidifier": humidifier_step, "water_heater": water_heater_step}
        return [makers[entity.domain](hass, entity, arguments) for entity in entities]
