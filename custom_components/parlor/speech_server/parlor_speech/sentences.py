"""Text on its way to the voice: cut into pieces that can be spoken one by one, as they are said."""

from collections.abc import Iterator
from dataclasses import dataclass
import re

from sentence_stream import SentenceBoundaryDetector

from .plain import paragraphs
from .spoken_form import goes_on, spoken_form

MAX_CHARACTERS = 400
"""Longest piece that is spoken at once: memory and the time to the first sound grow with it."""

FIRST_CHARACTERS = 60
"""What the first piece may be longer than only where there is no pause in it. Later ones may be twice as long as all
that came before them: while they are being made, that is heard."""

_SHORTEST = 15
"""Characters on both sides of a pause at which a sentence is cut: less sounds chopped off."""

_STEP = 200
_PAUSE = re.compile(r"[,;:]\s+|\s[\u2013\u2014-]\s+|\)\s+|[\u3001\uff0c]")
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to be spoken at once; `ends` where it is the end of a sentence rather than of a clause."""

    text: str
    ends: bool = True


class Sentences:
    """Turn text that comes in bits of any size into pieces, at a cost that does not depend on the bits."""

    def __init__(self, language: str) -> None:
        """Begin without text, in a language such as en_US."""
        self._language = language
        self._detector = SentenceBoundaryDetector()
        self._held = ""
        self._characters = 0

    @property
    def _room(self) -> int:
        return min(max(2 * self._characters, FIRST_CHARACTERS), MAX_CHARACTERS)

    def add(self, text: str) -> Iterator[Piece]:
        """Yield the pieces that are complete with this text."""
        for start in range(0, len(text), _STEP):
            for sentence in self._detector.add_chunk(text[start : start + _STEP]):
                yield from self._complete(sentence)
            yield from self._begun()

    def finish(self) -> Iterator[Piece]:
        """Yield what is left at the end of the text."""
        yield from self._spoken(self._held + self._waiting(), ends=True)
        self._held = ""
        self._wait_with("")

    def _complete(self, sentence: str) -> Iterator[Piece]:
        """Yield a sentence, unless its dot turns out to be an abbreviation's."""
        text = self._held + sentence
        if goes_on(text, self._language) and len(text) < MAX_CHARACTERS:
            self._held = f"{text} "
            return
        self._held = ""
        yield from self._spoken(text, ends=True)

    def _begun(self) -> Iterator[Piece]:
        """Yield what can be spoken of a sentence that is not complete: up to its last pause."""
        text = self._held + self._waiting()
        while (end := _cut_at(text, self._room)) is not None:
            yield from self._spoken(text[:end], ends=False)
            text = text[end:]
            self._held = ""
            self._wait_with(text)

    def _spoken(self, text: str, *, ends: bool) -> Iterator[Piece]:
        for paragraph in paragraphs(text):
            rest = spoken_form(paragraph, self._language)
            while (end := _cut_at(rest, self._room)) is not None:
                yield self._piece(rest[:end], ends=False)
                rest = rest[end:]
            if any(character.isalnum() for character in rest):
                yield self._piece(rest, ends=ends)

    def _piece(self, text: str, *, ends: bool) -> Piece:
        self._characters += len(text)
        return Piece(text.strip(), ends)

    def _waiting(self) -> str:
        return self._detector.current_sentence + self._detector.remaining_text

    def _wait_with(self, text: str) -> None:
        self._detector.current_sentence = ""
        self._detector.remaining_text = text


def _cut_at(text: str, room: int) -> int | None:
    """Return where to cut text that is longer than there is room: at a pause, past the longest piece anywhere."""
    if len(text) <= room:
        return None
    ends = [match.end() for match in _PAUSE.finditer(text, _SHORTEST, MAX_CHARACTERS)]
    pauses = [end for end in ends if end <= len(text) - _SHORTEST]
    within = [end for end in pauses if end <= room]
    if within or pauses:
        return within[-1] if within else pauses[0]
    if len(text) <= MAX_CHARACTERS:
        return None
    gaps = [match.end() for match in _GAP.finditer(text, MAX_CHARACTERS // 2, MAX_CHARACTERS)]
    return gaps[-1] if gaps else MAX_CHARACTERS
