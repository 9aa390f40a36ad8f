"""The words of a fact sheet in one language: names, states, figures, moments and spans of time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..home import BINARY_WORDS, HomeEntity, clean_name, figure, is_possessive, spoken_name
from ..language import file_for, read_languages

_FILES: Final[Mapping[str, Mapping[str, Any]]] = read_languages(Path(__file__).with_name("texts"))
# What people give the names of pets and persons to.
_CHRISTENED: Final = frozenset({"device_tracker", "lawn_mower", "person", "vacuum"})
_WEEK: Final = 7
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STATE_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state in plain words; `is_said` where a person "was" it ("open"), else it is only shown ("Detected").

    `is_written` marks a text of several words, whoever wrote it.
    """

    text: str
    is_said: bool = False
    is_written: bool = False


async def async_wording(
    hass: HomeAssistant, language: str, entities: Iterable[HomeEntity], now: datetime | None = None
) -> Wording:
    """Return the words of a language for the states of these entities, English where there are none.

    `now` is the moment from which days are called today and yesterday, in local time; by default this one.
    """
    domains = {entity.domain for entity in entities}
    registry = er.async_get(hass)
    keys: dict[str, tuple[str, str]] = {}
    for entity in entities:
        entry = registry.async_get(entity.entity_id)
        if entry is not None and entry.translation_key:
            keys[entity.entity_id] = (entry.platform, entry.translation_key)
    name = file_for(language, _FILES) or "en"
    # Home Assistant has its translations under "de" and "pt-BR", and falls back to English itself.
    tag = name if "-" not in name else language
    texts = await async_get_translations(hass, tag, "entity_component", domains)
    if keys:
        texts = {**texts, **await async_get_translations(hass, tag, "entity", {key[0] for key in keys.values()})}
    return Wording(name, texts, keys, now or dt_util.now())


class Wording:
    """Fill the templates of one language."""

    def __init__(
        self, language: str, states: Mapping[str, str], keys: Mapping[str, tuple[str, str]], now: datetime
    ) -> None:
        """Use a file of texts/, and Home Assistant's translations of states; `keys`: platform and translation key."""
        self.language = language
        self._file = _FILES[language]
        self._english = _FILES["en"]
        self._states = states
        self._keys = keys
        self._now = now

    @classmethod
    def of(cls, language: str) -> Wording:
        """Return the words of a language without those for states, as seen from now."""
        return cls(file_for(language, _FILES) or "en", {}, {}, dt_util.now())

    def text(self, *path: str, **values: object) -> str:
        """Return a filled template, English where this language lacks it.

        Of a template that has two forms, for one and for many, the value "count" chooses.
        """
        template = self._at(*path)
        if isinstance(template, list):
            template = template[values["count"] != 1]
        text = str(template).format(**values)
        subject = str(values.get("subject", ""))
        return self._agreeing(text, subject) if subject else text

    def heading(self, key: str) -> str:
        """Return the heading of a section."""
        return self.text("headings", key)

    def subject(self, entity: HomeEntity) -> str:
        """Return what a sentence about an entity begins with: "The front door"."""
        return capitalised(self.name(entity))

    def name(self, entity: HomeEntity) -> str:
        """Return "the front door"; "the lamp in the bedroom" where there are lamps of this name elsewhere."""
        name = entity.name if entity.domain in _CHRISTENED else self.the(entity.name)
        if entity.area_name and entity.label not in ("", entity.name):
            return self.text("in_place", name=name, place=self.the(entity.area_name))
        return name

    def the(self, name: str) -> str:
        """Return a name inside a sentence, with its article if the language and the name take one."""
        spoken = spoken_name(name, articles=self._at("articles"), lowercase=bool(self._at("lowercase")))
        if is_possessive(name) or spoken.split()[-1:] == [] or spoken.split()[-1].isdigit():
            return spoken
        return self.text("the", name=spoken)

    def listed(self, parts: Sequence[str]) -> str:
        """Return "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.text('and')} {parts[-1]}"

    def state(self, entity: HomeEntity, state: str) -> StateWord:
        """Return a state in plain words."""
        plain = state
        if entity.domain == "binary_sensor":
            on, off = BINARY_WORDS.get(entity.device_class or "", ("on", "off"))
            plain = {"on": on, "off": off}.get(state, state)
        said = self._file.get("states", {}).get(plain)
        if said is not None:
            return StateWord(str(said), is_said=True)
        if (translated := self._translated(entity, state)) is not None and self.language != "en":
            return StateWord(translated)
        if plain != state:
            return StateWord(plain)
        if translated is not None:
            return StateWord(translated[:1].lower() + translated[1:])
        text = clean_name(state.replace("_", " "), length=_STATE_LENGTH)
        return StateWord(text, is_written=len(state.split()) > 1)

    def weather(self, condition: str) -> str:
        """Return a weather condition in plain words, as it stands inside a sentence."""
        own = self._file.get("conditions", {}).get(condition)
        found = own or self._states.get(f"component.weather.entity_component._.state.{condition}")
        text = found or condition.replace("-", " ")
        return clean_name(str(text).lower() if self.language == "en" else str(text), length=_STATE_LENGTH)

    def number(self, value: float) -> str:
        """Return a number with as many decimals as are worth saying."""
        return figure(value, digits_of(value)).replace(".", str(self._at("decimal")))

    def measured(self, value: float, unit: str | None) -> str:
        """Return "21.5 °C", "40%" or "3"."""
        number = self.number(value)
        if unit == "%":
            return self.text("percent", value=number)
        return f"{number} {clean_name(unit, length=20)}" if unit else number

    def span(self, seconds: float) -> str:
        """Return "2 hours 10 minutes": the two largest units at most."""
        if seconds < _MINUTE:
            return self._unit("s", max(1, round(seconds)))
        minutes = round(seconds / _MINUTE)
        days, minutes = divmod(minutes, _DAY // _MINUTE)
        hours, minutes = divmod(minutes, _HOUR // _MINUTE)
        parts = [self._unit(unit, count) for unit, count in (("d", days), ("h", hours), ("min", minutes)) if count]
        return " ".join(parts[:2])

    def at(self, moment: datetime) -> str:
        """Return "at 14:05", "yesterday at 14:05", "on Friday at 14:05"."""
        clock = self.text("times", "at", time=self.clock(moment))
        day = self.day(moment)
        return clock if self._is_today(moment) else self.text("times", "at_day", day=day, time=self.clock(moment))

    def point(self, moment: datetime, *, dated: bool | None = None) -> str:
        """Return "14:05" or "yesterday 14:05"; `dated` says whether the day is told, by default unless it is today."""
        if self._is_today(moment) if dated is None else not dated:
            return self.clock(moment)
        return self.text("times", "point_day", day=self.day(moment, bare=True), time=self.clock(moment))

    def range(self, begin: datetime, end: datetime) -> str:
        """Return "from 14:05 to 16:15", "from yesterday 22:00 to today 06:10", "at 14:05" for less than a minute."""
        if self.clock(begin) == self.clock(end) and (end - begin).total_seconds() < _MINUTE:
            return self.at(begin)
        first, last = dt_util.as_local(begin).date(), dt_util.as_local(end).date()
        if first == last:
            return self.text("times", "from_to", begin=self.point(begin), end=self.clock(end))
        return self.text("times", "from_to", begin=self.point(begin, dated=True), end=self.point(end, dated=True))

    def clock(self, moment: datetime) -> str:
        """Return "14:05", in the home's time zone."""
        return f"{dt_util.as_local(moment):%H:%M}"

    def weekday(self, moment: datetime) -> str:
        """Return "Sunday"."""
        return str(self._at("times", "days")[dt_util.as_local(moment).weekday()])

    def day(self, moment: datetime, *, bare: bool = False) -> str:
        """Return "today", "on Friday" within a week, else "on 12 November"; `bare`: without the "on"."""
        local = dt_util.as_local(moment)
        distance = (local.date() - self._now.date()).days
        near = self._at("times", "near").get(str(distance))
        if near is not None:
            return str(near)
        month = self._at("times", "months")[local.month - 1]
        date = (
            self.weekday(moment)
            if abs(distance) < _WEEK
            else self.text("times", "date", day=str(local.day), month=month)
        )
        return date if bare else self.text("times", "on", day=date)

    def _agreeing(self, text: str, subject: str) -> str:
        """Return a sentence with the verb that its subject takes: "The bedroom blinds are open"."""
        many = self._file.get("many")
        if not many or not re.fullmatch(rf".*?(?:{many['nouns']})(?: (?:{many['in']}) .*)?", subject, re.IGNORECASE):
            return text
        verb, space, rest = text.removeprefix(f"{subject} ").partition(" ")
        return f"{subject} {many['verbs'].get(verb, verb)}{space}{rest}" if text.startswith(f"{subject} ") else text

    def _is_today(self, moment: datetime) -> bool:
        return dt_util.as_local(moment).date() == self._now.date()

    def _unit(self, unit: str, count: int) -> str:
        return f"{count} {self._at('times', 'units', unit)[count != 1]}"

    def _translated(self, entity: HomeEntity, state: str) -> str | None:
        platform, key = self._keys.get(entity.entity_id, ("", ""))
        found = self._states.get(f"component.{platform}.entity.{entity.domain}.{key}.state.{state}") if key else None
        start = f"component.{entity.domain}.entity_component"
        return (
            found
            or self._states.get(f"{start}.{entity.device_class or '_'}.state.{state}")
            or self._states.get(f"{start}._.state.{state}")
        )

    def _at(self, *path: str) -> Any:  # noqa: ANN401 # what a file of texts holds
        for file in (self._file, self._english):
            found: Any = file
            for key in path:
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        raise KeyError(path)


def capitalised(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def digits_of(value: float) -> int:
    """Return how many decimals of a number are worth saying: none from 100 on, one, or two below 1."""
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 1 else 2


def rounded(value: float) -> float:
    """Return a number as it is said."""
    return round(value, digits_of(value))
