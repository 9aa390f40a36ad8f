"""What a speaker in this house may say that no dictionary has."""

from collections.abc import Iterator

from homeassistant.core import callback

from .home import Home

_LONGEST = 40


@callback
def names_to_hear(home: Home, area_id: str | None) -> list[str]:
    """Return names and aliases, the likeliest first: of the things in the speaker's area, of the areas, of all else."""
    here = [entity for entity in home.entities.values() if area_id is not None and entity.area_id == area_id]
    names = [
        *(name for entity in here for name in (entity.name, *entity.aliases)),
        *_places(home),
        *(name for entity in home.entities.values() for name in (entity.name, *entity.aliases)),
    ]
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= _LONGEST))


def _places(home: Home) -> Iterator[str]:
    for area in home.areas.values():
        yield from (area.name, *area.aliases)
    for floor in home.floors.values():
        yield from (floor.name, *floor.aliases)
