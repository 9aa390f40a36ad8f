"""What the figures of a turn come to, as entities and the event tell them."""

from typing import Protocol

from .agent.record import PassRecord, TurnRecord
from .inference import Stats


class Asked(Protocol):
    """Something for which a model was asked: a turn, or a task."""

    @property
    def passes(self) -> tuple[PassRecord, ...]:
        """Return the passes of the model."""


def milliseconds(seconds: float | None) -> int | None:
    """Return a time in whole milliseconds; None where there is none."""
    return None if seconds is None else round(seconds * 1000)


def read_tokens(turn: Asked) -> int:
    """Return the tokens of all prompts, cached ones included; 0 where no model was asked."""
    return sum(stats.prompt_tokens for stats in _stats(turn))


def written_tokens(turn: Asked) -> int:
    """Return the tokens that the model wrote."""
    return sum(stats.reply_tokens for stats in _stats(turn))


def cached_tokens(turn: TurnRecord) -> int | None:
    """Return about how many of the tokens read the server's cache spared; None where that is not known of a pass."""
    cached = [one.served.cached_tokens if one.served else None for one in turn.passes if one.stats]
    known = [tokens for tokens in cached if tokens is not None]
    return sum(known) if len(known) == len(cached) else None


def reading_speed(turn: TurnRecord) -> float | None:
    """Return the tokens read a second, cached ones included; None where no time was spent on it."""
    return _per_second(read_tokens(turn), sum(stats.prompt_seconds for stats in _stats(turn)))


def writing_speed(turn: TurnRecord) -> float | None:
    """Return the tokens written a second; None where no time was spent on it."""
    return _per_second(written_tokens(turn), sum(stats.reply_seconds for stats in _stats(turn)))


def _stats(turn: Asked) -> list[Stats]:
    return [one.stats for one in turn.passes if one.stats]


def _per_second(tokens: int, seconds: float) -> float | None:
    return round(tokens / seconds, 1) if seconds else None
