"""What is on a list."""

from homeassistant.core import Context, HomeAssistant


async def async_items(hass: HomeAssistant, context: Context, entity_id: str, *, done: bool | None) -> dict[str, bool]:
    """Return the items of a to-do list and whether each is done; of those done or not done, or of both with None.

    Raises HomeAssistantError if the list cannot be read.
    """
    status = {None: ["needs_action", "completed"], True: ["completed"], False: ["needs_action"]}[done]
    response = await hass.services.async_call(
        "todo",
        "get_items",
        {"entity_id": entity_id, "status": status},
        blocking=True,
        context=context,
        return_response=True,
    )
    found = (response or {}).get(entity_id)
    items = found.get("items") if isinstance(found, dict) else None
    listed = items if isinstance(items, list) else []
    return {
        str(item["summary"]): item.get("status") == "completed"
        for item in listed
        if isinstance(item, dict) and item.get("summary")
    }
