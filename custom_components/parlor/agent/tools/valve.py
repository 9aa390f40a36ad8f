"""Open, close, stop and place valves."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.components.valve.const import ValveEntityFeature
from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import PERCENT, TARGETS, HomeTool, Service, Step, UnworkableError, supporting
from .goals import Goal, is_moved, is_placed, is_state
from .relative_steps import lacking

_CLOSED, _OPEN = 0, 100
_SLOWNESS: Final = 2


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
            return [_step(entities, "open_valve", is_moved("open", "opening"), "open", "opening")]
        if position == _CLOSED or (position is None and action == "close"):
            return [_step(entities, "close_valve", is_moved("closed", "closing"), "closed", "closing")]
        if position is not None:
            return [_placed(entities, position)]
        if action == "stop":
            able = supporting(hass, entities, ValveEntityFeature.STOP)
            if not able:
                raise UnworkableError(lacking(entities, "be stopped"))
            return [_step(able, "stop_valve", is_state("open", "closed"), "stopped", "")]
        raise UnworkableError("valve needs action (open, close, stop) or position")


def _step(entities: Sequence[HomeEntity], service: str, goal: Goal, state: str, under_way: str) -> Step:
    return Step(tuple(entities), (Service("valve", service),), goal, state, under_way, slowness=_SLOWNESS)


def _placed(entities: Sequence[HomeEntity], position: float) -> Step:
    able = tuple(entity for entity in entities if "position" in entity.abilities)
    if not able:
        raise UnworkableError(lacking(entities, "be set to a position, only opened and closed"))
    service = Service("valve", "set_valve_position", {"position": round(position)})
    values = {"position": figure(position, 0)}
    return Step(able, (service,), is_placed(position), "position", "moving", values, slowness=_SLOWNESS)
