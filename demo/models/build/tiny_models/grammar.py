"""Random sentences from the grammar in sentences.txt, split into training and held-out ones."""

from functools import cache
import hashlib
import json
import random
import re
from typing import Literal

from tiny_models.paths import PACKAGE

Split = Literal["train", "test"]

HELD_OUT_SHARE = 25
"""One sentence in this many is never trained on."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
_PART = re.compile(r"<(?P<rule>\w+)>|\((?P<choice>[^()]*)\)|\{(?P<number>[^{}]+)\}")
_WEIGHTED = re.compile(r"(\d+): (.*)")


def sentence(rng: random.Random, split: Split) -> str:
    """Draw a sentence of `split`, written as Whisper would write it ("Set the lamp to 30%.")."""
    while True:
        text = _polish(_expand("<sentence>", rng))
        if is_held_out(text) == (split == "test"):
            return text


def name(rng: random.Random) -> str:
    """Draw the name of a room or a device, as a recogniser may be told to expect."""
    rule = rng.choice(("room", "light", "switch", "home_cover", "scene", "lock"))
    text = " ".join(_expand(f"<{rule}>", rng).split())
    return rng.choice((text, text.capitalize(), text.title()))


def is_held_out(text: str) -> bool:
    """Say whether a sentence is kept for tests: the recorded ones, and a fixed share of the rest."""
    key = normalise(text)
    if key in _recorded():
        return True
    if len(key.split()) <= 3:
        return False
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def recorded_sentences() -> dict[str, str]:
    """Return the sentences of the demo's recordings by file name (without its ending)."""
    sentences: dict[str, str] = json.loads((PACKAGE / "held_out.json").read_text("utf-8"))
    return sentences


def normalise(text: str) -> str:
    """Reduce a sentence to what is compared: lower case, digits and words, no punctuation."""
    text = text.lower().replace("%", " percent")
    return " ".join(re.sub(r"(?<!\d)\.|\.(?!\d)|[?,!]", " ", text).split())


def spell_out(text: str) -> str:
    """Write a sentence in plain words ("set the lamp to thirty percent"), without punctuation."""
    text = re.sub(r"\d+(?:\.\d+)?", lambda found: number_words(found[0]), text)
    return " ".join(re.sub(r"[.?,!:]", " ", text.replace("%", " percent")).split())


def number_words(number: str) -> str:
    """Write a number from 0 to 999, with any decimals, in words."""
    whole, _, decimals = number.partition(".")
    value = int(whole)
    if value >= 100:
        rest = f" and {number_words(str(value % 100))}" if value % 100 else ""
        words = f"{_ONES[value // 100]} hundred{rest}"
    elif value >= len(_ONES):
        words = f"{_TENS[value // 10]} {_ONES[value % 10] if value % 10 else ''}".strip()
    else:
        words = _ONES[value]
    return " ".join([words, *(["point"] if decimals else []), *(_ONES[int(d)] for d in decimals)])


def _expand(text: str, rng: random.Random) -> str:
    while match := _PART.search(text):
        text = text[: match.start()] + _choose(match, rng) + text[match.end() :]
    return text


def _choose(match: re.Match[str], rng: random.Random) -> str:
    if rule := match["rule"]:
        alternatives, weights = _rules()[rule]
        return rng.choices(alternatives, weights)[0]
    choices: str | None = match["choice"]
    if choices is not None:
        return rng.choice(choices.split("|"))
    bounds, _, step = match["number"].partition("/")
    low, high = (float(bound) for bound in bounds.split(".."))
    width = float(step or 1)
    value = low + width * rng.randint(0, round((high - low) / width))
    return f"{value:.1f}".removesuffix(".0")


def _polish(text: str) -> str:
    """Put in what the rules leave to the sentence as a whole: "an", single spaces, capitals."""
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", " ".join(text.split()))
    return re.sub(r"(?:^|(?<=[.?] ))[a-z]", lambda found: found[0].upper(), text)


@cache
def _rules() -> dict[str, tuple[list[str], list[int]]]:
    rules: dict[str, tuple[list[str], list[int]]] = {}
    for line in (PACKAGE / "sentences.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            alternatives, weights = rules.setdefault(line.strip("[]"), ([], []))
        elif line and not line.startswith("#"):
            weighted = _WEIGHTED.fullmatch(line)
            alternatives.append(weighted[2] if weighted else line)
            weights.append(int(weighted[1]) if weighted else 1)
    return rules


@cache
def _recorded() -> frozenset[str]:
    return frozenset(normalise(text) for text in recorded_sentences().values())
