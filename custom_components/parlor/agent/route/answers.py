"""Answers to questions about states, composed from what is so now. No model is asked."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant

from ...home import HomeEntity, figure, percent, state_words
from ...language import file_for
from ..grammar import NounPhrase
from ..index import Place
from ..phrases import Phrases
from ..replies import phrases_for
from .questions import OPPOSITE, UNSEEN, Question, is_in_state

_FILES: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("answers").glob("*.json"))
}
_MOST_NAMES = 4
# Who asks which wants to hear the names.
_MOST_LISTED = 6
_MEASURED = re.compile(r"(-?\d+(?:\.\d+)?) ?(\S+)?")
_NARRATED = {"light", "switch", "fan", "input_boolean", "cover", "lock", "media_player", "humidifier"}


def has_answers(language: str) -> bool:
    """Return whether it can be said in a language what was done."""
    return phrases_for(language) is not None


def acknowledgement(language: str) -> str:
    """Return the word that says that something was heard and nothing is to be done."""
    phrases = phrases_for(language)
    return f"{phrases.file.get('acknowledged', 'Okay') if phrases else 'Okay'}."


def spoken_units(language: str) -> Mapping[str, Sequence[str]]:
    """Return how units are spoken after one and after any other number, by symbol; empty where that is not known."""
    name = file_for(language, _FILES)
    units: Mapping[str, Sequence[str]] = _FILES[name]["units"] if name else {}
    return {symbol: (forms[0], forms[-1]) for symbol, forms in units.items()}


def opposite(state: str) -> str:
    """Return the state that a thing is in when it is not in this one: "off" for "on"."""
    return OPPOSITE[state]


def answer(hass: HomeAssistant, question: Question, language: str) -> str | None:
    """Return the answer in one or two sentences; None if it cannot be told from the states."""
    phrases, name = phrases_for(language), file_for(language, _FILES)
    if phrases is None or name is None:
        return None
    return as_sentences(Teller(hass, phrases, _FILES[name]).tell(question))


def as_sentences(parts: Sequence[str] | None) -> str | None:
    """Return clauses as sentences; None where there are none."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts) if parts else None


def templates(language: str) -> Mapping[str, Any]:
    """Return the templates of a language that has answers."""
    return _FILES[file_for(language, _FILES) or "en"]


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
        ends = (question.state, OPPOSITE[question.state])
        if not all(any(self._is_so(one, end) for end in ends) for one in seen):
            # A lock that is jammed, or still turning, is neither.
            return None
        so = [one for one in seen if self._is_so(one, question.state)]
        told = self._one(question, seen[0]) if question.is_one else self._several(question, seen, so)
        return [told, self.unavailable(unseen)] if unseen else [told]

    def _one(self, question: Question, entity: HomeEntity) -> str:
        wanted = question.state or ""
        is_so = self._is_so(entity, wanted)
        clause = self.clause([entity], wanted if is_so else OPPOSITE[wanted])
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
                return str(self._file["no"]).format(clause=self._all(question, seen, OPPOSITE[wanted]))
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
        names = self._subject(so).text
        most = _MOST_LISTED if question.asks == "which" else _MOST_NAMES
        if len(so) <= most and question.asks != "count":
            return self.clause(so, state)
        if len(so) == len(seen) > most:
            return self._all(question, seen, state)
        key = "of" if len(so) > most else "of_names"
        return self._fill(key, question, state, many=len(so) > 1, count=str(len(so)), total=str(len(seen)), names=names)

    def _none(self, question: Question) -> str:
        if question.kind is None:
            return self._fill("nothing", question, question.state or "", many=False)
        return self._fill("none", question, question.state or "", many=not self._file.get("none_is_one"))

    def _fill(self, key: str, question: Question, state: str, *, many: bool, **values: str) -> str:
        kind = self._phrases.kind(question.kind.kind.name if question.kind else None)
        one, several = (kind.one, kind.many) if question.kind else self._file["no_kind"]
        word_class = kind.many_class if many else kind.word_class
        grammar = self._phrases.grammar
        given = {
            **self._phrases.verbs(word_class),
            "kind": several if many or key == "of" else one,
            "state": grammar.filled(self._file["words"][state], word_class, {}),
            "where": self.where(question.place),
        }
        return grammar.filled(self._file[key], word_class, {**given, **values})

    def clause(self, entities: Sequence[HomeEntity], state: str) -> str:
        """Return "the kitchen light is on"."""
        subject, grammar = self._subject(entities), self._phrases.grammar
        verbs = self._phrases.verbs(subject.word_class)
        return f"{subject.text} {grammar.filled(self._file['states'][state], subject.word_class, verbs)}"

    def _subject(self, entities: Sequence[HomeEntity]) -> NounPhrase:
        return self._phrases.together([self._phrases.noun(entity) for entity in entities])

    def unavailable(self, entities: Sequence[HomeEntity]) -> str:
        """Return that of these entities nothing is known."""
        few = entities[:_MOST_NAMES]
        names = self._subject(few) if len(few) == len(entities) else self._phrases.counted(entities)
        values = {**self._phrases.verbs(names.word_class), "names": names.text}
        return self._phrases.grammar.filled(self._file["unavailable"], names.word_class, values)

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
        said = {"value": value, "place": self._phrases.place(place), "where": self._phrases.where(place)}
        return [str(self._file["measured"]).format(**said)]

    def _set_to(self, entity: HomeEntity) -> list[str] | None:
        if not self.is_seen(entity):
            return [self.unavailable([entity])]
        state = self._hass.states.get(entity.entity_id)
        if state is None or state.state == "off":
            return [self.clause([entity], "off")]
        target = state.attributes.get("temperature")
        value = self.value(f"{figure(target)} {self._hass.config.units.temperature_unit}") if target else None
        return [self._of(entity, "set_to", value)] if value else None

    def _state(self, entity: HomeEntity) -> list[str] | None:
        """Return what one entity's state is, where a plain word or a figure says it all."""
        if not self.is_seen(entity):
            return [self.unavailable([entity])]
        if entity.domain == "sensor":
            value = self.value(state_words(self._hass, entity))
            return [self._of(entity, "value", value)] if value else None
        state = self._hass.states.get(entity.entity_id)
        if state is None or entity.domain not in _NARRATED or state.state not in self._file["states"]:
            return None
        clause = self.clause([entity], state.state)
        brightness = state.attributes.get("brightness")
        if entity.domain == "light" and isinstance(brightness, int | float):
            value = self.value(f"{percent(brightness)}%")
            return [str(self._file["at"]).format(clause=clause, value=value)]
        return [clause]

    def _of(self, entity: HomeEntity, key: str, value: str) -> str:
        """Return "the freezer is at minus 18 degrees"."""
        name = self._phrases.noun(entity)
        values = {**self._phrases.verbs(name.word_class), "name": name.text, "value": value}
        return self._phrases.grammar.filled(self._file[key], name.word_class, values)

    def value(self, text: str) -> str | None:
        """Return "21.5 degrees" for "21.5 °C"; None for what has no spoken unit."""
        match = _MEASURED.fullmatch(text)
        if match is None:
            return None
        if match[2] is None:
            return self._phrases.grammar.number(match[1])
        forms = self._file["units"].get(match[2])
        return self._phrases.grammar.measured(match[1], forms) if forms else None

    def where(self, place: Place | None) -> str:
        """Return " in the kitchen", " upstairs", or nothing."""
        if place is None:
            return ""
        name = place.area_name or place.floor_name or ""
        if self._phrases.grammar.has_nouns:
            return f" {self._phrases.where(name)}"
        if place.area_name:
            return str(self._file["in"]).format(place=self._phrases.place(name))
        word = self._phrases.floor_word(name)
        spoken = self._phrases.spoken(name) if word == "adverb" else self._phrases.place(name)
        return str(self._file[word]).format(place=spoken)

    def is_seen(self, entity: HomeEntity) -> bool:
        """Return whether an entity has a state."""
        state = self._hass.states.get(entity.entity_id)
        return state is not None and state.state not in UNSEEN

    def _is_so(self, entity: HomeEntity, wanted: str) -> bool:
        state = self._hass.states.get(entity.entity_id)
        return state is not None and is_in_state(state, wanted)
