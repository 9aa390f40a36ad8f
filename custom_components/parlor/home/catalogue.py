"""Write the house down for a language model: places, names and abilities, no states."""

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from .model import HomeEntity

if TYPE_CHECKING:
    from .home import Home

NO_FLOOR = "No floor"
NO_AREA = "No area"


def catalogue_text(home: Home) -> str:
    """Return the exposed entities by floor and area, one per line, below the line "House:".

    The text changes only when `home.revision` does, so that it can stand in a prompt prefix that a server caches.
    """
    return home.catalogue


def write_catalogue(entities: Iterable[HomeEntity]) -> str:
    """Return the catalogue of entities that come floor by floor, area by area, those without an area last."""
    lines = ["House:"]
    for (floor_id, area_id), members in groupby(entities, key=lambda entity: (entity.floor_id, entity.area_id)):
        listed = list(members)
        first = listed[0]
        if area_id is None:
            _head(lines, f"{NO_AREA}:")
        else:
            _head(lines, f"{first.floor_name if floor_id else NO_FLOOR}:")
            lines.append(f"  {first.area_name}:")
        lines.extend(f"    {_entity_line(entity)}" for entity in listed)
    return "\n".join(lines)


def _head(lines: list[str], head: str) -> None:
    """Begin a floor, unless the lines are on it already."""
    current = next((line for line in reversed(lines) if not line.startswith(" ")), None)
    if current != head:
        lines.append(head)


def _entity_line(entity: HomeEntity) -> str:
    aliases = f" [{', '.join(entity.aliases)}]" if entity.aliases else ""
    kind = f"{entity.domain} {entity.device_class}" if entity.device_class else entity.domain
    able = entity.fields or entity.abilities
    abilities = f": {', '.join(able)}" if able else ""
    return f"{entity.name}{aliases} ({kind}{abilities})"
