"""Lock and unlock doors, and open their latches."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple, override

from homeassistant.components.lock.const import LockEntityFeature
from homeassistant.core import HomeAssistant, State
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, Goal, HomeTool, Progress, Service, Step, UnworkableError
from .relative_steps import lacking

# A bolt takes its time to turn, and some locks tell of it only at the end.
_SLOWNESS: Final = 4


class _Action(NamedTuple):
    service: str
    goal: Goal
    state: str
    under_way: str


def _goal(way: str, *ends: str) -> Goal:
    def progress(state: State) -> Progress:
        if state.state == way:
            return Progress.UNDER_WAY
        return Progress.REACHED if state.state in ends else Progress.WAITING

    return progress


_ACTIONS: Final[Mapping[str, _Action]] = {
    "lock": _Action("lock", _goal("locking", "locked"), "locked", "locking"),
    "unlock": _Action("unlock", _goal("unlocking", "unlocked", "open"), "unlocked", "unlocking"),
    "open": _Action("open", _goal("opening", "open"), "unlatched", "opening"),
}


class Lock(HomeTool):
    """Control locks."""

    name = "lock"
    description = "Lock, unlock or unlatch doors"
    parameters = probatio.Schema({TARGETS: [str], probatio.Required("action"): probatio.In(["lock", "unlock", "open"])})
    domains = frozenset({"lock"})
    usual = domains
    broad = domains
    fields: ClassVar[Mapping[str, str]] = {"action": "lock_actions"}

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        action = _ACTIONS[arguments["action"]]
        able = [entity for entity in entities if action.service != "open" or _has_latch(hass, entity)]
        if not able:
            raise UnworkableError(lacking(entities, "be opened, only unlocked"))
        service = Service("lock", action.service)
        return [Step(tuple(able), (service,), action.goal, action.state, action.under_way, slowness=_SLOWNESS)]


def _has_latch(hass: HomeAssistant, entity: HomeEntity) -> bool:
    state = hass.states.get(entity.entity_id)
    return bool(state and int(state.attributes.get("supported_features") or 0) & LockEntityFeature.OPEN)
