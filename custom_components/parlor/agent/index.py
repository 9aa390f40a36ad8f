"""Find the names of a house: built once per survey, so that a turn looks names up instead of reading them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from weakref import WeakKeyDictionary

from ..home import Area, Floor, Home, HomeEntity
from .words import Tokens, Words

# All floors over the ground floor together, where there are several.
_ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Place:
    """An area, or a floor with the areas on it; the whole house has neither name."""

    area_ids: frozenset[str]
    area_name: str | None = None
    floor_name: str | None = None

    def has(self, entity: HomeEntity) -> bool:
        """Return whether the entity is in this place."""
        return entity.area_id in self.area_ids


@dataclass(frozen=True, slots=True)
class Named:
    """An entity with the tokens of each of its names."""

    entity: HomeEntity
    names: tuple[Tokens, ...]


class Index:
    """The names of entities and places of one survey, in the words of one language."""

    def __init__(
        self,
        entities: Mapping[str, HomeEntity],
        areas: Mapping[str, Area],
        floors: Mapping[str, Floor],
        words: Words,
    ) -> None:
        """Read all names."""
        self.entities = entities
        self.words = words
        self.named = [
            Named(entity, tuple(dict.fromkeys(self._spellings((entity.name, *entity.aliases)))))
            for entity in entities.values()
        ]
        self.names_of = {named.entity.entity_id: named.names for named in self.named}
        self.by_name: dict[Tokens, list[HomeEntity]] = defaultdict(list)
        for named in self.named:
            for name in {*named.names, *self._spellings((named.entity.label,))}:
                self.by_name[name].append(named.entity)
        self._add_synonyms()
        self.places: dict[Tokens, Place] = {}
        self._add_floors(areas, floors)
        self._add_areas(areas)
        self._longest_place = max(map(len, self.places), default=0)
        self.area_tokens = {area.id: words.tokens(area.name) for area in areas.values()}
        self.area_places = {area.id: Place(frozenset({area.id}), area.name) for area in areas.values()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every word of which a phrase for something in the house can consist."""
        words = self.words
        phrases = [*self.by_name, *self.places, *words.kind_words, *words.here, *words.whole]
        return words.between | words.whole_words | {token for phrase in phrases for token in phrase}

    def parted(self, tokens: Tokens) -> Tokens:
        """Return the tokens with compounds of a place and a kind taken apart: ("küchenlicht",) is ("küche", "licht").

        What the house itself calls something stays whole.
        """
        parts: list[str] = []
        for token in tokens:
            compound = self.words.compound(token) if token not in self.vocabulary else None
            place = next((head for head in compound[0] if (head,) in self.places), None) if compound else None
            parts.extend((place, *compound[1].tokens) if compound and place else (token,))
        return tuple(parts)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return the words that follow each other in a name: "under cabinet" is part of one, and no place."""
        return frozenset(pair for name in self.by_name for pair in pairwise(name))

    @cached_property
    def short_places(self) -> Mapping[str, Tokens]:
        """Return the rooms by the last word of their names, where it can mean nothing else: the "front porch"."""
        words = self.words
        if words.kind_first:
            return {}
        rooms = [name for name, place in self.places.items() if place.area_name and len(name) > 1]
        taken = {name[0] for name in words.here if len(name) == 1}
        return {
            name[-1]: name
            for name in rooms
            if name[-1] not in taken
            and name[-1].isalpha()
            # "The bedroom" may be any room with a bed.
            and not name[-1].endswith(tuple(taken))
            and (name[-1],) not in {*self.places, *self.by_name, *words.kind_words}
            and self._is_only_room(name[-1], self.places[name])
        }

    def _is_only_room(self, token: str, room: Place) -> bool:
        """Return whether a word is in the names of no other place, and of nothing elsewhere."""
        others = (token in name for name, place in self.places.items() if place.area_ids != room.area_ids)
        named = (named for named in self.named if any(token in name for name in named.names))
        return not any(others) and all(room.has(one.entity) for one in named)

    def in_full(self, phrase: str) -> str:
        """Return a phrase with the whole name of a room that is named by its last word: of "the porch light"."""
        tokens = self.words.tokens(phrase)
        if tokens in self.by_name or tokens in self.places or self.place_in(tokens):
            return phrase
        for at, token in enumerate(tokens):
            # The "back porch" is not the front porch.
            if (room := self.short_places.get(token)) and (not at or tokens[at - 1] in self.words.between):
                return " ".join((*tokens[:at], *room, *tokens[at + 1 :]))
        return phrase

    def _spellings(self, names: Iterable[str]) -> Iterator[Tokens]:
        """Yield the tokens of names, with their figures in words and the other way round too: "lamp two"."""
        for name in names:
            tokens = self.words.tokens(name)
            yield tokens
            other = tuple(self.words.figures.get(token, token) for token in tokens)
            if other != tokens:
                yield other

    @cached_property
    def _having(self) -> Mapping[str, frozenset[str]]:
        having: dict[str, set[str]] = defaultdict(set)
        for named in self.named:
            area = self.area_tokens.get(named.entity.area_id or "", ())
            for token in (*area, *(token for name in named.names for token in name)):
                having[token].add(named.entity.entity_id)
        return {token: frozenset(ids) for token, ids in having.items()}

    def with_all(self, tokens: Iterable[str]) -> list[HomeEntity]:
        """Return the entities that have each of the tokens in a name or in that of their area, in catalogue order."""
        having = sorted((self._having.get(token, frozenset()) for token in tokens), key=len)
        ids = frozenset[str].intersection(*having) if having else frozenset[str]()
        return [entity for entity_id, entity in self.entities.items() if entity_id in ids] if ids else []

    def with_most(self, tokens: Iterable[str]) -> list[Named]:
        """Return the entities that can have all but one of the tokens in a name."""
        having = sorted((self._having.get(token, frozenset()) for token in tokens), key=len)
        if len(having) < 2:  # the one token that differs
            return [named for named in self.named if any(len(name) == 1 for name in named.names)]
        ids = having[0] | having[1]
        return [named for named in self.named if named.entity.entity_id in ids] if ids else []

    def place_in(self, tokens: Tokens) -> tuple[Place, Tokens, Tokens] | None:
        """Return the place named by the longest run of tokens, with the tokens before and after it."""
        for length in range(min(self._longest_place, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                if place := self.places.get(tokens[start : start + length]):
                    return place, tokens[:start], tokens[start + length :]
        return None

    def places_in(self, tokens: Tokens) -> list[Place]:
        """Return every place that the tokens name, in order."""
        found = self.place_in(tokens)
        if found is None:
            return []
        place, before, after = found
        return [*self.places_in(before), place, *self.places_in(after)]

    def _add_synonyms(self) -> None:
        """Call what is named by the word for one kind of device by its other words, too: a "TV" is a telly."""
        words = self.words
        for name, entities in list(self.by_name.items()):
            said = words.kind_words.get(name)
            if said is None or not said.kind.device_classes:
                continue
            for tokens, word in words.kind_words.items():
                if word.kind is said.kind and word.plural is said.plural and tokens not in self.by_name:
                    self.by_name[tokens] = list(entities)

    def _add_floors(self, areas: Mapping[str, Area], floors: Mapping[str, Floor]) -> None:
        places = {floor.id: _floor_place(floor, areas.values()) for floor in floors.values()}
        highest = max((floor.level for floor in floors.values() if floor.level is not None), default=0)
        for tokens, level in self.words.levels.items():
            matching = [floor for floor in floors.values() if _is_at(floor, level, highest)]
            if len(matching) == 1:
                self.places[tokens] = places[matching[0].id]
            elif matching and level == _ABOVE:
                rooms = frozenset[str]().union(*(places[floor.id].area_ids for floor in matching))
                self.places[tokens] = Place(rooms, floor_name=" ".join(tokens))
        for floor in floors.values():
            for alias in floor.aliases:
                self.places[self.words.tokens(alias)] = places[floor.id]
        for floor in floors.values():
            self.places[self.words.tokens(floor.name)] = places[floor.id]

    def _add_areas(self, areas: Mapping[str, Area]) -> None:
        for area in areas.values():
            for alias in area.aliases:
                self.places.setdefault(self.words.tokens(alias), Place(frozenset({area.id}), area.name))
        for area in areas.values():
            self.places[self.words.tokens(area.name)] = Place(frozenset({area.id}), area.name)


def index_of(home: Home, words: Words) -> Index:
    """Return the index of what the home is now."""
    kept = _INDEXES.setdefault(home, {})
    index = kept.get(words)
    if index is None or index.entities is not home.entities:
        index = kept[words] = Index(home.entities, home.areas, home.floors, words)
    return index


_INDEXES: WeakKeyDictionary[Home, dict[Words, Index]] = WeakKeyDictionary()


def _floor_place(floor: Floor, areas: Iterable[Area]) -> Place:
    return Place(frozenset(area.id for area in areas if area.floor_id == floor.id), floor_name=floor.name)


def _is_at(floor: Floor, level: str, highest: int) -> bool:
    if floor.level is None:
        return False
    up = floor.level > 0
    top = up and floor.level == highest
    return {"up": up, _ABOVE: up, "top": top, "ground": floor.level == 0, "below": floor.level < 0}[level]
