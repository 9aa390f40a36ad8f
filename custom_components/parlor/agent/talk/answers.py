"""The answer to a question of the house: which one, which room, all, none. What is no answer is not read as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...home import HomeEntity
from ..index import Index, Place
from ..near import slip_of
from ..search import Several, WhichRoom, of_kind
from ..words import Tokens
from .sayings import Sayings

# The question names no more than that.
_MOST_LISTED = 4
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen: `entities`, or `places` by their names; neither where none was.

    `all_meant`: all of the entities, and not one among them. `everywhere`: all there are, in whatever room.
    """

    entities: tuple[HomeEntity, ...] = ()
    places: tuple[str, ...] = ()
    all_meant: bool = False
    everywhere: bool = False


def read_answer(
    text: str, found: Several | WhichRoom, index: Index, sayings: Sayings, here: Place | None
) -> Answer | None:
    """Return the answer that a normalised text is; None if it is none, or tells nothing.

    `here` is where the speaker is. Fewer candidates than before, but more than one, leave something to be asked.
    """
    said = sayings.answer(text)
    flat = said.replace(" , ", " ")
    if sayings.is_said("nothing", flat):
        return Answer()
    if not said or len(flat.split()) > _LONGEST:
        return None
    if isinstance(found, Several):
        chosen = _Which(found.entities, index, sayings, here).read(said)
        return chosen if chosen.entities else None
    return _room(said, found, index, sayings, here)


@dataclass(frozen=True, slots=True)
class _Which:
    """Several entities, one or some of which an answer names."""

    entities: tuple[HomeEntity, ...]
    index: Index
    sayings: Sayings
    here: Place | None

    def read(self, said: str) -> Answer:
        """Return those that are named, none if it is not clear."""
        flat, sayings = self._without_kind(said.replace(" , ", " ")), self.sayings
        if len(self.entities) == 1:
            return Answer(self.entities if sayings.is_said("yes", flat) else self._named(flat))
        if sayings.is_said("all", flat) or (len(self.entities) == 2 and sayings.is_said("both", flat)):
            return Answer(self.entities, all_meant=True)
        for match in sayings.matches("all_but", flat):
            left_out = self._named(match["target"])
            left = tuple(one for one in self.entities if one not in left_out)
            return Answer(left if left_out else (), all_meant=True)
        by_name, by_number = self._named(said.replace(" , ", " ")), self._numbered(flat)
        if by_name and by_number and by_name != by_number:
            return Answer()
        if by_name or by_number:
            return Answer(by_name or by_number, all_meant=self._is_plural(said))
        return Answer(self._listed(said), all_meant=True)

    def _listed(self, said: str) -> tuple[HomeEntity, ...]:
        """Return the entities of "the desk lamp and the floor lamp"; each part must name one."""
        parts = self.sayings.parts(said)
        chosen = [self._named(part) or self._numbered(part) for part in parts]
        is_clear = len(parts) > 1 and all(len(one) == 1 for one in chosen)
        return tuple(dict.fromkeys(one for some in chosen for one in some)) if is_clear else ()

    def _numbered(self, text: str) -> tuple[HomeEntity, ...]:
        """Return the entity of "the second one", in the order in which the question named them."""
        at = _place_in_list(text, len(self.entities), self.sayings)
        return () if at is None else (self.entities[at],)

    def _named(self, text: str) -> tuple[HomeEntity, ...]:
        """Return those to which every word fits; none if it fits all of them."""
        words = self.index.words
        tokens = self._tokens(self.sayings.name(text))
        whole = self._tokens(text)
        if not tokens:
            return ()
        exact = [one for one in self.entities if not {tokens, whole}.isdisjoint(self._names(one))]
        if len(exact) == 1:
            return tuple(exact)
        if tokens in words.here or whole in words.here:
            inside = [one for one in self.entities if self.here and self.here.has(one)]
        elif (word := words.kind_words.get(tokens)) is not None:
            inside = of_kind(self.entities, word, words)
        else:
            inside = [one for one in self.entities if self._fits(tokens, one)]
        return tuple(inside) if len(inside) < len(self.entities) or len(inside) == 1 else ()

    def _without_kind(self, text: str) -> str:
        """Return "both" for "both lights"; a word for a kind alone stays."""
        words, parts = self.index.words, text.split()
        word = words.kind_at_end(tuple(parts))
        if word is None or len(word.tokens) == len(parts):
            return text
        are_all = all(entity.domain in word.kind.domains for entity in self.entities)
        return " ".join(parts[: -len(word.tokens)]) if are_all else text

    def _is_plural(self, text: str) -> bool:
        """Return whether a text speaks of many: "the ones upstairs", "the bedroom lights"."""
        word = self.index.words.kind_at_end(self.index.words.tokens(text))
        return self.sayings.has("ones", text) or bool(word and word.plural)

    def _names(self, entity: HomeEntity) -> set[Tokens]:
        return {self._tokens(name) for name in (entity.name, *entity.aliases, entity.label)}

    def _fits(self, tokens: Tokens, entity: HomeEntity) -> bool:
        found = self.index.place_in(tokens)
        is_there = found is not None and found[0].has(entity)
        return self._are_of(tokens, entity) or bool(found and is_there and self._are_of((*found[1], *found[2]), entity))

    def _are_of(self, tokens: Tokens, entity: HomeEntity) -> bool:
        known = self._vocabulary(entity)
        return all(token in known or any(slip_of((token,), (word,)) for word in known) for token in tokens)

    def _vocabulary(self, entity: HomeEntity) -> set[str]:
        """Return every word that can be part of naming an entity: its names, its room, what kind of thing it is."""
        words = self.index.words
        known = {token for name in self._names(entity) for token in name}
        known.update(self._figures(self.index.area_tokens.get(entity.area_id or "", ())))
        for tokens, word in words.kind_words.items():
            kind = word.kind
            is_kind = entity.domain in kind.domains
            if is_kind and (not kind.device_classes or entity.device_class in kind.device_classes):
                known.update(tokens)
        return known

    def _tokens(self, text: str) -> Tokens:
        return self._figures(self.index.words.tokens(text)) if text else ()

    def _figures(self, tokens: Tokens) -> Tokens:
        """Return tokens with numbers in figures."""
        numbers = self.index.words.own.get("numbers", {})
        return tuple(str(numbers.get(token, token)) for token in tokens)


def _place_in_list(text: str, length: int, sayings: Sayings) -> int | None:
    """Return at which place of a list something stands; None if that is not said, or the list was not read out."""
    if length > _MOST_LISTED:
        return None
    for match in sayings.matches("ordinal", text):
        number = sayings.ordinals[match["ordinal"]]
        at = number - 1 if number > 0 else length - 1
        return at if 0 <= at < length else None
    for match in sayings.matches("numbered", text):
        said = sayings.words.own["numbers"].get(match["number"], match["number"])
        return int(said) - 1 if str(said).isdigit() and 1 <= int(said) <= length else None
    return None


def _room(said: str, found: WhichRoom, index: Index, sayings: Sayings, here: Place | None) -> Answer | None:
    """Return the rooms of an answer."""
    flat = said.replace(" , ", " ")
    if sayings.is_said("all", flat):
        return Answer(everywhere=True)
    if len(found.places) == 2 and sayings.is_said("both", flat):
        return Answer(places=found.places)
    at = _place_in_list(flat, len(found.places), sayings)
    if at is not None:
        return Answer(places=(found.places[at],))
    one = _place(flat, found, index, sayings, here)
    places: Sequence[str | None] = (
        [one] if one else [_place(part, found, index, sayings, here) for part in sayings.parts(said)]
    )
    names = tuple(place for place in places if place)
    return Answer(places=names) if names and len(names) == len(places) else None


def _place(text: str, found: WhichRoom, index: Index, sayings: Sayings, here: Place | None) -> str | None:
    """Return the name of the place that a text is, words for the kind in question left aside."""
    words = index.words
    tokens = words.tokens(sayings.name(text)) if sayings.name(text) else ()
    if tokens in words.here:
        return here.area_name if here else None
    asked = words.kind_words.get(words.tokens(found.word)) if found.word else None
    if read := index.place_in(tokens):
        place, before, after = read
        rest = words.kind_words.get((*before, *after))
        is_same = rest is not None and (asked is None or rest.kind.domains == asked.kind.domains)
        return (place.area_name or place.floor_name) if is_same or not (before or after) else None
    slips = {place.area_name or place.floor_name for name, place in index.places.items() if slip_of(tokens, name)}
    return slips.pop() if len(slips) == 1 else None
