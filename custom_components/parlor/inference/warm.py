"""When a model that is gone from a server's memory is loaded again."""

from collections.abc import Callable
from time import monotonic
from typing import Final

SETTLED_SECONDS: Final = 600.0
"""A model that is still there so long after it was loaded has its place in the memory."""
FIRST_PAUSE_SECONDS: Final = 300.0
LONGEST_PAUSE_SECONDS: Final = 3600.0

# The first time may be a restart of the server, or a moment in which somebody tries another model.
_FREE: Final = 1


class Warmth:
    """Decide whether to load a model again, without fighting over the memory with whoever else uses the server.

    The first time it is loaded at once. Gone again soon after each time, it is wanted less than what takes its place:
    the pause between two loads doubles from 5 minutes to an hour, until the model has stayed for 10 minutes.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Know nothing of the model yet; `clock` tells seconds."""
        self._clock = clock
        self._loaded_at = 0.0
        self._losses = 0
        self._gone = False

    @property
    def contested(self) -> bool:
        """Return whether the model is gone and waits because something else takes its place again and again."""
        return self._gone and self._losses > _FREE

    @property
    def pause(self) -> float:
        """Return how many seconds after its last load the model may be loaded again."""
        if self._losses <= _FREE:
            return 0.0
        doublings = min(self._losses - _FREE - 1, 16)
        return min(FIRST_PAUSE_SECONDS * (1 << doublings), LONGEST_PAUSE_SECONDS)

    def loaded(self) -> None:
        """Note that the model was just loaded."""
        self._loaded_at = self._clock()
        self._gone = False

    def wants_load(self, *, gone: bool) -> bool:
        """Note whether the model was found gone, and return whether it is to be loaded now."""
        since = self._clock() - self._loaded_at
        if not gone:
            self._gone = False
            if since >= SETTLED_SECONDS:
                self._losses = 0
            return False
        if not self._gone:
            self._gone = True
            # Longer than any pause is long, so that a model which is lost after each load does not look settled.
            self._losses = self._losses + 1 if since < SETTLED_SECONDS else 1
        return since >= self.pause
