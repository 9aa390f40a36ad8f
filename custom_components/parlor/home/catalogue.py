"""Write the house down for a language model: places, names and abilities, no states, in as few tokens as will do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING

from .model import HomeEntity

if TYPE_CHECKING:
    from .home import Home

NO_FLOOR = "No floor"
NO_AREA = "No area"

# What the entities of a domain can do: only those that lack the first, or can do more, say so.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "cover": ("position",),
    "fan": ("speed",),
    "humidifier": ("humidity",),
    "light": ("brightness", "color_temp"),
}
_LESS = "only on, off"
_LESS_COVER = "only open, close"
# What is asked about and never acted upon.
_READ_ONLY = frozenset(
    {"air_quality", "binary_sensor", "device_tracker", "event", "image", "person", "sensor", "sun", "weather", "zone"}
)


class Detail(IntEnum):
    """How much of the house a catalogue tells: every name, the names of what can be acted upon, how many, or places."""

    NAMES = 0
    ACTING = 1
    COUNTS = 2
    PLACES = 3


def catalogue_text(home: Home) -> str:
    """Return the exposed entities by floor, area and domain, one per line, below the line "House:".

    The text changes only when `home.revision` does, so that it can stand in a prompt prefix that a server caches.
    """
    return home.catalogue


def write_catalogue(entities: Iterable[HomeEntity], detail: Detail = Detail.NAMES) -> str:
    """Return the catalogue of entities that come floor by floor, area by area, those without an area last."""
    if detail is Detail.PLACES:
        return _places(list(entities))
    members = {Detail.NAMES: _named, Detail.ACTING: _acting, Detail.COUNTS: _counted}[detail]
    lines = ["House:"]
    floor = ""
    for (_, area_id), group in groupby(entities, key=lambda entity: (entity.floor_id, entity.area_id)):
        listed = list(group)
        head = _floor_head(listed[0]) if area_id else NO_AREA
        if head != floor:
            lines.append(f"{head}:")
            floor = head
        _add_area(lines, f" {listed[0].area_name}:" if area_id else "", members(listed))
    return "\n".join(lines)


type Members = tuple[str, list[str]]


def _add_area(lines: list[str], head: str, members: Members) -> None:
    """Add an area's line, what stands on it included, and those below it."""
    counts, below = members
    if head:
        lines.append(f"{head} {counts}" if counts else head)
    elif counts:
        lines[-1] += f" {counts}"
    lines.extend(below)


def _named(entities: list[HomeEntity]) -> Members:
    lines = []
    for domain, members in _by_domain(entities).items():
        lines.append(f"  {domain}")
        lines.extend(f"   {_entity_line(entity)}" for entity in members)
    return "", lines


def _acting(entities: list[HomeEntity]) -> Members:
    acting = [entity for entity in entities if entity.domain not in _READ_ONLY]
    return _counts(entity for entity in entities if entity.domain in _READ_ONLY), _named(acting)[1]


def _counted(entities: list[HomeEntity]) -> Members:
    return _counts(entities), []


def _counts(entities: Iterable[HomeEntity]) -> str:
    counts = Counter(entity.domain for entity in entities)
    return ", ".join(f"{number} {domain}" for domain, number in sorted(counts.items()))


def _places(entities: list[HomeEntity]) -> str:
    """Return the areas of each floor, and what there is in the whole house."""
    floors: dict[str, dict[str, None]] = {}
    for entity in entities:
        if entity.area_name:
            floors.setdefault(_floor_head(entity), {})[entity.area_name] = None
    lines = [f"{floor}: {', '.join(areas)}" for floor, areas in floors.items()]
    return "\n".join(["House:", *lines, f"In all: {_counts(entities)}"])


def _floor_head(entity: HomeEntity) -> str:
    return entity.floor_name or NO_FLOOR


def _by_domain(entities: Iterable[HomeEntity]) -> dict[str, list[HomeEntity]]:
    found: dict[str, list[HomeEntity]] = {}
    for entity in entities:
        found.setdefault(entity.domain, []).append(entity)
    return dict(sorted(found.items()))


def _entity_line(entity: HomeEntity) -> str:
    aliases = f" [{', '.join(entity.aliases)}]" if entity.aliases else ""
    marks = ", ".join(filter(None, (_unsaid_class(entity), *_special(entity))))
    return f"{entity.name}{aliases} ({marks})" if marks else f"{entity.name}{aliases}"


def _unsaid_class(entity: HomeEntity) -> str:
    """Return the device class, unless one of the names says it: "Front door" needs not be called a door."""
    words = (entity.device_class or "").replace("_", " ")
    said = " ".join((entity.name, *entity.aliases)).casefold()
    return "" if words.casefold() in said else words


def _special(entity: HomeEntity) -> tuple[str, ...]:
    """Return what the entity can do beyond its domain's usual, or that it cannot do as much."""
    usual = _USUAL.get(entity.domain, ())
    if entity.fields:
        return entity.fields
    more = tuple(ability for ability in entity.abilities if ability not in usual)
    if not usual or usual[0] in entity.abilities:
        return more
    return (_LESS_COVER if entity.domain == "cover" else _LESS, *more)
