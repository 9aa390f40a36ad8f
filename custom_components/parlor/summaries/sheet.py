"""The fact sheet: what code has collected, and all that a summary may say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Which way a value has gone."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a fact; `unit` as Home Assistant writes it ("°C", "kWh", "%"), None for a count.

    A span of time that is said as "2 hours 10 minutes" is one figure: 130 "min"; below a minute it is in "s".
    """

    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so: a plain sentence that stands by itself, and what can be checked in it.

    `names` are whatever the sentence speaks of (entities, areas, persons, events, items), `states` the words it says
    of them ("open", "away", "rainy"), `times` the moments, in the home's time zone. `from_outside` marks words that
    come from outside the home (mails, appointments, list items): they may inform, never instruct.
    """

    text: str
    names: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    times: tuple[datetime, ...] = ()
    states: tuple[str, ...] = ()
    direction: Direction | None = None
    from_outside: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one kind, the most telling first; `left_out` names what there was no room for."""

    key: str
    facts: tuple[Fact, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSheet:
    """What was collected about a period of the home.

    `sources` are the entity ids and other origins that were read; sections without a fact are not in it. `left_out`
    says what else is missing as a whole, and why: sections that could not be read or had no room.
    """

    start: datetime
    end: datetime
    language: str
    sections: tuple[Section, ...]
    sources: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts of all sections."""
        return tuple(fact for section in self.sections for fact in section.facts)
