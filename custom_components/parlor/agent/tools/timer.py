"""Timers of the device that was spoken to, kept by Home Assistant."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, override

from homeassistant.components.intent.timers import TimerInfo
from homeassistant.core import Context, HomeAssistant
import probatio

from ...home import clean_name
from ...inference import JsonObject
from ..delay_words import delayed
from ..durations import seconds_in, spans_said
from ..facts import Fact, FactKind
from ..replies import ask_timer
from ..said import is_command
from ..utterance import Utterance
from ..words import plain, words_for
from .base import Errands, FreeTool, Step
from .timers import find_timers, keeps_timers, manager_of

_ALL = frozenset({"all", "every", "all timers"})
_LONGEST = 24 * 3600
_MOST_TOLD = 3


class Timer(FreeTool):
    """Start timers, change them, and say how long they have to run."""

    name = "timer"
    description = "Start or change timers, or get the time left"
    parameters = probatio.Schema(
        {
            probatio.Required("action"): probatio.In(
                ["start", "cancel", "pause", "resume", "add_time", "remove_time", "status"]
            ),
            probatio.Optional("duration", description="5 minutes"): str,
            probatio.Optional("name"): str,
        }
    )
    fields: ClassVar[Mapping[str, str]] = {"action": "timer_actions", "duration": "duration", "name": "text"}

    @override
    def only_reads(self, arguments: JsonObject) -> bool:
        return bool(arguments["action"] == "status")

    @override
    def errands(self, hass: HomeAssistant, utterance: Utterance, arguments: JsonObject) -> Errands:
        action = arguments["action"]
        if action == "start" and _is_delayed_command(utterance):
            return Errands(
                error="No timer was asked for: call the tool for what is to be done, the house waits by itself."
            )
        seconds = _seconds(arguments.get("duration"), utterance)
        name = _name(arguments.get("name"))
        if action == "start":
            return _start(hass, utterance, seconds, name)
        if action in ("add_time", "remove_time"):
            if seconds is None:
                return Errands(error=f"{action} needs a duration such as 5 minutes")
            return _change(hass, utterance, action, name, length=None, seconds=seconds)
        return _change(hass, utterance, action, name, length=seconds)


def _is_delayed_command(utterance: Utterance) -> bool:
    """Return whether something else than ringing is to happen later."""
    words = words_for(utterance.language)
    wait = delayed(utterance.text, words)
    is_own = any(pattern.search(plain(utterance.text)) for pattern in words.patterns("own_time"))
    return wait is not None and not is_own and is_command(wait.command, words)


def _start(hass: HomeAssistant, utterance: Utterance, seconds: int | None, name: str) -> Errands:
    device_id = utterance.device_id
    if device_id is None or not keeps_timers(hass, device_id):
        return _refused("no_timers", "This device keeps no timers: nothing was started.")
    if seconds is None or not 0 < seconds <= _LONGEST:
        return Errands(error="a timer needs a duration of up to a day, such as 5 minutes")

    async def start(hass: HomeAssistant, _context: Context) -> Mapping[str, str]:
        # Home Assistant finds a timer again by the parts of its length; what was not said is not there.
        manager_of(hass).start_timer(
            device_id,
            hours=seconds // 3600 or None,
            minutes=seconds % 3600 // 60 or None,
            seconds=seconds % 60 or None,
            language=utterance.language,
            name=name or None,
        )
        return {}

    values = {"timer_name": name, "seconds": str(seconds)}
    return Errands(steps=(Step((), (), None, "timer_start", values=values, errand=start),))


def _change(
    hass: HomeAssistant, utterance: Utterance, action: str, name: str, *, length: int | None, seconds: int = 0
) -> Errands:
    every = name in _ALL
    wanted = "" if every else name
    waiting = action in _FOR_WAITING
    found = find_timers(hass, utterance, wanted, length, active=_WANTED.get(action), waiting=waiting)
    if not found:
        return _missing(wanted, length)
    if action == "status":
        facts = (Fact(FactKind.DONE, state=_left(one), values=_values(one, found)) for one in found[:_MOST_TOLD])
        return Errands(facts=tuple(facts))
    if len(found) > 1 and not every:
        choices = [(one.conversation_command or one.name or "", _length(one, found)) for one in found]
        return Errands(question=ask_timer(choices, utterance.language))
    return Errands(steps=tuple(_step(hass, action, one, seconds) for one in found))


# Which timers an action can be meant for: running ones or paused ones; the rest are meant for both.
_WANTED: Mapping[str, bool] = {"pause": True, "resume": False}
# What can be said of a command that waits, too.
_FOR_WAITING = frozenset({"cancel", "status"})


def _step(hass: HomeAssistant, action: str, timer: TimerInfo, seconds: int) -> Step:
    manager = manager_of(hass)
    changes: Mapping[str, Callable[[str], None]] = {
        "cancel": manager.cancel_timer,
        "pause": manager.pause_timer,
        "resume": manager.unpause_timer,
        "add_time": lambda id_: manager.add_time(id_, seconds),
        "remove_time": lambda id_: manager.remove_time(id_, seconds),
    }

    async def change(_hass: HomeAssistant, _context: Context) -> Mapping[str, str]:
        # A timer that has ended in the meantime raises an error.
        changes[action](timer.id)
        return _values(timer)

    state = "delayed_cancel" if timer.conversation_command else f"timer_{action}"
    return Step((), (), None, state, values=_values(timer), errand=change)


def _left(timer: TimerInfo) -> str:
    if timer.conversation_command:
        return "delayed_left"
    return "timer_left" if timer.is_active else "timer_paused_left"


def _values(timer: TimerInfo, among: Sequence[TimerInfo] = ()) -> dict[str, str]:
    """Return what is told of a timer: its name, how much is left, and its length where nothing else sets it apart."""
    return {
        "timer_name": timer.name or "",
        "timer_length": str(_length(timer, among)),
        "command": timer.conversation_command or "",
        "seconds": str(timer.seconds_left),
    }


def _length(timer: TimerInfo, among: Sequence[TimerInfo]) -> int:
    return timer.created_seconds if len(among) > 1 else 0


def _missing(name: str, length: int | None) -> Errands:
    state = "no_such_timer" if name or length else "no_timer"
    values = {"timer_name": name, "timer_length": str(length or 0)}
    fact = Fact(FactKind.NOT_FOUND, state=state, values=values)
    return Errands(facts=(fact,), error="There is no such timer.", mendable=False)


def _refused(state: str, error: str) -> Errands:
    return Errands(facts=(Fact(FactKind.REFUSED, state=state),), error=error, mendable=False)


def _seconds(given: str | None, utterance: Utterance) -> int | None:
    """Return the span of time that is meant: what the user said, where that is one, settles what a model made of it."""
    words = words_for(utterance.language)
    said = spans_said(utterance.text, words)
    if given is None:
        return None
    if len(said) == 1:
        return said[0].seconds
    found = seconds_in(given, words)
    # A figure alone is in seconds, as Home Assistant has it.
    return found if found is not None or not given.strip().isdigit() else int(given)


def _name(given: str | None) -> str:
    name = " ".join((given or "").split()).casefold().removeprefix("the ").removesuffix("timer").strip()
    return clean_name(name)
