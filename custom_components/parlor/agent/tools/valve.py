"""Open, close, stop and place valves."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.components.valve.const import ValveEntityFeature
from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import PERCENT, TARGETS, Goal, HomeTool, Progress, Service, Step, UnworkableError
from .relative_steps import at_figure, attribute, lacking

_POSITION_OFF: Final = 3
_CLOSED, _OPEN = 0, 100
_MOVING: Final = ("opening", "closing")
_SLOWNESS: Final = 2
_position = attribute("current_position")


class Valve(HomeTool):
    """Control valves."""

    name = "valve"
    description = "Open or close water, gas valves"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("action"): probatio.In(["open", "close", "stop"]),
            probatio.Optional("position"): PERCENT,
        }
    )
    domains = frozenset({"valve"})
    usual = domains
    # The water is not among what "everything" means.
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"action": "actions", "position": "percent"}
    needs: ClassVar[Mapping[str, str]] = {"position": "position"}
    alone = "valve"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        position, action = arguments.get("position"), arguments.get("action")
        if position == _OPEN or (position is None and action == "open"):
            return [_step(entities, "open_valve", _moved("open", "opening"), "open", "opening")]
        if position == _CLOSED or (position is None and action == "close"):
            return [_step(entities, "close_valve", _moved("closed", "closing"), "closed", "closing")]
        if position is not None:
            return [_placed(entities, position)]
        if action == "stop":
            able = [entity for entity in entities if _can_stop(hass, entity)]
            if not able:
                raise UnworkableError(lacking(entities, "be stopped"))
            return [_step(able, "stop_valve", _stands, "stopped", "")]
        raise UnworkableError("valve needs action (open, close, stop) or position")


def _step(entities: Sequence[HomeEntity], service: str, goal: Goal, state: str, under_way: str) -> Step:
    return Step(tuple(entities), (Service("valve", service),), goal, state, under_way, slowness=_SLOWNESS)


def _placed(entities: Sequence[HomeEntity], position: float) -> Step:
    able = tuple(entity for entity in entities if "position" in entity.abilities)
    if not able:
        raise UnworkableError(lacking(entities, "be set to a position, only opened and closed"))
    goal = at_figure(_position, position, _POSITION_OFF, moving=_MOVING)
    service = Service("valve", "set_valve_position", {"position": round(position)})
    return Step(able, (service,), goal, "position", "moving", {"position": figure(position, 0)}, slowness=_SLOWNESS)


def _moved(end: str, way: str) -> Goal:
    def progress(state: State) -> Progress:
        if state.state == way:
            return Progress.UNDER_WAY
        current = _position(state)
        is_short = end == "open" and current is not None and current < _OPEN - _POSITION_OFF
        return Progress.REACHED if state.state == end and not is_short else Progress.WAITING

    return progress


def _stands(state: State) -> Progress:
    return Progress.REACHED if state.state in ("open", "closed") else Progress.WAITING


def _can_stop(hass: HomeAssistant, entity: HomeEntity) -> bool:
    state = hass.states.get(entity.entity_id)
    return bool(state and int(state.attributes.get("supported_features") or 0) & ValveEntityFeature.STOP)
