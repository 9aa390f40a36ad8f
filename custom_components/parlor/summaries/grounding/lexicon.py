"""The words that the check knows in a language, from the files in words/."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
import json
from pathlib import Path
import re
from typing import Any
import unicodedata

from ...language import file_for

NEUTRAL = "~"
"""The concept of words that claim nothing."""

_FOLDER = Path(__file__).with_name("words")
_LONGEST_PHRASE = 5
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """One language's words; `known` is False for a language without a file, which has none.

    `phrases` maps words, one after the other, to what they may mean; `opposites` maps a state to the one that is so
    where it is not. `kinds` says which concepts are states, roles of a figure, directions and so on.
    """

    known: bool
    decimal: str
    numbers: Mapping[str, float]
    units: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], frozenset[str]]
    opposites: Mapping[str, str]
    kinds: Mapping[str, str]
    endings: tuple[str, ...]
    compounds: bool
    file: Mapping[str, Any]
    stems: dict[str, frozenset[str]] = field(repr=False)

    @property
    def parts(self) -> Mapping[str, Mapping[str, float]]:
        """Return the words for parts of a unit ("a quarter of an", "and a half") and for shares, in percent."""
        return {key: self.file.get(key, {}) for key in ("parts_before", "parts_after", "shares")}

    def words(self, key: str) -> frozenset[str]:
        """Return the words of a list of the file."""
        return _words(self, key)

    def either(self, key: str) -> str:
        """Return a pattern that matches any of the words of a list, the longest first."""
        return "|".join(map(re.escape, sorted(self.words(key), key=len, reverse=True))) or r"(?!)"

    def meaning(self, words: tuple[str, ...]) -> frozenset[str] | None:
        """Return what some words mean together; None where the language has no such words."""
        if (found := self.phrases.get(words)) is not None:
            return found
        return self.stems.get(self.stem(words[0])) if len(words) == 1 else None

    def longest(self, words: list[str], at: int) -> tuple[int, frozenset[str] | None]:
        """Return how many words from `at` on mean something together, and what."""
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
            if (found := self.phrases.get(tuple(words[at : at + length]))) is not None:
                return length, found
        return 1, self.meaning((words[at],))

    def stem(self, word: str) -> str:
        """Return a word without its ending, so that "window" and "windows" are one."""
        plain = unaccented(word)
        plain = str(self.file.get("irregular", {}).get(plain, plain))
        for ending, other in self.file.get("stem_changes", {}).items():
            if plain.endswith(ending) and len(plain) > len(ending) + 1:
                return plain.removesuffix(ending) + str(other)
        for ending in self.endings:
            rest = plain.removesuffix(ending)
            if rest != plain and len(rest) >= _SHORTEST_STEM:
                doubled = len(rest) > _SHORTEST_STEM and rest[-1] == rest[-2] and rest[-1] not in "aeiousl"
                return rest[:-1] if doubled and len(ending) > 1 else rest
        return plain


def lexicon_for(language: str) -> Lexicon:
    """Return the words of a BCP 47 language; without a file none but the signs that all languages share.

    Reads a file the first time, so it is not for the event loop.
    """
    return _lexicon(file_for(language, known_languages()) or "")


@cache
def _words(lexicon: Lexicon, key: str) -> frozenset[str]:
    return frozenset(_listed(lexicon.file.get(key, "")))


@cache
def unaccented(word: str) -> str:
    """Return a word in lower case without accents."""
    folded = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss"))
    return "".join(character for character in folded if not unicodedata.combining(character))


@cache
def known_languages() -> frozenset[str]:
    """Return the languages that have words here."""
    return frozenset(file.stem for file in _FOLDER.glob("*.json"))


@cache
def _lexicon(language: str) -> Lexicon:
    file = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8")) if language else {}
    kinds = {concept: kind for kind, concepts in file.get("concepts", {}).items() for concept in concepts}
    meanings: dict[tuple[str, ...], set[str]] = {}
    for concepts in file.get("concepts", {}).values():
        for concept, listed in concepts.items():
            for phrase in _listed(listed):
                meanings.setdefault(tuple(phrase.split()), set()).add(concept)
    for phrase in _listed(file.get("neutral", "")):
        meanings.setdefault(tuple(phrase.split()), set()).add(NEUTRAL)
    phrases = {words: frozenset(found) for words, found in meanings.items()}
    pairs = [pair.split("/") for pair in _listed(file.get("opposites", ""))]
    bare = Lexicon(
        known=bool(file),
        decimal=file.get("decimal", "."),
        numbers=_numbers(file.get("numbers", {})),
        units=dict(sorted(_units(file.get("units", {})), key=lambda unit: -len(unit[0]))),
        phrases=phrases,
        opposites={one: other for a, b in pairs for one, other in ((a, b), (b, a))},
        kinds=kinds,
        endings=tuple(sorted(_listed(file.get("endings", "")), key=len, reverse=True)),
        compounds=bool(file.get("compounds")),
        file=file,
        stems={},
    )
    stems: dict[str, frozenset[str]] = {}
    for words, found in phrases.items():
        if len(words) == 1:
            stem = bare.stem(words[0])
            # What claims nothing is known by its very words: "many" does not make "man" one of them.
            stems[stem] = stems.get(stem, frozenset()) | (found - {NEUTRAL})
    stems = {stem: found for stem, found in stems.items() if found}
    bare.stems.update(stems)
    return bare


def _listed(text: str | Iterable[str]) -> list[str]:
    parts = re.split(r"\s*,\s*", text) if isinstance(text, str) else list(text)
    return [part for part in parts if part]


def _units(file: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((word, unit) for unit, words in file.items() for word in _listed(words))


def _numbers(file: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers by their words; those of one word made of two ("zweiundzwanzig") are put together."""
    numbers: dict[str, float] = dict(file.get("words", {}))
    tens = {word: value for word, value in numbers.items() if value in range(20, 100, 10)}
    ones = {word: value for word, value in {**numbers, **file.get("before_tens", {})}.items() if 1 <= value <= 9}
    for joint in _listed(file.get("ones_first", "")):
        numbers |= {f"{one}{joint}{ten}": value + more for one, value in ones.items() for ten, more in tens.items()}
    if file.get("tens_first"):
        numbers |= {
            f"{ten[:-1] if one[0] in 'aeiou' else ten}{one}": value + more
            for one, value in ones.items()
            for ten, more in tens.items()
        }
    for joint in _listed(file.get("half_joint", "")):
        numbers |= {f"{one}{joint}": value + 0.5 for one, value in ones.items()}
    return numbers
