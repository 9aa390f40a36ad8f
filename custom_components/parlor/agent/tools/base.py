"""What every tool of Parlor is: a flat schema for the model, services behind it, a state expected afterwards."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, override

from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import llm
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from ..facts import Fact
from ..utterance import Utterance
from .goals import Goal

# The instructions say what targets are; to say it in every tool would take tokens for nothing.
TARGETS = probatio.Required("targets")
KIND = probatio.Optional("kind")
# As targets are: the instructions say that it is a difference.
CHANGE = probatio.Optional("change")
NUMBER = probatio.Coerce(float)
PERCENT = probatio.All(NUMBER, probatio.Range(min=0, max=100))

# A call does what it says, however often, and only in this house.
ACTS = llm.ToolAnnotations(read_only=False, destructive=False, idempotent=True, open_world=False)
READS = llm.ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)


# Something that takes more than a service call with known data. It returns values that fill the reply template, and
# raises HomeAssistantError with words that can be spoken.
type Errand = Callable[[HomeAssistant, Context], Awaitable[Mapping[str, str]]]


class UnworkableError(Exception):
    """A call that cannot be made as it is; the message tells a model what would be valid."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of Home Assistant with its data, the targets aside: all of the step, or `only` these entity ids."""

    domain: str
    name: str
    data: JsonObject = field(default_factory=dict)
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Services that run one after the other on some entities, and what is then expected of each.

    `goal` is None where nothing can be seen afterwards. `state` names the predicate of the reply templates that is true
    at the goal, `under_way` the one on the way there; `values` fill them, and `seen` reads them off an entity that got
    there, where a device makes of a figure what it can. `errand` comes after the services. `again`: it was so before.
    `slowness` is how many times as long as a lamp a device may take to answer.
    """

    entities: tuple[HomeEntity, ...]
    services: tuple[Service, ...]
    goal: Goal | None
    state: str
    under_way: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    seen: Callable[[State], Mapping[str, str]] | None = None
    errand: Errand | None = None
    again: bool = False
    slowness: float = 1


@dataclass(frozen=True, slots=True)
class Errands:
    """What a call that is about no entity comes to, before anything is done.

    `steps` are to be done; `facts` say why something is not; `question` is to be put to the user. `ask` is awaited for
    what the model is to answer from; it raises UnworkableError with words for the model. `error` tells the model what
    is wrong with the call, and `mendable` whether it can do something about it.
    """

    steps: tuple[Step, ...] = ()
    facts: tuple[Fact, ...] = ()
    question: str | None = None
    ask: Callable[[HomeAssistant, Context], Awaitable[JsonObject]] | None = None
    error: str = ""
    mendable: bool = True


class HomeTool(ABC):
    """A function that the model may call.

    `domains` are those it can be called on; `usual` those that a room stands for when no kind is named, `broad` those
    that "everything" stands for. `fields` say how what models write in a field
    is read: "percent", "number", "text", or a key of the words files that lists synonyms.
    """

    name: str
    description: str
    parameters: probatio.Schema
    annotations: llm.ToolAnnotations = ACTS
    domains: ClassVar[frozenset[str]]
    usual: ClassVar[frozenset[str]]
    broad: ClassVar[frozenset[str]]
    fields: ClassVar[Mapping[str, str]] = {}
    needs: ClassVar[Mapping[str, str]] = {}
    alone: ClassVar[str] = ""
    change_of: ClassVar[str] = ""
    step: ClassVar[float] = 20
    timed: ClassVar[bool] = False
    outside: ClassVar[bool] = False

    @cached_property
    def _schema(self) -> JsonObject:
        parameters = probatio.to_openapi(self.parameters, openapi_version="3.1.0")
        # Unknown fields are dropped on arrival; to forbid them would only make the prompt longer.
        parameters.pop("additionalProperties", None)
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": parameters},
        }

    def schema(self, abilities: Collection[str] | None = None) -> JsonObject:
        """Return the tool as Ollama takes it: {"type": "function", "function": {name, description, parameters}}.

        With the `abilities` of the house, fields that nothing in it could take are left out.
        """
        if abilities is None or all(ability in abilities for ability in self.needs.values()):
            return self._schema
        function = self._schema["function"]
        kept = {
            name: field
            for name, field in function["parameters"]["properties"].items()
            if name not in self.needs or self.needs[name] in abilities
        }
        parameters = {**function["parameters"], "properties": kept}
        return {"type": "function", "function": {**function, "parameters": parameters}}

    @abstractmethod
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        """Return what is to be done on the entities; nothing is done yet.

        Raises UnworkableError where an argument does not suit the entities.
        """

    def likely(self, hass: HomeAssistant, entities: Sequence[HomeEntity]) -> Sequence[HomeEntity]:  # noqa: ARG002
        """Return those of several candidates that the speaker is likely to mean, by their states."""
        return entities

    async def async_read(
        self, hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity], arguments: JsonObject
    ) -> JsonObject:
        """Return what a reading tool found, for the model.

        Raises UnworkableError where that cannot be read.
        """
        raise NotImplementedError


class FreeTool(HomeTool):
    """A function that is about no entity of the house, and takes no targets."""

    domains = frozenset[str]()
    usual = frozenset[str]()
    broad = frozenset[str]()
    timed = True

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return []

    def only_reads(self, arguments: JsonObject) -> bool:  # noqa: ARG002
        """Return whether a call with these arguments changes nothing."""
        return self.annotations.read_only

    @abstractmethod
    def errands(self, hass: HomeAssistant, utterance: Utterance, arguments: JsonObject) -> Errands:
        """Return what a call comes to; nothing is done yet."""


class ReadingTool(HomeTool):
    """A function that looks at entities and changes nothing; anything that is exposed may be looked at."""

    annotations = READS
    domains = frozenset[str]()
    usual = frozenset[str]()
    broad = frozenset[str]()

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return []


def features_of(hass: HomeAssistant, entity: HomeEntity) -> int:
    """Return the features that an entity says it has; none where it has no state."""
    state = hass.states.get(entity.entity_id)
    return int(state.attributes.get("supported_features") or 0) if state else 0


def supporting(hass: HomeAssistant, entities: Sequence[HomeEntity], feature: int) -> list[HomeEntity]:
    """Return those of the entities that have a feature."""
    return [entity for entity in entities if features_of(hass, entity) & feature]


def names_of(entities: Sequence[HomeEntity]) -> str:
    """Return the names of some entities for an error, not too many."""
    return ", ".join(entity.label for entity in entities[:5])


def chosen(wanted: str, options: Sequence[str], what: str) -> str:
    """Return the option that is meant, however it is written.

    Raises UnworkableError that names the options where none is meant; `what` is what they are options of.
    """
    plain = {_plain(option): option for option in options}
    found = plain.get(_plain(wanted))
    if found is None:
        listed = ", ".join(options[:20]) or "none"
        raise UnworkableError(f"{what} has no {wanted}; valid: {listed}")
    return found


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, str(text).casefold()))
