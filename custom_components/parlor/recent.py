"""The last things that happened, kept in memory, and those who want to hear of the next ones."""

from collections import deque
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.core import callback

_LOGGER = logging.getLogger(__name__)
_KEPT: Final = 20


class Recent[EventT, RecordT]:
    """What is kept of the last events, and the listeners to the next ones."""

    def __init__(self, keep: Callable[[EventT], RecordT]) -> None:
        """Start without any; `keep` says what is kept of an event."""
        self._keep = keep
        self._records: deque[RecordT] = deque(maxlen=_KEPT)
        self._listeners: list[Callable[[EventT], None]] = []

    @property
    def records(self) -> tuple[RecordT, ...]:
        """Return what is kept of the last ones, oldest first."""
        return tuple(self._records)

    @callback
    def listen(self, listener: Callable[[EventT], None]) -> Callable[[], None]:
        """Call a listener with every event; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def add(self, event: EventT) -> None:
        """Keep what is kept of an event and tell the listeners."""
        self._records.append(self._keep(event))
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                # Nothing is expected here, but whoever listens must not cost the speaker the reply.
                _LOGGER.exception("A listener to %s failed", type(self).__name__)
