"""A command taken apart: "turn off the kitchen lights and set the heating to 20" has two clauses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .find import KIND_NOUNS, Finder
from .values import Values, take_values
from .words import stem

_POLITE = (
    "could you please",
    "can you please",
    "would you please",
    "would you mind",
    "i want you to",
    "i would like you to",
    "id like you to",
    "would you",
    "could you",
    "can you",
    "will you",
    "hey parlor",
    "please",
    "kindly",
    "hey",
    "hello",
    "ok",
    "okay",
    "thank you",
    "thanks",
    "go ahead",
    "lets",
    "also",
    "now",
    "quickly",
)
_PARTICLES = {"on": "on", "off": "off", "up": "raise", "down": "lower"}
_SEPARABLE = frozenset({"turn", "switch", "put", "power", "flip", "shut", "bring", "roll", "pull"})
_VERBS = {
    "turn": "set",
    "switch": "set",
    "put": "set",
    "power": "set",
    "set": "set",
    "change": "set",
    "make": "set",
    "adjust": "set",
    "bring": "set",
    "give": "set",
    "move": "set",
    "dim": "dim",
    "brighten": "brighten",
    "lower": "lower",
    "decrease": "lower",
    "reduce": "lower",
    "raise": "raise",
    "increase": "raise",
    "open": "open",
    "close": "close",
    "shut": "close",
    "stop": "stop",
    "halt": "stop",
    "lock": "lock",
    "unlock": "unlock",
    "activate": "on",
    "enable": "on",
    "start": "on",
    "run": "on",
    "light": "on",
    "deactivate": "off",
    "disable": "off",
    "kill": "off",
    "extinguish": "off",
}
_JOINTS = frozenset({"and", "then", "but", ",", ";"})
PRONOUNS = frozenset({"it", "them", "that", "those", "these"})


@dataclass(slots=True)
class Clause:
    """One verb with all it applies to: the phrases are words without verb and values."""

    verb: str
    phrases: list[list[str]] = field(default_factory=list)
    values: Values = field(default_factory=Values)


def without_politeness(words: Sequence[str]) -> list[str]:
    """Return the words without those that only please."""
    text = f" {' '.join(words)} "
    for phrase in _POLITE:
        text = text.replace(f" {phrase} ", " ")
    return [word for word in text.split() if word != "?"]


def clauses_of(words: Sequence[str], finder: Finder) -> list[Clause]:
    """Take a command apart; empty if its first words are no command."""
    clauses: list[Clause] = []
    for fragment in _fragments(words, finder):
        verb, rest = _verb(fragment, finder)
        named = {index for start, end in finder.spans(rest) for index in range(start, end)}
        values, phrase = take_values(rest, named)
        phrase = _trimmed(phrase)
        if verb is None and not clauses:
            verb = "set" if values and phrase else None
            if verb is None:
                return []
        previous = clauses[-1] if clauses else None
        if verb is None and previous is not None:
            if phrase and values and (previous.values or previous.verb not in ("set", "dim", "brighten")):
                clauses.append(Clause("set", [phrase], values))
                continue
            if phrase:
                previous.phrases.append(phrase)
            previous.values = previous.values.with_(values)
        elif verb is not None:
            clauses.append(Clause(verb, [phrase] if phrase else [], values))
    return clauses


def _fragments(words: Sequence[str], finder: Finder) -> list[list[str]]:
    """Split at "and", "then" and commas, but not inside a name."""
    inside = {index for start, end in finder.spans(words) for index in range(start, end)}
    fragments: list[list[str]] = [[]]
    for index, word in enumerate(words):
        if word in _JOINTS and index not in inside:
            fragments.append([])
        else:
            fragments[-1].append(word)
    return [fragment for fragment in fragments if fragment]


def _verb(words: Sequence[str], finder: Finder) -> tuple[str | None, list[str]]:
    """Return a fragment's verb, if it has one, and its other words."""
    first, rest = words[0], list(words[1:])
    named = {index for start, end in finder.spans(words) for index in range(start, end)}
    if first in _VERBS and rest and not (0 in named and _is_noun(first)):
        if first in _SEPARABLE and (place := _particle(rest)) is not None:
            return _PARTICLES[rest[place]], rest[:place] + rest[place + 1 :]
        return _VERBS[first], rest
    if len(words) > 1 and words[-1] in ("on", "off") and len(words) - 1 not in named:
        return words[-1], list(words[:-1])
    if first in ("on", "off") and rest:
        return first, rest
    if named == set(range(len(words))) and finder.find(words).entities:
        domains = {entity.domain for entity in finder.find(words).entities}
        return ("on" if domains <= {"scene", "script"} else None), list(words)
    return None, list(words)


def _is_noun(word: str) -> bool:
    """Tell whether a verb is also a noun for a kind of device."""
    return stem(word) in KIND_NOUNS


def _particle(rest: Sequence[str]) -> int | None:
    """Return where the on, off, up or down of a separable verb stands."""
    if rest[0] in _PARTICLES:
        return 0
    for place in range(len(rest) - 1, 0, -1):
        following = rest[place + 1] if place + 1 < len(rest) else ""
        if rest[place] in _PARTICLES and following not in ("the", "my", "our"):
            return place
    return None


def _trimmed(phrase: list[str]) -> list[str]:
    """Return a phrase without the prepositions left at its ends."""
    while phrase and phrase[-1] in ("to", "at", "by", "from", "in", "of", "the", "a"):
        phrase = phrase[:-1]
    return phrase
