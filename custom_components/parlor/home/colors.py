"""Colours between the names that people say and the numbers that lights take."""

from collections.abc import Mapping
import json
from math import cos, dist, radians, sin
from pathlib import Path
import re
from typing import Any

from homeassistant.util import color as color_util

type Rgb = tuple[int, int, int]

_DATA: Mapping[str, Any] = json.loads(Path(__file__).with_name("colors.json").read_text(encoding="utf-8"))
_EXTRA: Mapping[str, Rgb] = {name: (rgb[0], rgb[1], rgb[2]) for name, rgb in _DATA["extra"].items()}
_PALETTE: Mapping[str, Rgb] = {name: (rgb[0], rgb[1], rgb[2]) for name, rgb in _DATA["palette"].items()}
_TEMPERATURES: Mapping[str, int] = _DATA["temperatures"]


def rgb_of(name: str) -> Rgb | None:
    """Return the red, green and blue (0 to 255) of a name or of "#rrggbb"; None if nobody calls a colour that."""
    words = " ".join(name.casefold().replace("-", " ").split())
    if words in _EXTRA:
        return _EXTRA[words]
    if re.fullmatch(r"#[0-9a-f]{6}", words):
        red, green, blue = bytes.fromhex(words[1:])
        return (red, green, blue)
    try:
        rgb = color_util.color_name_to_rgb(words)
    except ValueError:
        # Home Assistant knows the names of CSS and no others.
        return None
    return (rgb.r, rgb.g, rgb.b)


def kelvin_of(name: str) -> int | None:
    """Return the colour temperature in kelvin that is meant by words such as "warm white"; None if it is none."""
    return _TEMPERATURES.get(" ".join(name.casefold().replace("-", " ").split()))


def name_of(rgb: tuple[int, int, int]) -> str:
    """Return the name of the nearest of a few colours: what a person would call the light."""
    point = _wheel(*color_util.color_RGB_to_hs(*rgb))
    return min(_PALETTE, key=lambda name: dist(point, _wheel(*color_util.color_RGB_to_hs(*_PALETTE[name]))))


def hue_distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return how far two (hue 0 to 360, saturation 0 to 100) lie apart on the colour wheel, whose radius is 100."""
    return dist(_wheel(*first), _wheel(*second))


def _wheel(hue: float, saturation: float) -> tuple[float, float]:
    return (saturation * cos(radians(hue)), saturation * sin(radians(hue)))
