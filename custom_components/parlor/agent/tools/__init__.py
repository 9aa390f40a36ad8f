"""Parlor's tools: one file each, offered only where the house has something to use them on."""

from ...home import Home
from .base import Goal, HomeTool, Progress, Service, Step, UnworkableError
from .get_state import GetState
from .set_climate import SetClimate
from .set_cover import SetCover
from .set_light import SetLight
from .turn_off import TurnOff
from .turn_on import TurnOn

__all__ = ["TOOLS", "Goal", "HomeTool", "Progress", "Service", "Step", "UnworkableError", "tools_for"]

TOOLS: tuple[HomeTool, ...] = tuple(
    sorted((GetState(), SetClimate(), SetCover(), SetLight(), TurnOff(), TurnOn()), key=lambda tool: tool.name)
)


def tools_for(home: Home) -> tuple[HomeTool, ...]:
    """Return the tools for what is exposed, sorted by name so that the prompt prefix stays the same."""
    domains = {entity.domain for entity in home.entities.values()}
    return tuple(tool for tool in TOOLS if domains and (not tool.domains or tool.domains & domains))
