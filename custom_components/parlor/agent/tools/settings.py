"""Several settings of one entity, made and checked together."""

from dataclasses import dataclass, field

from homeassistant.core import State

from ...home import HomeEntity, figure
from .base import Goal, Progress, Service, Step, UnworkableError


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

    def step(self, entity: HomeEntity) -> Step:
        """Return the step that makes them all."""
        return Step((entity,), tuple(self.services), self._progress, "+".join(self.told), values=self.values)

    def _progress(self, state: State) -> Progress:
        reached = all(goal(state) is Progress.REACHED for goal in self.goals)
        return Progress.REACHED if reached else Progress.WAITING


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
