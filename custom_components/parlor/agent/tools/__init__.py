"""Parlor's tools: one file each, offered only where the house has something to use them on."""

from collections import defaultdict

from ...home import Home
from ...inference import JsonObject
from .add_event import AddEvent
from .alarm import Alarm
from .base import Errand, Errands, FreeTool, Goal, HomeTool, Progress, Service, Step, UnworkableError
from .foreign import ForeignTool
from .get_state import GetState
from .lists import Lists
from .lock import Lock
from .look_up import LookUp
from .media import Media
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
    domains = {entity.domain for entity in home.entities.values()}
    return tuple(tool for tool in TOOLS if domains and _is_of_use(tool, domains, home))


def schemas_for(home: Home) -> tuple[JsonObject, ...]:
    """Return the schemas of the tools for what is exposed, with the fields that something there can take."""
    abilities: dict[str, set[str]] = defaultdict(set)
    for entity in home.entities.values():
        abilities[entity.domain].update(entity.abilities)
    return tuple(
        tool.schema(frozenset[str]().union(*(abilities[domain] for domain in tool.domains))) for tool in tools_for(home)
    )


def _is_of_use(tool: HomeTool, domains: set[str], home: Home) -> bool:
    if isinstance(tool, Timer):
        return home.has_timers
    return not tool.domains or bool(tool.domains & domains)
