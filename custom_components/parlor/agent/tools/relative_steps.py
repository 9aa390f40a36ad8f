"""Steps that make something more or less than it is, for entities that do not start from the same figure."""

from collections.abc import Callable, Mapping, Sequence

from ...home import HomeEntity, figure
from .base import Service, Step, names_of
from .goals import Goal


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


def lacking(entities: Sequence[HomeEntity], what: str) -> str:
    """Return the error for entities that cannot do something."""
    return f"{names_of(entities)}: cannot {what}"
