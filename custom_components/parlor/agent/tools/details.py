"""Read what no state shows: items of lists, events of calendars, weather to come."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...home import HomeEntity, clean_name, fenced, figure, state_line
from ...inference import JsonObject
from .base import UnworkableError, features_of
from .items import async_items
from .periods import Period, coming

_MOST: Final = 30
_MOST_HOURS: Final = 12
_LENGTH: Final = 100
_WEEK: Final = "week"


async def async_details(
    hass: HomeAssistant, context: Context, entities: Sequence[HomeEntity], words: str | None
) -> JsonObject:
    """Return what lists, calendars and weather reports hold for a period in words, by name.

    Raises UnworkableError where the words name no period, or something cannot be read.
    """
    period = coming(words or _WEEK, dt_util.now())
    if period is None:
        raise UnworkableError("period is today, tomorrow, a weekday, weekend, week, 3 days, or YYYY-MM-DD")
    readers = {"todo": _async_list, "calendar": _async_events, "weather": _async_forecast}
    try:
        return {entity.label: await readers[entity.domain](hass, context, entity, period) for entity in entities[:5]}
    except HomeAssistantError as error:
        # A list or calendar that is not reachable.
        raise UnworkableError(clean_name(str(error), length=_LENGTH)) from error


async def _async_list(hass: HomeAssistant, context: Context, entity: HomeEntity, _period: Period) -> list[str]:
    items = [_short(name) for name in await async_items(hass, context, entity.entity_id, done=False)]
    return _bounded(items) or ["nothing"]


async def _async_events(hass: HomeAssistant, context: Context, entity: HomeEntity, period: Period) -> list[str]:
    data = {"start_date_time": period.start.isoformat(), "end_date_time": period.end.isoformat()}
    found = await async_response(hass, context, "get_events", entity, data)
    return _bounded([_event_line(event) for event in _dicts(found.get("events"))]) or ["no events"]


async def _async_forecast(hass: HomeAssistant, context: Context, entity: HomeEntity, period: Period) -> list[str]:
    state = hass.states.get(entity.entity_id)
    features = features_of(hass, entity)
    kinds = {
        "daily": WeatherEntityFeature.FORECAST_DAILY,
        "twice_daily": WeatherEntityFeature.FORECAST_TWICE_DAILY,
        "hourly": WeatherEntityFeature.FORECAST_HOURLY,
    }
    kind = next((kind for kind, feature in kinds.items() if features & feature), None)
    now = [f"now: {state_line(hass, entity).partition(': ')[2]}"]
    if kind is None:
        return now
    found = await async_response(hass, context, "get_forecasts", entity, {"type": kind})
    unit = str(state.attributes.get("temperature_unit", "")) if state else ""
    lines = []
    for forecast in _dicts(found.get("forecast")):
        moment = dt_util.parse_datetime(str(forecast.get("datetime")))
        if moment and period.start.date() <= (local := dt_util.as_local(moment)).date() and local < period.end:
            form = f"{local:%A} {local.day} {local:%B}" + ("" if kind == "daily" else f" {local:%H:%M}")
            lines.append(f"{form}: {_forecast(forecast, unit)}")
    return [*now, *lines[: _MOST_HOURS if kind == "hourly" else _MOST]]


async def async_response(
    hass: HomeAssistant, context: Context, service: str, entity: HomeEntity, data: JsonObject
) -> Mapping[str, Any]:
    """Return what a service of an entity's domain answers about it.

    Raises HomeAssistantError if it cannot be read.
    """
    response = await hass.services.async_call(
        entity.domain,
        service,
        {"entity_id": entity.entity_id, **data},
        blocking=True,
        context=context,
        return_response=True,
    )
    found = (response or {}).get(entity.entity_id)
    return found if isinstance(found, dict) else {}


def _event_line(event: Mapping[str, Any]) -> str:
    start, end = str(event.get("start", "")), str(event.get("end", ""))
    place = f" at {_short(str(event['location']))}" if event.get("location") else ""
    return f"{_when(start, end)}: {_short(str(event.get('summary') or 'no title'))}{place}"


def _when(start: str, end: str) -> str:
    begins, ends = dt_util.parse_datetime(start), dt_util.parse_datetime(end)
    if begins is None or ends is None or len(start) <= len("2026-01-01"):
        day = dt_util.parse_date(start)
        return f"{day:%A} {day.day} {day:%B}, all day" if day else start
    local, until = dt_util.as_local(begins), dt_util.as_local(ends)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M} to {until:%H:%M}"


def _forecast(forecast: Mapping[str, Any], unit: str) -> str:
    parts = [str(forecast.get("condition") or "").replace("_", " ").replace("-", " ")]
    high, low = forecast.get("temperature"), forecast.get("templow")
    if isinstance(high, int | float):
        parts.append(
            f"{figure(low)} to {figure(high)} {unit}" if isinstance(low, int | float) else f"{figure(high)} {unit}"
        )
    rain, chance = forecast.get("precipitation"), forecast.get("precipitation_probability")
    if isinstance(chance, int | float):
        parts.append(f"{figure(chance, 0)}% rain")
    elif isinstance(rain, int | float) and rain > 0:
        parts.append(f"{figure(rain)} mm rain")
    return ", ".join(part for part in parts if part)


def _dicts(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else []) if isinstance(one, dict))


def _short(text: str) -> str:
    return fenced(text, length=_LENGTH)


def _bounded(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _MOST else [*lines[:_MOST], f"and {len(lines) - _MOST} more"]
