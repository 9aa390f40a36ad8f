"""Steps that make something more or less than it is, for entities that do not start from the same figure."""

from collections.abc import Callable, Mapping, Sequence

from homeassistant.core import State

from ...home import HomeEntity, figure
from .base import Goal, Progress, Service, Step, names_of

type Measure = Callable[[State], float | None]


def changed(
    targets: Mapping[HomeEntity, float],
    service: Callable[[float], Service],
    goal: Callable[[float], Goal],
    *,
    state: str,
    value: str,
    way: str,
    under_way: str = "",
) -> Step:
    """Return the step that brings each entity to its own figure.

    `state` is the predicate with the figure as `value` where all end at the same one, `way` the one where they do not.
    """
    entities = tuple(targets)
    figures = sorted(set(targets.values()))
    services = []
    for to in figures:
        made = service(to)
        only = tuple(entity.entity_id for entity in entities if targets[entity] == to)
        services.append(Service(made.domain, made.name, made.data, only))
    goals = {entity.entity_id: goal(to) for entity, to in targets.items()}
    told = state if len(figures) == 1 else way
    return Step(
        entities,
        tuple(services),
        lambda state: goals[state.entity_id](state),
        told,
        under_way=under_way if len(figures) == 1 else "",
        values={value: figure(figures[0])} if len(figures) == 1 else {},
    )


def at_figure(measure: Measure, wanted: float, off: float, *, moving: Sequence[str] = ()) -> Goal:
    """Return the goal of showing a figure, give or take; in the states `moving` it is on the way there."""

    def progress(state: State) -> Progress:
        if state.state in moving:
            return Progress.UNDER_WAY
        current = measure(state)
        return Progress.REACHED if current is not None and abs(current - wanted) <= off else Progress.WAITING

    return progress


def attribute(name: str) -> Measure:
    """Return what reads a figure off an attribute; None where the attribute holds none."""

    def measure(state: State) -> float | None:
        value = state.attributes.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    return measure


def lacking(entities: Sequence[HomeEntity], what: str) -> str:
    """Return the error for entities that cannot do something."""
    return f"{names_of(entities)}: cannot {what}"
