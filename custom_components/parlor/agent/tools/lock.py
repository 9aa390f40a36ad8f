"""Lock and unlock doors, and open their latches."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple, override

from homeassistant.components.lock.const import LockEntityFeature
from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Service, Step, UnworkableError, supporting
from .goals import Goal, is_state
from .relative_steps import lacking

# A bolt takes its time to turn, and some locks tell of it only at the end.
_SLOWNESS: Final = 4


class _Action(NamedTuple):
    service: str
    goal: Goal
    state: str
    under_way: str


_ACTIONS: Final[Mapping[str, _Action]] = {
    "lock": _Action("lock", is_state("locked", moving=("locking",)), "locked", "locking"),
    "unlock": _Action("unlock", is_state("unlocked", "open", moving=("unlocking",)), "unlocked", "unlocking"),
    "open": _Action("open", is_state("open", moving=("opening",)), "unlatched", "opening"),
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
        able = supporting(hass, entities, LockEntityFeature.OPEN) if action.service == "open" else entities
        if not able:
            raise UnworkableError(lacking(entities, "be opened, only unlocked"))
        service = Service("lock", action.service)
        return [Step(tuple(able), (service,), action.goal, action.state, action.under_way, slowness=_SLOWNESS)]
