"""What the benchmark of the ears found."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds, or other numbers: the middle one, the tenth and the ninetieth of a hundred, and how many there were."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Sum up at least one value."""
        ordered = sorted(values)
        last = len(ordered) - 1
        return cls(median(ordered), ordered[round(last * 0.1)], ordered[round(last * 0.9)], len(ordered))


@dataclass(frozen=True, slots=True)
class EndOfSpeech:
    """Seconds from the last voiced sample to the transcript, silence included, with the same model on both sides.

    `finished`: sentences that Parlor knows to be whole, or all others.
    """

    model: str
    finished: bool
    parlor: Spread
    other: Spread


@dataclass(frozen=True, slots=True)
class Decode:
    """Seconds from the end of a recording that is there at once to its transcript."""

    model: str
    seconds: float
    parlor: Spread
    other: Spread


@dataclass(frozen=True, slots=True)
class Pauses:
    """Utterances with one pause of so many seconds inside: how many, and how many were taken to be over there.

    `unfinished`: what stands before the pause cannot be all, or it could.
    """

    seconds: float
    unfinished: bool
    count: int
    parlor: int
    other: int


@dataclass(frozen=True, slots=True)
class Words:
    """Word error rates, from 0 to 1, of held-out sentences by who speaks them, with the short window and the full."""

    spoken_by: str
    clips: int
    short: float
    full: float


@dataclass(frozen=True, slots=True)
class Results:
    """All of it, and what it was measured beside and on."""

    beside: str
    machine: str
    ends: Sequence[EndOfSpeech]
    decodes: Sequence[Decode]
    pauses: Sequence[Pauses]
    words: Sequence[Words]

    @property
    def cut_off(self) -> float:
        """Return the share of unfinished sentences that were cut off at their pause."""
        unfinished = [found for found in self.pauses if found.unfinished]
        return sum(found.parlor for found in unfinished) / max(1, sum(found.count for found in unfinished))
