"""What the benchmark of the ears found."""

from dataclasses import dataclass, field

from benchmarks.results import Spread


@dataclass(frozen=True, slots=True)
class EndOfSpeech:
    """Seconds from the last voiced sample to the transcript, silence included, with the same model on both sides.

    `finished`: sentences that Parlor knows to be whole, or all others.
    """

    model: str
    finished: bool
    count: int
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

    spoken_by: str
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


@dataclass(slots=True)
class Found:
    """All of it."""

    ends: list[EndOfSpeech] = field(default_factory=list)
    decodes: list[Decode] = field(default_factory=list)
    pauses: list[Pauses] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
