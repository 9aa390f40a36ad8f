"""Repairs platform: the flows that mend issues."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .issues import create_fix_flow


async def async_create_fix_flow(
    _hass: HomeAssistant, issue_id: str, _data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    return create_fix_flow(issue_id)
