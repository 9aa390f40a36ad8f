"""More and less: which way a change goes, how far, and whether a figure is a change at all."""

import re

from .said import number_at_end, number_at_start, number_spelled_in
from .words import Words, one_of, plain

_WORDS_OF_A_NUMBER = 4


def change_of(value: object, step: float, text: str, words: Words) -> float | None:
    """Return by how much something is to change, below zero for less; `step` is how much that is where nobody says.

    Takes what a model wrote ("+10", -20, "a bit brighter") and what the user said, which settles the direction: models
    lose the sign. None where it is no change.
    """
    size = _number(value, words)
    way = _way(text, words) or (_way(value, words) if isinstance(value, str) else 0)
    if size is None:
        is_small = _has(str(value), "a_bit", words) or _has(text, "a_bit", words)
        return way * (step / 2 if is_small else step) if way else None
    return way * abs(size) if way else size


def is_said_as_change(number: float, text: str, words: Words) -> bool:
    """Return whether the user spoke of this number as a change: "by ten percent"."""
    return _follows("by", number, text, words)


def is_said_as_value(number: float, text: str, words: Words) -> bool:
    """Return whether the user spoke of this number as the value to reach: "to ten percent"."""
    return _follows("to", number, text, words)


def _follows(key: str, number: float, text: str, words: Words) -> bool:
    for pattern in words.patterns(f"number_{key}"):
        for match in pattern.finditer(text.casefold()):
            rest = " ".join(text.casefold()[match.end() :].split()[:_WORDS_OF_A_NUMBER])
            figures = re.match(r"-?\d+(?:[.,]\d+)?", rest)
            said = number_at_end(figures[0], words) if figures else number_at_start(rest, words)
            if said is not None and said == abs(number):
                return True
    return False


def _number(value: object, words: Words) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    if match := re.search(r"[+-]?\d+(?:[.,]\d+)?", text.replace("\u2212", "-")):
        return float(match[0].replace(",", "."))
    return number_spelled_in(text, words)


def _way(text: str, words: Words) -> int:
    """Return 1 for more, -1 for less, 0 where the words say neither or both."""
    tokens = tuple(plain(text).split())
    more, less = (one_of(tokens, words.has(key)) for key in ("more", "less"))
    return more - less


def _has(text: str, key: str, words: Words) -> bool:
    return any(f" {phrase} " in f" {plain(text)} " for phrase in words.has(key))
