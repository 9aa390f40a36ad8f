"""The house as the prompt tells it: the catalogue in the system message, the states in the context block."""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from .vocabulary import CLASSES, KIND_NOUNS, MEASURES
from .words import stems_of

_ENTITY = re.compile(r"(?P<name>.+?)(?: \[(?P<aliases>[^\]]*)\])?(?: \((?P<marks>[^()]*)\))?")
# A catalogue that would be too long has counts instead of names: "Kitchen: 2 light, 1 switch".
_PLACE = re.compile(r"(?P<name>.+?)(?: \[(?P<aliases>[^\]]*)\])?:(?: (?P<counts>\d+ \w+(?:, \d+ \w+)*))?")
# A longer one yet has only the areas of each floor, and what there is in all.
_AREAS = re.compile(r"(?P<floor>.+?): (?P<areas>.+)")
_IN_ALL = "In all"
# The block of a prefill is not closed yet.
_CONTEXT = re.compile(r"<context>\n?(.*?)(?:</context>\n?|\Z)", re.DOTALL)
CONTEXT_START = "<context>"
_NO_FLOOR = "No floor"
_NO_AREA = "No area"
_FLOOR, _AREA, _DOMAIN = range(3)


@dataclass(frozen=True, slots=True)
class Place:
    """An area, or a floor (whose own floor is None)."""

    name: str
    aliases: tuple[str, ...]
    floor: str | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A line of the catalogue."""

    name: str
    aliases: tuple[str, ...]
    domain: str
    device_class: str
    area: str | None
    floor: str | None

    @property
    def short_name(self) -> str:
        """The name without the area that tells two of the same name apart."""
        return self.name.removeprefix(f"{self.area} / ")

    def spellings(self) -> list[tuple[str, ...]]:
        """Return the stems of its name and aliases."""
        return [stems_of(name) for name in (self.short_name, *self.aliases)]


@dataclass(frozen=True, slots=True)
class House:
    """All that the system message names."""

    entities: tuple[Entity, ...]
    areas: tuple[Place, ...]
    floors: tuple[Place, ...]

    def within(self, place: Place) -> tuple[Entity, ...]:
        """Return the entities of an area or a floor."""
        if place in self.floors:
            return tuple(entity for entity in self.entities if entity.floor == place.name)
        return tuple(entity for entity in self.entities if entity.area == place.name)

    def label(self, entity: Entity) -> str:
        """Return the name that means this entity alone."""
        twins = [other for other in self.entities if other.name.casefold() == entity.name.casefold()]
        return entity.name if len(twins) == 1 or entity.area is None else f"{entity.area} / {entity.name}"


@dataclass(frozen=True, slots=True)
class Moment:
    """The last user message: the words, and what is so at this moment."""

    words: str
    states: Mapping[str, str]
    time: str | None
    area: str | None


def parse_house(system: str) -> House:
    """Read the catalogue below the line "House:", whose indentation tells places, domains and names apart."""
    lines = system.splitlines()
    start = lines.index("House:") + 1 if "House:" in lines else len(lines)
    reader = _Reader()
    for line in lines[start:]:
        if not line.strip():
            break
        reader.read(line.strip(), len(line) - len(line.lstrip()))
    return House(tuple(reader.entities), tuple(reader.areas), tuple(reader.floors))


class _Reader:
    """What the lines of a catalogue have told so far."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self.areas: list[Place] = []
        self.floors: list[Place] = []
        self._floor: str | None = None
        self._area: str | None = None
        self._domain = ""

    def read(self, text: str, indent: int) -> None:
        """Read one line."""
        if indent > _DOMAIN:
            match = _ENTITY.fullmatch(text)
            if match is not None:
                self.entities.append(_entity(match, self._domain, self._area, self._floor))
        elif indent == _DOMAIN:
            self._domain = text
        elif match := _PLACE.fullmatch(text):
            self._enter(match["name"], _aliases(match["aliases"]), indent)
        elif match := _AREAS.fullmatch(text):
            self._enter_all(match["floor"], match["areas"].split(", "))

    def _enter(self, name: str, aliases: tuple[str, ...], indent: int) -> None:
        if indent == _FLOOR:
            self._floor, self._area = (None if name in (_NO_FLOOR, _NO_AREA, _IN_ALL) else name), None
            if self._floor is not None:
                self.floors.append(Place(name, aliases, None))
        else:
            self._area = name
            self.areas.append(Place(name, aliases, self._floor))

    def _enter_all(self, floor: str, areas: list[str]) -> None:
        self._enter(floor, (), _FLOOR)
        for area in areas:
            self._enter(area, (), _AREA)


def parse_moment(content: str) -> Moment:
    """Split a user message into its context block and the words."""
    match = _CONTEXT.search(content)
    if match is None:
        return Moment(content.strip(), {}, None, None)
    states = dict(line.split(": ", 1) for line in match[1].splitlines() if ": " in line)
    time, speaker = states.pop("Time", None), states.pop("Speaker", None)
    for told in ("Note", "Instructions"):
        states.pop(told, None)
    return Moment(content[match.end() :].strip(), states, time, speaker.split(",")[0].strip() if speaker else None)


def with_seen(house: House, moment: Moment) -> House:
    """Return the house with what only the context names, where the catalogue was too long; its domain is a guess."""
    known = {house.label(entity).casefold() for entity in house.entities}
    seen = [_guessed(house, label) for label in moment.states if label.casefold() not in known]
    return House((*house.entities, *seen), house.areas, house.floors) if house.areas else house


def _guessed(house: House, label: str) -> Entity:
    """Return an entity of which only the label is known; names mostly begin with the area."""
    folded = label.casefold()
    area = next((place for place in house.areas if folded.startswith(place.name.casefold())), None)
    stems = stems_of(label)
    measure = next((MEASURES[word] for word in stems if word in MEASURES), "")
    kinds = [KIND_NOUNS[word] for word in reversed(stems) if word in KIND_NOUNS]
    domain = "sensor" if measure else next(iter(kinds), "switch")
    return Entity(label, (), domain, measure, area.name if area else None, area.floor if area else None)


def _entity(match: re.Match[str], domain: str, area: str | None, floor: str | None) -> Entity:
    """Return the entity of a catalogue line; what a sensor measures stands beside its name or in it."""
    name, aliases = match["name"], _aliases(match["aliases"])
    marks = [part.strip() for part in (match["marks"] or "").split(",")]
    stems = [stem for spelling in (name, *aliases) for stem in stems_of(spelling)]
    said = next((known[stem] for known in (MEASURES, CLASSES) for stem in stems if stem in known), "")
    device_class = (marks[0] or said) if domain in ("sensor", "binary_sensor") else ""
    return Entity(name, aliases, domain, device_class, area, floor)


def _aliases(text: str | None) -> tuple[str, ...]:
    """Split the aliases between the brackets."""
    return tuple(alias.strip() for alias in (text or "").split(",") if alias.strip())
