"""What is asked of a summary, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homeassistant.core import Context

from .sheet import FactSheet


class Length(StrEnum):
    """How much is said."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Audience(StrEnum):
    """Whether the text is for the ear or for the eye."""

    SPOKEN = "spoken"
    READ = "read"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A text from outside that the summary may draw on: a mail, a message, a file."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What to summarise and how.

    `entity_ids` None: everything that is exposed to voice assistants. `sections` None: every section that has something
    to say. `focus` and `style` are the user's own words. `context` says who asks: what that user may not read is not in
    the sheet; None: the home itself.
    """

    start: datetime
    end: datetime
    language: str
    entity_ids: frozenset[str] | None = None
    sections: tuple[str, ...] | None = None
    texts: tuple[HandedIn, ...] = ()
    cameras: tuple[str, ...] = ()
    length: Length = Length.MEDIUM
    audience: Audience = Audience.SPOKEN
    style: str | None = None
    focus: str | None = None
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A text in which every sentence is borne out by the sheet.

    `unverified` are the sentences that were dropped, `left_out` what was not considered, `model` None where the text
    was told from templates, `duration` in seconds.
    """

    text: str
    sheet: FactSheet
    unverified: tuple[str, ...]
    left_out: tuple[str, ...]
    model: str | None
    duration: float
