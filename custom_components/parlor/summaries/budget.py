"""What of a fact sheet there is room for."""

from collections.abc import Mapping, Sequence
from typing import Final

from ..inference.tokens import estimate_tokens
from .look import Found, Look
from .sheet import Fact, Section
from .wording import Wording

SHEET_TOKENS: Final = 1500
# The line that names the period; the title of a section with its line breaks; what is before and after a fact.
_PERIOD, _PER_SECTION, _PER_FACT = 20, 8, 2
_MOST_NAMES: Final = 5
# These are carried whole: whoever handed them in wants them read, and a long one is condensed before a model reads it.
_WHOLE: Final = frozenset({"texts"})


def fit(found: Mapping[str, Found], look: Look, *, tokens: int) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return the sections with as many facts as fit into so many tokens, and the keys of those that had no room at all.

    Each section gives its first fact, then each its second, and so on until the room is used up; what speaks of a word
    of the focus comes before what does not. Tokens are counted with `estimate_tokens`. What is left out is named.
    """
    ordered = {
        key: sorted(one.facts, key=lambda fact: not look.is_focus(fact.text)) for key, one in found.items() if one.facts
    }
    kept: dict[str, list[Fact]] = {key: list(facts) if key in _WHOLE else [] for key, facts in ordered.items()}
    growing = [key for key in ordered if key not in _WHOLE]
    room = tokens - _PERIOD
    while growing:
        for key in tuple(growing):
            at = len(kept[key])
            cost = estimate_tokens(ordered[key][at].text) + (_PER_FACT if at else _PER_FACT + _PER_SECTION)
            if cost <= room:
                kept[key].append(ordered[key][at])
                room -= cost
            if cost > room or at + 1 == len(ordered[key]):
                growing.remove(key)
    sections = tuple(
        Section(
            key,
            tuple(facts),
            (*found[key].left_out, *_named(ordered[key][len(facts) :], found[key].more, look.wording)),
        )
        for key, facts in kept.items()
        if facts
    )
    return tuple(sections), tuple(key for key, facts in kept.items() if not facts)


def _named(facts: Sequence[Fact], more: int, wording: Wording) -> tuple[str, ...]:
    """Return the names of what there was no room for, and how many more there are."""
    names = list(dict.fromkeys(fact.names[0] if fact.names else fact.text for fact in facts))
    few = names if not more and len(names) <= _MOST_NAMES + 1 else names[:_MOST_NAMES]
    rest = len(names) - len(few) + more
    return (*few, wording.text("more", count=rest)) if rest else tuple(few)
