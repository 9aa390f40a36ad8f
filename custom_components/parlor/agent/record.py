"""What is remembered of the last turns, in memory only: figures, no words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, Self

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, HomeAssistant, callback

from ..inference import Served, Stats
from ..recent import Recent
from .facts import CallResult
from .stages import Stages

type Ending = Literal["done", "answered", "asked", "error"]


@dataclass(frozen=True, slots=True)
class PassRecord:
    """One pass of the model: seconds until its first part and in all, how many calls it made, and its own figures.

    `served` says which server and model answered; None where no reply came to its end.
    """

    first_part: float | None
    seconds: float
    calls: int
    stats: Stats | None
    served: Served | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """The figures of one turn.

    `started` and `action_at` (the first service called) are times of the monotonic clock, `seconds` is the whole turn.
    `tools` names the tools called, after repair; `changed` counts the entities whose state changed. `error` is the key
    of what went wrong. `prefilled`: the context had been sent ahead while the speaker was still speaking. `stages` says
    where the time went; `fallback`: another server than the first one answered, because that could not be used.
    """

    route: str
    started: float
    seconds: float
    action_at: float | None
    ending: Ending
    error: str | None
    passes: tuple[PassRecord, ...]
    tools: tuple[str, ...]
    changed: int
    prefilled: bool
    stages: Stages = field(default_factory=Stages)
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said in a turn, to whom, and by which way; `words` are empty where nothing was heard."""

    context: Context
    conversation_id: str
    language: str
    device_id: str | None
    satellite_id: str | None
    words: str
    reply: str


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """What listeners are told at the end of a turn: its figures and, not kept, the calls and what was said."""

    record: TurnRecord
    calls: tuple[CallResult, ...]
    exchange: Exchange


class TurnLog(Recent[TurnEvent, TurnRecord]):
    """The last turns of a conversation entity, and who wants to hear of the next ones."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__(lambda event: event.record)


class FirstAction:
    """Note when the first service is called in a context; used as a context manager."""

    def __init__(self, hass: HomeAssistant, context: Context) -> None:
        """Watch for services that are called in this context."""
        self.at: float | None = None
        self._hass = hass
        self._context = context
        self._stop: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._stop = self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._called)
        return self

    def __exit__(self, *_exc: object) -> None:
        """Watch no more."""
        if self._stop is not None:
            self._stop()

    @callback
    def _called(self, event: Event) -> None:
        if self.at is None and event.context.id == self._context.id:
            self.at = monotonic()
