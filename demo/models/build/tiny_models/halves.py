"""Beginnings of sentences: what people have said when they stop to think.

A recogniser that heard whole sentences only makes a whole one of every beginning: it swallows a last "and", or adds
what was never said. Whisper itself learnt from recordings that were cut anywhere.
"""

from dataclasses import dataclass
from functools import cache
import random

from tiny_models import grammar
from tiny_models.grammar import Split

_SENTENCES = 20_000
"""How many show in which words a sentence can end."""


@dataclass(frozen=True, slots=True)
class Half:
    """The words before a place in a sentence, as Whisper would write them, and those after it."""

    before: str
    after: str

    def spelled_out(self) -> "Half":
        """Write both in plain words, which may be spoken otherwise than digits."""
        return Half(grammar.spell_out(self.before), grammar.spell_out(self.after))


def half(rng: random.Random, split: Split) -> Half:
    """Draw a place in a sentence of `split`; a beginning that could be all is as likely as any other.

    Beginnings are held out as whole sentences are: one of `split` "train" is never one of "test".
    """
    while True:
        words = grammar.sentence(rng, split).split()
        if len(words) == 1:
            continue
        at = rng.randint(1, len(words) - 1)
        before = " ".join(words[:at])
        if before[-1] in ".?!":
            continue  # a whole sentence before another one
        before = before.rstrip(",")
        if split == "test" or not grammar.is_held_out(before):
            return Half(before, " ".join(words[at:]))


def cannot_be_all(before: str) -> bool:
    """Say whether a beginning ends in a word that no sentence ends in, such as "the" or "to"."""
    return grammar.spell_out(before).lower().split()[-1] not in _last_words()


@cache
def _last_words() -> frozenset[str]:
    rng = random.Random("last words")
    drawn = (grammar.sentence(rng, "train") for _ in range(_SENTENCES))
    return frozenset(grammar.spell_out(text).lower().split()[-1] for text in drawn)
