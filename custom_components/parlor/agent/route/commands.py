"""From a command's words to orders that can be carried out: only if every clause is understood, and in one way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from homeassistant.core import HomeAssistant

from ...home import Home, HomeEntity
from ...inference import JsonObject, ToolCall
from ..index import index_of
from ..near import slip_of
from ..orders import Order, make_orders
from ..utterance import Utterance
from ..words import Tokens, words_for
from .clauses import Clause, clauses_in, is_placeless_kind, is_sane, place_text
from .patterns import Patterns

_MOST_SEGMENTS = 6
# They are run by name only, whatever "everything" and "all" may be understood to mean.
_RUN_ALONE = frozenset({"scene", "script"})

type Reading = tuple[tuple[Clause, Order], ...]


class Commands:
    """What the house can do about one utterance."""

    def __init__(self, hass: HomeAssistant, home: Home, utterance: Utterance, patterns: Patterns | None) -> None:
        """Take the utterance; without patterns only clauses that others have read can be ordered."""
        self._hass = hass
        self._home = home
        self._utterance = utterance
        self._patterns = patterns
        self._index = index_of(home, words_for(utterance.language))
        self._known: dict[str, list[Reading]] = {}

    def read(self, text: str) -> Reading | None:
        """Return the orders for a normalised text; None if it is not understood, or in more than one way."""
        patterns = self._patterns
        if patterns is None or patterns.never.search(patterns.bare(text)):
            return None
        segments = self.segments(text)
        joints = patterns.join.findall(text) if len(segments) > 1 else []
        readings = _different(self._readings(segments, joints, before=""))
        return self.checked(readings[0]) if len(readings) == 1 else None

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
        if tokens in self._index.places and tokens in self._index.by_name:
            return None
        for name, arguments in clause.calls:
            wanted = dict(arguments)
            unit = wanted.pop("unit", None)
            if unit not in (None, self._hass.config.units.temperature_unit):
                continue
            order = self._order(name, wanted, clause)
            if order is not None:
                found.append(order)
        return found[0] if len(found) == 1 else None

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
        call = ToolCall(name, {**arguments, "targets": [clause.phrase]}, None)
        [order] = make_orders(self._hass, self._home, utterance, [call])
        if order.errors or order.facts or not (order.deeds or order.question):
            return None
        if any(deed.subject.group and deed.step.entities[0].domain in _RUN_ALONE for deed in order.deeds):
            return None
        return order if self._is_accounted(clause.phrase, order) else None

    def _is_accounted(self, phrase: str, order: Order) -> bool:
        """Return whether what was found is called what was said, and not only something like it."""
        tokens = self._index.words.tokens(phrase)
        if order.question:
            kind = self._index.words.kind_at_end(self._rest(tokens))
            return kind is not None or self._rest(tokens) in self._index.by_name or tokens in self._index.words.here
        return all(
            self._is_called(entity, tokens)
            for deed in order.deeds
            if deed.subject.group is None
            for entity in deed.step.entities
        )

    def _is_called(self, entity: HomeEntity, tokens: Tokens) -> bool:
        words = self._index.words
        rest = self._rest(tokens)
        if (kind := words.kind_words.get(rest)) and entity.domain in kind.kind.domains:
            return True
        place = set(words.tokens(entity.area_name or ""))
        for text in (entity.name, *entity.aliases, entity.label):
            name = words.tokens(text)
            word = words.kind_at_end(name)
            own = set(name[: -len(word.tokens)] if word else name) - place
            if name in (tokens, rest) or (own and own <= set(rest)) or slip_of(tokens, name) or slip_of(rest, name):
                return True
        return False

    def _rest(self, tokens: Tokens) -> Tokens:
        """Return the tokens without the place among them."""
        words = self._index.words
        if found := self._index.place_in(tokens):
            tokens = (*found[1], *found[2])
        for here in words.here:
            if len(tokens) > len(here) and tokens[-len(here) :] == here:
                tokens = tokens[: -len(here)]
        return tuple(token for token in tokens if token not in words.between and token not in words.whole_words)

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
    )


def _contradicts(reading: Reading) -> bool:
    """Return whether two clauses are about the same entity."""
    seen: set[str] = set()
    for _, order in reading:
        ids = {entity.entity_id for deed in order.deeds for entity in deed.step.entities}
        if not seen.isdisjoint(ids):
            return True
        seen |= ids
    return False
