"""Commands that wait: Home Assistant keeps them, and says them again when their time has come."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerInfo, TimerManager
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized

from ..home import HomeEntity
from .delay_words import Delayed
from .guard import is_way_in
from .tools import Step
from .utterance import Utterance
from .words import Words

_SAME_WITHIN = 15
_OPENING = frozenset({"unlock", "open", "open_valve", "set_valve_position", "alarm_disarm"})
_CLOSING = frozenset({"close_cover", "stop_cover"})


def can_wait(hass: HomeAssistant) -> bool:
    """Return whether Home Assistant can keep a command for later."""
    return TIMER_DATA in hass.data


def may_wait(step: Step, words: Words) -> bool:
    """Return whether a step can be left for later: not what may need a yes, which nobody could give."""
    opens = {service.name for service in step.services if service.name not in _CLOSING}
    ways_in = any(is_way_in(entity, words) for entity in step.entities)
    return not (opens & _OPENING) and not (opens and ways_in)


def delayed_step(wait: Delayed, utterance: Utterance, entities: Sequence[HomeEntity]) -> Step:
    """Return the step that lets Home Assistant say the command to the same agent later.

    It is done for the device that was spoken to, and only for who may control the entities now.
    """
    return Step((), (), None, "delayed", values={"seconds": str(wait.seconds)}, errand=_keep(wait, utterance, entities))


def _keep(
    wait: Delayed, utterance: Utterance, entities: Sequence[HomeEntity]
) -> Callable[[HomeAssistant, Context], Awaitable[Mapping[str, str]]]:
    async def keep(hass: HomeAssistant, context: Context) -> Mapping[str, str]:
        await _async_check(hass, context, entities)
        manager: TimerManager = hass.data[TIMER_DATA]
        if not any(_is_same(timer, wait, utterance) for timer in manager.timers.values()):
            # Several calls of one sentence wait together.
            manager.start_timer(
                utterance.device_id,
                hours=wait.seconds // 3600,
                minutes=wait.seconds % 3600 // 60,
                seconds=wait.seconds % 60,
                language=utterance.language,
                conversation_command=wait.command,
                conversation_agent_id=utterance.agent_id,
            )
        return {}

    return keep


def _is_same(timer: TimerInfo, wait: Delayed, utterance: Utterance) -> bool:
    is_new = abs(timer.seconds_left - wait.seconds) <= _SAME_WITHIN
    return is_new and (timer.conversation_command, timer.device_id) == (wait.command, utterance.device_id)


async def _async_check(hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity]) -> None:
    """Raise Unauthorized for a user who may not do it now: later nobody knows any more who has asked."""
    if context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not all(user.permissions.check_entity(one.entity_id, POLICY_CONTROL) for one in entities):
        raise Unauthorized(context=context, permission=POLICY_CONTROL)
