"""A fact sheet made to fit into a model's context: condensed section by section, never cut unsaid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.core import HomeAssistant

from ..inference import InferenceError
from ..inference.tokens import estimate_tokens
from ..sentences import split_sentences
from .asking import Author
from .orders import facts_to_write, to_condense
from .sheet import FactSheet, Section
from .tell import sheet_text
from .wording import Wording

# How many times material may be condensed before what does not fit is left out, and how many requests that may take.
_ROUNDS: Final = 3
_MOST_REQUESTS: Final = 40
_SMALLEST_PART: Final = 200
_WORDS_PER_TOKEN: Final = 0.6


@dataclass(frozen=True, slots=True)
class Material:
    """What the model is shown; `left_out` names what is not in it."""

    text: str
    left_out: tuple[str, ...]


async def async_material(hass: HomeAssistant, author: Author, sheet: FactSheet, orders: str) -> Material:
    """Return the sheet as the model reads it, within its context.

    What is too long is split into parts that fit, each part condensed by the model, and the results put together,
    until they fit. What still does not, or cannot be condensed, is named; a part that fails is left out, too.
    """
    room = author.room(orders, facts_to_write(""))
    whole = sheet_text(sheet)
    # Texts of a megabyte take a while to count.
    if await hass.async_add_executor_job(estimate_tokens, whole) <= room:
        return Material(whole, ())
    return await _Press(hass, author, sheet, room).async_pressed()


class _Press:
    """One sheet being condensed."""

    def __init__(self, hass: HomeAssistant, author: Author, sheet: FactSheet, room: int) -> None:
        self._hass = hass
        self._author = author
        self._sheet = sheet
        self._room = room
        self._wording = Wording.of(sheet.language)
        self._requests = 0
        self._left_out: dict[str, None] = {}

    async def async_pressed(self) -> Material:
        head = sheet_text(replace(self._sheet, sections=()))
        texts = {section.key: self._text(section) for section in self._sheet.sections}
        share = max((self._room - estimate_tokens(head)) // max(len(texts), 1), _SMALLEST_PART)
        for _ in range(_ROUNDS):
            sizes = await self._hass.async_add_executor_job(_sizes, texts)
            if sum(sizes.values()) + estimate_tokens(head) <= self._room:
                break
            for key, text in texts.items():
                if sizes[key] > share:
                    texts[key] = await self._async_condensed(key, text, share)
        fitting = await self._hass.async_add_executor_job(self._fitting, texts, head)
        return Material(fitting, tuple(self._left_out))

    def _text(self, section: Section) -> str:
        return sheet_text(replace(self._sheet, sections=(section,))).partition("\n\n")[2]

    async def _async_condensed(self, key: str, text: str, share: int) -> str:
        orders = to_condense(self._sheet.language, max(int(share * _WORDS_PER_TOKEN), 40))
        room = max(self._author.room(orders), _SMALLEST_PART)
        shortened: list[str] = []
        for part in await self._hass.async_add_executor_job(_parts, text, room):
            if self._requests >= _MOST_REQUESTS:
                self._leave_out(key)
                break
            self._requests += 1
            try:
                answer = await self._author.async_ask(orders, part)
            except InferenceError:
                # The server has gone, or this part alone is too much for it: the others are told.
                self._leave_out(key)
                continue
            shortened.append(answer)
        heading = f"{self._wording.heading(key)}:"
        return "\n".join((heading, *filter(None, shortened))) if any(shortened) else ""

    def _fitting(self, texts: dict[str, str], head: str) -> str:
        """Return the sections that fit, the first ones first; the others are named."""
        kept = [head]
        for key, text in texts.items():
            if not text:
                self._leave_out(key)
            elif estimate_tokens("\n\n".join((*kept, text))) <= self._room:
                kept.append(text)
            else:
                self._leave_out(key)
        return "\n\n".join(kept)

    def _leave_out(self, key: str) -> None:
        self._left_out[self._wording.text("without", "no_room", section=self._wording.heading(key))] = None


def _sizes(texts: Mapping[str, str]) -> dict[str, int]:
    return {key: estimate_tokens(text) for key, text in texts.items()}


def _parts(text: str, tokens: int) -> list[str]:
    return list(parts_of(text, tokens))


def parts_of(text: str, tokens: int) -> Iterator[str]:
    """Yield a text in parts of about so many tokens, cut between lines, or between words where a line is longer."""
    part: list[str] = []
    size = 0
    for piece in _pieces(text, tokens):
        cost = estimate_tokens(piece) + 1
        if part and size + cost > tokens:
            yield "\n".join(part)
            part, size = [], 0
        part.append(piece)
        size += cost
    if part:
        yield "\n".join(part)


def _pieces(text: str, tokens: int) -> Iterator[str]:
    for line in text.splitlines():
        if estimate_tokens(line) <= tokens:
            yield line
            continue
        units: list[str] = []
        size = 0
        for unit in _units(line, tokens):
            cost = estimate_tokens(unit) + 1
            if units and size + cost > tokens:
                # What others wrote stays marked as theirs in each of its parts.
                yield _refenced(" ".join(units))
                units, size = [], 0
            units.append(unit)
            size += cost
        yield _refenced(" ".join(units))


def _units(line: str, tokens: int) -> Iterator[str]:
    """Yield the sentences of a line, those that are too long word by word."""
    for sentence in split_sentences(line):
        if estimate_tokens(sentence) < tokens:
            yield sentence
        else:
            yield from sentence.split(" ")


def _refenced(text: str) -> str:
    """Return a part of a line with the fence whose beginning or end is in another part."""
    bare = text.removeprefix("- ").replace("\u00ab", "").replace("\u00bb", "")
    return f"\u00ab{bare}\u00bb"
