"""What a command sets things to: percent, degrees, kelvin, colours and modes, taken out of its words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from .vocabulary import COLORS, INTRODUCING, MODES, SHADES, SHARES, UNITS, WHITES
from .words import is_number


@dataclass(frozen=True, slots=True)
class Values:
    """What is to be set; ``number`` came without a unit, ``relative`` tells that it is a difference."""

    percent: float | None = None
    degrees: float | None = None
    kelvin: float | None = None
    number: float | None = None
    color: str | None = None
    white: str | None = None
    mode: str | None = None
    relative: bool | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is to be set."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    def with_(self, other: Self) -> Self:
        """Return these values, completed by another's."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: getattr(other, name) if value is None else value for name, value in mine.items()})

    @property
    def share(self) -> float | None:
        """Percent, said or meant."""
        return self.number if self.percent is None else self.percent

    @property
    def temperature(self) -> float | None:
        """Degrees, said or meant."""
        return self.number if self.degrees is None else self.degrees


def take_values(words: Sequence[str], names: Collection[int]) -> tuple[Values, list[str]]:
    """Return the values among the words and the words that are left; names are the places of words in names."""
    values = Values()
    left: list[str] = []
    index = 0
    while index < len(words):
        found, length = (Values(), 0) if index in names else _value_at(words, index)
        if length:
            values = values.with_(found)
            if left[-1:] == ["by"]:
                values = replace(values, relative=True)
            while left and left[-1] in INTRODUCING:
                left.pop()
            index += length
        else:
            left.append(words[index])
            index += 1
    return values, left


def _value_at(words: Sequence[str], index: int) -> tuple[Values, int]:
    """Return the value that begins with a word and how many words it takes."""
    if is_number(words[index]):
        return _number_at(words, index)
    for length in (2, 1):
        following = words[index + length : index + length + 1]
        introduced = (index > 0 and words[index - 1] in INTRODUCING) or following == ["mode"]
        if values := _value_named(" ".join(words[index : index + length]), introduced=introduced):
            return values, length
    return Values(), 0


def _value_named(phrase: str, *, introduced: bool) -> Values:
    """Return the value of that name; modes only after "to" or before "mode", as "heat" is a noun too."""
    first, _, second = phrase.partition(" ")
    if phrase in WHITES:
        return Values(white=phrase)
    if phrase in COLORS:
        return Values(color=phrase)
    if first in SHADES and second in COLORS:
        return Values(color=f"{first}{second}")
    if phrase in SHARES:
        return Values(percent=SHARES[phrase])
    return Values(mode=MODES[phrase]) if introduced and phrase in MODES else Values()


def _number_at(words: Sequence[str], index: int) -> tuple[Values, int]:
    """Return a number with its unit, if it has one."""
    number = float(words[index])
    unit = UNITS.get(words[index + 1]) if index + 1 < len(words) else None
    match unit:
        case "percent":
            return Values(percent=number), 2
        case "degrees":
            return Values(degrees=number), 2
        case "kelvin":
            return Values(kelvin=number), 2
        case _:
            return Values(number=number), 1
