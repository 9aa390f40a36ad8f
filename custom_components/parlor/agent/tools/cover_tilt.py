"""Turn the slats of blinds."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components.cover.const import CoverEntityFeature
from homeassistant.core import HomeAssistant, State

from ...home import HomeEntity, figure
from .base import Service, Step, UnworkableError, supporting
from .goals import Goal, Progress, attribute
from .relative_steps import lacking

_TILT_OFF: Final = 5
_CLOSED, _OPEN = 0, 100
_SERVICES: Final = {_CLOSED: "close_cover_tilt", _OPEN: "open_cover_tilt"}
_tilt = attribute("current_tilt_position")


def tilted(hass: HomeAssistant, entities: Sequence[HomeEntity], tilt: float) -> Step:
    """Return the step that turns slats to so many percent open.

    Raises UnworkableError where no slats can be turned that far.
    """
    states = {
        entity: state
        for entity in entities
        if "tilt" in entity.abilities and (state := hass.states.get(entity.entity_id))
    }
    if not states:
        raise UnworkableError(lacking(entities, "tilt"))
    places = supporting(hass, tuple(states), CoverEntityFeature.SET_TILT_POSITION)
    if len(places) < len(states) and tilt not in _SERVICES:
        raise UnworkableError(lacking([one for one in states if one not in places], "tilt but to 0 or 100"))
    if len(places) < len(states):
        service = Service("cover", _SERVICES[round(tilt)])
    else:
        service = Service("cover", "set_cover_tilt_position", {"tilt_position": round(tilt)})
    goals = {entity.entity_id: _turned(tilt, _tilt(state)) for entity, state in states.items()}
    is_shown = all(_tilt(state) is not None for state in states.values())
    goal: Goal | None = (lambda state: goals[state.entity_id](state)) if is_shown else None
    return Step(tuple(states), (service,), goal, "tilt", "tilting", {"tilt": figure(tilt, 0)})


def _turned(wanted: float, before: float | None) -> Goal:
    def progress(state: State) -> Progress:
        current = _tilt(state)
        if current is not None and abs(current - wanted) <= _TILT_OFF:
            return Progress.REACHED
        # Slats turn slowly, and no state says that they do.
        return Progress.WAITING if current is None or current == before else Progress.UNDER_WAY

    return progress
