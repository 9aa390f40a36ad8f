"""Find the timer that is meant among those that Home Assistant keeps."""

from collections.abc import Callable, Iterable

from homeassistant.components.intent import async_device_supports_timers
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerInfo, TimerManager
from homeassistant.core import HomeAssistant

from ..utterance import Utterance
from ..words import plain

_SHORTEST_STEM = 4


def manager_of(hass: HomeAssistant) -> TimerManager:
    """Return what keeps the timers."""
    manager: TimerManager = hass.data[TIMER_DATA]
    return manager


def keeps_timers(hass: HomeAssistant, device_id: str) -> bool:
    """Return whether a device can ring when a timer has run out."""
    return async_device_supports_timers(hass, device_id)


def find_timers(
    hass: HomeAssistant, utterance: Utterance, name: str, length: int | None, *, active: bool | None, waiting: bool
) -> list[TimerInfo]:
    """Return the timers that may be meant; `length` is what they were set to, `active` whether they run.

    Where several fit, those of the device that was spoken to, or else those of its room. With `waiting` commands that
    wait may be meant too, but only where nothing else is.
    """
    everything = list(manager_of(hass).timers.values())
    for waits in (False, True) if waiting else (False,):
        timers = [timer for timer in everything if bool(timer.conversation_command) is waits]
        found = _named([timer for timer in timers if active is None or timer.is_active is active], name, length)
        if found:
            return _nearest(found, utterance)
    return []


def _named(timers: list[TimerInfo], name: str, length: int | None) -> list[TimerInfo]:
    found = timers
    if name:
        wanted = set(plain(name).split())
        exact = [timer for timer in found if plain(timer.name or "") == plain(name)]
        found = (
            exact
            or [timer for timer in found if wanted and wanted <= set(_words(timer))]
            or [timer for timer in found if wanted and _is_like(wanted, _words(timer))]
        )
    if length is not None:
        found = [timer for timer in found if _set_to(timer) == length]
    return found


def _is_like(wanted: Iterable[str], said: Iterable[str]) -> bool:
    """Return whether each word begins like one of the others, as in "noodle timer" and "timer for the noodles"."""

    def begins(one: str, other: str) -> bool:
        return min(len(one), len(other)) >= _SHORTEST_STEM and (one.startswith(other) or other.startswith(one))

    known = list(said)
    return all(any(begins(word, one) for one in known) for word in wanted)


def _words(timer: TimerInfo) -> list[str]:
    return plain(f"{timer.name or ''} {timer.area_name or ''} {timer.conversation_command or ''}").split()


def _set_to(timer: TimerInfo) -> int:
    return (timer.start_hours or 0) * 3600 + (timer.start_minutes or 0) * 60 + (timer.start_seconds or 0)


def _nearest(timers: list[TimerInfo], utterance: Utterance) -> list[TimerInfo]:
    tests: tuple[Callable[[TimerInfo], bool], ...] = (
        lambda timer: timer.device_id is not None and timer.device_id == utterance.device_id,
        lambda timer: timer.area_id is not None and timer.area_id == utterance.area_id,
    )
    for test in tests:
        if len(timers) > 1 and (near := [timer for timer in timers if test(timer)]):
            return near
    return timers
