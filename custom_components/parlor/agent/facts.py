"""What became of a model's calls: results for the model, facts for the reply, changes for the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import json
from typing import TYPE_CHECKING

from ..home import HomeEntity
from ..inference import JsonObject, ToolCall

if TYPE_CHECKING:
    from .orders import Order


class FactKind(StrEnum):
    """How a deed ended.

    ASKED waits for a yes; DENIED is what the user may not do; OUTSIDE is refused because text of others was read;
    READ_ONLY because nothing may be changed in this turn.
    """

    DONE = "done"
    ALREADY = "already"
    UNDER_WAY = "under_way"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    LATER = "later"
    LASTING = "lasting"
    ASKED = "asked"
    DENIED = "denied"
    NEEDS_CODE = "needs_code"
    OUTSIDE = "outside"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Group:
    """The entities of a kind in a place: the kitchen lights, the blinds upstairs, all the lights.

    `kind` is a kind of words/en.json ("light", "blind"), or None for devices of several kinds. With neither area nor
    floor it is the whole house.
    """

    kind: str | None
    area_name: str | None = None
    floor_name: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a fact is about, and the group if they were meant as one."""

    entities: tuple[HomeEntity, ...]
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so.

    `state` names a predicate of the reply templates ("on", "brightness", "closing"), `values` fill it. `message` is
    what Home Assistant said about a failure, or what could not be found; the group may tell its kind and place.
    `again`: so it was before, and is now once more.
    """

    kind: FactKind
    subject: Subject = Subject(())
    state: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """An entity's state before and after, in words as in the context block."""

    entity_id: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CallResult:
    """What became of one call.

    `tool_name` and `arguments` are those after repair; `data` is what the model is told, and with `for_model` it is the
    model that has to tell the user of it. `outside`: text is in it that others may have written.
    """

    call: ToolCall
    tool_name: str
    arguments: JsonObject
    data: JsonObject
    error: bool = False
    changes: tuple[Change, ...] = ()
    outside: bool = False
    for_model: bool = False

    @property
    def signature(self) -> str:
        """Return what is the same when the same call is made again."""
        return json.dumps([self.tool_name, self.arguments], sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all calls of one model pass.

    `results` are in the order of the calls. `question` is to be put to the user: nothing was done; `held` are the
    orders that a yes to it is to carry out. `retry`: no deed was done, and the model can mend what was wrong with its
    calls.
    """

    results: tuple[CallResult, ...]
    question: str | None = None
    facts: tuple[Fact, ...] = ()
    retry: bool = False
    held: tuple[Order, ...] = ()
