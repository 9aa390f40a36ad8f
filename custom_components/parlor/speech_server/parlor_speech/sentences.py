"""Text on its way to the voice: cut into pieces that can be spoken one by one, rid of what cannot be spoken."""

from collections.abc import Iterator
import re
import unicodedata

from sentence_stream import SentenceBoundaryDetector

MAX_CHARACTERS = 400
"""Longest piece that is spoken at once: memory and the time to the first sound grow with it."""

_STEP = 200

# Pictures, their modifiers and joiners: a voice spells them out or chokes on them.
_PICTURES = re.compile(
    r"[\U0001F000-\U0001FAFF\u2190-\u21FF\u2300-\u27BF\u2B00-\u2BFF\uFE00-\uFE0F\u200B-\u200F\u20E3\U000E0000-\U000E007F]"
)
_PHONEME_BLOCK = re.compile(r"\[\[|\]\]")
_PAUSES = re.compile(r"[,;:)\u2013\u2014\u3001\uff0c]\s*|\s+")


class Sentences:
    """Turn text that comes in bits of any size into sentences, at a cost that does not depend on the bits."""

    def __init__(self) -> None:
        """Begin without text."""
        self._detector = SentenceBoundaryDetector()

    def add(self, text: str) -> Iterator[str]:
        """Yield the sentences that are complete with this text."""
        for start in range(0, len(text), _STEP):
            for sentence in self._detector.add_chunk(text[start : start + _STEP]):
                yield from _speakable(sentence)
            if len(self._detector.current_sentence) + len(self._detector.remaining_text) > MAX_CHARACTERS:
                # No end in sight: speak up to the last pause, keep the rest.
                *pieces, rest = _cut(self._detector.finish()) or [""]
                for piece in pieces:
                    yield from _speakable(piece)
                self._detector.remaining_text = rest

    def finish(self) -> Iterator[str]:
        """Yield what is left at the end of the text."""
        yield from _speakable(self._detector.finish())


def _speakable(sentence: str) -> Iterator[str]:
    text = _PHONEME_BLOCK.sub(" ", _PICTURES.sub(" ", sentence))
    text = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    for piece in _cut(" ".join(text.split())):
        if any(character.isalnum() for character in piece):
            yield piece


def _cut(text: str) -> list[str]:
    """Cut text at pauses into pieces of at most MAX_CHARACTERS; where there is no pause, anywhere."""
    pieces = []
    while len(text) > MAX_CHARACTERS:
        ends = [match.end() for match in _PAUSES.finditer(text, MAX_CHARACTERS // 2, MAX_CHARACTERS)]
        end = ends[-1] if ends else MAX_CHARACTERS
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]
