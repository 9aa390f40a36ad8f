"""A fact sheet as a model reads it, and as it is told where there is no model."""

from collections.abc import Mapping
from typing import Final

from ..home import fenced
from .request import Audience, Length
from .sheet import Fact, FactSheet, Section
from .wording import Wording

# How many facts are told when no model chooses among them: of each section, and in all.
_SPOKEN: Final[Mapping[Length, tuple[int, int]]] = {
    Length.SHORT: (1, 5),
    Length.MEDIUM: (3, 12),
    Length.LONG: (50, 200),
}
# So much of a text from outside is told as it is.
_MOST_WORDS: Final = 40


def sheet_text(sheet: FactSheet) -> str:
    """Return the sheet as a model reads it: the period, and under the heading of each section a line for each fact.

    What comes from outside the home is fenced as in Parlor's other prompts.
    """
    wording = Wording.of(sheet.language)
    begin, end = wording.point(sheet.start, dated=True), wording.point(sheet.end, dated=True)
    parts = [wording.text("period", begin=begin, end=end)]
    parts += [_section_text(section, wording) for section in sheet.sections]
    return "\n\n".join(parts)


def spoken_sheet(sheet: FactSheet, length: Length, audience: Audience) -> str:
    """Return the sheet in sentences, the most telling facts of each section, as many as the length allows.

    For the ear it is running text, for the eye a list under headings. A text from outside that is long is named only.
    """
    wording = Wording.of(sheet.language)
    per_section, in_all = _SPOKEN[length]
    parts: list[str] = []
    left = in_all
    for section in sheet.sections:
        facts = section.facts[: min(per_section, left)]
        if not facts:
            break
        left -= len(facts)
        told = [_told(fact, wording) for fact in facts]
        if rest := len(section.facts) - len(facts):
            told.append(wording.text("rest", count=rest, section=wording.heading(section.key)))
        if audience is Audience.READ:
            parts.append("\n".join((wording.heading(section.key), *(f"- {one}" for one in told))))
        else:
            parts.append(" ".join(told))
    if not parts:
        return wording.text("nothing")
    return "\n\n".join(parts) if audience is Audience.READ else " ".join(parts)


def _section_text(section: Section, wording: Wording) -> str:
    return "\n".join((f"{wording.heading(section.key)}:", *(f"- {_line(fact)}" for fact in section.facts)))


def _line(fact: Fact) -> str:
    return fenced(fact.text, length=len(fact.text)) if fact.from_outside else fact.text


def _told(fact: Fact, wording: Wording) -> str:
    if fact.from_outside and len(fact.text.split()) > _MOST_WORDS and fact.names:
        return wording.text("long_text", name=fact.names[0])
    return fact.text
