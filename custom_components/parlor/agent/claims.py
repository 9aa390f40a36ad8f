"""Sentences that claim a deed, which are never spoken in a turn that did none."""

from functools import cache
import json
from pathlib import Path
import re
from typing import NamedTuple

from ..language import file_for

_FOLDER = Path(__file__).parent / "claims"
_FALLBACK = "en"


class _Patterns(NamedTuple):
    clause: re.Pattern[str]
    """Where one statement of a sentence ends and the next begins."""
    denials: re.Pattern[str]
    """What takes the claim out of a clause: a negation, an offer, a condition."""
    deeds: re.Pattern[str]
    """What always claims a deed."""
    states: re.Pattern[str]
    """What claims a deed only when something was asked to be done."""
    standing: re.Pattern[str]
    """What says that a state was there before, so that it claims no deed."""


def load_claims() -> None:
    """Read the patterns of all languages; blocks, so it is called in the executor before the first turn."""
    for language in _languages():
        _patterns(language)


def claims_deed(sentence: str, language: str, *, command: bool) -> bool:
    """Tell whether a sentence says or promises that something was done.

    A state ("The kitchen light is off.") is a claim only in the answer to a ``command``. A language without patterns
    is judged by the English ones.
    """
    patterns = _patterns(_known_language(language))
    text = sentence.replace("’", "'").strip(" ¡¿")  # noqa: RUF001 - what models write
    if text.endswith("?"):
        return False
    return any(_clause_claims(clause.strip(), patterns, command=command) for clause in patterns.clause.split(text))


def _clause_claims(clause: str, patterns: _Patterns, *, command: bool) -> bool:
    if not clause or patterns.denials.search(clause):
        return False
    if patterns.deeds.search(clause):
        return True
    return command and patterns.states.search(clause) is not None and not patterns.standing.search(clause)


def _known_language(language: str) -> str:
    return file_for(language, _languages()) or _FALLBACK


@cache
def _languages() -> frozenset[str]:
    return frozenset(file.stem for file in _FOLDER.glob("*.json"))


@cache
def _patterns(language: str) -> _Patterns:
    """Return the compiled patterns of a language; ``{name}`` in one stands for a word list of the file."""
    data = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    words = {name: f"(?:{'|'.join(listed)})" for name, listed in data["words"].items()}

    def compiled(name: str) -> re.Pattern[str]:
        filled = [re.sub(r"\{([a-z]+)\}", lambda found: words[found[1]], one) for one in data[name]]
        return re.compile("|".join(f"(?:{one})" for one in filled), re.IGNORECASE)

    return _Patterns(*(compiled(name) for name in _Patterns._fields))
