"""The sections of a fact sheet: one file each; a new one is listed here, in the order in which they are told."""

from collections.abc import Mapping
from typing import Final

from ..look import Collect
from .batteries import async_batteries
from .calendar import async_calendar
from .cameras import async_cameras
from .changes import async_changes
from .energy import async_energy
from .numbers import async_numbers
from .on import async_on
from .open import async_open
from .presence import async_presence
from .texts import async_texts
from .to_do import async_to_do
from .unavailable import async_unavailable
from .updates import async_updates
from .weather import async_weather

SECTIONS: Final[Mapping[str, Collect]] = {
    "weather": async_weather,
    "calendar": async_calendar,
    "to_do": async_to_do,
    "presence": async_presence,
    "open": async_open,
    "on": async_on,
    "changes": async_changes,
    "numbers": async_numbers,
    "energy": async_energy,
    "batteries": async_batteries,
    "unavailable": async_unavailable,
    "updates": async_updates,
    "cameras": async_cameras,
    "texts": async_texts,
}
