"""The patterns of one language, from the files in patterns/: how people say what shall be done and ask what is so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
import re
from threading import Lock
from typing import Any
import unicodedata

from ...home import kelvin_of, rgb_of
from ...inference import JsonObject
from ...language import file_for
from ..said import spelled_number
from ..words import Words, plain, unapostrophed, words_for

_FOLDER = Path(__file__).with_name("patterns")
_FILES: Mapping[str, Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.json"))
}
_READ: dict[str, Patterns] = {}
_READING = Lock()
# Colour names have up to three words; one pattern for each length, since only the right one is a colour.
_COLOR_LENGTHS = (1, 2, 3)
# The parts that stand for one word of a table in the file.
_TABLES = {"reading": "readings", "signal": "signals", "condition": "conditions", "deed": "deeds"}
_MODES = ("off", "heat", "cool", "auto", "dry", "heat cool", "fan only")
_WORD = r"[^\W\d_]+"
_DEGREES = re.compile(r"° ?([cf])?\b")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_BREAK = re.compile(r"[;!?…]|,|[.:](?!\d)")


@dataclass(frozen=True, slots=True)
class Saying:
    """One way to say something: a pattern, and what it means.

    For a command `calls` are the tool calls of which one is meant, their values still named in braces; `named` are the
    tools for which a bare room is not enough; `may` matches the words that else leave a sentence to the model. For a
    question `asks` says what for, and `about` has more of it. `target` stands where none is said.
    """

    pattern: re.Pattern[str]
    target: str | None
    calls: tuple[tuple[str, JsonObject], ...] = ()
    named: frozenset[str] = frozenset()
    may: re.Pattern[str] | None = None
    asks: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


class Patterns:
    """The patterns of one language, ready to match."""

    def __init__(self, language: str) -> None:
        """Compile the patterns; the language must have a file."""
        self.words = words_for(language)
        self.file = file = _FILES[language]
        self.commands = tuple(_sayings(file, file["commands"], self.words))
        self.questions = tuple(_sayings(file, file["questions"], self.words))
        self.timers = tuple(_sayings(file, file.get("timers", []), self.words))
        self.inquiries = tuple(_sayings(file, file.get("inquiries", []), self.words))
        self.never = re.compile(rf"\b(?:{file['never']})\b")
        self.relative = re.compile(rf"\b{file['relative']}")
        self.join = re.compile(file["join"])
        self.near = frozenset(file["near"].split("|"))
        self.far = frozenset(file["far"].split("|"))
        self.each = re.compile(rf"^(?:{file['each']}) ")
        self.both = re.compile(rf"(?:{file['both']}) ") if "both" in file else None
        self.whole_house = re.compile(rf" (?:{file['whole_house']})$")
        self.offer = re.compile(rf"^(?:.* , )?(?:{file['offer']}) ") if "offer" in file else None
        self._lead = re.compile(f"^{file['lead']}")
        self._tail = re.compile(f"{file['tail']}$")

    def is_clear(self, text: str, saying: Saying | None = None) -> bool:
        """Return whether no word of a text leaves it to the model, as "not" and "if" do, unless the saying has it."""
        may = saying.may if saying else None
        return all(may and may.fullmatch(match[0]) for match in self.never.finditer(text))

    def compiled(self, text: str) -> Iterator[re.Pattern[str]]:
        """Yield the patterns that a text of the file stands for, its parts filled in."""
        return _expanded(text, {**self.file["parts"], **_read_parts(self.file, self.words)})

    def bare(self, text: str) -> str:
        """Return a clause without politeness and fillers at its ends."""
        stripped = text.strip(" ,")
        while True:
            shorter = self._tail.sub("", self._lead.sub("", stripped)).strip(" ,")
            if shorter == stripped:
                return stripped
            stripped = shorter

    def number(self, text: str) -> float | None:
        """Return the number that a text is, in figures or spelled out."""
        try:
            return float(text)
        except ValueError:
            # Not figures: it is spelled out, or no number at all.
            return spelled_number(text, self.words)

    def level(self, text: str) -> float | None:
        """Return the percentage behind a word such as "half"."""
        value = self.words.own["levels_said"].get(text)
        return float(value) if value is not None else None

    def color(self, text: str) -> str | None:
        """Return the English name of the colour or white that a text names; None if it names none."""
        name = self.words.color(text)
        return name if rgb_of(name) is not None or kelvin_of(name) is not None else None

    def speed(self, text: str) -> float | None:
        """Return the percentage behind a word for how fast a fan runs."""
        value = self.file.get("speeds", {}).get(text)
        return float(value) if value is not None else None

    def items(self, text: str) -> list[str]:
        """Return the things in a list such as "milk, eggs and bread"."""
        return [part.strip(" ,") for part in self.join.split(text) if part.strip(" ,")]


def patterns_for(language: str) -> Patterns | None:
    """Return the patterns of a BCP 47 language; None where it has no file."""
    name = file_for(language, _FILES)
    return _patterns(name) if name else None


def is_read(language: str) -> bool:
    """Return whether asking for the patterns of a language costs nothing now."""
    name = file_for(language, _FILES)
    return name is None or name in _READ


def normalised(text: str) -> str:
    """Return a text in lower case with only its words, its figures and " , " where it pauses.

    Percent signs and degrees are spelled out, decimal commas become points, a minus before a figure stays.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _DEGREES.sub(lambda match: f" degrees {match[1] or ''} ", folded.replace("%", " percent "))
    folded = _BREAK.sub(" , ", unapostrophed(_DECIMAL_COMMA.sub(".", folded)))
    kept = "".join(_kept(folded, at) for at in range(len(folded)))
    return re.sub(r"^[ ,]+|[ ,]+$", "", " ".join(kept.split()))


def verbatim(text: str, told: str) -> str:
    """Return a part of a normalised text as it was written; the part itself where it cannot be found again."""
    written = told.split()
    plainly = [normalised(word) for word in written]
    for start in range(len(written)):
        for end in range(start + 1, len(written) + 1):
            if " ".join(word for word in plainly[start:end] if word).strip(" ,") == text:
                return " ".join(written[start:end]).strip(' ,.;:!?"')
    return text


def _patterns(language: str) -> Patterns:
    if language not in _READ:
        # Whoever is second, the ears or the agent, waits for the first.
        with _READING:
            if language not in _READ:
                _READ[language] = Patterns(language)
    return _READ[language]


def _kept(text: str, at: int) -> str:
    character, following = text[at], text[at + 1 : at + 2]
    is_sign = character in ".-" and following.isdigit() and (character == ".") == text[at - 1 : at].isdigit()
    return character if character == "," or is_sign or plain(character) else " "


def _sayings(file: Mapping[str, Any], entries: list[dict[str, Any]], words: Words) -> Iterator[Saying]:
    parts = {**file["parts"], **_read_parts(file, words)}
    for entry in entries:
        calls = tuple((name, arguments) for name, arguments in entry.get("calls", ()))
        named = entry.get("named", False)
        names = frozenset(name for name, _ in calls) if named is True else frozenset(named or ())
        may = re.compile(entry["may"]) if "may" in entry else None
        for text in entry["say"]:
            for pattern in _expanded(text, parts):
                yield Saying(
                    pattern=pattern,
                    target=entry.get("target"),
                    calls=calls,
                    named=names,
                    may=may,
                    asks=entry.get("asks", ""),
                    about=entry,
                )


def _expanded(text: str, parts: Mapping[str, str | list[str]]) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of a text; a part that is a list stands for one pattern with each of its items."""
    while match := re.search(r"\{(\w+)\}", text):
        part = parts[match[1]]
        if isinstance(part, list):
            for one in part:
                yield from _expanded(text[: match.start()] + one + text[match.end() :], parts)
            return
        text = text[: match.start()] + part + text[match.end() :]
    yield re.compile(text)


def _read_parts(file: Mapping[str, Any], words: Words) -> dict[str, str | list[str]]:
    own = words.own
    counting = _any_of([*words.own_numbers, *words.hundreds, *own["point"], *words.halves])
    states = _any_of(file["states"])
    return {
        "target": "(?P<target>.+?)",
        "place": "(?P<place>.+)",
        "number": rf"(?P<number>-?\d+(?:\.\d+)?|{counting}(?: {counting})*)",
        "number2": rf"(?P<number2>-?\d+(?:\.\d+)?|{counting}(?: {counting})*)",
        "text": "(?P<text>.+?)",
        "level": f"(?P<level>{_any_of(own['levels_said'])})",
        "speed": f"(?P<speed>{_any_of(file.get('speeds', {}) or ['-'])})",
        "mode": f"(?P<mode>{_any_of([*_MODES, *own['modes']])})",
        "state": f"(?P<state>{states})",
        "state_too": states,
        "measure": f"(?P<measure>{_any_of(file['measures'])})",
        "color": [rf"(?P<color>{_WORD}(?: {_WORD}){{{length - 1},{length - 1}}})" for length in _COLOR_LENGTHS],
        "called": r"(?P<called>[^\W\d_]+(?: [^\W_]+){0,4})",
        "duration": _duration_part(counting, own.get("durations", {})),
        **{name: f"(?P<{name}>{_any_of(file.get(key) or ['-'])})" for name, key in _TABLES.items()},
    }


def _duration_part(counting: str, file: Mapping[str, Any]) -> str:
    """Return the pattern for words that may be a span of time; whether they are is for others to say."""
    if not file:
        return "(?P<duration>(?!))"
    words = [word for key in ("units", "one", "half", "quarter", "and", "of") for word in file[key]]
    word = rf"(?:\d+(?:\.\d+)?|{counting}|{_any_of(words)}|\d+{_any_of(file['units'])}\d*)"
    return f"(?P<duration>{word}(?: {word})*)"


def _any_of(texts: Mapping[str, Any] | list[str]) -> str:
    """Return a pattern for any of the texts, the longer ones first."""
    return f"(?:{'|'.join(re.escape(text) for text in sorted(texts, key=len, reverse=True))})"
