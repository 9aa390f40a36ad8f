"""Whether the recogniser ends its sentences with a full stop: only then does a missing one tell something."""

from collections import deque

from .endpoint import STOPS

_REMEMBERED = 8
_TRUSTED = 0.6


class Habit:
    """Follow what was read of whole utterances. Belongs to the event loop.

    Models and languages differ, and words to expect lead some into writing without any: `closes` is believed at first,
    and no longer after a few utterances that end without.
    """

    def __init__(self) -> None:
        """Believe it."""
        self._closed = deque([True] * (_REMEMBERED // 2), maxlen=_REMEMBERED)

    @property
    def closes(self) -> bool:
        """Whether the end of a sentence can be told from its stop."""
        return sum(self._closed) >= _TRUSTED * len(self._closed)

    def note(self, text: str) -> None:
        """Take in the text of an utterance that is over; nothing is learnt from an empty one."""
        if text:
            self._closed.append(text.endswith(STOPS))
