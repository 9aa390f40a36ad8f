"""What a word sounds like, by the rules of a language in words/*.json: recognisers mishear, they do not mistype."""

from functools import lru_cache
import re
import unicodedata

from .words import Words

_CACHED = 20_000


def key_of(word: str, words: Words) -> str:
    """Return the sound of a word in lower case: "lights" and "leds" are both "lts"; empty where no rules are known.

    The rules are pairs of a regular expression and what stands for it, applied in order. Doubled sounds are one.
    """
    return _key(word, words.sounds)


@lru_cache(maxsize=_CACHED)
def _key(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    if not rules:
        return ""
    decomposed = unicodedata.normalize("NFKD", word)
    sound = "".join(character for character in decomposed if not unicodedata.combining(character))
    for pattern, stands_for in rules:
        sound = pattern.sub(stands_for, sound)
    return re.sub(r"(.)\1+", r"\1", sound)
