"""Choose options, set numbers, texts, dates and times."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import CHANGE, NUMBER, TARGETS, HomeTool, Service, Step, UnworkableError, chosen
from .goals import at_figure, is_state
from .moments import MOMENTS, moment_step
from .settings import checked_number

_NUMBERS = frozenset({"number", "input_number"})
_OPTIONS = frozenset({"select", "input_select"})
_TEXTS = frozenset({"text", "input_text"})


class SetValue(HomeTool):
    """Set helpers and settings of devices."""

    name = "set_value"
    description = "Set an option, number, text or time"
    parameters = probatio.Schema({TARGETS: [str], probatio.Optional("value"): probatio.Coerce(str), CHANGE: NUMBER})
    domains = _NUMBERS | _OPTIONS | _TEXTS | MOMENTS
    usual = domains
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"value": "text", "change": "change"}
    change_of = "value"
    step = 1

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        value, change = arguments.get("value"), arguments.get("change")
        if value is None and change is None:
            raise UnworkableError("set_value needs value")
        return [_step(entity, hass.states.get(entity.entity_id), value, change) for entity in entities]


def _step(entity: HomeEntity, state: State | None, value: str | None, change: float | None) -> Step:
    attributes: Mapping[str, Any] = state.attributes if state else {}
    if entity.domain in _NUMBERS:
        return _number(entity, state, _wanted(entity, state, value, change))
    if value is None:
        raise UnworkableError(f"{entity.label} takes a value, no change")
    if entity.domain in _OPTIONS:
        option = chosen(value, attributes.get("options") or [], entity.label)
        return _set(entity, "select_option", {"option": option}, option)
    if entity.domain in MOMENTS:
        return moment_step(entity, state, value)
    return _set(entity, "set_value", {"value": value}, value)


def _wanted(entity: HomeEntity, state: State | None, value: str | None, change: float | None) -> float:
    text = value if value is not None else state.state if state else ""
    try:
        number = float(text.replace(",", ".").removesuffix("%"))
    except ValueError:
        # A word for a number, or a state that is none.
        raise UnworkableError(f"{entity.label} takes a number, not {text}") from None
    return number if value is not None else number + (change or 0)


def _number(entity: HomeEntity, state: State | None, number: float) -> Step:
    attributes: Mapping[str, Any] = state.attributes if state else {}
    unit = str(attributes.get("unit_of_measurement") or "")
    checked_number(entity, "values", number, (attributes.get("min"), attributes.get("max")), unit)
    half = float(attributes.get("step") or 0) / 2
    service = Service(entity.domain, "set_value", {"value": number})
    spoken = f"{figure(number, 3)} {unit}".strip()
    return Step((entity,), (service,), at_figure(_measured, number, half), "value", values={"value": spoken})


def _measured(state: State) -> float | None:
    try:
        return float(state.state)
    except ValueError:
        # It is not available.
        return None


def _set(entity: HomeEntity, service: str, data: JsonObject, wanted: str) -> Step:
    services = (Service(entity.domain, service, data),)
    return Step((entity,), services, is_state(wanted), "value", values={"value": wanted})
