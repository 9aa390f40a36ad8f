"""Set the speed, the swing, the direction and the programme of fans."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import (
    CHANGE,
    NUMBER,
    PERCENT,
    TARGETS,
    Goal,
    HomeTool,
    Progress,
    Service,
    Step,
    UnworkableError,
    chosen,
    is_state,
)
from .relative_steps import attribute, lacking

_FORWARD, _REVERSE = "forward", "reverse"
_SLOWEST: Final = 1


class SetFan(HomeTool):
    """Set fans, turning them on."""

    name = "set_fan"
    description = "Set speed of fans"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("speed"): PERCENT,
            CHANGE: NUMBER,
            probatio.Optional("oscillate"): bool,
            probatio.Optional("direction"): probatio.In([_FORWARD, _REVERSE]),
            probatio.Optional("preset"): str,
        }
    )
    domains = frozenset({"fan"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {
        "speed": "percent",
        "change": "change",
        "oscillate": "yes",
        "direction": "directions",
        "preset": "text",
    }
    needs: ClassVar[Mapping[str, str]] = {
        "speed": "speed",
        "change": "speed",
        "oscillate": "oscillate",
        "direction": "direction",
        "preset": "preset",
    }
    change_of = "speed"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        if arguments.get("speed") == 0:
            return [Step(tuple(entities), (Service("fan", "turn_off"),), is_state("off"), "off")]
        if not any(arguments.get(field) is not None for field in self.fields):
            raise UnworkableError("set_fan needs speed, change, oscillate, direction or preset")
        return [_step(hass.states.get(entity.entity_id), entity, arguments) for entity in entities]


def _step(state: State | None, entity: HomeEntity, arguments: JsonObject) -> Step:
    attributes = state.attributes if state else {}
    services: list[Service] = []
    goals: list[Goal] = []
    values: dict[str, str] = {}
    told: list[str] = []
    if (speed := _speed(entity, arguments, attributes)) is not None:
        services.append(Service("fan", "set_percentage", {"percentage": round(speed)}))
        goals.append(_runs_at(speed, attributes, is_change=arguments.get("speed") is None))
        values["speed"] = figure(speed, 0)
        told.append("speed")
    if preset := arguments.get("preset"):
        _check(entity, "preset")
        preset = chosen(preset, attributes.get("preset_modes") or [], entity.label)
        services.append(Service("fan", "set_preset_mode", {"preset_mode": preset}))
        goals.append(_has("preset_mode", preset))
        values["preset"] = preset
        told.append("preset")
    if (oscillate := arguments.get("oscillate")) is not None:
        _check(entity, "oscillate")
        services.append(Service("fan", "oscillate", {"oscillating": oscillate}))
        goals.append(_has("oscillating", oscillate))
        told.append("oscillating" if oscillate else "not_oscillating")
    if direction := arguments.get("direction"):
        _check(entity, "direction")
        services.append(Service("fan", "set_direction", {"direction": direction}))
        goals.append(_has("direction", direction))
        told.append(direction)
    seen = _speed_shown if "speed" in told else None
    return Step((entity,), tuple(services), _all(goals), "+".join(told), values=values, seen=seen)


def _speed(entity: HomeEntity, arguments: JsonObject, attributes: Mapping[str, object]) -> float | None:
    speed, change = arguments.get("speed"), arguments.get("change")
    if speed is None and change is None:
        return None
    _check(entity, "speed")
    if speed is not None:
        return float(speed)
    current = attributes.get("percentage")
    start = current if isinstance(current, int | float) else 0
    # A fan that is to blow more blows at least one step more.
    least = attributes.get("percentage_step")
    size = max(abs(float(change or 0)), least if isinstance(least, int | float) else 0)
    return min(max(start + (size if (change or 0) > 0 else -size), _SLOWEST), 100)


def _check(entity: HomeEntity, ability: str) -> None:
    if ability not in entity.abilities:
        raise UnworkableError(
            lacking([entity], f"change {ability}; it can change {', '.join(entity.abilities) or 'none'}")
        )


def _runs_at(speed: float, attributes: Mapping[str, object], *, is_change: bool) -> Goal:
    step = attributes.get("percentage_step")
    off = step if isinstance(step, int | float) else 1.0
    if is_change and off > _SLOWEST:
        # A whole step off may be where it was before.
        off = off / 2 + 1

    def progress(state: State) -> Progress:
        current = attribute("percentage")(state)
        is_so = state.state == "on" and current is not None and abs(current - speed) <= off
        return Progress.REACHED if is_so else Progress.WAITING

    return progress


def _speed_shown(state: State) -> Mapping[str, str]:
    current = attribute("percentage")(state)
    return {} if current is None else {"speed": figure(current, 0)}


def _has(name: str, value: object) -> Goal:
    return lambda state: Progress.REACHED if state.attributes.get(name) == value else Progress.WAITING


def _all(goals: Sequence[Goal]) -> Goal:
    return lambda state: (
        Progress.REACHED if all(goal(state) is Progress.REACHED for goal in goals) else Progress.WAITING
    )
