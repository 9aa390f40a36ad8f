"""What people say about the last turn, per language, from the files in sayings/."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
import json
from pathlib import Path
import re
from typing import Any

from ..words import Words, words_for

_FILES: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("sayings").glob("*.json"))
}
LANGUAGES = tuple(_FILES)
_KEYS = (
    "all",
    "all_but",
    "again_for",
    "ask_for",
    "both",
    "by_verb",
    "no_but",
    "no_two",
    "nothing",
    "numbered",
    "ordinal",
    "other",
    "redo",
    "relative",
    "same_way",
    "stop",
    "undo",
    "value",
    "yes",
)


class Sayings:
    """The sayings of one language, ready to match."""

    def __init__(self, language: str) -> None:
        """Compile the patterns; the language must have a file."""
        self.file = file = _FILES[language]
        self.words: Words = words_for(language)
        self.ordinals: Mapping[str, int] = file["ordinals"]
        self.verbs: Mapping[str, str] = file["verbs"]
        parts = {**file["parts"], **_read_parts(file, self.words)}
        self._patterns = {key: [_compiled(text, parts) for text in _texts(file[key])] for key in _KEYS}
        self._switches = {tool: re.compile(text) for tool, text in file["switch"].items()}
        self._lead = re.compile(rf"^(?:{file['lead']}) ")
        self._tail = re.compile(rf" (?:{file['tail']})$")
        self._answer_lead = re.compile(rf"^(?:{file['answer_lead']}) ")
        self._beside = re.compile(rf"\b(?:{file['beside']})\b")
        self._one = re.compile(rf"\b(?:{file['one']})\b")
        self._and = re.compile(file["and"])

    def matches(self, key: str, text: str) -> Iterator[Mapping[str, str]]:
        """Yield what each pattern of a kind reads in a text that it matches as a whole."""
        for pattern in self._patterns[key]:
            if match := pattern.fullmatch(text):
                yield {name: value for name, value in match.groupdict().items() if value is not None}

    def is_said(self, key: str, text: str) -> bool:
        """Return whether a text is nothing but a saying of this kind."""
        return any(pattern.fullmatch(text) for pattern in self._patterns[key])

    def switch(self, text: str) -> str | None:
        """Return the tool that "off again" stands for."""
        return next((tool for tool, pattern in self._switches.items() if pattern.fullmatch(text)), None)

    def bare(self, text: str) -> str:
        """Return a text without politeness and fillers at its ends."""
        return _stripped(text, self._lead, self._tail)

    def answer(self, text: str) -> str:
        """Return the answer alone out of "I meant the desk lamp, please"."""
        return _stripped(text, self._lead, self._tail, self._answer_lead)

    def name(self, text: str) -> str:
        """Return what names a thing in "the one on the desk": "the desk"."""
        return " ".join(self._one.sub(" ", self._beside.sub(" ", text)).split())

    def parts(self, text: str) -> list[str]:
        """Return the parts of a list."""
        return [part for part in self._and.split(text) if part.strip()]

    def has(self, key: str, text: str) -> bool:
        """Return whether one of the words of a list in the file is in a text."""
        return any(f" {word} " in f" {text} " for word in self.file[key])


def sayings_for(language: str) -> Sayings | None:
    """Return the sayings of a BCP 47 language; None where it has no file."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return _sayings(primary) if primary in _FILES else None


def load_sayings() -> None:
    """Compile the sayings of every language, so that no turn has to; this blocks."""
    for language in LANGUAGES:
        _sayings(language)


@cache
def _sayings(language: str) -> Sayings:
    return Sayings(language)


def _stripped(text: str, *patterns: re.Pattern[str]) -> str:
    stripped = text.strip(" ,")
    while True:
        shorter = stripped
        for pattern in patterns:
            shorter = pattern.sub("", shorter).strip(" ,")
        if shorter == stripped:
            return stripped
        stripped = shorter


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _compiled(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    while match := re.search(r"\{(\w+)\}", text):
        text = text[: match.start()] + parts[match[1]] + text[match.end() :]
    return re.compile(text)


def _read_parts(file: Mapping[str, Any], words: Words) -> dict[str, str]:
    counting = _any_of([*words.own_numbers, *words.hundreds, *words.own["point"], *words.halves])
    number = rf"-?\d+(?:\.\d+)?|{counting}(?: {counting})*"
    return {
        "target": "(?P<target>.+?)",
        "wrong": "(?P<wrong>.+?)",
        "number": f"(?P<number>{number})",
        "amount": f"(?P<amount>{number})",
        "way": f"(?P<way>{_any_of([*file['more'], *file['less']])})",
        "verb": f"(?P<verb>{_any_of(file['verbs'])})",
        "ordinal": f"(?P<ordinal>{_any_of(file['ordinals'])})",
    }


def _any_of(texts: Iterable[str]) -> str:
    """Return a pattern for any of the texts, the longer ones first."""
    return f"(?:{'|'.join(re.escape(text) for text in sorted(texts, key=len, reverse=True))})"
