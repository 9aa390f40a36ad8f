"""Which entities some words name, at least in part, and which are where: an index that is made once per survey."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import re
from weakref import WeakKeyDictionary

from ..home import Area, Floor, Home, HomeEntity

_NAMED = 0.5
_WORD = re.compile(r"\w+")


def named_entities(home: Home, words: str) -> list[HomeEntity]:
    """Return the entities that the words name, by name, alias, area or floor, the best match first."""
    index = _index_of(home)
    spoken = _split(words)
    text = words.casefold()
    shares = index.names.shares(spoken, text, _NAMED)
    places = index.places.shares(spoken, text, 1)
    ranks = {number: 1 + shares.get(number, 0) for place in places for number in index.inside[place]}
    ranked = sorted({**shares, **ranks}.items(), key=lambda one: (-one[1], one[0]))
    return [index.entities[number] for number, _rank in ranked]


def entities_in(home: Home, place_id: str | None) -> list[HomeEntity]:
    """Return the entities of an area or a floor, in catalogue order."""
    index = _index_of(home)
    return [index.entities[number] for number in index.members.get(place_id or "", ())]


def in_catalogue_order(home: Home, entity_ids: Iterable[str]) -> list[str]:
    """Return the ids of exposed entities in the order in which the catalogue has them."""
    return sorted(entity_ids, key=_index_of(home).numbers.__getitem__)


@dataclass(slots=True)
class _Names:
    """Names of numbered things: which words each has, and which have which word."""

    lengths: list[tuple[int, int]] = field(default_factory=list)
    having: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    # Some scripts put no spaces between words.
    unspaced: list[tuple[str, int]] = field(default_factory=list)

    def add(self, number: int, name: str) -> None:
        """Add a name of a thing."""
        words = _split(name)
        for word in words:
            self.having[word].append(len(self.lengths))
        self.lengths.append((number, len(words)))
        if words and not name.isascii():
            self.unspaced.append((name.casefold(), number))

    def shares(self, spoken: Iterable[str], text: str, least: float) -> dict[int, float]:
        """Return which part of a name's words was spoken, `least` to 1, for each thing where it is so much."""
        found: dict[int, float] = {}
        for at, count in Counter(at for word in spoken for at in self.having.get(word, ())).items():
            number, length = self.lengths[at]
            if (share := count / length) >= max(least, found.get(number, 0)):
                found[number] = share
        return found | {number: 1.0 for name, number in self.unspaced if name in text}


@dataclass(slots=True)
class _NameIndex:
    made_of: Mapping[str, HomeEntity]
    entities: tuple[HomeEntity, ...]
    names: _Names
    places: _Names
    inside: list[list[int]]
    members: Mapping[str, list[int]]
    numbers: Mapping[str, int]


def _index_of(home: Home) -> _NameIndex:
    """Return the index of what the home is now."""
    index = _INDEXES.get(home)
    if index is None or index.made_of is not home.entities:
        index = _INDEXES[home] = _make_index(home)
    return index


_INDEXES: WeakKeyDictionary[Home, _NameIndex] = WeakKeyDictionary()


def _make_index(home: Home) -> _NameIndex:
    entities = tuple(home.entities.values())
    names, places = _Names(), _Names()
    members: dict[str, list[int]] = defaultdict(list)
    for number, entity in enumerate(entities):
        for name in (entity.name, *entity.aliases):
            names.add(number, name)
        for place_id in {entity.area_id, entity.floor_id} - {None}:
            members[str(place_id)].append(number)
    inside: list[list[int]] = []
    known: list[Area | Floor] = [*home.areas.values(), *home.floors.values()]
    for place in known:
        for name in (place.name, *place.aliases):
            places.add(len(inside), name)
        inside.append(members[place.id])
    numbers = {entity.entity_id: number for number, entity in enumerate(entities)}
    return _NameIndex(home.entities, entities, names, places, inside, members, numbers)


def _split(text: str) -> frozenset[str]:
    """Return the words of a text, without the endings of plurals."""
    return frozenset(word.removesuffix("s") or word for word in _WORD.findall(text.casefold()))
