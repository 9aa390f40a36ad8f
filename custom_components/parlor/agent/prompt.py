"""The requests of a conversation: a prefix that never changes, the history, and a context that is short."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from homeassistant.components.conversation import Content
from homeassistant.core import callback

from ..home import Home, HomeEntity, catalogue_text
from ..inference import ContextFull, JsonObject, ModelServers
from .history import history_messages
from .instructions import Instructions
from .others import OtherTools
from .tokens import estimate_json, estimate_messages, estimate_tokens
from .tools import schemas_for

# Shares of the context, in tokens: what they are at most, and which part of a small context.
_REPLY = (1024, 4)
_STATES = (1024, 8)
_HISTORY = (512, 8)
# A message's size counts in steps, so that the room for the history is the same in most turns.
_STEP = 512


@dataclass(frozen=True, slots=True)
class Prefix:
    """What every request begins with, byte for byte: the system message and the tools; `tokens` is about their size."""

    system: str
    tools: tuple[JsonObject, ...]
    tokens: int

    @property
    def tool_names(self) -> tuple[str, ...]:
        """Return the names of the tools."""
        return tuple(tool["function"]["name"] for tool in self.tools)


@dataclass(frozen=True, slots=True)
class Budget:
    """How the tokens of a model's context are shared out.

    `reply` is kept free for what the model writes, `states` bounds the context block, `prefix` is the most that
    instructions, catalogue and tools may take if the names of all entities are to be among them, `total` what a
    request may be at all.
    """

    reply: int
    states: int
    prefix: int
    total: int

    @classmethod
    def of(cls, context_length: int) -> Budget:
        """Share out a context of so many tokens."""
        reply, states, history = (min(most, context_length // part) for most, part in (_REPLY, _STATES, _HISTORY))
        total = context_length - reply
        return cls(reply=reply, states=states, prefix=total - states - history, total=total)


class Prompt:
    """Make the requests of one conversation entity."""

    def __init__(
        self, home: Home, servers: ModelServers, instructions: Instructions, others: OtherTools | None = None
    ) -> None:
        """Describe a house to the model of these servers, and the tools of other APIs if there are any."""
        self._others = others
        self._home = home
        self._servers = servers
        self._instructions = instructions
        self._prefix: Prefix | None = None
        self._made_of: tuple[int, str, int, int] | None = None

    @property
    def budget(self) -> Budget:
        """Return the shares of the context of the model in use."""
        return Budget.of(self._servers.context_length)

    @callback
    def prefix(self) -> Prefix:
        """Return the prefix, the same object until the house, the instructions or the model's context change.

        If the catalogue does not fit, it shrinks to areas and counts. Raises ContextFull if that does not fit either.
        """
        others = self._others.revision if self._others else 0
        made_of = (self._home.revision, self._instructions.text, self._servers.context_length, others)
        if self._prefix is None or made_of != self._made_of:
            self._prefix = self._make_prefix()
            self._made_of = made_of
        return self._prefix

    @callback
    def messages(self, prefix: Prefix, history: Iterable[Content], last: JsonObject) -> list[JsonObject]:
        """Return the messages of a request: as much of the history as fits, then the last message.

        Raises ContextFull if not even the last message fits.
        """
        size = estimate_messages((last,))
        left = self.budget.total - prefix.tokens
        if size > left:
            raise _context_full(prefix.tokens + size, self.budget.total)
        earlier = history_messages(history, left - -(-size // _STEP) * _STEP)
        return [{"role": "system", "content": prefix.system}, *earlier, last]

    @callback
    def check(self, prefix: Prefix, messages: Sequence[JsonObject]) -> None:
        """Raise ContextFull if the messages, which grew during a turn, do not fit any more."""
        size = prefix.tokens + estimate_messages(messages[1:])
        if size > self.budget.total:
            raise _context_full(size, self.budget.total)

    def _make_prefix(self) -> Prefix:
        tools = (*schemas_for(self._home), *(self._others.schemas if self._others else ()))
        added = self._others.prompt if self._others else ""
        instructions = f"{self._instructions.text}\n\n{added}" if added else self._instructions.text
        tool_tokens = estimate_json(tools)
        budget = self.budget
        for catalogue, room in (
            (catalogue_text(self._home), budget.prefix),
            (brief_catalogue(self._home.entities.values()), budget.total - budget.states),
        ):
            system = f"{instructions}\n\n{catalogue}"
            tokens = tool_tokens + estimate_tokens(system)
            if tokens <= room:
                return Prefix(system, tools, tokens)
        raise _context_full(tokens, room)


def brief_catalogue(entities: Iterable[HomeEntity]) -> str:
    """Return floors, areas and how many entities of each domain are there: "  Kitchen: 2 light, 1 switch".

    Takes the entities in catalogue order.
    """
    counts: dict[tuple[str, str], Counter[str]] = {}
    for entity in entities:
        place = (entity.floor_name or "No floor", entity.area_name) if entity.area_name else ("No area", "")
        counts.setdefault(place, Counter())[entity.domain] += 1
    lines = ["House:"]
    head = ""
    for (floor, area), domains in counts.items():
        summary = ", ".join(f"{number} {domain}" for domain, number in sorted(domains.items()))
        if not area:
            lines.append(f"{floor}: {summary}")
            continue
        if floor != head:
            lines.append(f"{floor}:")
            head = floor
        lines.append(f"  {area}: {summary}")
    return "\n".join(lines)


def _context_full(size: int, room: int) -> ContextFull:
    return ContextFull(error=f"about {size} tokens where {room} fit")
