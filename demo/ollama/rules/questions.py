"""Questions: answered out of the states in the context, or asked of the house by get_state. They change nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..reply import Call, Reply
from .find import ALL, Finder, Named
from .house import Entity, Moment, Place
from .states import be, is_so, quantity_of, said
from .words import sentence, spoken_list, spoken_name, stem

_STARTS = frozenset(
    ["what", "which", "is", "are", "how", "do", "does", "was", "were", "when", "where", "who", "whats", "hows", "did", "has", "have", "tell", "any", "why"]
)
_REQUESTS = (["tell", "me"], ["do", "you", "know"], ["i", "wonder"], ["say"])
_QUALITIES = {
    "on": "on",
    "off": "off",
    "running": "on",
    "lit": "on",
    "open": "open",
    "opened": "open",
    "closed": "closed",
    "shut": "closed",
    "close": "closed",
    "locked": "locked",
    "unlocked": "unlocked",
}
_MEASURES = {
    "temperature": "temperature",
    "warm": "temperature",
    "hot": "temperature",
    "cold": "temperature",
    "cool": "temperature",
    "degree": "temperature",
    "humidity": "humidity",
    "humid": "humidity",
    "damp": "humidity",
    "power": "power",
    "brightness": "illuminance",
}
_OUTSIDE = frozenset({"outside", "outdoors", "outdoor"})
_CLASSES = {"window": "window", "door": "door", "motion": "motion", "garage": "garage_door"}
_SETTINGS = frozenset({"set", "setpoint", "target"})
_FILLERS = frozenset({"state", "status", "doing", "there", "much", "many", "if", "whether", "know", "currently"})


def is_question(words: Sequence[str], text: str) -> bool:
    """Tell whether an utterance asks rather than commands."""
    return bool(words) and (words[0] in _STARTS or (text.rstrip().endswith("?") and words[0] not in ("turn", "set")))


class Questioner:
    """Answers questions about the house at one moment."""

    def __init__(self, finder: Finder, moment: Moment, tools: Mapping[str, Mapping[str, Any]]) -> None:
        """tools: name to properties, get_state is used if it is among them."""
        self._finder = finder
        self._moment = moment
        self._tools = tools

    def respond(self, words: Sequence[str]) -> Reply | None:
        """Return the answer, a call of get_state, or None where the question is not understood."""
        words = _plain_question(words)
        if (spoken := self._of_time(words)) is not None:
            return Reply(content=spoken)
        if any(stem(word) in _MEASURES for word in words) and not set(words) & _SETTINGS:
            return self._of_measure(words)
        quality = next((_QUALITIES[word] for word in reversed(words) if word in _QUALITIES), None)
        rest = [word for word in words if word not in _QUALITIES and word not in _STARTS and word not in _FILLERS]
        rest = [word for word in rest if word not in _SETTINGS and word not in ("bright", "me")]
        named = self._named(rest, words)
        if named.choice:
            named = Named(entities=named.choice, targets=tuple(self._label(entity) for entity in named.choice))
        if named.unknown or not named.entities:
            return None
        if (missing := self._missing(named)) is not None:
            return missing
        if words[0] in ("which", "what", "how") and quality is not None:
            return Reply(content=self._listed(named, quality, words))
        if quality is not None:
            return Reply(content=self._confirmed(named, quality, words))
        return Reply(content=sentence(spoken_list([self._said(entity) for entity in named.entities])))

    def _of_time(self, words: Sequence[str]) -> str | None:
        """Answer what time or day it is."""
        time = self._moment.time
        if time is None or words[0] != "what":
            return None
        day, _, clock = time.partition(", ")
        if "time" in words:
            return f"It is {clock or day}."
        if "day" in words or "date" in words:
            return f"It is {day}."
        return None

    def _of_measure(self, words: Sequence[str]) -> Reply | None:
        """Answer a question for a measured value: of a place, or of an entity that is named."""
        measure = next(_MEASURES[stem(word)] for word in words if stem(word) in _MEASURES)
        place = self._place(words)
        candidates = [entity for entity in self._finder.house.entities if _measures(entity, measure)]
        if set(words) & _OUTSIDE:
            candidates = [entity for entity in candidates if {"outdoor", "outside"} & set(_name_words(entity))]
        elif place is not None:
            inside = self._finder.house.within(place)
            candidates = [entity for entity in candidates if entity in inside]
            candidates = [e for e in candidates if not {"outdoor", "outside"} & set(_name_words(e))] or candidates
        candidates = [entity for entity in candidates if entity.domain == "sensor"] or candidates
        if not candidates:
            return None
        if len(candidates) > 1 and place is None:
            candidates = [entity for entity in candidates if not {"outdoor", "outside"} & set(_name_words(entity))]
        entity = candidates[0]
        named = Named((self._label(entity),), None, (entity,))
        if (missing := self._missing(named)) is not None:
            return missing
        quantity = quantity_of(self._state(entity))
        if quantity is None:
            return Reply(content=sentence(self._said(entity)))
        if set(words) & _OUTSIDE or entity.area is None or (place is not None and place.name != entity.area):
            return Reply(content=sentence(f"{spoken_name(entity.short_name)} is {quantity}"))
        return Reply(content=f"The {measure} in {spoken_name(entity.area)} is {quantity}.")

    def _place(self, words: Sequence[str]) -> Place | None:
        """Return the place a question is about: one that is named, else the speaker's."""
        house = self._finder.house
        for start, end in self._finder.spans(words):
            found = self._finder.find(words[start:end])
            if found.places:
                return found.places[0]
            if found.entities:
                return next((area for area in house.areas if area.name == found.entities[0].area), None)
        return next((area for area in house.areas if area.name == self._moment.area), None)

    def _named(self, rest: Sequence[str], words: Sequence[str]) -> Named:
        """Return what a question names; a class of sensor such as "windows" names all of it in the place or house."""
        nouns = [stem(word) for word in rest]
        several = any(stem(word) != word for word in rest) or bool(set(words) & (ALL | {"any", "which"}))
        for noun, device_class in _CLASSES.items():
            if (
                noun in nouns
                and several
                and not any(
                    self._finder.find(rest[start:end]).entities and not self._finder.find(rest[start:end]).places
                    for start, end in self._finder.spans(rest)
                )
            ):
                place = self._named_place(rest)
                scope = self._finder.house.within(place) if place else self._finder.house.entities
                return Named(
                    targets=(place.name,) if place else (),
                    entities=tuple(entity for entity in scope if entity.device_class == device_class),
                )
        if not [word for word in rest if word not in ("the", "it", "in", "at", "a")] and "what" in words[:1]:
            return Named()
        everywhere = ["all", *rest] if words[0] in ("which", "how", "what") and several else list(rest)
        return self._finder.find(everywhere)

    def _named_place(self, words: Sequence[str]) -> Place | None:
        """Return a place that is named in the words."""
        for start, end in self._finder.spans(words):
            if places := self._finder.find(words[start:end]).places:
                return places[0]
        return None

    def _missing(self, named: Named) -> Reply | None:
        """Return a call for the states that the context lacks, or the admission that nothing can tell them."""
        missing = [entity for entity in named.entities if self._label(entity) not in self._moment.states]
        if not missing:
            return None
        if "get_state" not in self._tools:
            return Reply(content="Sorry, I do not know that.")
        targets = list(named.targets) or [self._label(entity) for entity in missing]
        arguments: dict[str, object] = {"targets": targets}
        if named.kind and "kind" in self._tools["get_state"]:
            arguments["kind"] = named.kind
        return Reply(tool_calls=(Call("get_state", arguments),))

    def _listed(self, named: Named, quality: str, words: Sequence[str]) -> str:
        """Answer which ones, or how many, are so."""
        so = [entity for entity in named.entities if is_so(self._state(entity), quality)]
        if words[0] == "how" and "many" in words:
            return f"{len(so) or 'None'} of them {'is' if len(so) == 1 else 'are'} {quality}."
        if not so:
            return f"None of them is {quality}." if len(named.entities) > 1 else self._no(named.entities[0])
        names = [spoken_name(entity.short_name) for entity in so]
        verb = "are" if len(so) > 1 else be(so[0].name)
        return sentence(f"{spoken_list(names)} {verb} {quality}")

    def _confirmed(self, named: Named, quality: str, words: Sequence[str]) -> str:
        """Answer whether it is so."""
        so = [entity for entity in named.entities if is_so(self._state(entity), quality)]
        if len(named.entities) == 1:
            entity = named.entities[0]
            if so:
                return f"Yes, {spoken_name(entity.short_name)} {be(entity.name)} {quality}."
            return self._no(entity)
        if len(so) == len(named.entities) and "any" not in words:
            return f"Yes, all of them are {quality}."
        if not so:
            return f"No, none of them is {quality}."
        names = spoken_list([spoken_name(entity.short_name) for entity in so])
        answer = "Yes" if "any" in words else "No, only"
        separator = ", " if answer == "Yes" else " "
        return f"{answer}{separator}{names} {'are' if len(so) > 1 else be(so[0].name)} {quality}."

    def _no(self, entity: Entity) -> str:
        """Deny, and say what is so instead."""
        return f"No, {self._said(entity)}."

    def _said(self, entity: Entity) -> str:
        """Return the clause that tells an entity's state."""
        return said(entity.short_name, self._state(entity))

    def _state(self, entity: Entity) -> str:
        """Return an entity's state, as the context has it."""
        return self._moment.states[self._label(entity)]

    def _label(self, entity: Entity) -> str:
        """Return the name that the context and the tools use."""
        return self._finder.house.label(entity)


def _plain_question(words: Sequence[str]) -> list[str]:
    """Return a question without the request to answer it."""
    rest = list(words)
    for request in _REQUESTS:
        if rest[: len(request)] == request and len(rest) > len(request):
            rest = rest[len(request) :]
    return rest


def _measures(entity: Entity, measure: str) -> bool:
    """Tell whether an entity measures a quantity."""
    if entity.domain == "climate":
        return measure == "temperature"
    return entity.domain == "sensor" and (entity.device_class == measure or measure in _name_words(entity))


def _name_words(entity: Entity) -> tuple[str, ...]:
    """Return the words of an entity's name."""
    return entity.spellings()[0]
