"""What is announced, and what became of it on each target."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which announcements are skipped, or played at a `volume` (0 to 1); they may span midnight."""

    start: time
    end: time
    volume: float | None = None

    def holds(self, now: time) -> bool:
        """Return whether a time of the day, in the home's time zone, is in these hours. The end is not."""
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


@dataclass(frozen=True, slots=True)
class Announcement:
    """A text to be spoken; `volume` (0 to 1) holds while it is. `preannounce`: satellites sound a chime first."""

    text: str
    volume: float | None = None
    preannounce: bool = True


class Fate(StrEnum):
    """What became of an announcement on one target; the values are those of the response."""

    ANNOUNCED = "announced"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"
    UNABLE = "unable"
    NO_VOICE = "no_voice"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an announcement on one target; `message` is what was wrong, in Home Assistant's words."""

    entity_id: str
    fate: Fate
    message: str = ""
