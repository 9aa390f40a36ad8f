"""A spoken yes or no: only an utterance that is nothing else is one."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
import json
from pathlib import Path
import re
from typing import Any

from .words import Tokens, plain

_FILE: Mapping[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_EVERYWHERE = "en"
# The same words in another spelling.
_VARIANTS = {"no": "nb", "nn": "nb"}


class Answer(Enum):
    """What an utterance says to a question that wants a yes or a no."""

    YES = "yes"
    NO = "no"


def read_answer(text: str, language: str) -> Answer | None:
    """Return whether an utterance is a yes or a no in a BCP 47 language or in English; None if it says more, or asks.

    Several yeses are one; a yes and a no are none.
    """
    if text.rstrip().endswith(("?", "\uff1f", "؟")):
        return None
    tokens = tuple(plain(text).split())
    found = {answer for spoken in _languages(language) if (answer := _read(tokens, spoken)) is not None}
    return found.pop() if len(found) == 1 else None


def after_yes(text: str, language: str) -> str | None:
    """Return what follows the yes that begins an utterance: "unlock the door" in "yes, unlock the door"."""
    tokens = plain(text).split()
    for spoken in _languages(language):
        phrases, _ = _phrases(spoken)[Answer.YES]
        for length in range(len(tokens) - 1, 0, -1):
            if tuple(tokens[:length]) in phrases:
                return " ".join(tokens[length:])
    return None


def named(text: str, name: str, language: str) -> str | None:
    """Return a text with a name in the place of its "it"; None if it has none."""
    for spoken in _languages(language):
        for word in _FILE[spoken].get("it", ()):
            replaced, count = re.subn(rf"\b{word}\b", lambda _: name, text)
            if count == 1:
                return replaced
    return None


def _languages(language: str) -> tuple[str, ...]:
    primary = language.replace("_", "-").partition("-")[0].lower()
    primary = _VARIANTS.get(primary, primary)
    # A home that speaks another language says "no" and "okay" all the same.
    return tuple(dict.fromkeys(name for name in (primary, _EVERYWHERE) if name in _FILE))


def _read(tokens: Tokens, language: str) -> Answer | None:
    """Return the answer that the tokens are made of, if they are made of nothing else."""
    said = [answer for answer, parts in _phrases(language).items() if tokens and _consists(tokens, *parts)]
    return said[0] if len(said) == 1 else None


def _consists(tokens: Tokens, phrases: frozenset[Tokens], around: frozenset[Tokens]) -> bool:
    """Return whether the tokens are phrases, one at least, with nothing but such words around them."""
    # For each position: whether it can be reached, without and with a phrase on the way.
    bare, full = {0}, set[int]()
    for start in range(len(tokens)):
        for end in range(start + 1, len(tokens) + 1):
            part = tokens[start:end]
            if part in phrases and (start in bare or start in full):
                full.add(end)
            if part in around:
                bare |= {end} if start in bare else set()
                full |= {end} if start in full else set()
    return len(tokens) in full


@cache
def _phrases(language: str) -> Mapping[Answer, tuple[frozenset[Tokens], frozenset[Tokens]]]:
    file = _FILE[language]
    around = _tokens(file["around"])
    return {answer: (_tokens(file[answer.value]), around) for answer in Answer}


def _tokens(texts: list[str]) -> frozenset[Tokens]:
    return frozenset(tuple(text.split()) for text in texts)
