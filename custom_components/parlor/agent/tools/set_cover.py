"""Open, close, stop and place blinds, curtains, shutters, awnings, gates and garage doors."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity, figure
from ...inference import JsonObject
from .base import CHANGE, KIND, NUMBER, PERCENT, TARGETS, HomeTool, Service, Step, UnworkableError
from .cover_tilt import tilted
from .goals import Goal, attribute, is_moved, is_placed, is_state
from .relative_steps import changed, lacking

_CLOSED, _OPEN = 0, 100
_NO_POSITION: Final = "be set to a position, only opened and closed"
_position = attribute("current_position")


class SetCover(HomeTool):
    """Move covers."""

    name = "set_cover"
    description = "Move blinds, curtains, gates, garage doors"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("action"): probatio.In(["open", "close", "stop"]),
            probatio.Optional("position"): PERCENT,
            CHANGE: NUMBER,
            probatio.Optional("tilt", description="of the slats"): PERCENT,
            KIND: str,
        }
    )
    domains = frozenset({"cover"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {
        "action": "actions",
        "position": "percent",
        "change": "change",
        "tilt": "percent",
    }
    needs: ClassVar[Mapping[str, str]] = {"position": "position", "change": "position", "tilt": "tilt"}
    change_of = "position"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        position, action, tilt = (arguments.get(field) for field in ("position", "action", "tilt"))
        if tilt is not None and position is None:
            return [tilted(hass, entities, tilt)]
        if position is None and action is None and arguments.get("change") is not None:
            return [_moved_by(hass, entities, arguments["change"])]
        steps = [tilted(hass, entities, tilt)] if tilt is not None else []
        if position == _OPEN or (position is None and action == "open"):
            return [_step(entities, "open_cover", is_moved("open", "opening"), "open", "opening"), *steps]
        if position == _CLOSED or (position is None and action == "close"):
            return [_step(entities, "close_cover", is_moved("closed", "closing"), "closed", "closing"), *steps]
        if position is not None:
            return [_placed(entities, position), *steps]
        if action == "stop":
            return [_step(entities, "stop_cover", is_state("open", "closed"), "stopped", "")]
        raise UnworkableError("set_cover needs action (open, close, stop), position, change or tilt")


def _step(entities: Sequence[HomeEntity], service: str, goal: Goal, state: str, under_way: str) -> Step:
    return Step(tuple(entities), (Service("cover", service),), goal, state, under_way)


def _placed(entities: Sequence[HomeEntity], position: float) -> Step:
    able = tuple(entity for entity in entities if "position" in entity.abilities)
    if not able:
        raise UnworkableError(lacking(entities, _NO_POSITION))
    service = Service("cover", "set_cover_position", {"position": round(position)})
    return Step(able, (service,), is_placed(position), "position", "moving", {"position": figure(position, 0)})


def _moved_by(hass: HomeAssistant, entities: Sequence[HomeEntity], change: float) -> Step:
    states = {entity: hass.states.get(entity.entity_id) for entity in entities if "position" in entity.abilities}
    current = {entity: _position(state) for entity, state in states.items() if state}
    targets = {entity: min(max(at + change, _CLOSED), _OPEN) for entity, at in current.items() if at is not None}
    if not targets:
        raise UnworkableError(lacking(entities, _NO_POSITION))
    return changed(
        targets,
        lambda position: Service("cover", "set_cover_position", {"position": round(position)}),
        is_placed,
        state="position",
        value="position",
        way="moved",
        under_way="moving",
    )
