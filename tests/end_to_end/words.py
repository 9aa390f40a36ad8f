"""Words as they sound, so that a reply and what was heard of it can be compared."""

import re

_SPOKEN = {"%": " percent", "°C": " degrees", "°": " degrees"}


def as_heard(text: str) -> str:
    """Return the text in lower case, without punctuation, signs as words: "At 30%." becomes "at 30 percent"."""
    for sign, words in _SPOKEN.items():
        text = text.replace(sign, words)
    text = re.sub(r"(?<=\d)\.(?=\d)", " point ", text.lower())
    return " ".join(re.findall(r"[a-z0-9']+", text))


def without_yes_or_no(text: str) -> str:
    """Return words without the yes or no that they begin with, which the tiny Whisper was not taught to hear there."""
    return text.removeprefix("yes ").removeprefix("no ")
