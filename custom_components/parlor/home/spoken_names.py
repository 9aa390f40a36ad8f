"""Names as people say them: those that a speaker of this house may say, and those that stand inside a sentence."""

from collections.abc import Collection, Iterator
import unicodedata

from homeassistant.core import callback

from .home import Home

_LONGEST = 40
_MARKUP = frozenset('{}[]<>|\\"`*#~^')


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


def spoken_name(name: str, *, articles: Collection[str], lowercase: bool) -> str:
    """Return a name as it stands inside a sentence: no emoji, no markup, no article, no needless capitals.

    `lowercase` says that the language writes nouns small: "Kitchen Light" is "kitchen light", "TV" stays.
    """
    visible = "".join(character for character in name if not _is_symbol(character))
    parts = [part for part in visible.replace(" / ", " ").split() if part]
    if len(parts) > 1 and parts[0].casefold() in articles:
        parts = parts[1:]
    return " ".join(_lowered(part) if lowercase else part for part in parts) or name


def is_possessive(name: str) -> bool:
    """Return whether an English name begins with somebody's: "Anna's lamp" takes no article."""
    first = name.split(maxsplit=1)[:1]
    return bool(first) and first[0].casefold().endswith(("'s", "\u2019s"))


def _lowered(word: str) -> str:
    keeps = is_possessive(word) or not word.istitle() or len(word) == 1
    return word if keeps else word.lower()


def _is_symbol(character: str) -> bool:
    """Return whether a character is a part of an emoji, or markup; the marks of other scripts are parts of letters."""
    return (
        character in _MARKUP
        or unicodedata.category(character) in ("So", "Cf", "Sk")
        or "\ufe00" <= character <= "\ufe0f"
    )


def _places(home: Home) -> Iterator[str]:
    for area in home.areas.values():
        yield from (area.name, *area.aliases)
    for floor in home.floors.values():
        yield from (floor.name, *floor.aliases)
