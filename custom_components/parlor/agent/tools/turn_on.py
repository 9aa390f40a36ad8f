"""Turn things on."""

from collections.abc import Sequence
from typing import override

from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import KIND, TARGETS, HomeTool, Service, Step
from .goals import is_not_state, is_state
from .switching import BROAD, STATES_OFF, SWITCHED, USUAL, by_domain

# What a scene or a script did cannot be seen in its own state.
_RUN_ONLY = frozenset({"scene", "script"})


class TurnOn(HomeTool):
    """Turn on lights and whatever else can be switched; run scenes and scripts."""

    name = "turn_on"
    description = "Turn on, set lights and fans, run scenes"
    parameters = probatio.Schema({TARGETS: [str], KIND: str})
    domains = SWITCHED | _RUN_ONLY
    usual = USUAL
    broad = BROAD

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return [_step(domain, members) for domain, members in by_domain(entities)]


def _step(domain: str, entities: tuple[HomeEntity, ...]) -> Step:
    services = (Service(domain, "turn_on"),)
    if domain in _RUN_ONLY:
        return Step(entities, services, None, f"{domain}_run")
    off = STATES_OFF.get(domain)
    return Step(entities, services, is_not_state(*off) if off else is_state("on"), "on")
