"""What a command sets things to: percent, degrees, kelvin, colours and modes, taken out of its words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from .words import is_number

COLORS = frozenset(
    ["red", "green", "blue", "yellow", "orange", "purple", "pink", "white", "cyan", "magenta", "violet", "turquoise", "teal", "lime", "indigo", "gold", "coral", "crimson", "salmon", "lavender", "maroon", "navy", "olive", "amber"]
)
# How warm the white of that name is, in kelvin.
WHITES = {
    "warm white": 2700,
    "soft white": 3000,
    "neutral white": 4000,
    "cool white": 5000,
    "cold white": 6500,
    "daylight": 6500,
    "candlelight": 2000,
}
MODES = {
    "heat": "heat",
    "heating": "heat",
    "cool": "cool",
    "cooling": "cool",
    "auto": "auto",
    "automatic": "auto",
    "dry": "dry",
    "off": "off",
    "fan only": "fan_only",
    "heat cool": "heat_cool",
}
_SHARES = {
    "half": 50.0,
    "halfway": 50.0,
    "full": 100.0,
    "fully": 100.0,
    "maximum": 100.0,
    "max": 100.0,
    "brightest": 100.0,
    "minimum": 1.0,
    "min": 1.0,
    "dimmest": 1.0,
}
_INTRODUCING = frozenset({"to", "at", "of", "by"})


@dataclass(frozen=True, slots=True)
class Values:
    """What is to be set; ``number`` came without a unit."""

    percent: float | None = None
    degrees: float | None = None
    kelvin: float | None = None
    number: float | None = None
    color: str | None = None
    white: str | None = None
    mode: str | None = None

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
            while left and left[-1] in _INTRODUCING:
                left.pop()
            index += length
        else:
            left.append(words[index])
            index += 1
    return values, left


def _value_at(words: Sequence[str], index: int) -> tuple[Values, int]:
    """Return the value that begins with a word and how many words it takes."""
    word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
    introduced = index > 0 and words[index - 1] in _INTRODUCING
    if is_number(word):
        return _number_at(float(word), following)
    if f"{word} {following}" in WHITES:
        return Values(white=f"{word} {following}"), 2
    if f"{word} {following}" in MODES and introduced:
        return Values(mode=MODES[f"{word} {following}"]), 2
    if word in WHITES:
        return Values(white=word), 1
    if word in COLORS:
        return Values(color=word), 1
    if word in _SHARES:
        return Values(percent=_SHARES[word]), 2 if following in ("brightness", "speed", "way") else 1
    if word in MODES and (introduced or following == "mode"):
        return Values(mode=MODES[word]), 2 if following == "mode" else 1
    return Values(), 0


def _number_at(number: float, unit: str) -> tuple[Values, int]:
    """Return a number with its unit, if it has one."""
    if unit == "percent":
        return Values(percent=number), 2
    if unit in ("degrees", "degree", "celsius", "c"):
        return Values(degrees=number), 2
    if unit in ("kelvin", "kelvins"):
        return Values(kelvin=number), 2
    return Values(number=number), 1
