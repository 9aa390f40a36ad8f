"""Prose from a fact sheet: written by the model, and only what the sheet bears out of it kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import re
from typing import Final

from homeassistant.core import HomeAssistant

from ..inference import InferenceError
from ..sentences import split_sentences
from .asking import Author
from .grounding import Checked, Checker, Verdict, tongue_of
from .material import async_material
from .orders import WORDS, facts_to_write, sentences_to_mend, to_mend, to_write
from .request import Audience, SummaryRequest
from .sheet import FactSheet

# A text so many times longer than was asked for is no summary.
_TOO_LONG: Final = 4
_MARKUP: Final = re.compile(r"^\s*(?:#+\s*|[-*•]\s+|\d+[.)]\s+)|\*\*|__|`", re.MULTILINE)
_JSON: Final = re.compile(r"^\s*(?:```\w*\s*)?[\[{]")
_NUMBERED: Final = re.compile(r"^\s*(\d+)[.):]\s*(.+?)\s*$", re.MULTILINE)
_NOTHING: Final = frozenset({"-", "\u2013", "\u2014", ""})


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing: `text` None where the model wrote nothing that can be told."""

    text: str | None
    unverified: tuple[str, ...]
    left_out: tuple[str, ...]


async def async_write(hass: HomeAssistant, author: Author, sheet: FactSheet, request: SummaryRequest) -> Written:
    """Return what the model writes of a sheet, as far as the sheet bears it out.

    A sentence that is not borne out is rewritten once, then dropped. Raises InferenceError where no server answers.
    """
    orders = to_write(request, request.language)
    material = await async_material(hass, author, sheet, orders)
    answer = await author.async_ask(orders, facts_to_write(material.text))
    text = await hass.async_add_executor_job(_usable, answer, request, orders)
    if text is None:
        return Written(None, (), material.left_out)
    # Hundreds of facts take a while to read.
    checker = await hass.async_add_executor_job(Checker, sheet, request.language)
    draft = _Draft(hass, author, checker, request.language)
    checked = await draft.async_checked(text)
    if checked.refused:
        checked = await draft.async_mended(checked, material.text)
    unverified = tuple(one.text for one in checked.refused)
    if not _is_enough(checked):
        return Written(None, unverified, material.left_out)
    told = checked.text if request.audience is Audience.READ else " ".join(checked.text.split())
    return Written(told, unverified, material.left_out)


class _Draft:
    """A text held against its sheet, and its sentences mended by the model that wrote it."""

    def __init__(self, hass: HomeAssistant, author: Author, checker: Checker, language: str) -> None:
        self._hass = hass
        self._author = author
        self._checker = checker
        self._language = language

    async def async_checked(self, text: str) -> Checked:
        return await self._hass.async_add_executor_job(self._checker.check, text)

    async def async_mended(self, checked: Checked, material: str) -> Checked:
        """Return the text with the refused sentences written anew; others stay refused."""
        asked = f"{facts_to_write(material)}\n\n{sentences_to_mend(checked.refused)}"
        try:
            answer = await self._author.async_ask(to_mend(self._language), asked)
        except InferenceError:
            # The server has gone in the meantime, or there is no room for both: what is borne out is told.
            return checked
        mended = {int(number): _MARKUP.sub("", text).strip() for number, text in _NUMBERED.findall(answer)}
        sentences: list[Verdict] = []
        refused = 0
        for one in checked.sentences:
            refused += one.objection is not None
            new = mended.get(refused, "") if one.objection is not None else ""
            sentences += [one] if new in _NOTHING else await self._async_replaced(one, new, sentences)
        return Checked(tuple(sentences))

    async def _async_replaced(self, old: Verdict, new: str, before: Sequence[Verdict]) -> list[Verdict]:
        """Return the new sentences where they are borne out after those before them, else the old one, refused."""
        told = " ".join(one.text for one in before if one.objection is None)
        number = len(split_sentences(told))
        added = (await self.async_checked(f"{told} {new}")).sentences[number:]
        if not added or any(one.objection is not None for one in added):
            return [old]
        return [replace(one, line=old.line) for one in added]


def _usable(answer: str, request: SummaryRequest, orders: str) -> str | None:
    """Return a text without markup; None where it is none: nothing, JSON, the orders, endless, another language."""
    if not answer or _JSON.match(answer):
        return None
    if len(answer.split()) > WORDS[request.length] * _TOO_LONG or _echoes(answer, orders):
        return None
    if tongue_of(answer, request.language) != request.language:
        return None
    plain = _MARKUP.sub("", answer) if request.audience is Audience.SPOKEN else answer.replace("**", "")
    return plain.strip() or None


def _echoes(answer: str, orders: str) -> bool:
    """Return whether a model has repeated what it was told to do."""
    lines = [line.strip("- ") for line in orders.splitlines() if len(line) > 30]  # not by chance
    return any(line in answer for line in lines)


def _is_enough(checked: Checked) -> bool:
    """Return whether at least half of what claims anything is left, and anything at all."""
    kept = sum(not one.empty for one in checked.borne_out)
    return kept > 0 and kept >= len(checked.refused)
