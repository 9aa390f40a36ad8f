"""What every request begins with: instructions, catalogue and tools, no larger than a model reads well."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..home import Detail, Home, write_catalogue
from ..inference import JsonObject
from ..inference.tokens import estimate_json, estimate_tokens
from .budget import Budget
from .tools import TOOLS

# What instructions, tools and catalogue are kept below, as the estimate counts: a model reads no faster for having
# room, and small ones lose track in long lists. A small house may always have its names in.
TARGET = 1500
LEAST_NAMES = 320
# A catalogue grows again only where it fits that much better.
_CLEARLY = 0.9
# The most that a command adds to the context of a house whose catalogue has no names.
_COMMANDED = 150


@dataclass(frozen=True, slots=True)
class Prefix:
    """The system message and the tools, which stay the same byte for byte; `tokens` is about their size.

    `detail` is how much of the house they tell.
    """

    system: str
    tools: tuple[JsonObject, ...]
    tokens: int
    detail: Detail = Detail.NAMES

    @property
    def tool_names(self) -> tuple[str, ...]:
        """Return the names of the tools that are offered."""
        return tuple(tool["function"]["name"] for tool in self.tools)

    @property
    def known_names(self) -> frozenset[str]:
        """Return the names by which a tool may be called: those offered, and those that stand behind them."""
        return frozenset(tool.name for tool in TOOLS).union(self.tool_names)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a prefix fits into a context.

    Without a `prefix` not even the smallest one does. `tokens` are what the house should have told where there is room
    for `room` only, both estimated; they are 0 where all of that fits.
    """

    prefix: Prefix | None
    tokens: int = 0
    room: int = 0


def fit_prefix(home: Home, instructions: str, tools: Sequence[JsonObject], budget: Budget, before: Detail) -> Fit:
    """Return the prefix with as much of the house as is good, given how much it told `before`.

    Over the target the catalogue tells less, from names to how many and where; over the room of the model's context,
    less than that.
    """
    base = estimate_json(tools) + estimate_tokens(instructions) + 1
    target = max(TARGET - base, LEAST_NAMES)
    tokens, room = base, budget.total - budget.states
    refused: tuple[int, int] | None = None
    for detail in Detail:
        catalogue = home.catalogue if detail is Detail.NAMES else write_catalogue(home.entities.values(), detail)
        size = estimate_tokens(catalogue)
        tokens = base + size
        is_last = detail is max(Detail)
        if not is_last and size > target * (_CLEARLY if detail < before else 1):
            continue
        if tokens <= (room if is_last else budget.prefix):
            return Fit(Prefix(f"{instructions}\n\n{catalogue}", tuple(tools), tokens, detail), *(refused or ()))
        refused = refused or (tokens, budget.prefix)
    return Fit(None, tokens, room)


def told_of(prefix: Prefix, budget: Budget, words: str, *, asks: bool) -> tuple[str, int]:
    """Return the words whose entities the context of a large house tells of, and the most tokens that may take.

    Who `asks` needs the states of what is named. A command needs its names, unless the catalogue has them.
    """
    if asks:
        return words, budget.states
    if prefix.detail <= Detail.ACTING:
        return "", budget.states
    return words, min(budget.states, _COMMANDED)
