"""The weather: how it is now, and what the report says of today and tomorrow."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...home import HomeEntity
from ..look import Found, Look
from ..made import async_response, names_of
from ..sheet import Fact, Figure
from ..wording import capitalised, rounded

_DAYS: Final = 2
_WET: Final = frozenset({"hail", "lightning-rainy", "pouring", "rainy", "snowy", "snowy-rainy"})

type Forecast = Mapping[str, Any]


async def async_weather(look: Look) -> Found:
    """Collect the weather of each report: now, the days of the period that are to come, and when it will be wet."""
    reports = look.of("weather")
    facts: list[Fact] = []
    left_out = []
    for entity, state in look.seen(reports):
        facts.append(_now(look, entity, state))
        features = int(state.attributes.get("supported_features") or 0)
        try:
            if features & WeatherEntityFeature.FORECAST_DAILY:
                days = await _async_forecast(look, entity, "daily")
                facts += [_day(look, state, day) for day in days if _is_coming(look, _moment(day))]
            if features & WeatherEntityFeature.FORECAST_HOURLY:
                facts += _wet(look, await _async_forecast(look, entity, "hourly"))
        except HomeAssistantError:
            # The report cannot be reached; what it said last is known all the same.
            left_out.append(look.wording.text("without", "unread", name=entity.name))
    return Found(tuple(facts), tuple(entity.entity_id for entity in reports), tuple(left_out))


async def _async_forecast(look: Look, entity: HomeEntity, kind: str) -> list[Forecast]:
    found = (await async_response(look, entity, "get_forecasts", {"type": kind})).get("forecast")
    return [one for one in (found if isinstance(found, list) else []) if _moment(one) is not None]


def _moment(forecast: Forecast) -> datetime | None:
    moment = dt_util.parse_datetime(str(forecast.get("datetime")))
    return dt_util.as_local(moment) if moment else None


def _is_coming(look: Look, moment: datetime | None) -> bool:
    """Return whether a day is today or later, and within the period or tomorrow."""
    if moment is None:
        return False
    last = max(dt_util.as_local(look.request.end), look.now + timedelta(days=_DAYS - 1))
    return look.now.date() <= moment.date() <= last.date()


def _now(look: Look, entity: HomeEntity, state: State) -> Fact:
    words, shown = look.wording, state.attributes
    condition = words.weather(state.state)
    figures: list[Figure] = []
    parts = [condition]
    for key, unit in (
        ("temperature", shown.get("temperature_unit")),
        ("humidity", "%"),
        ("wind_speed", shown.get("wind_speed_unit")),
    ):
        value = shown.get(key)
        if isinstance(value, int | float):
            figures.append(Figure(rounded(value), str(unit) if unit else None))
            parts.append(words.text("weather", key, value=words.measured(value, str(unit) if unit else None)))
    text = words.text("weather", "now", weather=", ".join(parts))
    return Fact(f"{text}.", names_of(entity), tuple(figures), states=(condition,))


def _day(look: Look, state: State, day: Forecast) -> Fact:
    words, moment = look.wording, _moment(day) or look.now
    unit = str(state.attributes.get("temperature_unit") or "")
    condition = words.weather(str(day.get("condition") or ""))
    figures: list[Figure] = []
    parts = [condition] if condition else []
    high, low = day.get("temperature"), day.get("templow")
    if isinstance(high, int | float):
        figures.append(Figure(rounded(high), unit))
        if isinstance(low, int | float):
            figures.append(Figure(rounded(low), unit))
            parts.append(words.text("weather", "between", low=words.number(low), high=words.measured(high, unit)))
        else:
            parts.append(words.text("weather", "up_to", high=words.measured(high, unit)))
    chance, amount = day.get("precipitation_probability"), day.get("precipitation")
    if isinstance(chance, int | float):
        figures.append(Figure(rounded(chance), "%"))
        parts.append(words.text("weather", "chance", value=words.measured(chance, "%")))
    if isinstance(amount, int | float) and amount > 0:
        unit = str(state.attributes.get("precipitation_unit") or "mm")
        figures.append(Figure(rounded(amount), unit))
        parts.append(words.text("weather", "amount", value=words.measured(amount, unit)))
    text = words.text("weather", "day", day=capitalised(words.day(moment)), forecast=", ".join(parts))
    named = words.day(moment, bare=True)
    return Fact(f"{text}.", (named,), tuple(figures), (dt_util.start_of_local_day(moment),), (condition,))


def _wet(look: Look, hours: list[Forecast]) -> list[Fact]:
    """Return from when to when it will rain, snow or hail in the next day."""
    last = look.now + timedelta(days=1)
    coming = [(moment, hour) for hour in hours if (moment := _moment(hour)) and look.now <= moment < last]
    facts = []
    for is_wet, group in groupby(coming, key=lambda one: one[1].get("condition") in _WET):
        spell = list(group)
        if not is_wet:
            continue
        begin, end = spell[0][0], spell[-1][0] + timedelta(hours=1)
        condition = look.wording.weather(str(spell[0][1]["condition"]))
        text = look.wording.text("weather", "wet", weather=condition, range=look.wording.range(begin, end))
        facts.append(Fact(f"{capitalised(text)}.", times=(begin, end), states=(condition,)))
    return facts
