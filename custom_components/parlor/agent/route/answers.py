"""Answers to questions about states, composed from what is so now. No model is asked."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant

from ...home import HomeEntity, figure, percent, state_words
from ..index import Place
from ..phrases import Phrases
from ..replies import phrases_for
from .questions import UNSEEN, Question, is_in_state

_FILES: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("answers").glob("*.json"))
}
_MOST_NAMES = 4
# Who asks which wants to hear the names.
_MOST_LISTED = 6
_MEASURED = re.compile(r"(-?\d+(?:\.\d+)?) ?(\S+)?")
_PAIRS = (("on", "off"), ("open", "closed"), ("locked", "unlocked"), ("armed", "disarmed"))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_NARRATED = {"light", "switch", "fan", "input_boolean", "cover", "lock", "media_player", "humidifier"}


def has_answers(language: str) -> bool:
    """Return whether answers can be composed in a language."""
    return _primary(language) in _FILES and phrases_for(language) is not None


def acknowledgement(language: str) -> str:
    """Return the word that says that something was heard and nothing is to be done."""
    return f"{_FILES[_primary(language)]['acknowledged']}."


def spoken_units(language: str) -> Mapping[str, Sequence[str]]:
    """Return how units are spoken after one and after any other number, by symbol; empty where that is not known."""
    file = _FILES.get(_primary(language))
    return file["units"] if file else {}


def opposite(state: str) -> str:
    """Return the state that a thing is in when it is not in this one: "off" for "on"."""
    return _OPPOSITE[state]


def answer(hass: HomeAssistant, question: Question, language: str) -> str | None:
    """Return the answer in one or two sentences; None if it cannot be told from the states."""
    phrases = phrases_for(language)
    if phrases is None:
        return None
    teller = Teller(hass, phrases, _FILES[_primary(language)])
    return as_sentences(teller.tell(question))


def as_sentences(parts: Sequence[str] | None) -> str | None:
    """Return clauses as sentences; None where there are none."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts) if parts else None


def templates(language: str) -> Mapping[str, Any]:
    """Return the templates of a language that has answers."""
    return _FILES[_primary(language)]


class Teller:
    """The answers of one language."""

    def __init__(self, hass: HomeAssistant, phrases: Phrases, file: Mapping[str, Any]) -> None:
        """Speak with these phrases and these templates."""
        self._hass = hass
        self._phrases = phrases
        self._file = file

    def tell(self, question: Question) -> list[str] | None:
        """Return the sentences."""
        if question.asks == "measure":
            return self._measure(question)
        if question.asks == "set_to":
            return self._set_to(question.entities[0])
        if question.state is None:
            return self._state(question.entities[0])
        seen = [one for one in question.entities if self.is_seen(one)]
        unseen = [one for one in question.entities if not self.is_seen(one)]
        if not seen:
            return [self.unavailable(unseen)]
        ends = (question.state, _OPPOSITE[question.state])
        if not all(any(self._is_so(one, end) for end in ends) for one in seen):
            # A lock that is jammed, or still turning, is neither.
            return None
        so = [one for one in seen if self._is_so(one, question.state)]
        told = self._one(question, seen[0]) if question.is_one else self._several(question, seen, so)
        return [told, self.unavailable(unseen)] if unseen else [told]

    def _one(self, question: Question, entity: HomeEntity) -> str:
        wanted = question.state or ""
        is_so = self._is_so(entity, wanted)
        clause = self.clause([entity], wanted if is_so else _OPPOSITE[wanted])
        if question.asks == "state":
            return clause
        return str(self._file["yes" if is_so else "no"]).format(clause=clause)

    def _several(self, question: Question, seen: Sequence[HomeEntity], so: Sequence[HomeEntity]) -> str:
        wanted = question.state or ""
        match question.asks:
            case "yes_no" | "all" if len(so) == len(seen):
                clause = self._all(question, seen, wanted)
                return str(self._file["yes"]).format(clause=clause)
            case "yes_no" | "all" if not so and question.kind:
                return str(self._file["no"]).format(clause=self._all(question, seen, _OPPOSITE[wanted]))
            case "any" if so:
                return str(self._file["yes"]).format(clause=self._some(question, seen, so))
            case "any" | "all" if question.kind is None and not so:
                return str(self._file["no"]).format(clause=self._none(question))
            case "yes_no" | "all" if so:
                only = str(self._file["only"]).format(clause=self._some(question, seen, so))
                return str(self._file["no"]).format(clause=only) if question.asks == "all" else only
        return self._some(question, seen, so) if so else self._none(question)

    def _all(self, question: Question, entities: Sequence[HomeEntity], state: str) -> str:
        if len(entities) <= _MOST_NAMES - 1:
            return self.clause(entities, state)
        return self._fill("all_of", question, state, many=True, total=str(len(entities)))

    def _some(self, question: Question, seen: Sequence[HomeEntity], so: Sequence[HomeEntity]) -> str:
        state = question.state or ""
        names, _ = self._subject(so)
        most = _MOST_LISTED if question.asks == "which" else _MOST_NAMES
        if len(so) <= most and question.asks != "count":
            return self.clause(so, state)
        key = "of" if len(so) > most else "of_names"
        return self._fill(key, question, state, many=len(so) > 1, count=str(len(so)), total=str(len(seen)), names=names)

    def _none(self, question: Question) -> str:
        key = "none" if question.kind else "nothing"
        return self._fill(key, question, question.state or "", many=True)

    def _fill(self, key: str, question: Question, state: str, *, many: bool, **values: str) -> str:
        kind = self._file["no_kind"][many]
        if question.kind:
            kind = question.kind.kind.many if many or key == "of" else question.kind.kind.one
        be = self._phrases.file["be"][many]
        where = self.where(question.place)
        return str(self._file[key]).format(be=be, kind=kind, state=self._file["words"][state], where=where, **values)

    def clause(self, entities: Sequence[HomeEntity], state: str) -> str:
        """Return "the kitchen light is on"."""
        subject, many = self._subject(entities)
        return f"{subject} {str(self._file['states'][state]).format(be=self._phrases.file['be'][many])}"

    def _subject(self, entities: Sequence[HomeEntity]) -> tuple[str, bool]:
        names = [self._phrases.name(entity) for entity in entities]
        many = len(names) > 1 or any(self._phrases.words.is_plural(entity.name) for entity in entities)
        return self._phrases.listed(names, "and"), many

    def unavailable(self, entities: Sequence[HomeEntity]) -> str:
        """Return that of these entities nothing is known."""
        few = entities[:_MOST_NAMES]
        names, many = self._subject(few) if len(few) == len(entities) else (self._phrases.counted(entities), True)
        return str(self._file["unavailable"]).format(names=names, be=self._phrases.file["be"][many])

    def _measure(self, question: Question) -> list[str] | None:
        entity = question.entities[0]
        if not self.is_seen(entity):
            return [self.unavailable([entity])]
        place = question.place.area_name if question.place else None
        if entity.domain == "climate":
            state = self._hass.states.get(entity.entity_id)
            measured = state.attributes.get(f"current_{question.measure}") if state else None
            unit = self._hass.config.units.temperature_unit if question.measure == "temperature" else "%"
            value = self.value(f"{figure(measured)} {unit}") if measured is not None else None
        else:
            value = self.value(state_words(self._hass, entity))
        if value is None or place is None:
            return None
        return [str(self._file["measured"]).format(value=value, place=self._phrases.place(place))]

    def _set_to(self, entity: HomeEntity) -> list[str] | None:
        if not self.is_seen(entity):
            return [self.unavailable([entity])]
        state = self._hass.states.get(entity.entity_id)
        if state is None or state.state == "off":
            return [self.clause([entity], "off")]
        target = state.attributes.get("temperature")
        value = self.value(f"{figure(target)} {self._hass.config.units.temperature_unit}") if target else None
        name = self._phrases.name(entity)
        return [str(self._file["set_to"]).format(name=name, value=value)] if value else None

    def _state(self, entity: HomeEntity) -> list[str] | None:
        """Return what one entity's state is, where a plain word or a figure says it all."""
        if not self.is_seen(entity):
            return [self.unavailable([entity])]
        name = self._phrases.name(entity)
        if entity.domain == "sensor":
            value = self.value(state_words(self._hass, entity))
            return [str(self._file["value"]).format(name=name, value=value)] if value else None
        state = self._hass.states.get(entity.entity_id)
        if state is None or entity.domain not in _NARRATED or state.state not in self._file["states"]:
            return None
        clause = self.clause([entity], state.state)
        brightness = state.attributes.get("brightness")
        if entity.domain == "light" and isinstance(brightness, int | float):
            value = self.value(f"{percent(brightness)}%")
            return [str(self._file["at"]).format(clause=clause, value=value)]
        return [clause]

    def value(self, text: str) -> str | None:
        """Return "21.5 degrees" for "21.5 °C"; None for what has no spoken unit."""
        match = _MEASURED.fullmatch(text)
        if match is None:
            return None
        if match[2] is None:
            return match[1]
        forms = self._file["units"].get(match[2])
        return f"{match[1]} {forms[float(match[1]) != 1]}" if forms else None

    def where(self, place: Place | None) -> str:
        """Return " in the kitchen", " upstairs", or nothing."""
        if place is None:
            return ""
        if place.area_name:
            return str(self._file["in"]).format(place=self._phrases.place(place.area_name))
        name = place.floor_name or ""
        spoken = self._phrases.spoken(name)
        if spoken.casefold() in self._phrases.file["floor_adverbs"]:
            return str(self._file["adverb"]).format(place=spoken)
        is_floor = spoken.casefold().split()[-1] in self._phrases.file["floor_words"]
        return str(self._file["on" if is_floor else "in"]).format(place=self._phrases.place(name))

    def is_seen(self, entity: HomeEntity) -> bool:
        """Return whether an entity has a state."""
        state = self._hass.states.get(entity.entity_id)
        return state is not None and state.state not in UNSEEN

    def _is_so(self, entity: HomeEntity, wanted: str) -> bool:
        state = self._hass.states.get(entity.entity_id)
        return state is not None and is_in_state(state, wanted)


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
