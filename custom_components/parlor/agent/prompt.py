"""The requests of a conversation: a prefix that never changes, the history, and a context that is short."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from homeassistant.components.conversation import Content
from homeassistant.core import callback

from ..home import Detail, Home
from ..inference import ContextFull, JsonObject, ModelServers
from ..inference.tokens import TokenRatio, estimate_messages
from .budget import Budget
from .history import history_messages
from .instructions import Instructions
from .others import OtherTools
from .prefix import Prefix, fit_prefix
from .tools import schemas_for

__all__ = ["Budget", "Overflow", "Prefix", "Prompt"]

# A message's size counts in steps, so that the room for the history is the same in most turns.
_STEP = 512


@dataclass(frozen=True, slots=True)
class Overflow:
    """A house that does not fit: the `tokens` that it takes and the `room` for them, both as the model counts.

    `url` and `model` say who cannot hold it, `context_length` is the model's, `entities` how many are exposed.
    """

    url: str
    model: str
    tokens: int
    room: int
    context_length: int
    entities: int


class Prompt:
    """Make the requests of one conversation entity."""

    def __init__(
        self,
        home: Home,
        servers: ModelServers,
        instructions: Instructions,
        model: str | None = None,
        others: OtherTools | None = None,
    ) -> None:
        """Describe a house to the model of these servers, or to another `model` that they have.

        `others` are the tools of other APIs, if there are any.
        """
        self._others = others
        self._home = home
        self._servers = servers
        self._instructions = instructions
        self._chosen = model
        self._ratio = TokenRatio()
        self._prefix: Prefix | None = None
        self._made_of: tuple[int, str, Budget, int] | None = None
        self._tools: tuple[JsonObject, ...] = ()
        self._least = (0, 0)
        self._overflow: Overflow | None = None
        self._listeners: list[Callable[[Overflow | None], None]] = []

    @property
    def model(self) -> str:
        """Return the name of the model that is asked."""
        return self._chosen or self._servers.model

    @property
    def instructions_now(self) -> str:
        """Return the user's instructions of this moment, for the context block; mostly there are none."""
        return self._instructions.now

    @property
    def budget(self) -> Budget:
        """Return the shares of the context of the model in use."""
        model = self.model
        return Budget.of(self._servers.context_length_of(model), self._ratio.of(model))

    @callback
    def prefix(self) -> Prefix:
        """Return the prefix, the same object until the house, the instructions or the shares of the context change.

        A catalogue that is too long shrinks. Raises ContextFull if that is not enough.
        """
        others = self._others.revision if self._others else 0
        made_of = (self._home.revision, self._instructions.text, self.budget, others)
        if self._prefix is None or made_of != self._made_of:
            self._made_of = made_of
            self._make_prefix(made_of[2])
        if self._prefix is None:
            raise _context_full(*self._least)
        return self._prefix

    @callback
    def listen(self, listener: Callable[[Overflow | None], None]) -> Callable[[], None]:
        """Call a listener when the house does not fit any more, or does again; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def overflow(self) -> Overflow | None:
        """Return what does not fit, as of the last prefix."""
        return self._overflow

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

    @callback
    def learn(self, prefix: Prefix, messages: Sequence[JsonObject], prompt_tokens: int) -> None:
        """Take in how many tokens the server says that a request was, 0 where it did not say."""
        estimated = prefix.tokens + estimate_messages(messages[1:])
        self._ratio.learn(self.model, estimated=estimated, reported=prompt_tokens)

    def _make_prefix(self, budget: Budget) -> None:
        before = self._prefix
        tools = (*schemas_for(self._home), *(self._others.schemas if self._others else ()))
        added = self._others.prompt if self._others else ""
        instructions = f"{self._instructions.text}\n\n{added}" if added else self._instructions.text
        # Equal tools stay the same ones, as an equal prefix does: what was sent ahead is told by it.
        self._tools = self._tools if tools == self._tools else tools
        detail = before.detail if before else Detail.NAMES
        fit = fit_prefix(self._home, instructions, self._tools, budget, detail)
        self._prefix = before if before == fit.prefix else fit.prefix
        self._least = (fit.tokens, fit.room)
        self._tell(self._overflow_of(fit.tokens, fit.room) if fit.tokens else None)

    def _overflow_of(self, tokens: int, room: int) -> Overflow:
        model = self.model
        ratio = self._ratio.of(model)
        length = self._servers.context_length_of(model)
        return Overflow(
            self._servers.url, model, round(tokens * ratio), round(room * ratio), length, len(self._home.entities)
        )

    def _tell(self, overflow: Overflow | None) -> None:
        if overflow != self._overflow:
            self._overflow = overflow
            for listener in list(self._listeners):
                listener(overflow)


def _context_full(size: int, room: int) -> ContextFull:
    return ContextFull(error=f"about {size} tokens where {room} fit")
