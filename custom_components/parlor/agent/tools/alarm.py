"""Arm and disarm alarm panels. Codes are never taken: what wants one must have it in its own settings."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, override

from homeassistant.components.alarm_control_panel.const import AlarmControlPanelEntityFeature as Feature
from homeassistant.core import HomeAssistant
import probatio

from ...home import HomeEntity
from ...inference import JsonObject
from .base import TARGETS, HomeTool, Service, Step, UnworkableError, features_of, names_of
from .goals import is_state
from .relative_steps import lacking

_MODES: Final[Mapping[str, int]] = {
    "arm_away": Feature.ARM_AWAY,
    "arm_home": Feature.ARM_HOME,
    "arm_night": Feature.ARM_NIGHT,
    "arm_vacation": Feature.ARM_VACATION,
}
_ARM: Final = "arm"
_DISARM: Final = "disarm"
_SLOWNESS: Final = 2
# A panel that arms after a delay says "arming", or "pending" as older ones do.
_PENDING: Final = "pending"


class Alarm(HomeTool):
    """Control alarm panels."""

    name = "alarm"
    description = "Arm or disarm the alarm"
    parameters = probatio.Schema({TARGETS: [str], probatio.Required("action"): probatio.In([*_MODES, _ARM, _DISARM])})
    domains = frozenset({"alarm_control_panel"})
    usual = domains
    broad = frozenset[str]({"none"})
    fields: ClassVar[Mapping[str, str]] = {"action": "alarm_actions"}
    alone = "alarm"

    @override
    def plan(self, hass: HomeAssistant, entities: Sequence[HomeEntity], arguments: JsonObject) -> list[Step]:
        action = arguments["action"]
        if action == _DISARM:
            goal = is_state("disarmed", moving=("disarming", _PENDING))
            service = Service("alarm_control_panel", "alarm_disarm")
            return [Step(tuple(entities), (service,), goal, "disarmed", "disarming", slowness=_SLOWNESS)]
        return [_armed(hass, entity, action) for entity in entities]


def _armed(hass: HomeAssistant, entity: HomeEntity, action: str) -> Step:
    features = features_of(hass, entity)
    modes = [mode for mode, feature in _MODES.items() if features & feature]
    if action == _ARM:
        if len(modes) != 1:
            raise UnworkableError(f"{names_of([entity])} can {', '.join(modes) or 'not be armed'}: say which")
        action = modes[0]
    if action not in modes:
        raise UnworkableError(lacking([entity], f"{action}, only {', '.join(modes) or 'be disarmed'}"))
    to = action.replace(_ARM, "armed", 1)
    service = Service("alarm_control_panel", f"alarm_{action}")
    goal = is_state(to, moving=("arming", _PENDING))
    return Step((entity,), (service,), goal, to, "arming", slowness=_SLOWNESS)
