"""From a command's words to orders that can be carried out: only if every clause is understood, and in one way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from homeassistant.core import HomeAssistant

from ...home import Home
from ...inference import JsonObject, ToolCall
from ..excepting import Excepted, excepted
from ..index import index_of
from ..orders import Order, make_orders
from ..said import says_all
from ..utterance import Utterance
from ..words import Tokens, words_for
from .called import is_called, without_place
from .clauses import Clause, clauses_in, is_placeless_kind, is_sane, place_text
from .patterns import Patterns, verbatim

_MOST_SEGMENTS = 6
# They are run by name only, whatever "everything" and "all" may be understood to mean.
_RUN_ALONE = frozenset({"scene", "script"})

type Reading = tuple[tuple[Clause, Order], ...]


class Commands:
    """What the house can do about one utterance."""

    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        utterance: Utterance,
        patterns: Patterns | None,
        meant: Mapping[Tokens, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Take the utterance; without patterns only clauses that others have read can be ordered.

        `meant` are the entity ids that words such as "it" stand for.
        """
        self._hass = hass
        self._home = home
        self._utterance = utterance
        self._patterns = patterns
        self._meant = meant
        self._index = index_of(home, words_for(utterance.language))
        self._known: dict[str, list[Reading]] = {}

    def read(self, text: str) -> Reading | None:
        """Return the orders for a normalised text; None if it is not understood, or in more than one way."""
        patterns = self._patterns
        if patterns is None:
            return None
        if said := excepted(text, self._index.words):
            return self._read_without(said, patterns)
        segments = self.segments(text)
        joints = patterns.join.findall(text) if len(segments) > 1 else []
        readings = _different(self._readings(segments, joints, before=""))
        return self.checked(readings[0]) if len(readings) == 1 else None

    def _read_without(self, said: Excepted, patterns: Patterns) -> Reading | None:
        """Return the order for a single command with an exception, each part of which leaves something out."""
        reading = self.read(said.text)
        if reading is None or len(reading) != 1 or not said.phrases:
            return None
        [(clause, whole)] = reading
        if whole.question:
            known = {token for phrase in said.phrases for token in self._index.words.tokens(phrase)}
            return reading if known <= self._index.vocabulary else None
        order: Order | None = None
        words = self._index.words
        left_before = _entity_ids(whole)
        for count, phrase in enumerate(said.phrases, 1):
            exception = replace(said, phrases=said.phrases[:count])
            order = self.order(replace(clause, text=exception.as_text(patterns.file["and"])))
            is_plain = is_sane(phrase, patterns, self._index)
            if not is_plain or order is None:
                return None
            left = _entity_ids(order)
            # "Everything except the heating": what is never part of everything may be named all the same.
            is_beside = words.tokens(phrase) in self._index.by_name and says_all(said.text, words)
            if left == left_before and not is_beside:
                return None
            left_before = left
        return ((clause, order),) if order else None

    def segments(self, text: str) -> list[str]:
        """Return the parts of a text between what joins clauses; the text itself where they cannot be told apart."""
        patterns = self._patterns
        parts = patterns.join.split(text) if patterns else [text]
        is_plain = patterns is not None and all(patterns.bare(part) for part in parts)
        return parts if is_plain and len(parts) <= _MOST_SEGMENTS else [text]

    def checked(self, reading: Reading) -> Reading | None:
        """Return a reading, but not one whose clauses contradict each other or may be meant for another room."""
        return None if _contradicts(reading) or self._is_unsure_where(reading) else reading

    def order(self, clause: Clause) -> Order | None:
        """Return the order for one clause; None if it cannot be carried out as it was said, or in several ways."""
        found: list[Order] = []
        tokens = self._index.words.tokens(clause.phrase)
        if tokens in self._index.places and tokens in self._index.by_name and not clause.meant:
            return None
        for name, arguments in clause.calls:
            wanted = dict(arguments)
            unit, domains = wanted.pop("unit", None), wanted.pop("domains", None)
            if unit not in (None, self._hass.config.units.temperature_unit):
                continue
            order = self._order(name, self._verbatim(wanted), clause)
            if order is not None and (domains is None or _is_among(order, domains)):
                found.append(order)
        # Several calls may come to the same: a question which of the thermostats is meant.
        return found[0] if len({_effect(order) for order in found}) == 1 else None

    def _readings(self, segments: Sequence[str], joints: Sequence[str], before: str) -> Iterator[Reading]:
        """Yield every reading of the segments: the first few as one clause, then the rest."""
        if not segments:
            yield ()
            return
        for length in range(len(segments), 0, -1):
            text = "".join(
                part for pair in zip(segments[:length], [*joints[: length - 1], ""], strict=True) for part in pair
            )
            for first in self._clause_readings(text, before):
                verb = first[0][0].text.split()[0]
                for rest in self._readings(segments[length:], joints[length:], verb):
                    yield (*first, *rest)

    def _clause_readings(self, text: str, before: str) -> list[Reading]:
        """Return the readings of a single clause, with the verb of the clause before it if it has none."""
        readings = self._single(text)
        return readings or (self._single(f"{before} {text}") if before else [])

    def _single(self, text: str) -> list[Reading]:
        patterns = self._patterns
        if patterns is None:
            return []
        text = patterns.bare(text)
        if text not in self._known:
            made = (self._ordered(clauses) for clauses in clauses_in(text, patterns, self._index))
            self._known[text] = _different(reading for reading in made if reading)
        return self._known[text]

    def _ordered(self, clauses: Sequence[Clause]) -> Reading | None:
        orders = [self.order(clause) for clause in clauses]
        pairs = tuple((clause, order) for clause, order in zip(clauses, orders, strict=True) if order is not None)
        return pairs if len(pairs) == len(clauses) else None

    def _order(self, name: str, arguments: JsonObject, clause: Clause) -> Order | None:
        utterance = replace(self._utterance, text=clause.text)
        meant = [clause.meant] if clause.meant else self._meant.get(self._index.words.tokens(clause.phrase))
        call = ToolCall(name, {**arguments, "targets": list(meant or [clause.phrase])}, None)
        [order] = make_orders(self._hass, self._home, utterance, [call])
        if order.errors or order.facts or not (order.deeds or order.question):
            return None
        if any(deed.subject.group and deed.step.entities[0].domain in _RUN_ALONE for deed in order.deeds):
            return None
        return order if meant or self._is_accounted(clause.phrase, order) else None

    def _verbatim(self, arguments: JsonObject) -> JsonObject:
        """Return the arguments with texts as the speaker wrote them: what stands on a list is read again."""
        told = self._utterance.text
        kept: JsonObject = {name: verbatim(value, told) for name, value in arguments.items() if name == "what"}
        if items := arguments.get("items"):
            kept["items"] = [verbatim(item, told) for item in items]
        return {**arguments, **kept}

    def _is_accounted(self, phrase: str, order: Order) -> bool:
        """Return whether what was found is called what was said, and not only something like it."""
        tokens = self._index.words.tokens(phrase)
        if order.question:
            rest = without_place(tokens, self._index)
            kind, _ = self._index.words.without_kind(rest)
            return kind is not None or rest in self._index.by_name or tokens in self._index.words.here
        return all(
            is_called(entity, tokens, self._index)
            for deed in order.deeds
            if deed.subject.group is None
            for entity in deed.step.entities
        )

    def _is_unsure_where(self, reading: Reading) -> bool:
        """Return whether a clause without a room could as well be meant for the room of another clause."""
        patterns = self._patterns
        if patterns is None:
            return False
        places = {place for clause, _ in reading if (place := place_text(clause.phrase, self._index))}
        for clause, order in reading:
            if place_text(clause.phrase, self._index) or not is_placeless_kind(clause.phrase, self._index):
                continue
            for place in places:
                phrase = patterns.file["at_place"].format(name=clause.phrase, place=place)
                text = patterns.file["at_place"].format(name=clause.text, place=place)
                there = self.order(replace(clause, phrase=phrase, text=text))
                if there is not None and is_sane(phrase, patterns, self._index) and _effect(there) != _effect(order):
                    return True
        return False


def _entity_ids(order: Order) -> set[str]:
    return {entity.entity_id for deed in order.deeds for entity in deed.step.entities}


def _is_among(order: Order, domains: Sequence[str]) -> bool:
    """Return whether an order is for devices of these domains alone."""
    return all(entity.domain in domains for deed in order.deeds for entity in deed.step.entities)


def is_same_effect(one: Reading, other: Reading) -> bool:
    """Return whether two readings do the same."""
    return effects([order for _, order in one]) == effects([order for _, order in other])


def effects(orders: Sequence[Order]) -> set[object]:
    """Return what orders do, comparable: their services with data and targets, or their questions."""
    return {_effect(order) for order in orders}


def _different(readings: Iterator[Reading]) -> list[Reading]:
    """Return the readings that differ in what they do."""
    return list({tuple(_effect(order) for _, order in reading): reading for reading in readings}.values())


def _effect(order: Order) -> object:
    """Return what an order does, comparable."""
    if order.question:
        return order.question
    return frozenset(
        (entity.entity_id, service.domain, service.name, repr(service.data))
        for deed in order.deeds
        for entity in deed.step.entities
        for service in deed.step.services
    ) | frozenset(
        # What a step does without a known service, its words tell.
        (entity.entity_id, deed.step.state, repr(deed.step.values))
        for deed in order.deeds
        for entity in deed.step.entities
        if deed.step.errand
    )


def _contradicts(reading: Reading) -> bool:
    """Return whether two clauses are about the same entity."""
    seen: set[str] = set()
    for _, order in reading:
        ids = _entity_ids(order)
        if not seen.isdisjoint(ids):
            return True
        seen |= ids
    return False
