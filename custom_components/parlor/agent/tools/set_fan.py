"""Set the speed, the swing, the direction and the programme of fans."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import CHANGE, NUMBER, PERCENT, TARGETS, HomeTool, Service, Step, UnworkableError, chosen
from .goals import Goal, all_of, at_figure, attribute, is_state, shows
from .relative_steps import lacking
from .settings import Settings

_FORWARD, _REVERSE = "forward", "reverse"
_SLOWEST: Final = 1
_percentage = attribute("percentage")


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
    settings = Settings()
    if (speed := _speed(entity, arguments, attributes)) is not None:
        service = Service("fan", "set_percentage", {"percentage": round(speed)})
        goal = _runs_at(speed, attributes, is_change=arguments.get("speed") is None)
        settings.add(service, goal, "speed", speed=figure(speed, 0))
    if preset := arguments.get("preset"):
        _check(entity, "preset")
        preset = chosen(preset, attributes.get("preset_modes") or [], entity.label)
        service = Service("fan", "set_preset_mode", {"preset_mode": preset})
        settings.add(service, shows("preset_mode", preset), "preset", preset=preset)
    if (oscillate := arguments.get("oscillate")) is not None:
        _check(entity, "oscillate")
        service = Service("fan", "oscillate", {"oscillating": oscillate})
        told = "oscillating" if oscillate else "not_oscillating"
        settings.add(service, shows("oscillating", oscillate), told)
    if direction := arguments.get("direction"):
        _check(entity, "direction")
        service = Service("fan", "set_direction", {"direction": direction})
        settings.add(service, shows("direction", direction), direction)
    return settings.step(entity, seen=None if speed is None else _speed_shown)


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
    return all_of([is_state("on"), at_figure(_percentage, speed, off)])


def _speed_shown(state: State) -> Mapping[str, str]:
    current = _percentage(state)
    return {} if current is None else {"speed": figure(current, 0)}
