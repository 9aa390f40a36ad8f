"""The words in which people and models speak of a house, per language, from the files in words/.

English is always understood beside the language of the turn: models write English whatever is spoken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
import json
from pathlib import Path
import re
from typing import Any
import unicodedata

from ..home import HomeEntity
from ..language import file_for

type Tokens = tuple[str, ...]

_FILES: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("words").glob("*.json"))
}
_LONGEST_KIND = 3
# Names count no further in words.
_MOST_COUNTED = 12
_ELISION = re.compile(
    r"\b(?<!['\u2019])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|aujourd|un|all|dall|dell|nell|sull|quest|quell)['\u2019](?=[^\W\d_])"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: "light", "blind", "tv".

    `device_classes` is empty where any will do, as it does in the domains `whatever_class`; kinds of one `family` stand
    in for each other in a room that has only the one. `one` and `many` are the first words for it, ready to be spoken.
    """

    name: str
    domains: frozenset[str]
    device_classes: frozenset[str]
    family: str | None
    one: str
    many: str
    whatever_class: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KindWord:
    """A word for a kind; `plain` is the usual word, which tells no more than the kind ("light", not "lamp")."""

    kind: Kind
    tokens: Tokens
    plural: bool
    plain: bool


class Words:
    """One language's words together with the English ones."""

    def __init__(self, language: str) -> None:
        """Read the language's words; a language without a file has the English ones only."""
        self.has_language = language in _FILES
        own = [_FILES[language]] if self.has_language and language != "en" else []
        self._files = [*own, _FILES["en"]]
        self.own: Mapping[str, Any] = self._files[0] if self.has_language else {}
        # Other English articles are words with a meaning elsewhere, as "an" is in German.
        self.articles = frozenset((*self._files[0]["articles"], "the"))
        self.linking = self._set("linking")
        self.between = self._set("between")
        self.here = {self.tokens(text) for text in self._set("here")}
        self.whole = {self.tokens(text) for text in self._set("whole")}
        self.whole_words = self._set("whole_words")
        self.no_place = self._set("no_place")
        self.no_names = self._set("no_names")
        self.sounds = tuple((re.compile(pattern), to) for pattern, to in self.own.get("sounds", ()))
        self.levels = {self.tokens(text): level for text, level in self.synonyms("levels").items()}
        self.hundreds, self.points = self._set("hundred"), self._set("point")
        self.halves = tuple(plain(text) for text in sorted(self._set("half"), key=len, reverse=True))
        self.own_numbers = _with_halves(self.own.get("numbers", {}), self.halves)
        self.numbers: dict[str, float] = {**self.synonyms("numbers"), **self.own_numbers}
        said = {str(value): word for word, value in self._files[0]["numbers"].items() if value <= _MOST_COUNTED}
        self.figures = said | {word: figure for figure, word in said.items()}
        self.kind_first = bool(self.own.get("kind_first"))
        self._compounds = tuple(self.own.get("compound_links", ()))
        self.kinds: dict[str, Kind] = {}
        self.kind_words: dict[Tokens, KindWord] = {}
        for file in reversed(self._files):
            self._add_kinds(file.get("kinds", {}))
        # The longer ones first: "jalousielampe" is a lamp, and no "ie".
        self._endings = sorted((name[0] for name in self.kind_words if len(name) == 1), key=len, reverse=True)

    def patterns(self, key: str) -> list[re.Pattern[str]]:
        """Return the patterns of this key in every file."""
        found: list[re.Pattern[str]] = []
        for file in self._files:
            value = file.get(key, ())
            found.extend(re.compile(text) for text in ([value] if isinstance(value, str) else value))
        return found

    def synonyms(self, key: str) -> dict[str, Any]:
        """Return what a map of the files says, in the language and in English, which models write."""
        return {name: value for file in reversed(self._files) for name, value in file.get(key, {}).items()}

    def has(self, key: str) -> frozenset[str]:
        """Return the words of a list of the files, in the language and in English."""
        return self._set(key)

    def color(self, text: str) -> str:
        """Return the English name of a colour; the text itself where it is none of the language's."""
        found: str = self.synonyms("colors").get(plain(text), text)
        return found

    def tokens(self, text: str) -> Tokens:
        """Return a text's words without case, punctuation and articles; articles stay if there is no more."""
        words = plain(text).split()
        return tuple(word for word in words if word not in self.articles) or tuple(words)

    def kind_at_end(self, tokens: Tokens) -> KindWord | None:
        """Return the longest word for a kind that ends the tokens, e.g. of ("kitchen", "roller", "blinds")."""
        for length in range(min(_LONGEST_KIND, len(tokens)), 0, -1):
            if found := self.kind_words.get(tokens[-length:]):
                return found
        return None

    def kind_at_start(self, tokens: Tokens) -> KindWord | None:
        """Return the longest word for a kind that begins the tokens, e.g. of ("lights", "upstairs")."""
        for length in range(min(_LONGEST_KIND, len(tokens)), 0, -1):
            if found := self.kind_words.get(tokens[:length]):
                return found
        return None

    def without_kind(self, tokens: Tokens) -> tuple[KindWord | None, Tokens]:
        """Return the word for a kind in a name, and the name without it; languages put it last or first."""
        if word := self.kind_at_end(tokens):
            return word, tokens[: -len(word.tokens)]
        if self.kind_first and (word := self.kind_at_start(tokens)):
            return word, tokens[len(word.tokens) :]
        return None, tokens

    def compound(self, token: str) -> tuple[tuple[str, ...], KindWord] | None:
        """Return the kind that a compound ends with, and what its first part may be called: of "küchenlicht".

        None where the language makes no compounds, or the token is none.
        """
        if not self._compounds:
            return None
        ending = next((text for text in self._endings if token.endswith(text) and len(text) < len(token) - 1), None)
        if ending is None:
            return None
        head = token.removesuffix(ending)
        return tuple(head.removesuffix(link) for link in self._compounds if head.endswith(link)), self.kind_words[
            (ending,)
        ]

    @property
    def has_compounds(self) -> bool:
        """Return whether the language writes "office lamp" as one word."""
        return bool(self._compounds)

    def kinds_in(self, tokens: Tokens) -> list[KindWord]:
        """Return the words for kinds among the tokens, in order."""
        found: list[KindWord] = []
        start = 0
        while start < len(tokens):
            word = self.kind_at_start(tokens[start:])
            if word:
                found.append(word)
            elif parts := self.compound(tokens[start]):
                found.append(parts[1])
            start += len(word.tokens) if word else 1
        return found

    def kind_of(self, entity: HomeEntity) -> Kind | None:
        """Return the narrowest kind that an entity is of."""
        fitting = [kind for kind in self.kinds.values() if entity.domain in kind.domains]
        narrow = [kind for kind in fitting if entity.device_class in kind.device_classes]
        broad = [kind for kind in fitting if not kind.device_classes]
        return next(iter(narrow + broad), None)

    def is_plural(self, name: str) -> bool:
        """Return whether a name speaks of many, as "Bedroom blinds" does."""
        word = self.kind_at_end(self.tokens(name))
        is_mass = word is not None and " ".join(word.tokens) in self._set("mass")
        return bool(word and word.plural and not is_mass and word.tokens != self.tokens(word.kind.one))

    def _set(self, key: str) -> frozenset[str]:
        values = (file.get(key, ()) for file in self._files)
        return frozenset(word for value in values for word in ((value,) if isinstance(value, str) else value))

    def _add_kinds(self, kinds: Mapping[str, Mapping[str, Any]]) -> None:
        for name, data in kinds.items():
            known = self.kinds.get(name)
            kind = Kind(
                name=name,
                domains=known.domains if known else frozenset(data["domains"]),
                device_classes=known.device_classes if known else frozenset(data.get("device_classes", ())),
                family=known.family if known else data.get("family"),
                one=data["one"][0],
                many=data["many"][0],
                whatever_class=known.whatever_class if known else frozenset(data.get("whatever_class", ())),
            )
            self.kinds[name] = kind
            for plural, texts in ((False, data["one"]), (True, data["many"])):
                for text in texts:
                    tokens = self.tokens(text)
                    self.kind_words[tokens] = KindWord(kind, tokens, plural, plain=text in (kind.one, kind.many))


def _with_halves(numbers: Mapping[str, float], halves: Sequence[str]) -> dict[str, float]:
    """Return the numbers, and those that end in a word for a half: "zweieinhalb" is 2.5."""
    joined = {name + half: value + 0.5 for name, value in numbers.items() for half in halves if " " not in half}
    return {**joined, **numbers}


@cache
def _words(language: str) -> Words:
    return Words(language)


def words_for(language: str) -> Words:
    """Return the words of a BCP 47 language; of a region without a file those of the language itself."""
    return _words(file_for(language, _FILES) or "")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text in lower case, its punctuation as spaces; apostrophes vanish and symbols such as emoji stay."""
    folded = unapostrophed(unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(character if _is_word(character) else " " for character in folded).split())


def unapostrophed(text: str) -> str:
    """Return a text in lower case without apostrophes: "whats", but "l entrée", where two words are run together."""
    return _ELISION.sub(r"\g<0> ", text).replace("'", "").replace("\u2019", "")


def one_of(tokens: Tokens, words: Iterable[str]) -> bool:
    """Return whether any of the tokens is among the words."""
    return not frozenset(words).isdisjoint(tokens)


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" or unicodedata.category(character) in {"So", "Sc", "Cf"}
