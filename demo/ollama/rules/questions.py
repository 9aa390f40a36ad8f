"""Questions: answered out of the states in the context, or asked of the house by get_state. They change nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from demo.ollama.reply import Call, Reply

from .find import Finder, Named
from .house import Entity, Moment
from .measures import Measured, find_measured
from .states import be, is_so, quantity_of, said
from .vocabulary import (
    ALL,
    CLASSES,
    EVERYWHERE,
    FILLERS,
    MEASURES,
    OPPOSITES,
    QUALITIES,
    QUESTION_STARTS,
    SETTINGS,
    STOP,
    VERBS,
)
from .words import sentence, spoken_list, spoken_name, stem

UNKNOWN = "Sorry, I do not know that."
_ANYTHING = frozenset({"anything", "something", "else", "devices", "things", "leave", "left"})
_POSITIVE = frozenset({"on", "open", "unlocked"})
_REQUESTS = (["tell", "me"], ["do", "you", "know"], ["i", "wonder"], ["say"])


def is_question(words: Sequence[str], text: str) -> bool:
    """Tell whether an utterance asks rather than commands."""
    if not words:
        return False
    return words[0] in QUESTION_STARTS or (text.rstrip().endswith("?") and words[0] not in VERBS)


class Questioner:
    """Answers questions about the house at one moment."""

    def __init__(self, finder: Finder, moment: Moment, tools: Mapping[str, Mapping[str, Any]]) -> None:
        """tools: name to properties, get_state is used if it is among them."""
        self._finder = finder
        self._house = finder.house
        self._moment = moment
        self._tools = tools

    def respond(self, words: Sequence[str]) -> Reply | None:
        """Return the answer, a call of get_state, or None where the question is not understood."""
        words = _plain_question(words)
        if (spoken := self._of_time(words)) is not None:
            return Reply(content=spoken)
        if any(stem(word) in MEASURES for word in words) and not set(words) & SETTINGS:
            measured = find_measured(self._finder, words, self._moment.area)
            return None if measured is None else self._asked(measured.named) or self._of_measure(measured)
        qualities = {QUALITIES[word] for word in words if word in QUALITIES}
        quality = qualities.pop() if len(qualities) == 1 else None
        named = self._named(words, quality)
        if not named.entities:
            return None
        return self._asked(named) or Reply(content=self._of_states(named, quality, words))

    def _of_time(self, words: Sequence[str]) -> str | None:
        """Answer what time or day it is."""
        time = self._moment.time
        if time is None or words[0] != "what":
            return None
        day, _, clock = time.partition(", ")
        if "time" in words:
            return f"It is {clock or day}."
        return f"It is {day}." if "day" in words or "date" in words else None

    def _of_measure(self, measured: Measured) -> Reply:
        """Answer with a measured value."""
        entity = measured.named.entities[0]
        quantity = quantity_of(self._state(entity))
        if quantity is None:
            return Reply(content=sentence(self._said(entity)))
        if measured.place is None:
            return Reply(content=sentence(f"{spoken_name(entity.short_name)} is {quantity}"))
        return Reply(content=f"The {measured.measure} in {spoken_name(measured.place.name)} is {quantity}.")

    def _of_states(self, named: Named, quality: str | None, words: Sequence[str]) -> str:
        """Answer which ones are so, whether it is so, or how it is."""
        if quality is None:
            return sentence(spoken_list([self._said(entity) for entity in named.entities]))
        so = [entity for entity in named.entities if is_so(self._state(entity), quality)]
        if words[0] in ("which", "what", "how"):
            return self._listed(named, so, quality, count="many" in words)
        return self._confirmed(named, so, quality, words)

    def _named(self, words: Sequence[str], quality: str | None) -> Named:
        """Return what a question names."""
        skipped = QUESTION_STARTS | FILLERS | SETTINGS | QUALITIES.keys()
        rest = [word for word in words if word not in skipped]
        if quality is not None and all(word in STOP | ALL | EVERYWHERE | _ANYTHING for word in rest):
            return self._known(quality, self._house.entities)
        if quality in ("locked", "unlocked") and (locks := self._finder.find_locks(rest)).entities:
            return locks
        several = any(stem(word) != word for word in rest) or bool(set(words) & (ALL | {"which"}))
        if several and (sensors := self._sensors(rest)) is not None:
            return sensors
        if words[0] in ("which", "how", "what") and several:
            rest = ["all", *rest]
        named = self._finder.find([word for word in rest if word not in _ANYTHING])
        if quality is not None and named.kind is None and named.places:
            return self._known(quality, named.entities)
        if named.choice:
            return Named(entities=named.choice, targets=tuple(self._label(entity) for entity in named.choice))
        return named

    def _known(self, quality: str, scope: Sequence[Entity]) -> Named:
        """Return all that the context tells to be so or not: for "what is open"."""
        states = self._moment.states
        known = [entity for entity in scope if is_so(states.get(self._label(entity), ""), quality) is not None]
        return Named(tuple(self._label(entity) for entity in known), None, tuple(known))

    def _sensors(self, words: Sequence[str]) -> Named | None:
        """Return all sensors of a class that is named, such as "windows", in the place named or the house."""
        found = [self._finder.find(words[start:end]) for start, end in self._finder.spans(words)]
        places = [place for one in found for place in one.places]
        stems = [stem(word) for word in words]
        device_class = next((CLASSES[noun] for noun in stems if noun in CLASSES), None)
        if device_class is None or any(one.entities and not one.places for one in found):
            return None
        scope = self._house.within(places[0]) if places else self._house.entities
        meant = tuple(entity for entity in scope if entity.device_class == device_class)
        return Named(tuple(self._label(entity) for entity in meant), None, meant)

    def _asked(self, named: Named) -> Reply | None:
        """Return a call for the states that the context lacks, or the admission that nothing can tell them."""
        missing = [entity for entity in named.entities if self._label(entity) not in self._moment.states]
        if not missing:
            return None
        if "get_state" not in self._tools:
            return Reply(content=UNKNOWN)
        arguments: dict[str, object] = {"targets": list(named.targets)}
        if named.kind and "kind" in self._tools["get_state"]:
            arguments["kind"] = named.kind
        elif named.kind:
            arguments["targets"] = self._finder.with_kind(named.targets, named.kind)
        return Reply(tool_calls=(Call("get_state", arguments),))

    def _listed(self, named: Named, so: Sequence[Entity], quality: str, *, count: bool) -> str:
        """Answer which ones, or how many, are so."""
        if count:
            return f"{len(so) or 'None'} of them {'is' if len(so) <= 1 else 'are'} {quality}."
        if not so:
            return f"None of them is {quality}." if len(named.entities) > 1 else self._denied(named.entities[0])
        return sentence(f"{_names(so)} {_be(so)} {quality}")

    def _confirmed(self, named: Named, so: Sequence[Entity], quality: str, words: Sequence[str]) -> str:
        """Answer whether it is so."""
        if len(named.entities) == 1:
            entity = named.entities[0]
            return f"Yes, {_names([entity])} {_be([entity])} {quality}." if so else self._denied(entity)
        if not so:
            return f"No, none of them is {quality}."
        if {"any", "anything", "something"} & set(words):
            return f"Yes, {_names(so)} {_be(so)} {quality}."
        if others := [entity for entity in named.entities if entity not in so]:
            if quality in _POSITIVE:
                return f"No, only {_names(so)} {_be(so)} {quality}."
            return f"No, {_names(others)} {_be(others)} {OPPOSITES[quality]}."
        return f"Yes, {self._all_of(named)} are {quality}."

    def _all_of(self, named: Named) -> str:
        """Return several entities as they are said."""
        if named.kind and len(named.places) == 1 and named.places[0] in self._house.areas:
            return f"{spoken_name(named.places[0].name)} {named.kind}s"
        return "all of them"

    def _denied(self, entity: Entity) -> str:
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
        return self._house.label(entity)


def _plain_question(words: Sequence[str]) -> list[str]:
    """Return a question without the request to answer it."""
    rest = list(words)
    for request in _REQUESTS:
        if rest[: len(request)] == request and len(rest) > len(request):
            rest = rest[len(request) :]
    return rest


def _names(entities: Sequence[Entity]) -> str:
    """Return entities as they are said."""
    return spoken_list([spoken_name(entity.short_name) for entity in entities])


def _be(entities: Sequence[Entity]) -> str:
    """Return the verb that goes with them."""
    return "are" if len(entities) > 1 else be(entities[0].name)
