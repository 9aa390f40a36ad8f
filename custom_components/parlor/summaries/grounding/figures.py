"""The figures of a text: "20.4 °C", "two and a half hours", "about twenty percent", "three times"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
import re

from .lexicon import Lexicon

# unit: (what is measured, how many of its smallest unit)
_UNITS: Mapping[str, tuple[str, float]] = {
    "s": ("time", 1), "min": ("time", 60), "h": ("time", 3600), "d": ("time", 86400), "w": ("time", 604800),
    "Wh": ("energy", 1), "kWh": ("energy", 1e3), "MWh": ("energy", 1e6),
    "W": ("power", 1), "kW": ("power", 1e3),
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1e3), "km": ("length", 1e6),
    "ml": ("volume", 1), "l": ("volume", 1e3), "m³": ("volume", 1e6),
    "g": ("mass", 1), "kg": ("mass", 1e3),
    "m/s": ("speed", 3.6), "km/h": ("speed", 1),
    "B": ("data", 1), "kB": ("data", 1e3), "MB": ("data", 1e6), "GB": ("data", 1e9), "TB": ("data", 1e12),
    "hPa": ("pressure", 1), "mbar": ("pressure", 1), "ct": ("euro", 1), "€": ("euro", 100), "EUR": ("euro", 100),
}  # fmt: skip
_SIGNS = ("°C", "°F", "°", "%", "ppm", "ppb", "lx", "dB", "V", "A", "$", "£", "mph", "µg/m³", "K", "CHF", "ft", "in",
          "L", "mi", "gal", "USD", "GBP", "bar", "mA", "VA", "Hz", "rpm", "°c", "kwh", "wh", "inHg")  # fmt: skip
_SAME = {"L": "l", "°c": "°C", "kwh": "kWh", "wh": "Wh", "EUR": "€", "mi/h": "mph", "m3": "m³", "d": "d"}
_WARMTH = frozenset({"°C", "°F", "°"})
# A share in words ("a third") is told to so many percent.
_SHARE_STEP = 6.0
AGO, AHEAD = "ago", "ahead"
"""The sides of a span of time that ended, or ends, now: "two hours ago", "in two hours"."""
TIME = "time"
TIMES = "times"
"""How often: the unit of "three times" and of "twice"."""


class Near(StrEnum):
    """How closely a figure is told."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure in a text, from `start` to `end`.

    `step` is the last digit's weight, or half the smallest unit of a span of time, both in `unit`; `side` says that it
    stands after "from" or "to", or is a span until now; `bound` marks the lower and upper end of a range.
    """

    value: float
    unit: str | None
    step: float
    start: int
    end: int
    near: Near = Near.EXACT
    side: str | None = None
    bound: str | None = None


def measures_in(text: str, lexicon: Lexicon) -> list[Measure]:
    """Return the figures of a text in lower case, units in any; spans of several units are one figure."""
    found = _joined(list(_single(text, lexicon)), text, lexicon)
    found = _with_shared_units(found, text, lexicon)
    return [_with_manner(one, text, lexicon) for one in found]


def same_unit(said: str | None, known: str | None) -> float | None:
    """Return by what a figure in one unit is multiplied to be one in the other; None where there is no such thing."""
    said, known = _SAME.get(said or "", said), _SAME.get(known or "", known)
    if said == TIMES:
        return 1.0 if known in (None, TIMES) else None
    if said == known or (said == "°" and known in _WARMTH) or (known == "°" and said in _WARMTH):
        return 1.0
    one, other = _UNITS.get(said or ""), _UNITS.get(known or "")
    return one[1] / other[1] if one and other and one[0] == other[0] else None


def is_time(unit: str | None) -> bool:
    """Return whether a unit is one of time."""
    return _UNITS.get(unit or "", ("", 0.0))[0] == TIME


def agrees(said: Measure, value: float, unit: str | None) -> bool:
    """Return whether a figure may be told so: rounded to what it is told to, "about" and "more than" understood."""
    if said.unit is None and unit is not None:
        factor: float | None = 1.0
    else:
        factor = same_unit(said.unit, unit)
    if factor is None:
        return False
    told, step = said.value * factor, said.step * factor
    if said.near is Near.OVER:
        return told - 1e-9 <= value <= told + max(abs(told) * 0.25, step)
    if said.near is Near.UNDER:
        return told - max(abs(told) * 0.06, step) <= value <= told + 1e-9
    return abs(told - value) <= _slack(said, told, step, value, unit) + 1e-9


def _slack(said: Measure, told: float, step: float, value: float, unit: str | None) -> float:
    if unit is None:
        return 0.0
    rounding = step / 2 if not float(value).is_integer() or step > 1 or is_time(unit) or said.unit != unit else 0.0
    if is_time(unit):
        rounding = min(rounding, abs(told) * 0.08)
    if said.near is not Near.ABOUT:
        return rounding
    is_round = told % 5 == 0 or is_time(unit) or said.value % 5 == 0
    return max(rounding, abs(told) * (0.12 if is_time(unit) else 0.05) if is_round else 0.0)


@cache
def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    words = sorted(lexicon.numbers, key=len, reverse=True)
    spelled = "|".join(map(re.escape, words)) or r"(?!)"
    links = lexicon.either("number_links")
    one = lexicon.either("one_of_unit")
    units = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in lexicon.units) or r"(?!)"
    signs = sorted({*_UNITS, *_SIGNS}, key=len, reverse=True)
    symbols = "|".join(re.escape(sign.lower()) for sign in signs)
    after = lexicon.either("parts_after")
    part = lexicon.either("parts_before")
    share = lexicon.either("shares")
    return re.compile(
        rf"(?P<minus>(?<!\w)(?:{lexicon.either('minus')}) |(?<![\w.,])[-\u2212] ?(?=\d))?"
        rf"(?:(?<!\w)(?P<part>{part})(?= (?:{units}))|(?<!\w)(?P<share>{share})(?!\w)"
        rf"|(?P<digits>(?<![\w.,:])\d+(?:[.,]\d+)*(?![\d:]))"
        rf"|(?<!\w)(?P<spelled>(?:{spelled})(?:(?:[ -]|[ -](?:{links})[ -])(?:{spelled}))*)(?!\w)"
        rf"|(?<!\w)(?P<one>{one})(?= (?:{units})))"
        rf"(?P<more> (?:{after})(?!\w))?"
        rf"(?: ?(?P<unit>(?:{symbols})(?!\w)|(?:{units}))| ?(?P<sign>°))?"
        rf"(?P<after> (?:{after})(?!\w))?"
        rf"(?P<below> (?:{lexicon.either('below_zero')}))?",
        re.IGNORECASE,
    )


def _single(text: str, lexicon: Lexicon) -> Iterator[Measure]:
    for match in _pattern(lexicon).finditer(text):
        value, step = _value(match, lexicon)
        if value is None:
            continue
        unit = _unit(match["unit"] or match["sign"], lexicon)
        if match["spelled"] in lexicon.file.get("multiplicity", {}):
            unit = TIMES
        if match["share"]:
            unit, step = "%", _SHARE_STEP
        if more := match["more"] or match["after"]:
            step = lexicon.parts["parts_after"][more.strip().lower()]
            value += step
        if match["minus"] or match["below"]:
            value = -value
        yield Measure(value, unit, step, match.start(), match.end())


def _value(match: re.Match[str], lexicon: Lexicon) -> tuple[float | None, float]:
    if match["digits"]:
        return _digits(match["digits"], lexicon.decimal)
    if match["share"]:
        return lexicon.parts["shares"][match["share"].lower()], 1.0
    if match["part"]:
        part = lexicon.parts["parts_before"][match["part"].lower()]
        return part, part
    if match["one"]:
        return 1.0, 1.0
    value = spelled(match["spelled"], lexicon)
    return value, 1.0 if value is None or value.is_integer() else 0.5


def _digits(text: str, decimal: str) -> tuple[float | None, float]:
    if len(re.findall(r"[.,]", text)) > 1 and not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return None, 1.0
    thousands = "," if decimal == "." else "."
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", text):
        whole = text.replace(thousands, "")
        # "8,300" is rounded to hundreds.
        return float(whole), float(10 ** (len(whole) - len(whole.rstrip("0"))))
    number = text.replace(",", ".")
    decimals = len(number.partition(".")[2])
    return float(number), 10.0**-decimals


def spelled(text: str, lexicon: Lexicon) -> float | None:
    """Return the number that words spell; None where they are several numbers."""
    total, last = 0.0, 1000.0
    hundreds, thousands = lexicon.words("hundred"), lexicon.words("thousand")
    for word in _number_words(text, lexicon):
        value = lexicon.numbers.get(word)
        if value is None:
            continue
        if word in hundreds or word in thousands:
            total, last = max(total, 1) * value, value
        elif value >= last or (last < 20 and last >= 1):  # "six forty" is no number
            return None
        else:
            total, last = total + value, value
    return total


def _number_words(text: str, lexicon: Lexicon) -> Iterator[str]:
    words = re.split(r"[ -]", text)
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            joined = [" ".join(words[at:end]), "-".join(words[at:end])]
            if known := next((one for one in joined if one in lexicon.numbers), None):
                yield known
                break
        else:
            end = at + 1
        at = end


def _unit(said: str | None, lexicon: Lexicon) -> str | None:
    if said is None:
        return None
    if (known := lexicon.units.get(said)) is not None:
        return known
    signs = {sign.lower(): sign for sign in (*_SIGNS, *_UNITS)}
    sign = signs.get(said.lower(), said)
    return _SAME.get(sign, sign)


def _joined(found: list[Measure], text: str, lexicon: Lexicon) -> list[Measure]:
    """Return the figures with "3 hours and 12 minutes" as one, in its smallest unit."""
    links = lexicon.either("time_links")
    joined: list[Measure] = []
    for one in found:
        before = joined[-1] if joined else None
        if (
            before is not None
            and is_time(before.unit)
            and is_time(one.unit)
            and _UNITS[one.unit or ""][1] < _UNITS[before.unit or ""][1]
            and re.fullmatch(rf" ?(?:,? ?(?:{links}) )? ?", text[before.end : one.start])
        ):
            factor = _UNITS[before.unit or ""][1] / _UNITS[one.unit or ""][1]
            joined[-1] = replace(one, value=before.value * factor + one.value, start=before.start)
        else:
            joined.append(one)
    return joined


def _with_shared_units(found: list[Measure], text: str, lexicon: Lexicon) -> list[Measure]:
    """Return the figures with the unit of "4" in "4 to 11 degrees", and both marked as the ends of a range."""
    to = lexicon.either("range_to")
    and_ = lexicon.either("range_and")
    between_words, about = lexicon.either("range_between"), lexicon.either(Near.ABOUT)
    for at in range(len(found) - 2, -1, -1):
        one, other = found[at], found[at + 1]
        between = text[one.end : other.start].strip()
        before = text[: one.start].rstrip()
        is_pair = re.fullmatch(rf"(?:{and_})", between) is not None
        is_range = re.fullmatch(rf"(?:{to}|[-\u2013])", between) is not None or (
            is_pair and re.search(rf"(?<!\w)(?:{between_words})(?: (?:{about}))?$", before) is not None
        )
        if not (is_range or is_pair) or (one.unit is not None and same_unit(one.unit, other.unit) is None):
            continue
        if is_pair and not is_range and other.unit is None:
            continue
        unit = one.unit or other.unit
        found[at] = replace(one, unit=unit)
        if is_range:
            low, high = ("low", "high") if one.value <= other.value else ("high", "low")
            found[at] = replace(found[at], bound=low)
            found[at + 1] = replace(other, bound=high)
    return found


def _with_manner(one: Measure, text: str, lexicon: Lexicon) -> Measure:
    """Return a figure with what stands before it: "about", "more than", "from"."""
    before = text[: one.start].rstrip()
    after = text[one.end :].lstrip()
    near = Near.EXACT
    for manner in (Near.ABOUT, Near.OVER, Near.UNDER):
        words = tuple(sorted(lexicon.words(manner), key=len, reverse=True))
        if word := next((word for word in words if re.search(rf"(?<!\w){re.escape(word)}$", before)), None):
            near, one = manner, replace(one, start=len(before) - len(word))
            before = before[: -len(word)].rstrip()
            break
    if near is Near.EXACT and any(
        re.match(rf"{re.escape(word)}(?!\w)", after) for word in lexicon.words("about_after")
    ):
        near = Near.ABOUT
    side = next(
        (
            side
            for side in ("from", "to")
            for word in lexicon.words(side)
            if re.search(rf"(?<!\w){re.escape(word)}$", before)
        ),
        None,
    )
    if is_time(one.unit) and re.match(rf"(?:{lexicon.either(AGO)})(?!\w)", after):
        side = AGO
    elif is_time(one.unit) and side is None and re.search(rf"(?<!\w)(?:{lexicon.either(AHEAD)})$", before):
        side = AHEAD
    return replace(one, near=near, side=side)
