"""What is left out: "all the lights except the kitchen", "everything off, but leave the fan on"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
import re

from ..home import HomeEntity
from .search import Aim, Found, Missing, Search, Several, of_kind
from .words import Tokens, Words

type _Finder = Callable[[str, Aim], Iterable[Search]]


@dataclass(frozen=True, slots=True)
class Excepted:
    """A text without its exception, and the phrases of what is left out.

    `joint` is the word between them; `sure` but for a "but", which may join clauses.
    """

    text: str
    phrases: tuple[str, ...]
    joint: str
    sure: bool = True

    def as_text(self, joined: str) -> str:
        """Return the sentence again, its exceptions joined by a word with spaces around it."""
        return f"{self.text} {self.joint} {joined.join(self.phrases)}"


def excepted(text: str, words: Words) -> Excepted | None:
    """Return a text without its exception; None where it has none.

    What follows the exception after "and" or a comma may belong to it or be the next clause: it is among the phrases.
    """
    folded = text.casefold()
    for pattern in words.patterns("left_alone") if "left_alone" in words.own else ():
        if match := pattern.search(folded.rstrip(" .!")):
            return Excepted(folded[: match.start()].strip(" ,"), _parts(match[1], words), words.own["except"])
    for at, pattern in enumerate(words.patterns("excepting") if "excepting" in words.own else ()):
        if (match := pattern.search(folded)) and match.start():
            tail, more = _ending(folded[match.end() :], words)
            return Excepted(f"{folded[: match.start()].strip(' ,')}{more}", _parts(tail, words), match[0], sure=not at)
    return None


def without(aim: Aim, search: _Finder, found: list[Search], said: Excepted) -> list[Search]:
    """Return what was found without what is left out; what is left out and unknown is missing, and nothing is done."""
    left: set[HomeEntity] = set()
    for at, phrase in enumerate(said.phrases):
        inside = _entities(phrase, aim.words.tokens(phrase), replace(aim, narrow=None), search)
        if inside is not None:
            left |= inside
        elif at == 0 and said.sure:
            return [Missing(phrase)]
        else:
            # "... except the lamp, and open the blinds": the next clause.
            break
    return [_lessened(one, left) for one in found]


def _entities(phrase: str, tokens: Tokens, aim: Aim, search: _Finder) -> set[HomeEntity] | None:
    """Return what a phrase of an exception stands for; None where it is unknown."""
    if named := aim.index.by_name.get(tokens):
        return set(named)
    place = aim.index.places.get(tuple(token for token in tokens if token not in aim.words.between))
    if place is not None:
        return set(aim.among(place.has))
    if (word := aim.words.kind_words.get(tokens)) and word.plural:
        return set(of_kind(aim.among(lambda _: True), word, aim.words)) or None
    listed = list(search(phrase, replace(aim, utterance=replace(aim.utterance, text=phrase))))
    if len(listed) == 1 and isinstance(listed[0], Found | Several):
        return set(listed[0].entities)
    return None


def _lessened(found: Search, left: set[HomeEntity]) -> Search:
    """Return what was found as a group without what is left out; a single thing that was named stays."""
    if not isinstance(found, Found) or (found.group is None and len(found.entities) < 2):
        return found
    kept = tuple(entity for entity in found.entities if entity not in left)
    if len(kept) == len(found.entities):
        return found
    return Found(kept) if kept else Missing(found.group.kind or "" if found.group else "")


def _ending(tail: str, words: Words) -> tuple[str, str]:
    """Return the exception, and what of the command stands after it: "all but the lamp off"."""
    match = re.search(r" (on|off)[ .!?]*$", tail) if words.own else None
    return (tail[: match.start()], f" {match[1]}") if match else (tail, "")


def _parts(text: str, words: Words) -> tuple[str, ...]:
    parts = [text]
    for pattern in words.patterns("joins"):
        parts = [part for whole in parts for part in pattern.split(whole)]
    return tuple(part.strip(" .!?") for part in parts if part.strip(" .!?"))
