"""Which language a text is in, by its small words."""

from collections.abc import Iterable

from ...language import file_for
from .lexicon import NEUTRAL, Lexicon, known_languages, lexicon_for, unaccented
from .pieces import normal

_ENOUGH = 8
_CLEARLY = 1.5
_SHARE = 0.3


def tongue_of(text: str, language: str) -> str:
    """Return the language a text was to be in, unless it is clearly in another of those with words."""
    words = [word.strip(".,;:!?()'\"") for word in normal(text).lower().split()]
    if len(words) < _ENOUGH:
        return language
    own = file_for(language, known_languages())
    shares = {name: _share(words, lexicon_for(name)) for name in known_languages()}
    best = max(shares, key=lambda name: shares[name])
    mine = shares[own] if own else 0.0
    return best if best != own and shares[best] >= _SHARE and shares[best] > mine * _CLEARLY else language


def _share(words: Iterable[str], lexicon: Lexicon) -> float:
    listed = list(words)
    known = sum(NEUTRAL in (lexicon.phrases.get((word,)) or ()) for word in map(str, listed) if unaccented(word))
    return known / len(listed)
