"""Turn things off."""

from collections.abc import Sequence
from typing import override

from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import KIND, TARGETS, HomeTool, Service, Step
from .goals import is_state
from .switching import BROAD, STATES_OFF, SWITCHED, USUAL, by_domain


class TurnOff(HomeTool):
    """Turn off lights and whatever else can be switched."""

    name = "turn_off"
    description = "Turn off"
    parameters = probatio.Schema({TARGETS: [str], KIND: str})
    domains = SWITCHED
    usual = USUAL
    broad = BROAD

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return [
            Step(members, (Service(domain, "turn_off"),), is_state(*STATES_OFF.get(domain, ("off",))), "off")
            for domain, members in by_domain(entities)
        ]
