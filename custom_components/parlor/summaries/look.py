"""What the sections of a fact sheet look at, and what each of them brings back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import re

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..home import Home, HomeEntity
from .request import SummaryRequest
from .sheet import Fact
from .wording import Wording

type Describe = Callable[[str], Awaitable[str]]
"""Return what the picture of a camera, given by its entity id, shows; raise HomeAssistantError if it cannot be said."""

UNSEEN = (STATE_UNAVAILABLE, STATE_UNKNOWN)


class SectionMissingError(Exception):
    """A section has nothing to read; `reason` is the key of why under "without" in texts/."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


# More facts than a sheet holds: what comes after them is only counted, since each would be a burden for the event loop.
MOST_FACTS = 100
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a section has found: its facts, the most telling first, what was read, and what was not considered.

    `more` is how many further things there would have been a fact about.
    """

    facts: tuple[Fact, ...] = ()
    sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    more: int = 0


type Collect = Callable[[Look], Awaitable[Found]]
"""Collect the facts of a section; raise SectionMissingError where there is nothing to collect from."""


@dataclass(frozen=True, slots=True)
class Look:
    """A period of the home, and what of it may be told.

    `entities` are those that were asked for, by id; `is_whole` says that nobody chose among what is exposed. `may_read`
    says of an entity id whether whoever asks may see it. `now` is in local time.
    """

    hass: HomeAssistant
    home: Home
    request: SummaryRequest
    entities: Mapping[str, HomeEntity]
    wording: Wording
    now: datetime
    may_read: Callable[[str], bool]
    describe: Describe | None = None
    is_whole: bool = True

    @property
    def start(self) -> datetime:
        """Return when the period begins, in local time."""
        return dt_util.as_local(self.request.start)

    @property
    def end(self) -> datetime:
        """Return when the period ends, or now where that is earlier, in local time.

        Raises SectionMissingError where the period has not begun.
        """
        end = min(dt_util.as_local(self.request.end), self.now)
        if end <= self.start:
            raise SectionMissingError("not_begun")
        return end

    @property
    def is_current(self) -> bool:
        """Return whether the period reaches up to now, or beyond."""
        return dt_util.as_local(self.request.end) >= self.now

    def is_focus(self, text: str) -> bool:
        """Return whether a text speaks of what the user wants the summary to be about."""
        folded = text.casefold()
        return any(word in folded for word in _WORD.findall((self.request.focus or "").casefold()))

    def of(self, *domains: str) -> list[HomeEntity]:
        """Return the entities of these domains."""
        return [entity for entity in self.entities.values() if entity.domain in domains]

    def seen(self, entities: Iterable[HomeEntity]) -> list[tuple[HomeEntity, State]]:
        """Return those entities that have a state that says something, with it."""
        found = []
        for entity in entities:
            state = self.hass.states.get(entity.entity_id)
            if state is not None and state.state not in UNSEEN:
                found.append((entity, state))
        return found
