"""Answers to what no state shows: items, events, the weather to come, and what was."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import DATA_RECORDER, get_instance
from homeassistant.util import dt as dt_util

from ...home import HomeEntity, clean_name, figure, metered
from ..phrases import Phrases
from ..tools.details import async_response
from ..tools.items import async_items
from ..tools.past import Past, read_past
from ..tools.periods import Period, coming, past
from .answers import Teller
from .inquiries import Inquiry
from .moments import Moments
from .questions import is_in_state

_MOST = 6
_LENGTH = 80
_LONGEST = timedelta(days=10)
_UNSEEN = ("unavailable", "unknown")


class RecordTeller:
    """What lists, calendars, weather reports and the recorder tell, in one language."""

    def __init__(
        self, hass: HomeAssistant, context: Context, teller: Teller, phrases: Phrases, file: Mapping[str, Any]
    ) -> None:
        """Read as the user behind the context; speak with these phrases and these templates."""
        self._hass = hass
        self._context = context
        self._teller = teller
        self._phrases = phrases
        self._file = file
        self._told: Mapping[str, str] = file["told"]
        self._now = dt_util.now()
        self._moments = Moments(file, phrases, self._now)
        self.tellers: Mapping[str, Callable[[Inquiry], Awaitable[list[str] | None]]] = {
            "list": self._async_list,
            "events": self._async_events,
            "weather": self._async_weather,
            "last": self._async_last,
            "since": self._async_last,
            "was": self._async_last,
            "extreme": self._async_figures,
            "used": self._async_figures,
        }

    async def async_tell(self, inquiry: Inquiry) -> list[str] | None:
        """Return the clauses of an answer; None if it cannot be read, or not in a word or two."""
        try:
            return await self.tellers[inquiry.asks](inquiry)
        except HomeAssistantError:
            # A list, calendar or report that cannot be reached: the model's tool says so in its own way.
            return None

    async def _async_list(self, inquiry: Inquiry) -> list[str] | None:
        [entity] = inquiry.entities
        items = [clean_name(name, length=_LENGTH) for name in await self._async_items(entity)]
        name = self._phrases.name(entity)
        if inquiry.of == "has":
            wanted = inquiry.said["text"]
            found = [item for item in items if item.casefold() == wanted]
            key = "on_list" if found else "not_on_list"
            return [self._told[key].format(item=found[0] if found else wanted, name=name)]
        if not items:
            return [self._told["list_empty"].format(name=name)]
        if inquiry.of == "count":
            key = "list_one" if len(items) == 1 else "list_count"
            return [self._told[key].format(name=name, count=len(items))]
        few = [*items[:_MOST], self._told["others"].format(count=len(items) - _MOST)] if len(items) > _MOST else items
        return [self._told["list"].format(name=name, items=self._phrases.listed(few, "and"))]

    async def _async_items(self, entity: HomeEntity) -> list[str]:
        return list(await async_items(self._hass, self._context, entity.entity_id, done=False))

    async def _async_events(self, inquiry: Inquiry) -> list[str] | None:
        words = inquiry.said.get("period")
        period = coming(words or "month", self._now)
        if period is None:
            return None
        events = [event for entity in inquiry.entities for event in await self._async_events_of(entity, period)]
        events.sort(key=lambda event: event[0])
        if title := inquiry.said.get("text"):
            events = [event for event in events if set(title.split()) <= set(event[2].casefold().split())]
            if not events:
                return None
        when = f" {words}" if words else ""
        if not events:
            return [self._told["no_events"].format(when=when)]
        if inquiry.of == "next":
            events = [event for event in events if event[0] >= self._now][:1] or events[:1]
        told = [self._event(event, is_dated=words is None) for event in events[:_MOST]]
        if len(events) > _MOST:
            told.append(self._told["others"].format(count=len(events) - _MOST))
        key = "event" if len(told) == 1 else "events"
        return [self._told[key].format(when=when, count=len(events), events=self._phrases.listed(told, "and"))]

    async def _async_events_of(self, entity: HomeEntity, period: Period) -> list[tuple[datetime, bool, str]]:
        data = {"start_date_time": period.start.isoformat(), "end_date_time": period.end.isoformat()}
        found = await async_response(self._hass, self._context, "get_events", entity, data)
        events = []
        for event in found.get("events") or ():
            start = str(event.get("start", ""))
            day = dt_util.parse_date(start) if len(start) <= len("2026-01-01") else None
            moment = dt_util.start_of_local_day(day) if day else dt_util.parse_datetime(start)
            if moment is not None:
                title = clean_name(str(event.get("summary") or ""), length=_LENGTH)
                events.append((dt_util.as_local(moment), day is not None, title or self._told["untitled"]))
        return events

    def _event(self, event: tuple[datetime, bool, str], *, is_dated: bool) -> str:
        moment, is_whole_day, title = event
        day = self._moments.day(moment) if is_dated else ""
        at = "" if is_whole_day else self._moments.clock(moment)
        return " ".join(part for part in (title, day, at) if part)

    async def _async_weather(self, inquiry: Inquiry) -> list[str] | None:
        [entity] = inquiry.entities
        state = self._hass.states.get(entity.entity_id)
        if state is None or state.state in _UNSEEN:
            return [self._teller.unavailable([entity])]
        words = inquiry.said.get("period")
        if words in (None, "now", "right now") and inquiry.of != "rain":
            return self._weather_now(state, inquiry)
        period = coming(words or "today", self._now)
        days = await self._async_days(entity, period) if period else []
        if not days:
            return None
        if inquiry.of == "rain":
            return self._rain(days, words or self._told["today"])
        unit = str(state.attributes.get("temperature_unit") or "")
        told = [self._forecast(day, unit, is_dated=len(days) > 1) for day in days[:3]]
        said = [one for one in told if one]
        return [self._told["forecast"].format(when=words, forecast=self._phrases.listed(said, "and"))] if said else None

    def _weather_now(self, state: State, inquiry: Inquiry) -> list[str] | None:
        attributes = state.attributes
        condition = self._condition(state.state)
        degrees = attributes.get("temperature")
        value = self._teller.value(f"{figure(degrees)} {attributes.get('temperature_unit', '')}") if degrees else None
        wind = attributes.get("wind_speed")
        speed = self._teller.value(f"{figure(wind)} {attributes.get('wind_speed_unit', '')}") if wind else None
        match inquiry.of:
            case "temperature":
                return [self._told["outside"].format(value=value)] if value else None
            case "wind":
                return [self._told["wind"].format(value=speed)] if speed else None
            case "is":
                is_so = state.state in self._file["weather_is"].get(inquiry.said["weather"], ())
                told = self._told["weather"].format(condition=condition)
                return [str(self._file["yes" if is_so else "no"]).format(clause=told)]
        return [self._told["weather_at" if value else "weather"].format(condition=condition, value=value)]

    def _condition(self, condition: str) -> str:
        known: Mapping[str, str] = self._file["weather"]
        return known.get(condition, condition.replace("-", " ").replace("_", " "))

    async def _async_days(self, entity: HomeEntity, period: Period) -> list[Mapping[str, Any]]:
        found = await async_response(self._hass, self._context, "get_forecasts", entity, {"type": "daily"})
        days: list[Mapping[str, Any]] = []
        for forecast in found.get("forecast") or ():
            moment = dt_util.parse_datetime(str(forecast.get("datetime")))
            if moment and period.start.date() <= (local := dt_util.as_local(moment)).date() and local < period.end:
                days.append({**forecast, "moment": local})
        return days

    def _rain(self, days: Sequence[Mapping[str, Any]], when: str) -> list[str]:
        wet = [day for day in days if day.get("condition") in self._file["weather_is"]["raining"]]
        chances = [int(chance) for day in days if (chance := day.get("precipitation_probability")) is not None]
        key = "rain" if wet else "no_rain"
        told = self._told[key].format(when=when)
        if chances and max(chances) > 0:
            told = self._told["chance"].format(told=told, chance=max(chances))
        return [told]

    def _forecast(self, day: Mapping[str, Any], unit: str, *, is_dated: bool) -> str | None:
        high, low = day.get("temperature"), day.get("templow")
        parts = [self._condition(str(day.get("condition") or ""))]
        if isinstance(high, int | float):
            value = self._teller.value(f"{figure(high, 0)} {unit}")
            key = "up_to" if not isinstance(low, int | float) else "between"
            if value is None:
                return None
            parts.append(self._told[key].format(low=figure(low, 0) if low is not None else "", value=value))
        text = ", ".join(part for part in parts if part)
        return f"{self._moments.day(day['moment'])} {text}" if is_dated else text

    async def _async_past(self, entity: HomeEntity, period: Period) -> Past | None:
        if "recorder" not in self._hass.config.components or DATA_RECORDER not in self._hass.data:
            return None
        recorder = get_instance(self._hass)
        return await recorder.async_add_executor_job(read_past, self._hass, entity.entity_id, period)

    async def _async_last(self, inquiry: Inquiry) -> list[str] | None:
        """Return when something was last in a state, since when it is, or whether it was."""
        [entity] = inquiry.entities
        words = inquiry.said.get("period") if inquiry.asks == "was" else None
        period = past(words, self._now) if words else Period(self._now - _LONGEST, self._now)
        recorded = await self._async_past(entity, period) if period else None
        if recorded is None or period is None:
            return None
        begins = _begins(recorded.states, inquiry.of, period)
        name, state = self._phrases.name(entity), self._file["words"][inquiry.of]
        many = self._phrases.words.is_plural(entity.name)
        verbs = {"name": name, "state": state, "was": self._told["was_were"].split("|")[many]}
        verbs |= {"have": self._phrases.file["have"][many], "deed": self._file["deeds"][inquiry.of]}
        if inquiry.asks == "since":
            now = self._hass.states.get(entity.entity_id)
            if now is None or not is_in_state(now, inquiry.of):
                return [self._teller.clause([entity], {"on": "off", "open": "closed"}.get(inquiry.of, inquiry.of))]
            began = begins[-1] if begins else None
            span = self._moments.span(self._now - began) if began else self._told["long"]
            return [self._told["has_been"].format(span=span, **verbs)]
        if inquiry.asks == "was":
            key = "was" if begins else "was_not"
            when = self._moments.when(begins[-1]) if begins else words
            return [self._told[key].format(when=when, **verbs)]
        if not begins:
            return [self._told["not_for_days"].format(days=_LONGEST.days, **verbs)]
        return [self._told["last"].format(when=self._moments.when(begins[-1]), **verbs)]

    async def _async_figures(self, inquiry: Inquiry) -> list[str] | None:
        """Return the highest, lowest or mean figure of a sensor, or what a meter counted."""
        [entity] = inquiry.entities
        words = inquiry.said.get("period") or "today"
        period = past(words, self._now)
        recorded = await self._async_past(entity, period) if period else None
        now = self._hass.states.get(entity.entity_id)
        if recorded is None or now is None:
            return None
        unit = str(now.attributes.get("unit_of_measurement") or "")
        values = [number for state in recorded.states if (number := _number(state)) is not None]
        if inquiry.asks == "used":
            change = metered(values) if len(values) > 1 else recorded.statistics.get("change")
            value = self._teller.value(f"{figure(change)} {unit}") if change is not None else None
            return [self._told["used"].format(value=value, when=words)] if value else None
        known = {"max": max, "min": min}
        if inquiry.of in known:
            number = known[inquiry.of](values) if values else recorded.statistics.get(inquiry.of)
        else:
            number = recorded.statistics.get("mean") or (sum(values) / len(values) if values else None)
        value = self._teller.value(f"{figure(number)} {unit}") if number is not None else None
        name = self._phrases.name(entity)
        return [self._told[inquiry.of].format(name=name, value=value, when=words)] if value else None


def _begins(states: Sequence[State], wanted: str, period: Period) -> list[datetime]:
    """Return the moments at which an entity got into a state within a period."""
    begins = []
    was_so = None
    for state in states:
        if state.state in _UNSEEN:
            continue
        is_so = is_in_state(state, wanted)
        moment = dt_util.as_local(state.last_changed)
        # What the span begins with has been so before it.
        is_new = moment > period.start + timedelta(seconds=1) if was_so is None else not was_so
        if is_so and is_new:
            begins.append(moment)
        was_so = is_so
    return begins


def _number(state: State) -> float | None:
    try:
        return float(state.state)
    except ValueError:
        # It was not available then.
        return None
