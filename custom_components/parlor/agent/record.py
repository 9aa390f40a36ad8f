"""What is remembered of the last turns, in memory only: figures, no words."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
import logging
from time import monotonic
from typing import Literal, Self

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, HomeAssistant, callback

from ..inference import Served, Stats
from .facts import CallResult
from .stages import Stages

_LOGGER = logging.getLogger(__name__)
_KEPT = 20

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


class TurnLog:
    """The last turns of a conversation entity, and who wants to hear of the next ones."""

    def __init__(self) -> None:
        """Start without any."""
        self._records: deque[TurnRecord] = deque(maxlen=_KEPT)
        self._listeners: list[Callable[[TurnEvent], None]] = []

    @property
    def records(self) -> tuple[TurnRecord, ...]:
        """Return the last turns, oldest first."""
        return tuple(self._records)

    @callback
    def listen(self, listener: Callable[[TurnEvent], None]) -> Callable[[], None]:
        """Call a listener at the end of every turn; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def add(self, event: TurnEvent) -> None:
        """Keep the figures of a turn and tell the listeners."""
        self._records.append(event.record)
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                # Nothing is expected here, but whoever listens must not cost the speaker the reply.
                _LOGGER.exception("A listener to turns failed")


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
