"""When a speaker is done: how much silence is enough after what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import re

from .audio import SAMPLE_RATE
from .voice_activity import VoiceActivity

_UNFINISHED = Path(__file__).with_name("unfinished")
_WORD = re.compile(r"\w+")
_TRAILS_OFF = ("...", "…", ",", "-", "–", "—", "、", "\uff0c", "،")  # noqa: RUF001 - dashes as they are written
_LONGEST_ENDING = 2
_SURE = -0.3
"""Log probability of the last words, each, above which nothing else can have been meant."""

_CLOSED = 0.75
"""Share of a full stop from which on a sentence was heard as a whole."""

STOPS = (".", "?", "!", "。", "\uff1f", "\uff01", "।", "؟")
"""What a recogniser writes at the end of a sentence."""

FEWEST_FRAMES = 3
"""Frames that must be speech: fewer are a click or a cough."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of silence that end an utterance, by what was said; of speech that never comes; and of speech in all.

    `finished` is what reads as a whole sentence, `plain` what may be one, `guessed` what may end in words that were not
    said or was not written as a whole, `unfinished` what can not be one.
    """

    finished: float
    plain: float
    guessed: float
    unfinished: float
    nothing: float = 6.0
    longest: float = 20.0


DEFAULT = Patience(finished=0.5, plain=0.7, guessed=1.2, unfinished=1.3)
PATIENCE: Mapping[str, Patience] = {
    "default": DEFAULT,
    "aggressive": Patience(finished=0.3, plain=0.4, guessed=0.8, unfinished=0.9),
    "relaxed": Patience(finished=0.9, plain=1.25, guessed=1.7, unfinished=1.8),
}
"""By the names that the protocol has for them."""

PAUSE = 0.2
"""Seconds of silence after which what was said is read, in case it was all."""

TOLD = 0.3
"""Seconds of silence after which the client is told what was read, if nothing speaks against its being all."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was read of all that was spoken, in a language.

    `ending` is the lowest log probability of its last words, and of there being no more; `closed` the share of a full
    stop in the probability of that, 1 of a recogniser that writes none.
    """

    text: str
    language: str | None
    ending: float = 0.0
    closed: float = 1.0


def has_ended(activity: VoiceActivity, patience: Patience, words: Words | None) -> bool:
    """Return whether the speaker is done; `words` is None as long as not all that was spoken is read."""
    if activity.spoken < FEWEST_FRAMES:
        return activity.position > patience.nothing * SAMPLE_RATE
    if activity.position > patience.longest * SAMPLE_RATE:
        return True
    enough = patience.unfinished if words is None else _enough(words, patience)
    return silence(activity) >= enough


def told_after(words: Words, patience: Patience) -> float | None:
    """Return after how many seconds of silence the client is told, who may take it for all; None for never."""
    if _is_guessed(words.ending):
        return None
    return max(TOLD, patience.plain) if words.closed < _CLOSED else TOLD


def silence(activity: VoiceActivity) -> float:
    """Return for how many seconds nobody has spoken."""
    return (activity.position - activity.last) / SAMPLE_RATE


def is_unfinished(text: str, language: str | None) -> bool:
    """Return whether a text trails off, or ends in words after which there must be more (in languages with a list)."""
    if text.endswith(_TRAILS_OFF):
        return True
    words = _WORD.findall(text.casefold())
    endings, alone = _lists((language or "").replace("_", "-").partition("-")[0].lower())
    ends = any(" ".join(words[-length:]) in endings for length in range(1, _LONGEST_ENDING + 1) if words)
    return ends or " ".join(words) in alone


def _enough(words: Words, patience: Patience) -> float:
    if not words.text or is_unfinished(words.text, words.language):
        return patience.unfinished
    if _is_guessed(words.ending) or words.closed < _CLOSED:
        return patience.guessed
    return patience.finished if words.text.endswith(STOPS) else patience.plain


def _is_guessed(ending: float) -> bool:
    """Return whether the end of a text may be invented: half a sentence is often read as a whole one."""
    return ending < _SURE


@cache
def _lists(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the endings of what is not over, and what is not over when it stands alone."""
    path = _UNFINISHED / f"{language}.json"
    if not language or not path.is_file():
        return frozenset(), frozenset()
    lists = json.loads(path.read_text("utf-8"))
    return frozenset(lists["words"]), frozenset(lists["alone"])
