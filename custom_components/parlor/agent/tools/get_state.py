"""Look at states."""

from collections.abc import Sequence
from typing import Final, override

from homeassistant.core import Context, HomeAssistant
import probatio

from ...home import HomeEntity, state_line
from ...inference import JsonObject
from .base import KIND, TARGETS, ReadingTool

_MOST: Final = 60


class GetState(ReadingTool):
    """Read the states that the context block does not show."""

    name = "get_state"
    description = "Read states, lists, events, weather, history"
    parameters = probatio.Schema({TARGETS: [str], KIND: str})

    @override
    async def async_read(
        self, hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity], arguments: JsonObject
    ) -> JsonObject:
        found: JsonObject = {"states": [state_line(hass, entity) for entity in entities[:_MOST]]}
        if len(entities) > _MOST:
            found["more"] = len(entities) - _MOST
        return found
