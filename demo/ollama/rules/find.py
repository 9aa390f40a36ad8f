"""From words to what they name: entities, areas and floors of the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .house import Entity, House, Place
from .vocabulary import ALL, EVERYWHERE, GENERIC, KIND_NOUNS, KIND_PLURALS, STOP
from .words import stem, stems_of


@dataclass(frozen=True, slots=True)
class Named:
    """What a phrase names.

    targets: names for a tool call. kind: restricts areas to one domain. entities: all that is meant, for questions.
    unknown: nothing of the house is named so. choice: one of these is meant, and it is not clear which.
    """

    targets: tuple[str, ...] = ()
    kind: str | None = None
    entities: tuple[Entity, ...] = ()
    unknown: bool = False
    choice: tuple[Entity, ...] = ()
    noun: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mentions:
    """The parts of a phrase: names found in it, and the nouns that are left."""

    entities: tuple[Entity, ...]
    places: tuple[Place, ...]
    nouns: tuple[str, ...]
    everything: bool
    plural: bool


_EVERY_LOCK = frozenset({"door", "lock"})


class Finder:
    """Finds what phrases name, for a speaker who may be in a known area."""

    def __init__(self, house: House, speaker_area: str | None) -> None:
        """Index every spelling of every name."""
        self.house = house
        self._here = next((place for place in house.areas if place.name == speaker_area), None)
        self._spellings: dict[tuple[str, ...], list[Entity | Place]] = {}
        for place in (*house.areas, *house.floors):
            for name in (place.name, *place.aliases):
                self._add(stems_of(name), place)
        for entity in house.entities:
            for spelling in entity.spellings():
                self._add(spelling, entity)
        self._longest = max((len(spelling) for spelling in self._spellings), default=0)

    def spans(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return where names stand in the words, from and up to, the longest first where they overlap."""
        stems = [stem(word) for word in words]
        found: list[tuple[int, int]] = []
        for length in range(min(self._longest, len(stems)), 0, -1):
            for start in range(len(stems) - length + 1):
                free = all(start + length <= a or start >= b for a, b in found)
                if free and tuple(stems[start : start + length]) in self._spellings:
                    found.append((start, start + length))
        return sorted(found)

    def find(self, words: Sequence[str]) -> Named:
        """Return what a phrase without its verb and its values names."""
        mentions = self._mentions(words)
        if mentions.entities and not mentions.nouns:
            return self._of_entities(mentions.entities, mentions.places)
        if mentions.nouns:
            if not mentions.places and mentions.entities and all(noun in KIND_NOUNS for noun in mentions.nouns):
                return self._of_entities(mentions.entities, ())
            return self._of_nouns(mentions, words)
        if mentions.places:
            return self._of_places(mentions.places, None)
        if mentions.everything:
            return self._of_places(self._everywhere(None), None)
        return Named(unknown=True)

    def find_locks(self, words: Sequence[str]) -> Named:
        """Return the locks of what is named: the lock of the front door, where "Front door" is a sensor."""
        found = self.find(words)
        locks = [entity for entity in self.house.entities if entity.domain == "lock"]
        stems = {stem for entity in (*found.entities, *found.choice) for stem in entity.spellings()[0]}
        if exact := [lock for lock in locks if lock in found.entities]:
            locks = exact
        elif stems:
            locks = [lock for lock in locks if stems & set(lock.spellings()[0])]
        elif not found.unknown or not all(stem(word) in _EVERY_LOCK for word in words):
            locks = []
        return Named(tuple(self.house.label(lock) for lock in locks), None, tuple(locks))

    def with_kind(self, targets: Sequence[str], kind: str) -> list[str]:
        """Return the targets with a kind in the words of places: "Kitchen" and "light" are "Kitchen lights"."""
        places = {place.name for place in (*self.house.areas, *self.house.floors)}
        return [f"{target} {KIND_PLURALS[kind]}" if target in places else target for target in targets]

    def _add(self, spelling: tuple[str, ...], what: Entity | Place) -> None:
        """Let a spelling mean one thing more."""
        if spelling:
            self._spellings.setdefault(spelling, []).append(what)

    def _mentions(self, words: Sequence[str]) -> _Mentions:
        """Take a phrase apart."""
        entities: list[Entity] = []
        places: list[Place] = []
        rest = list(words)
        for start, end in reversed(self.spans(words)):
            meant = self._spellings[tuple(stem(word) for word in words[start:end])]
            if self._means_a_kind(meant, words[start:end]):
                continue
            entities[:0] = [what for what in meant if isinstance(what, Entity)]
            places[:0] = [what for what in meant if isinstance(what, Place)]
            rest[start:end] = []
        nouns = [
            word for word in rest if word not in STOP and word not in ALL and word not in EVERYWHERE and word != ","
        ]
        everything = any(word in ALL or word in EVERYWHERE for word in rest)
        plural = everything or any(stem(word) != word for word in nouns)
        return _Mentions(tuple(entities), tuple(places), tuple(stem(noun) for noun in nouns), everything, plural)

    def _means_a_kind(self, meant: Sequence[Entity | Place], words: Sequence[str]) -> bool:
        """Tell whether "kitchen lights" means several lights although one of them is named "Kitchen light"."""
        entity = meant[0]
        if (
            isinstance(entity, Place)
            or stem(words[-1]) == words[-1]
            or KIND_NOUNS.get(stem(words[-1])) != entity.domain
        ):
            return False
        plural_name = any(name.casefold().endswith(words[-1]) for name in (entity.name, *entity.aliases))
        others = [other for other in self.house.entities if other.area == entity.area and other.domain == entity.domain]
        return not plural_name and len(others) > 1

    def _of_entities(self, entities: Sequence[Entity], places: Sequence[Place]) -> Named:
        """Name entities; a place beside them tells those of the same name apart."""
        inside = [entity for place in places for entity in self.house.within(place)]
        entities = [entity for entity in entities if entity in inside] or list(entities)
        twins = {entity.short_name.casefold() for entity in entities}
        if len(twins) == 1 and len(entities) > 1:
            here = [entity for entity in entities if self._here is not None and entity.area == self._here.name]
            if len(here) != 1:
                return Named(choice=tuple(entities), noun=entities[0].short_name)
            entities = here
        return Named(tuple(self.house.label(entity) for entity in entities), None, tuple(entities))

    def _of_nouns(self, mentions: _Mentions, words: Sequence[str]) -> Named:
        """Name things by a noun: "the lamp in the office", "all the lights upstairs", "the blinds"."""
        phrase = " ".join(word for word in words if word not in STOP and word not in ALL)
        noun = mentions.nouns[-1]
        kind = KIND_NOUNS.get(noun)
        kind = kind if all(KIND_NOUNS.get(other) == kind for other in mentions.nouns) else None
        places = mentions.places or (
            self._everywhere(kind) if mentions.everything else self._near(mentions.nouns, kind)
        )
        inside = _unique(entity for place in places for entity in self.house.within(place))
        called, of_kind = _called(inside if places else self.house.entities, mentions.nouns, kind)
        if not called:
            return Named((phrase,), unknown=True)
        if len(called) == 1:
            return Named((self.house.label(called[0]),), None, called, places=mentions.places)
        if places and kind and set(called) == set(of_kind) and (mentions.plural or mentions.places):
            return self._of_places(places, kind)
        if mentions.plural:
            # A plural that no room narrows down is for the house to ask about.
            names = tuple(self.house.label(entity) for entity in called) if places else (phrase,)
            return Named(names, None, called)
        return Named(choice=called, noun=noun)

    def _near(self, nouns: Sequence[str], kind: str | None) -> tuple[Place, ...]:
        """Return the speaker's area if it has what the nouns name."""
        if self._here is None:
            return ()
        by_name = any(_has_name(entity, nouns) for entity in self.house.entities)
        for entity in self.house.within(self._here):
            if _has_name(entity, nouns) or (entity.domain == kind and (nouns[-1] in GENERIC or not by_name)):
                return (self._here,)
        return ()

    def _of_places(self, places: Sequence[Place], kind: str | None) -> Named:
        """Name places, or what is of a kind in them."""
        inside = _unique(entity for place in places for entity in self.house.within(place))
        meant = tuple(entity for entity in inside if kind in (None, entity.domain))
        return Named(tuple(place.name for place in places), kind, meant, places=tuple(places))

    def _everywhere(self, kind: str | None) -> tuple[Place, ...]:
        """Return the floors, and the areas on none, that have anything of a kind."""
        places = (*self.house.floors, *(area for area in self.house.areas if area.floor is None))
        return tuple(
            place for place in places if any(kind in (None, entity.domain) for entity in self.house.within(place))
        )


def merge_kinds(named: Sequence[Named]) -> list[Named]:
    """Let a bare area share the kind of its neighbour: "the kitchen and bedroom lights"."""
    kinds = [one.kind for one in named]
    merged = []
    for index, one in enumerate(named):
        kind = one.kind
        if one.places and kind is None and set(one.targets) == {place.name for place in one.places}:
            before = [kind for kind in kinds[:index] if kind]
            after = [kind for kind in kinds[index + 1 :] if kind]
            kind = next(iter(before[-1:] or after[:1]), None)
        meant = tuple(entity for entity in one.entities if kind in (None, entity.domain) or not one.places)
        merged.append(Named(one.targets, kind, meant, one.unknown, one.choice, one.noun, one.places))
    return merged


def _called(
    entities: Sequence[Entity], nouns: Sequence[str], kind: str | None
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Return the entities that the nouns mean, and all that are of their kind."""
    of_kind = tuple(entity for entity in entities if kind is not None and entity.domain == kind)
    if kind is not None and nouns[-1] in GENERIC:
        return of_kind, of_kind
    return tuple(entity for entity in entities if _has_name(entity, nouns)) or of_kind, of_kind


def _has_name(entity: Entity, nouns: Sequence[str]) -> bool:
    """Tell whether a name or alias of the entity has all these words, those of its area aside."""
    area = stems_of(entity.area or "")
    return any(set(nouns) <= {*spelling, *area} and set(nouns) & set(spelling) for spelling in entity.spellings())


def _unique(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities once each, in order."""
    return tuple(dict.fromkeys(entities))
