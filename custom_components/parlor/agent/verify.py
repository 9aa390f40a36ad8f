"""Wait until the house shows what was asked of it, told by its own state changes."""

import asyncio
from collections.abc import Mapping

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from .tools import Goal, Progress

PATIENCE = 1.5


async def async_wait(hass: HomeAssistant, goals: Mapping[str, Goal], patience: float = PATIENCE) -> dict[str, Progress]:
    """Return how far each entity (the keys are entity ids) got towards its goal, after at most `patience` seconds.

    Returns at once when all have arrived or are under way, or nothing more can be expected of an unavailable rest.
    """
    settled = asyncio.Event()

    @callback
    def changed(_event: Event[EventStateChangedData]) -> None:
        if _is_settled(hass, goals):
            settled.set()

    stop = async_track_state_change_event(hass, list(goals), changed)
    try:
        if not _is_settled(hass, goals):
            async with asyncio.timeout(patience):
                await settled.wait()
    except TimeoutError:
        # Some device does not answer: what there is by now is the answer.
        pass
    finally:
        stop()
    return {entity_id: progress(hass, entity_id, goal) for entity_id, goal in goals.items()}


def progress(hass: HomeAssistant, entity_id: str, goal: Goal) -> Progress:
    """Return how far an entity is now; one without a state has not begun."""
    state = hass.states.get(entity_id)
    return goal(state) if state else Progress.WAITING


def _is_settled(hass: HomeAssistant, goals: Mapping[str, Goal]) -> bool:
    return all(
        progress(hass, entity_id, goal) is not Progress.WAITING or _is_gone(hass, entity_id)
        for entity_id, goal in goals.items()
    )


def _is_gone(hass: HomeAssistant, entity_id: str) -> bool:
    state = hass.states.get(entity_id)
    return state is None or state.state == STATE_UNAVAILABLE
