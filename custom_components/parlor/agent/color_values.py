"""Colours and colour temperatures in the shapes that models write them: numbers of several kinds, hex, words."""

from collections.abc import Mapping, Sequence
import re
from typing import Any

from homeassistant.util import color as color_util

from .words import Words, plain

_HEX = re.compile(r"(?:#|0x)([0-9a-f]{6}|[0-9a-f]{3})|([0-9a-f]{6})", re.IGNORECASE)
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_MIREDS = (100, 600)
_FULL = 255
_AXES = (("r", "g", "b"), ("red", "green", "blue"))
_PAIR, _TRIPLE = 2, 3


def color_text(value: object, key: str, words: Words) -> str:
    """Return a colour as "#rrggbb" or as its English name; what is neither stays as it is."""
    numbers = _numbers_of(value)
    if len(numbers) == _PAIR:
        first, second = numbers
        is_xy = "xy" in key
        return _hex(color_util.color_xy_to_RGB(first, second) if is_xy else color_util.color_hs_to_RGB(first, second))
    if len(numbers) >= _TRIPLE and "," in str(value) and all(0 <= number <= _FULL for number in numbers):
        return _hex([round(number) for number in numbers[:_TRIPLE]])
    text = str(value).strip()
    if match := _HEX.fullmatch(text):
        digits = match[1] or match[2]
        return f"#{digits if len(digits) > _TRIPLE else ''.join(digit * 2 for digit in digits)}".lower()
    named: Mapping[str, str] = words.own.get("colors", {})
    return named.get(plain(text), text)


def kelvin_text(value: object, key: str) -> str:
    """Return a colour temperature in kelvin; small figures are mireds, unless the field says kelvin."""
    text = str(value).strip()
    found = _NUMBERS.search(text)
    lowest, highest = _MIREDS
    if found and "kelvin" not in key and lowest <= (number := float(found[0])) <= highest:
        return str(round(1_000_000 / number))
    return text


def _numbers_of(value: object) -> list[float]:
    """Return the numbers of a list, of {"r": 255, ...}, or of "rgb(255, 0, 0)"."""
    if isinstance(value, Mapping):
        folded: Mapping[str, Any] = {str(name).casefold(): number for name, number in value.items()}
        for axes in (*_AXES, ("h", "s"), ("hue", "saturation")):
            if all(isinstance(folded.get(axis), int | float) for axis in axes):
                return [float(folded[axis]) for axis in axes]
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [float(one) for one in value if isinstance(one, int | float)]
    if isinstance(value, str) and not _HEX.fullmatch(value.strip()):
        return [float(number) for number in _NUMBERS.findall(value)]
    return []


def _hex(rgb: Sequence[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
