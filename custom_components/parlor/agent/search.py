"""What a search for targets is about, and how it can end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..home import HomeEntity
from .facts import Group
from .index import Index, Place
from .said import places_said
from .utterance import Utterance
from .words import Kind, KindWord, Tokens, Words

# What may be called by the word for a thing of another kind.
_APPLIANCES = frozenset(
    {"climate", "fan", "humidifier", "input_boolean", "light", "media_player", "switch", "water_heater"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """The entities that are meant, and the group if they were meant as one."""

    entities: tuple[HomeEntity, ...]
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """More than one entity fits; `word` is what they are called together."""

    word: str
    entities: tuple[HomeEntity, ...]


@dataclass(frozen=True, slots=True)
class WhichRoom:
    """A kind was named, and it is in several rooms; `word` is its name, `places` the rooms."""

    word: str
    plural: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing fits; `nearest` are names that are alike.

    `place`: what was named is a place, and the house lacks it. `where`: the place that has nothing of the `kind`.
    """

    text: str
    kind: Kind | None = None
    nearest: tuple[str, ...] = ()
    place: bool = False
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """The name is known, but the call cannot be made on such an entity."""

    entity: HomeEntity


@dataclass(frozen=True, slots=True)
class NotSaid:
    """The whole house was meant by the call and not by the speaker."""


type Search = Found | Several | WhichRoom | Missing | Unfit | NotSaid


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question back to the user is about: the target as the call named it, and what was found for it."""

    target: str
    found: Several | WhichRoom


@dataclass(frozen=True, slots=True)
class Aim:
    """What one call may be meant for.

    `domains` are those of the tool, `narrow` is the kind that the call names, `usual` the kinds' domains that a room
    without a kind stands for, `broad` those that "everything" stands for; empty ones leave nothing out.
    A call that only `reads` may be meant for all that fits.
    """

    index: Index
    utterance: Utterance
    domains: frozenset[str]
    usual: frozenset[str]
    broad: frozenset[str]
    narrow: KindWord | None = None
    reads: bool = False

    @property
    def words(self) -> Words:
        """Return the words of the turn's language."""
        return self.index.words

    @property
    def speaker(self) -> Place | None:
        """Return the area in which the speaker is, if known."""
        return self.index.area_places.get(self.utterance.area_id or "")

    def fits(self, entity: HomeEntity) -> bool:
        """Return whether the call can be made on this entity."""
        if self.domains and entity.domain not in self.domains:
            return False
        return self.narrow is None or not self.narrow.kind.domains or entity.domain in self.narrow.kind.domains

    def among(self, test: Callable[[HomeEntity], bool]) -> list[HomeEntity]:
        """Return the fitting entities that pass a test, in catalogue order."""
        return [entity for entity in self.index.entities.values() if self.fits(entity) and test(entity)]

    def narrowed(self, entities: Iterable[HomeEntity]) -> list[HomeEntity]:
        """Return those in the one place that was spoken of, else those in the speaker's area, else all of them."""
        listed = list(entities)
        said = places_said(self.utterance.text, self.index)
        if len(listed) > 1 and len(said) == 1:
            listed = [entity for entity in listed if said[0].has(entity)] or listed
        if len(listed) > 1 and self.speaker:
            near = [entity for entity in listed if self.speaker.has(entity)]
            listed = near or listed
        return listed

    def one_of(self, entities: Iterable[HomeEntity], word: str) -> Search | None:
        """Return the one that is meant, or the question which; None if there is none."""
        left = self.narrowed(entities)
        if not left:
            return None
        return Found((left[0],)) if len(left) == 1 else Several(word, tuple(left))


def of_kind(entities: Iterable[HomeEntity], word: KindWord, words: Words) -> list[HomeEntity]:
    """Return the entities that people call by this word.

    A particular word ("lamp") means those whose name has it, if any has; a kind's device classes are read generously
    where the device says nothing, and kinds of a family stand in for each other.
    """
    kind = word.kind
    listed = [entity for entity in entities if entity.domain in kind.domains or not kind.domains]
    if kind.device_classes:
        exact = [
            entity
            for entity in listed
            if entity.device_class in kind.device_classes or entity.domain in kind.whatever_class
        ]
        named = [entity for entity in listed if entity not in exact and _is_named(entity, kind, words)]
        family = [entity for entity in listed if kind.family and _family(entity, words) == kind.family]
        return [entity for entity in listed if entity in exact or entity in named] or family
    if not word.plain:
        single = tuple(_stems(word))
        particular = [
            entity for entity in listed if any(_has_stem(name, single, words) for name in _names(entity, words))
        ]
        return particular or listed
    return listed


def one_of_kind(entities: Iterable[HomeEntity], word: KindWord, words: Words) -> list[HomeEntity]:
    """Return the entities that one thing of a kind may be, with those of other kinds that are called so.

    A particular word ("heater") means what is called by it ("Space heater") before what is only of its kind.
    """
    listed = list(entities)
    called = [entity for entity in listed if is_called_so(entity, word, words)]
    found = of_kind(listed, word, words)
    if called and not word.plain:
        single = tuple(_stems(word))
        found = [one for one in found if any(_has_stem(name, single, words) for name in _names(one, words))]
    return [entity for entity in listed if entity in found or entity in called]


def is_called_so(entity: HomeEntity, word: KindWord, words: Words) -> bool:
    """Return whether a thing has the name of one of another kind, as switches do: "Porch light", "Exhaust fan"."""
    if entity.domain not in _APPLIANCES or entity.domain in word.kind.domains:
        return False
    ends = [found for name in _names(entity, words) if (found := words.kind_at_end(name))]
    return any(found.kind is word.kind and (word.plain or found.tokens[-1] in _stems(word)) for found in ends)


def _is_named(entity: HomeEntity, kind: Kind, words: Words) -> bool:
    return entity.device_class is None and any(
        found.kind is kind for name in _names(entity, words) for found in words.kinds_in(name)
    )


def _family(entity: HomeEntity, words: Words) -> str | None:
    kind = words.kind_of(entity)
    if kind and not kind.device_classes:
        # A cover that does not say what it is: most hang before a window, unless the name says otherwise.
        found = next((word.kind for name in _names(entity, words) for word in words.kinds_in(name)), None)
        return found.family if found and found.device_classes else "window"
    return kind.family if kind else None


def _stems(word: KindWord) -> set[str]:
    """Return the last token of the word in singular and plural."""
    last = word.tokens[-1]
    return {last, last.removesuffix("s"), f"{last}s"}


def _has_stem(name: Tokens, stems: tuple[str, ...], words: Words) -> bool:
    return any(token.endswith(stems) if words.has_compounds else token in stems for token in name)


def _names(entity: HomeEntity, words: Words) -> list[Tokens]:
    return [words.tokens(name) for name in (entity.name, *entity.aliases)]
