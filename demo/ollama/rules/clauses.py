"""A command taken apart: "turn off the kitchen lights and set the heating to 20" has two clauses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from .find import Finder
from .values import Values, take_values
from .vocabulary import COMPARED, JOINTS, PARTICLES, POLITE, SEPARABLE, VERBS

_DETERMINERS = frozenset({"the", "my", "our"})


@dataclass(slots=True)
class Clause:
    """One verb with all it applies to: the phrases are words without verb and values."""

    verb: str
    phrases: list[list[str]] = field(default_factory=list)
    values: Values = field(default_factory=Values)


def without_politeness(words: Sequence[str]) -> list[str]:
    """Return the words without those that only please."""
    text = f" {' '.join(words)} "
    for phrase in POLITE:
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
        if word in JOINTS and index not in inside:
            fragments.append([])
        else:
            fragments[-1].append(word)
    return [fragment for fragment in fragments if fragment]


def _verb(words: Sequence[str], finder: Finder) -> tuple[str | None, list[str]]:
    """Return a fragment's verb, if it has one, and its other words."""
    named = {index for start, end in finder.spans(words) for index in range(start, end)}
    if words[0] in VERBS and len(words) > 1 and 0 not in named:
        return _imperative(words, named)
    for place, word in enumerate(words):
        # "kitchen lights off", "lights off in the kitchen", "off with the lights"
        ending = place > 0 and words[place + 1 : place + 2] in ([], ["in"])
        if word in ("on", "off") and place not in named and len(words) > 1 and (ending or place == 0):
            return word, [*words[:place], *words[place + 1 :]]
    found = finder.find(words)
    alone = bool(found.entities) and named == set(range(len(words)))
    return "on" if alone and {entity.domain for entity in found.entities} <= {"scene", "script"} else None, list(words)


def _imperative(words: Sequence[str], named: Collection[int]) -> tuple[str, list[str]]:
    """Return what the verb at the beginning means, and the other words."""
    for place in range(1, len(words)):
        if words[place] in COMPARED and place not in named:
            verb, about = COMPARED[words[place]]
            return verb, [*words[1:place], about, *words[place + 1 :]]
    if words[0] in SEPARABLE:
        for place in (1, *range(len(words) - 1, 1, -1)):
            following = words[place + 1] if place + 1 < len(words) else ""
            # "put the lamp on the table on": a particle that is no preposition
            if words[place] in PARTICLES and place not in named and (place == 1 or following not in _DETERMINERS):
                return PARTICLES[words[place]], [*words[1:place], *words[place + 1 :]]
    return VERBS[words[0]], list(words[1:])


def _trimmed(phrase: list[str]) -> list[str]:
    """Return a phrase without the prepositions left at its ends."""
    while phrase and phrase[-1] in ("to", "at", "by", "from", "in", "of", "the", "a"):
        phrase = phrase[:-1]
    return phrase
