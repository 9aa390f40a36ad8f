"""Mend words that were misheard or misspelt, where only one word of the house can have been meant.

Words that the house knows are never touched, nor are figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
import re
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from .index import Index
from .sound import key_of
from .words import Tokens, Words

# Shares of letters, or of sounds, that two words have in common, 0 to 1.
_SAME_SOUND, _SAME_SHORT_SOUND = 0.4, 0.6
_SPELT, _LONG = 0.8, 5
_SOUNDS_LIKE, _LIKE_LETTERS, _SOUNDS = 0.85, 0.33, 3
_WEAK_LETTERS, _WEAK_SOUND = 0.7, 0.8
_CLEARLY = 0.08
_MOST = 4
_SYLLABLE = re.compile("[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Mended:
    """A phrase with words in place of others; `sure` where what was meant can hardly be anything else."""

    tokens: Tokens
    sure: bool


def mender_of(index: Index, domains: frozenset[str]) -> Mender:
    """Return the mender for what is exposed now, made once for each set of domains."""
    kept = _MENDERS.setdefault(index, {})
    if domains not in kept:
        kept[domains] = Mender(index, domains)
    return kept[domains]


@dataclass(frozen=True, slots=True)
class _Candidate:
    token: str
    likeness: float
    sure: bool


class Mender:
    """The words that tools of some domains can be meant for, and what sounds like them."""

    def __init__(self, index: Index, domains: frozenset[str]) -> None:
        """Collect the words of the names, places and kinds; empty domains leave nothing out."""
        self._words: Words = index.words
        self._known = frozenset(_vocabulary(index, domains))
        self._named = frozenset(_names(index, domains))
        self._choices = sorted(token for token in self._known if _is_word(token))
        self._sounds = [key_of(token, self._words) for token in self._choices]
        self._mended: dict[str, tuple[_Candidate, ...]] = {}
        self._names: dict[tuple[str, ...], set[Tokens]] = defaultdict(set)
        for named in index.named:
            if not domains or named.entity.domain in domains:
                for name in named.names:
                    self._names[self._heard(name)].add(name)

    def mend(self, tokens: Tokens) -> list[Mended]:
        """Return what can have been meant by tokens of which some are unknown, the likeliest first."""
        joined = self._joined(tokens)
        ways: list[tuple[list[str], bool]] = [([], True)]
        for at, token in enumerate(joined):
            if token is None:
                continue
            if at + 1 < len(joined) and (whole := self._heard_as_two(token, joined[at + 1])):
                # "haul way" for the hallway.
                joined[at + 1] = None
                ways = [([*way, whole], sure) for way, sure in ways]
                continue
            if token in self._known or not _is_word(token) or token in self._words.no_names:
                ways = [([*way, token], sure) for way, sure in ways]
                continue
            candidates = self._like(token)
            if not candidates:
                return []
            ways = [([*way, one.token], sure and one.sure) for way, sure in ways for one in candidates][:_MOST]
        # The parts of a word that was cut in two may be several words.
        found = [Mended(tuple(" ".join(way).split()), sure) for way, sure in ways]
        return [mended for mended in found if mended.tokens != tokens]

    def sounding_like(self, tokens: Tokens) -> list[Tokens]:
        """Return the names that sound as the tokens do, word for word: "kitchen leds" for "kitchen lights"."""
        heard = self._heard(tokens)
        if not all(heard):
            return []
        return [
            name
            for name in sorted(self._names.get(heard, ()))
            if name != tokens
            and all(fuzz.ratio(said, known) >= _SAME_SOUND * 100 for said, known in zip(tokens, name, strict=True))
        ]

    def _heard(self, tokens: Tokens) -> tuple[str, ...]:
        heard = {token: key_of(token, self._words) or token for token in tokens}
        return tuple(token if any(map(str.isdigit, token)) else heard[token] for token in tokens)

    def _heard_as_two(self, first: str, second: str | None) -> str | None:
        """Return the one word that was surely heard as two unknown ones."""
        if second is None or {first, second} & self._known or not (_is_word(first) and _is_word(second)):
            return None
        found = self._like(first + second)
        return found[0].token if len(found) == 1 and found[0].sure else None

    def _joined(self, tokens: Tokens) -> list[str | None]:
        """Return the tokens, with those put together that are one word of the house, and the other way round."""
        joined: list[str | None] = []
        at = 0
        while at < len(tokens):
            pair = "".join(tokens[at : at + 2])
            is_new = not set(tokens[at : at + 2]) <= self._known
            if at + 1 < len(tokens) and pair in self._known and is_new:
                joined.append(pair)
                at += 2
                continue
            joined.extend(self._cut(tokens[at]))
            at += 1
        return joined

    def _cut(self, token: str) -> Sequence[str]:
        if token in self._known or not _is_word(token):
            return [token]
        cuts = [(token[:at], token[at:]) for at in range(3, len(token) - 2)]
        return next((cut for cut in cuts if set(cut) <= self._known), [token])

    def _like(self, token: str) -> tuple[_Candidate, ...]:
        """Return the words that a word can stand for: the one that is clearly meant, or all that are as likely."""
        if token not in self._mended:
            found = sorted(self._candidates(token), key=lambda one: (not one.sure, -one.likeness, one.token))
            self._mended[token] = tuple(
                one
                for one in found[:_MOST]
                if one.sure == found[0].sure and found[0].likeness - one.likeness < _CLEARLY
            )
        return self._mended[token]

    def _candidates(self, said: str) -> Iterator[_Candidate]:
        sound = key_of(said, self._words)
        spelt = process.extract(said, self._choices, scorer=fuzz.ratio, score_cutoff=_LIKE_LETTERS * 100, limit=None)
        for token, letters, at in spelt:
            key = self._sounds[at]
            heard = fuzz.ratio(sound, key) if sound and key else 0.0
            one = _weighed(said, token, letters / 100, heard / 100, (sound, key))
            # What is only a little like a word for a kind of thing means none of these things.
            if one and (one.sure or token in self._named):
                yield one


_MENDERS: WeakKeyDictionary[Index, dict[frozenset[str], Mender]] = WeakKeyDictionary()


def _weighed(said: str, token: str, letters: float, heard: float, keys: tuple[str, str]) -> _Candidate | None:
    sound, key = keys
    likeness = max(letters, heard * 0.98)
    is_heard = bool(key) and sound == key and letters >= (_SAME_SOUND if len(key) > 2 else _SAME_SHORT_SOUND)
    is_spelt = letters >= _SPELT and min(len(said), len(token)) >= _LONG and said[0] == token[0]
    is_alike = (
        heard >= _SOUNDS_LIKE
        and letters >= _LIKE_LETTERS
        and min(len(sound), len(key)) >= _SOUNDS
        and sound[0] == key[0]
        and len(_SYLLABLE.findall(said)) == len(_SYLLABLE.findall(token))
    )
    if is_heard or is_spelt or is_alike:
        return _Candidate(token, likeness, sure=True)
    is_long = min(len(said), len(token)) >= _LONG - 1
    is_near = letters >= _WEAK_LETTERS or (
        heard >= _WEAK_SOUND and letters >= _SAME_SOUND and min(len(sound), len(key)) >= _SOUNDS
    )
    is_weak = is_long and is_near and (sound or said)[0] == (key or token)[0]
    return _Candidate(token, likeness, sure=False) if is_weak else None


def _is_word(token: str) -> bool:
    return len(token) > 2 and not any(map(str.isdigit, token))  # shorter ones are like too many others


def _names(index: Index, domains: frozenset[str]) -> Iterable[str]:
    """Yield the words of the names of places, and of what is in these domains."""
    for phrase in index.places:
        yield from phrase
    for named in index.named:
        if not domains or named.entity.domain in domains:
            for name in named.names:
                yield from name


def _vocabulary(index: Index, domains: frozenset[str]) -> Iterable[str]:
    """Yield every word of which a phrase for something in these domains can consist."""
    words = index.words
    yield from words.between | words.whole_words
    for phrase in (*words.here, *words.whole):
        yield from phrase
    for tokens, word in words.kind_words.items():
        if not domains or word.kind.domains & domains or not word.kind.domains:
            yield from tokens
    yield from _names(index, domains)
