"""Parlor's tools: one file each, offered only where the house has something to use them on."""

from functools import lru_cache

from ...home import Home
from ...inference import JsonObject
from .add_event import AddEvent
from .alarm import Alarm
from .base import Errand, Errands, FreeTool, HomeTool, Service, Step, UnworkableError
from .foreign import ForeignTool
from .get_state import GetState
from .goals import Goal, Progress
from .lists import Lists
from .lock import Lock
from .look_up import LookUp
from .media import Media
from .offer import as_offered, offered, reader_of
from .run import Run
from .set_climate import SetClimate
from .set_cover import SetCover
from .set_fan import SetFan
from .set_light import SetLight
from .set_value import SetValue
from .timer import Timer
from .turn_off import TurnOff
from .turn_on import TurnOn
from .vacuum import Vacuum
from .valve import Valve

__all__ = [
    "TIMER",
    "TOOLS",
    "Errand",
    "Errands",
    "ForeignTool",
    "FreeTool",
    "Goal",
    "HomeTool",
    "Progress",
    "Service",
    "Step",
    "UnworkableError",
    "as_offered",
    "reader_of",
    "schemas_for",
    "tools_for",
]

_ALL = (
    AddEvent,
    Alarm,
    GetState,
    Lists,
    Lock,
    LookUp,
    Media,
    Run,
    SetClimate,
    SetCover,
    SetFan,
    SetLight,
    SetValue,
    Timer,
    TurnOff,
    TurnOn,
    Vacuum,
    Valve,
)
TIMER = Timer()
TOOLS: tuple[HomeTool, ...] = tuple(sorted((tool() for tool in _ALL), key=lambda tool: tool.name))


def tools_for(home: Home) -> tuple[HomeTool, ...]:
    """Return the tools for what is exposed, sorted by name so that the prompt prefix stays the same."""
    return _tools_of_use(home.domains, timers=home.has_timers)


def schemas_for(home: Home) -> tuple[JsonObject, ...]:
    """Return the schemas of the tools for what is exposed, as they are offered to a model."""
    return offered(tools_for(home), home)


@lru_cache(maxsize=16)
def _tools_of_use(domains: frozenset[str], *, timers: bool) -> tuple[HomeTool, ...]:
    def is_of_use(tool: HomeTool) -> bool:
        return timers if isinstance(tool, Timer) else not tool.domains or bool(tool.domains & domains)

    return tuple(tool for tool in TOOLS if domains and is_of_use(tool))
