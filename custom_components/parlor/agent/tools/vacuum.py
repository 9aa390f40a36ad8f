"""Send vacuums and lawn mowers to work, stop them and send them home."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple, override

from homeassistant.components.lawn_mower.const import LawnMowerEntityFeature as Mower
from homeassistant.components.vacuum.const import VacuumEntityFeature as Vacuuming
from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Service, Step, UnworkableError, supporting
from .goals import Goal, is_not_state, is_state
from .relative_steps import lacking
from .switching import by_domain

_docked: Final = is_state("docked", moving=("returning",))
_halted: Final = is_not_state("cleaning", "mowing")


class _Action(NamedTuple):
    service: str
    feature: int
    goal: Goal | None
    state: str
    under_way: str = ""


_ACTIONS: Final[Mapping[str, Mapping[str, _Action]]] = {
    "vacuum": {
        "start": _Action("start", Vacuuming.START, is_state("cleaning"), "cleaning"),
        "pause": _Action("pause", Vacuuming.PAUSE, _halted, "paused"),
        "stop": _Action("stop", Vacuuming.STOP, _halted, "stopped"),
        "dock": _Action("return_to_base", Vacuuming.RETURN_HOME, _docked, "docked", "docking"),
        "locate": _Action("locate", Vacuuming.LOCATE, None, "located"),
    },
    "lawn_mower": {
        "start": _Action("start_mowing", Mower.START_MOWING, is_state("mowing"), "mowing"),
        "pause": _Action("pause", Mower.PAUSE, _halted, "paused"),
        "stop": _Action("stop", Mower.STOP, _halted, "stopped"),
        "dock": _Action("dock", Mower.DOCK, _docked, "docked", "docking"),
    },
}


class Vacuum(HomeTool):
    """Control vacuums and lawn mowers."""

    name = "vacuum"
    description = "Control vacuums, mowers"
    parameters = probatio.Schema(
        {TARGETS: [str], probatio.Required("action"): probatio.In(["start", "pause", "stop", "dock", "locate"])}
    )
    domains = frozenset({"vacuum", "lawn_mower"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {"action": "robot_actions"}
    alone = "robot"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        return [_step(hass, domain, members, arguments["action"]) for domain, members in by_domain(entities)]


def _step(hass: HomeAssistant, domain: str, entities: Sequence[HomeEntity], name: str) -> Step:
    actions = _ACTIONS[domain]
    action = actions.get(name)
    if action and name in ("stop", "pause") and not supporting(hass, entities, action.feature):
        # One of the two is as good as the other.
        action = actions["pause" if name == "stop" else "stop"]
    able = supporting(hass, entities, action.feature) if action else ()
    if action is None or not able:
        raise UnworkableError(lacking(entities, name))
    return Step(tuple(able), (Service(domain, action.service),), action.goal, action.state, action.under_way)
