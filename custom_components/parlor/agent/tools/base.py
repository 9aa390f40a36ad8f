"""What every tool of Parlor is: a flat schema for the model, services behind it, a state expected afterwards."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import ClassVar

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import llm
import probatio

from ...home import HomeEntity
from ...inference import JsonObject

TARGETS = probatio.Required("targets", description="names from the house list, an area, or a floor")
KIND = probatio.Optional("kind", description="light, switch, fan, cover, ...")

# A call does what it says, however often, and only in this house.
ACTS = llm.ToolAnnotations(read_only=False, destructive=False, idempotent=True, open_world=False)
READS = llm.ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)


class Progress(Enum):
    """How far an entity is on the way to the state that a call asks for."""

    REACHED = "reached"
    UNDER_WAY = "under way"
    WAITING = "waiting"


type Goal = Callable[[State], Progress]


class UnworkableError(Exception):
    """A call that cannot be made as it is; the message tells a model what would be valid."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of Home Assistant with its data, the targets aside."""

    domain: str
    name: str
    data: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Services that run one after the other on some entities, and what is then expected of each.

    `goal` is None where nothing can be seen afterwards. `state` names the predicate of the reply templates that is true
    at the goal, `under_way` the one on the way there; `values` fill them.
    """

    entities: tuple[HomeEntity, ...]
    services: tuple[Service, ...]
    goal: Goal | None
    state: str
    under_way: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class HomeTool(ABC):
    """A function that the model may call.

    `domains` are those it can be called on; `usual` those that a room stands for when no kind is named, `broad` those
    that "everything" stands for. `fields` say how what models write in a field
    is read: "percent", "number", "text", or a key of the words files that lists synonyms.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[probatio.Schema]
    annotations: ClassVar[llm.ToolAnnotations] = ACTS
    domains: ClassVar[frozenset[str]]
    usual: ClassVar[frozenset[str]]
    broad: ClassVar[frozenset[str]]
    fields: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def _schema(self) -> JsonObject:
        parameters = probatio.to_openapi(self.parameters, openapi_version="3.1.0")
        # Unknown fields are dropped on arrival; to forbid them would only make the prompt longer.
        parameters.pop("additionalProperties", None)
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": parameters},
        }

    def schema(self) -> JsonObject:
        """Return the tool as Ollama takes it: {"type": "function", "function": {name, description, parameters}}."""
        return self._schema

    @abstractmethod
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        """Return what is to be done on the entities; nothing is done yet.

        Raises UnworkableError where an argument does not suit the entities.
        """


def is_state(*states: str) -> Goal:
    """Return the goal of being in one of these states."""
    return lambda state: Progress.REACHED if state.state in states else Progress.WAITING


def is_not_state(*states: str) -> Goal:
    """Return the goal of being in none of these states, and to be reachable."""
    unseen = {*states, "unavailable", "unknown"}
    return lambda state: Progress.WAITING if state.state in unseen else Progress.REACHED
