"""What Whisper invents where nobody speaks: thanks for watching, credits of subtitles, one word again and again."""

from functools import cache
import json
from pathlib import Path
import re

from .gate import Speech

_HOPELESS_LOGPROB = -1.0
"""Below this nothing of a text can be believed."""

_MAYBE_NO_SPEECH = 0.35
_UNLIKELY_LOGPROB = -0.5
"""The probability that nobody speaks from which on, and the log probability below which, doubts add up."""

_FOLDER = Path(__file__).with_name("inventions")
_STOPS = re.compile(r"[.!?…]+(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001 - apostrophes as they are written
_LOOPS = (
    # Nobody says a word six times on end, or several four times.
    re.compile(r"(?:^| )(\S+)(?: \1){5,}(?= |$)"),
    re.compile(r"(?:^| )(\S+(?: \S+){1,11})(?: \1){3,}(?= |$)"),
)


def is_unfounded(text: str, language: str, speech: Speech, logprob: float, no_speech: float) -> bool:
    """Return whether a text was found that nobody said: unlikely words, or an invention, for what is hardly speech.

    `logprob` is the mean log probability of its tokens, `no_speech` Whisper's probability that nobody speaks.
    """
    if logprob < _HOPELESS_LOGPROB:
        return True
    if not (speech.is_weak or no_speech > _MAYBE_NO_SPEECH):
        return False
    return logprob < _UNLIKELY_LOGPROB or is_invention(text, language)


def is_invention(text: str, language: str) -> bool:
    """Return whether a text is nothing but what Whisper is known to invent; False in languages without a list.

    People say some of it as well ("thank you"): only together with doubt that anybody spoke does it tell something.
    """
    whole, begins = _known(language)
    sentences = [words for sentence in _STOPS.split(text) if (words := _words(sentence))]
    return bool(sentences) and all(words in whole or f"{words} ".startswith(begins) for words in sentences)


def is_loop(text: str) -> bool:
    """Return whether a text says the same again and again."""
    words = _words(text)
    return any(loop.search(words) for loop in _LOOPS)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("’", "'")))  # noqa: RUF001 - as above


@cache
def _known(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    path = _FOLDER / f"{language}.json"
    if not path.is_file():
        return frozenset(), ()
    listed = json.loads(path.read_text("utf-8"))
    # Folded as the texts are: in German, ss and ß are the same.
    return frozenset(map(_words, listed["whole"])), tuple(f"{_words(begin)} " for begin in listed["begins"])
