"""Spans of time in words: "an hour and a half", "1 hour 30 minutes", "90 seconds", "0:10:00", "PT10M"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Any

from .said import spelled_number
from .words import Words, words_for

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d)")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_LONGEST = 8
# The units that a bare number behind them counts the sixtieth parts of.
_IN_SIXTIES = frozenset({60, 3600})

type Tokens = Sequence[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A span of time in a text: its seconds, and where it stands."""

    seconds: int
    start: int
    end: int


def seconds_in(text: str, words: Words) -> int | None:
    """Return the whole seconds of a text that is a span of time and nothing else; None where it is not.

    English is understood beside the language of the turn, since models write it whatever is spoken.
    """
    stripped = text.strip()
    match = _CLOCK.fullmatch(stripped) or _ISO.fullmatch(stripped.upper())
    if match and any(match.groups()):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    tokens = _TOKEN.findall(stripped.casefold())
    for one in (words, words_for("en")):
        linking = one.own.get("durations", {}).get("of", ())
        while tokens and tokens[-1] in linking:
            # "In ten minutes of ..." goes on with something else.
            tokens = tokens[:-1]
        found = _total(tokens, one)
        if found is not None:
            return round(found)
    return None


def spans_said(text: str, words: Words) -> list[Said]:
    """Return the spans of time that a text names, in order, each as long as it can be read."""
    matches = list(_TOKEN.finditer(text.casefold()))
    units = words.own.get("durations", {}).get("units", {})
    if not any(match[0] in units for match in matches):
        return []
    found: list[Said] = []
    at = 0
    while at < len(matches):
        for end in range(min(len(matches), at + _LONGEST), at, -1):
            total = _total([match[0] for match in matches[at:end]], words)
            if total is not None:
                found.append(Said(round(total), matches[at].start(), matches[end - 1].end()))
                at = end
                break
        else:
            at += 1
    return found


def _total(tokens: Tokens, words: Words) -> float | None:
    """Return the seconds that all the tokens together say; None where one of them is left over."""
    file: Mapping[str, Any] = words.own.get("durations", {})
    total, unit, joined = 0.0, 0, False
    pending: list[str] = []
    for token in tokens:
        if token in file.get("units", {}):
            amount = _amount(pending, file, words)
            if amount is None:
                return None
            unit = file["units"][token]
            total += amount * unit
            pending, joined = [], False
        elif pending or not unit or token not in file["and"]:
            pending.append(token)
        else:
            joined = True
    if not unit or (tokens[-1] in file["and"]):
        return None
    rest = _fraction([token for token in pending if token not in file["one"]], file, words) if pending else 0
    if rest is None and unit in _IN_SIXTIES and not joined:
        # "One hour thirty", but not "one hour and thirty".
        number = _number(pending, words)
        rest = number / 60 if number is not None and number < 60 else None
    return None if rest is None else total + rest * unit


def _amount(tokens: Tokens, file: Mapping[str, Any], words: Words) -> float | None:
    """Return how many: "ten" is 10, "an" 1, "half an" 0.5, "three quarters of an" 0.75, "two and a half" 2.5."""
    said = [token for token in tokens if token not in file["of"]]
    joint = next((at for at, token in enumerate(said) if at and token in file["and"]), None)
    if joint is not None:
        part = _fraction([token for token in said[joint + 1 :] if token not in file["one"]], file, words)
        whole = _amount(said[:joint], file, words)
        if part is not None and whole is not None:
            return whole + part
    bare = [token for token in said if token not in file["one"]]
    if not bare:
        return 1 if said else None
    fraction = _fraction(bare, file, words)
    return fraction if fraction is not None else _number(said, words)


def _fraction(tokens: Tokens, file: Mapping[str, Any], words: Words) -> float | None:
    if not tokens:
        return None
    if list(tokens) == [tokens[0]] and tokens[0] in file["half"]:
        return 0.5
    if tokens[-1] in file["quarter"]:
        number = _number(tokens[:-1], words) if len(tokens) > 1 else 1
        return None if number is None else number / 4
    return None


def _number(tokens: Tokens, words: Words) -> float | None:
    if len(tokens) == 1 and tokens[0][0].isdigit():
        return float(tokens[0].replace(",", "."))
    return spelled_number(" ".join(tokens), words)
