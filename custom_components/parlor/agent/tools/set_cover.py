"""Open, close, stop and place blinds, curtains, shutters and awnings."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import KIND, TARGETS, Goal, HomeTool, Progress, Service, Step, UnworkableError

_POSITION_OFF: Final = 3
_CLOSED, _OPEN = 0, 100
_MOVING: Final = ("opening", "closing")


class SetCover(HomeTool):
    """Move covers."""

    name = "set_cover"
    description = "Move blinds, curtains, shutters"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("action"): probatio.In(["open", "close", "stop"]),
            probatio.Optional("position", description="percent open"): probatio.All(
                probatio.Coerce(float), probatio.Range(min=0, max=100)
            ),
            KIND: str,
        }
    )
    domains = frozenset({"cover"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {"action": "actions", "position": "percent"}

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        position, action = arguments.get("position"), arguments.get("action")
        if position == _OPEN or (position is None and action == "open"):
            return [_step(entities, "open_cover", _moved("open", "opening"), "open", "opening")]
        if position == _CLOSED or (position is None and action == "close"):
            return [_step(entities, "close_cover", _moved("closed", "closing"), "closed", "closing")]
        if position is not None:
            return [_placed(entities, position)]
        if action == "stop":
            return [_step(entities, "stop_cover", _stands, "stopped", "")]
        raise UnworkableError("set_cover needs action (open, close, stop) or position")


def _step(entities: Sequence[HomeEntity], service: str, goal: Goal, state: str, under_way: str) -> Step:
    return Step(tuple(entities), (Service("cover", service),), goal, state, under_way)


def _placed(entities: Sequence[HomeEntity], position: float) -> Step:
    able = tuple(entity for entity in entities if "position" in entity.abilities)
    if not able:
        names = ", ".join(entity.label for entity in entities[:5])
        raise UnworkableError(f"{names}: cannot be set to a position, only opened and closed")

    def goal(state: State) -> Progress:
        if state.state in _MOVING:
            return Progress.UNDER_WAY
        current = state.attributes.get("current_position")
        is_so = isinstance(current, int | float) and abs(current - position) <= _POSITION_OFF
        return Progress.REACHED if is_so else Progress.WAITING

    service = Service("cover", "set_cover_position", {"position": round(position)})
    return Step(able, (service,), goal, "position", "moving", {"position": figure(position, 0)})


def _moved(end: str, way: str) -> Goal:
    def progress(state: State) -> Progress:
        if state.state == way:
            return Progress.UNDER_WAY
        current = state.attributes.get("current_position")
        # A cover that is a hand wide open says "open": it was not asked to stop there.
        is_short = end == "open" and isinstance(current, int | float) and current < _OPEN - _POSITION_OFF
        return Progress.REACHED if state.state == end and not is_short else Progress.WAITING

    return progress


def _stands(state: State) -> Progress:
    return Progress.REACHED if state.state in ("open", "closed") else Progress.WAITING
