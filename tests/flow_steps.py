"""Walking through the flows that set up a model."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.data_entry_flow import FlowManager, FlowResultType

_HANGS = 60


async def async_finished(
    manager: FlowManager[Any, Any, Any], result: Mapping[str, Any], *, until: str | None = None
) -> Any:
    """Wait while a flow shows progress, that of the step `until` aside, and return what it shows then."""
    async with asyncio.timeout(_HANGS):
        while result["type"] is FlowResultType.SHOW_PROGRESS and result["step_id"] != until:
            await asyncio.sleep(0.01)
            result = await manager.async_configure(result["flow_id"])
    return result


async def async_answer(
    manager: FlowManager[Any, Any, Any], result: Any, user_input: dict[str, Any], *, until: str | None = None
) -> Any:
    """Submit a form, wait while the flow shows progress, and use a model whose check has a result."""
    assert not result.get("errors"), result
    result = await manager.async_configure(result["flow_id"], user_input)
    result = await async_finished(manager, result, until=until)
    if result["type"] is FlowResultType.MENU and result["step_id"].startswith("check_"):
        result = await manager.async_configure(result["flow_id"], {"next_step_id": "use_model"})
    return result
