"""Read what no state shows: items, events, the weather to come, and what was."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.core import Context, HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, ReadingTool
from .details import async_details
from .history import async_history

DETAILED: Final = frozenset({"todo", "calendar", "weather"})


class LookUp(ReadingTool):
    """Read lists, calendars, forecasts, and the history of everything else."""

    name = "look_up"
    description = "Read lists, events, forecasts and what was"
    parameters = probatio.Schema(
        {
            TARGETS: [str],
            probatio.Optional("period", description="today, last night, 3 hours"): str,
        }
    )
    fields: ClassVar[Mapping[str, str]] = {"period": "text"}
    outside = True

    @override
    async def async_read(
        self, hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity], arguments: JsonObject
    ) -> JsonObject:
        period = arguments.get("period")
        detailed = [entity for entity in entities if entity.domain in DETAILED]
        others = [entity for entity in entities if entity.domain not in DETAILED]
        found: JsonObject = await async_details(hass, context, detailed, period) if detailed else {}
        return found | (await async_history(hass, others, period) if others else {})
