"""What a call expects to see afterwards: goals, read off the state of one entity."""

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from typing import Final

from homeassistant.core import State

_FULLY_OPEN: Final = 100
_POSITION_OFF: Final = 3
_UNSEEN: Final = ("unavailable", "unknown")


class Progress(Enum):
    """How far an entity is on the way to the state that a call asks for."""

    REACHED = "reached"
    UNDER_WAY = "under way"
    WAITING = "waiting"


type Goal = Callable[[State], Progress]
type Measure = Callable[[State], float | None]


def when(is_so: Callable[[State], bool], *, moving: Collection[str] = ()) -> Goal:
    """Return the goal that something is so; in the states `moving` an entity is on the way there."""

    def progress(state: State) -> Progress:
        if state.state in moving:
            return Progress.UNDER_WAY
        return Progress.REACHED if is_so(state) else Progress.WAITING

    return progress


def is_state(*states: str, moving: Collection[str] = ()) -> Goal:
    """Return the goal of being in one of these states; in the states `moving` an entity is on the way there."""
    return when(lambda state: state.state in states, moving=moving)


def is_not_state(*states: str) -> Goal:
    """Return the goal of being in none of these states, and to be reachable."""
    return when(lambda state: state.state not in (*states, *_UNSEEN))


def shows(name: str, value: object) -> Goal:
    """Return the goal of showing a value in an attribute."""
    return when(lambda state: state.attributes.get(name) == value)


def at_figure(measure: Measure, wanted: float, off: float, *, moving: Collection[str] = ()) -> Goal:
    """Return the goal of showing a figure, give or take; in the states `moving` it is on the way there."""

    def is_so(state: State) -> bool:
        current = measure(state)
        return current is not None and abs(current - wanted) <= off and state.state not in _UNSEEN

    return when(is_so, moving=moving)


def is_moved(end: str, moving: str) -> Goal:
    """Return the goal of having gone all the way to "open" or "closed", for what may show a position as well."""
    position = attribute("current_position")

    def is_so(state: State) -> bool:
        at = position(state)
        # What is a hand wide open says "open": it was not asked to stop there.
        is_short = end == "open" and at is not None and at < _FULLY_OPEN - _POSITION_OFF
        return state.state == end and not is_short

    return when(is_so, moving=(moving,))


def is_placed(position: float) -> Goal:
    """Return the goal of standing at a position in percent, for what shows one."""
    return at_figure(attribute("current_position"), position, _POSITION_OFF, moving=("opening", "closing"))


def all_of(goals: Sequence[Goal]) -> Goal:
    """Return the goal that all of these are reached."""
    return when(lambda state: all(goal(state) is Progress.REACHED for goal in goals))


def attribute(name: str) -> Measure:
    """Return what reads a figure off an attribute; None where the attribute holds none."""

    def measure(state: State) -> float | None:
        value = state.attributes.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    return measure
