"""What a home consists of, as values: entities, areas and floors with the names that people use for them."""

from dataclasses import dataclass
import re
import unicodedata

NAME_LENGTH = 100

_SPACES = re.compile(r"\s+")
# Joins emoji and the letters of some scripts; every other invisible character is dropped.
_JOINERS = "\u200c\u200d"
# They stand around text of others, and so in no name.
_UNQUOTED = str.maketrans("\u00ab\u00bb", "  ")


@dataclass(frozen=True, slots=True)
class HomeEntity:
    """An entity that is exposed to conversation agents.

    `label` is the name, or "Area / Name" where another exposed entity has the same name.
    `abilities` are what it can do besides on, off, open and close, e.g. ("brightness", "color_temp").
    `fields` are what a script takes, those that it cannot do without with a star: ("room*", "message").
    """

    entity_id: str
    domain: str
    name: str
    aliases: tuple[str, ...] = ()
    area_id: str | None = None
    area_name: str | None = None
    floor_id: str | None = None
    floor_name: str | None = None
    device_class: str | None = None
    abilities: tuple[str, ...] = ()
    label: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the house."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor_id: str | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor of the house; the ground floor is usually level 0."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    level: int | None = None


def clean_name(text: str, *, length: int = NAME_LENGTH) -> str:
    """Return a text that is safe to stand in one line of a prompt.

    Control characters, line breaks and angle brackets become spaces, runs of spaces one; at most `length` characters.
    """
    return one_line(text.translate(_UNQUOTED), length=length)


def one_line(text: str, *, length: int) -> str:
    """Return a text as `clean_name` does, its fences of text from outside left in place."""
    kept = "".join(" " if _is_unsafe(character) else character for character in text)
    return _SPACES.sub(" ", kept).strip()[:length].strip()


def _is_unsafe(character: str) -> bool:
    if character in "<>":
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character not in _JOINERS
