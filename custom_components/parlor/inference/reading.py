"""How much of a prompt the server's cache spared, which no server says."""

from typing import Final

from .chunks import Stats

# Shorter prompts take about as long to start as to read.
_TELLING_TOKENS: Final = 64
# How much faster than the slowest reading so far the next one may be taken to be, so that one hiccup does not count
# for ever.
_FORGET: Final = 1.01


class ReadingSpeed:
    """The speed at which one model reads what is not in its cache.

    A server counts cached tokens among those read, but spends time only on the others. The slowest reading, in tokens a
    second, is thus about that of a prompt of which nothing was cached, and tells how many tokens the time of any other
    was spent on.
    """

    def __init__(self) -> None:
        """Know no speed yet."""
        self._speed: float | None = None

    def cached_tokens(self, stats: Stats) -> int | None:
        """Learn from one prompt; return about how many of its tokens were cached, None while that is not known."""
        tokens, seconds = stats.prompt_tokens, stats.prompt_seconds
        if tokens < _TELLING_TOKENS:
            return None
        if self._speed is None:
            self._speed = tokens / seconds if seconds else None
            return None
        if seconds:
            self._speed = min(tokens / seconds, self._speed * _FORGET)
        return max(tokens - round(seconds * self._speed), 0)
