"""Another volume for a while."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import logging
from typing import Final

from homeassistant.components.media_player.const import ATTR_MEDIA_VOLUME_LEVEL
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_VOLUME_SET
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .places import PLAYER

_LOGGER = logging.getLogger(__name__)
# Players round.
_SAME: Final = 0.02


@asynccontextmanager
async def at_volume(
    hass: HomeAssistant, context: Context, player: str | None, volume: float | None
) -> AsyncGenerator[None]:
    """Set the volume (0 to 1) of a media player, and put it back at the end, unless somebody has changed it meanwhile.

    A player that shows no volume, because it is off, keeps the new one. Raises what setting it raises.
    """
    if player is None or volume is None:
        yield
        return
    before = _volume(hass, player)
    await _async_set(hass, context, player, volume)
    try:
        yield
    finally:
        now = _volume(hass, player)
        is_ours = now is None or abs(now - volume) < _SAME
        if before is not None and is_ours and abs(before - volume) >= _SAME:
            try:
                await _async_set(hass, context, player, before)
            except HomeAssistantError as error:
                # The player is gone by now; what was said was said.
                _LOGGER.warning("The volume of %s could not be put back: %s", player, error)


def _volume(hass: HomeAssistant, player: str) -> float | None:
    state = hass.states.get(player)
    volume = state.attributes.get(ATTR_MEDIA_VOLUME_LEVEL) if state else None
    return float(volume) if isinstance(volume, int | float) else None


async def _async_set(hass: HomeAssistant, context: Context, player: str, volume: float) -> None:
    data = {ATTR_ENTITY_ID: player, ATTR_MEDIA_VOLUME_LEVEL: volume}
    await hass.services.async_call(PLAYER, SERVICE_VOLUME_SET, data, blocking=True, context=context)
