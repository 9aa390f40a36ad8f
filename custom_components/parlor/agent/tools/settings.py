"""Several settings of one entity, made and checked together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from homeassistant.core import State

from ...home import HomeEntity, figure
from .base import Service, Step, UnworkableError
from .goals import Goal, all_of


@dataclass(slots=True)
class Settings:
    """Services to call one after the other, each with its goal and with what is told of it."""

    services: list[Service] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def add(self, service: Service, goal: Goal, told: str, **values: str) -> None:
        """Add one; `told` is its predicate in the reply templates, empty where another one says it too."""
        self.services.append(service)
        self.goals.append(goal)
        self.told += [told] if told else []
        self.values |= values

    def step(self, entity: HomeEntity, *, seen: Callable[[State], Mapping[str, str]] | None = None) -> Step:
        """Return the step that makes them all; `seen` reads what is told of them off the entity."""
        return Step(
            (entity,), tuple(self.services), all_of(self.goals), "+".join(self.told), values=self.values, seen=seen
        )


def checked_number(
    entity: HomeEntity, what: str, value: float, limits: tuple[float | None, float | None], unit: str
) -> float:
    """Return a number that the entity takes; raises UnworkableError with its limits where it does not."""
    lowest, highest = limits
    if lowest is not None and highest is not None and not lowest <= value <= highest:
        raise UnworkableError(
            f"{entity.label} takes {what} from {figure(lowest)} to {figure(highest)} {unit}, not {figure(value)}"
        )
    return value
