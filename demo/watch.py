"""What the demo looks at in the house, in its own words: it does not ask Parlor what Parlor did."""

import asyncio
from typing import Any

from homeassistant.components.cover import CoverState
from homeassistant.core import HomeAssistant, State

from .house import watched_entity_ids

type HouseStates = dict[str, dict[str, Any]]

# What of an entity counts as a change; the rest (names, features) does not.
_ATTRIBUTES = (
    "brightness",
    "color_temp_kelvin",
    "current_position",
    "hs_color",
    "percentage",
    "temperature",
)
_SETTLE_SECONDS = 10.0


def watched_states(hass: HomeAssistant) -> HouseStates:
    """Return the state and the attributes that matter of every watched entity, hidden ones included."""
    states = ((entity_id, hass.states.get(entity_id)) for entity_id in watched_entity_ids())
    return {entity_id: _looks(state) for entity_id, state in states if state is not None}


async def async_settled(hass: HomeAssistant) -> None:
    """Wait until no cover moves any more, and a moment for what follows a change."""
    await hass.async_block_till_done()
    moving = {CoverState.OPENING, CoverState.CLOSING}
    async with asyncio.timeout(_SETTLE_SECONDS):
        while any(state.state in moving for state in hass.states.async_all("cover")):
            await asyncio.sleep(0.05)


def in_words(looks: dict[str, Any]) -> str:
    """Return a state as a person would note it down: "on, 80%, 2700 K"."""
    words = [str(looks["state"])]
    if (brightness := looks.get("brightness")) is not None:
        words.append(f"{round(brightness / 2.55)}%")
    if (kelvin := looks.get("color_temp_kelvin")) is not None:
        words.append(f"{kelvin} K")
    elif (colour := looks.get("hs_color")) is not None:
        words.append(f"hue {colour[0]:.0f}°, saturation {colour[1]:.0f}%")
    if (temperature := looks.get("temperature")) is not None:
        words.append(f"set to {temperature:g} °C")
    if looks.get("current_position") not in (None, 0, 100):
        words.append(f"{looks['current_position']:g}%")
    return ", ".join(words)


def _looks(state: State) -> dict[str, Any]:
    attributes = {name: state.attributes[name] for name in _ATTRIBUTES if state.attributes.get(name) is not None}
    return {"state": state.state, **attributes}
