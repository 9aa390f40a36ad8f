"""Repairs platform: the flows that mend issues, by what stands before the dot of an issue's id."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .issues.blueprints import BLUEPRINTS, BlueprintsFlow
from .issues.flows import FIX_FLOWS
from .issues.local_intents import LOCAL_INTENTS, LocalIntentsFlow

FLOWS: Final[Mapping[str, type[RepairsFlow]]] = {
    **FIX_FLOWS,
    BLUEPRINTS: BlueprintsFlow,
    LOCAL_INTENTS: LocalIntentsFlow,
}


async def async_create_fix_flow(
    _hass: HomeAssistant, issue_id: str, _data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    return FLOWS[issue_id.partition(".")[0]]()
