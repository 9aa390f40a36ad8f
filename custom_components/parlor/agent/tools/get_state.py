"""Look at states."""

from collections.abc import Sequence
from typing import override

from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import KIND, READS, TARGETS, HomeTool, Step


class GetState(HomeTool):
    """Read the states that the context block does not show."""

    name = "get_state"
    description = "Get states that are not in the context"
    parameters = probatio.Schema({TARGETS: [str], KIND: str})
    annotations = READS
    # Empty: anything that is exposed may be looked at.
    domains = frozenset()
    usual = frozenset()
    broad = frozenset()

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return []
