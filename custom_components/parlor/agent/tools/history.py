"""Look back: when something last changed, for how long, and what a sensor measured."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_RECORDER, get_instance
from homeassistant.util import dt as dt_util

from ...home import HomeEntity
from ...inference import JsonObject
from .base import UnworkableError
from .past import Past, figures_of, read_past, times_of
from .periods import Period, past

_MOST: Final = 5
# How far back "when did it last open" looks; the recorder keeps ten days unless told otherwise.
_LONGEST: Final = timedelta(days=10)
_TODAY: Final = "today"


async def async_history(hass: HomeAssistant, entities: Sequence[HomeEntity], words: str | None) -> JsonObject:
    """Return what the recorder knows of some entities in a period in words, by name.

    Raises UnworkableError where the words name no period, or no recorder runs.
    """
    if "recorder" not in hass.config.components or DATA_RECORDER not in hass.data:
        raise UnworkableError("no history is kept in this house: the recorder is not running")
    now = dt_util.now()
    period = past(words, now) if words else None
    if words and period is None:
        raise UnworkableError("period is today, yesterday, last night, this week, 3 hours, or YYYY-MM-DD")
    return {entity.label: await _async_look_back(hass, entity, period, now) for entity in entities[:_MOST]}


async def _async_look_back(hass: HomeAssistant, entity: HomeEntity, period: Period | None, now: datetime) -> JsonObject:
    state = hass.states.get(entity.entity_id)
    is_measured = bool(state and state.attributes.get("unit_of_measurement"))
    span = period or (past(_TODAY, now) if is_measured else Period(now - _LONGEST, now))
    if span is None or span.start >= span.end:
        raise UnworkableError("the period has not begun yet")
    recorded: Past = await get_instance(hass).async_add_executor_job(read_past, hass, entity.entity_id, span)
    told: JsonObject = {"from": _moment(span.start), "to": _moment(span.end)}
    if is_measured and state:
        return {**told, **figures_of(recorded, state)}
    return {**told, **times_of(entity, recorded, span)}


def _moment(moment: datetime) -> str:
    local = dt_util.as_local(moment)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
