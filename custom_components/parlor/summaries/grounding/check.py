"""Text checked against a fact sheet, sentence by sentence."""

from dataclasses import dataclass

from ...language import file_for
from ...sentences import split_sentences
from ..sheet import FactSheet
from .lexicon import Lexicon, lexicon_for
from .pieces import pieces_of
from .sentence import SentenceCheck
from .views import views_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence of a text; `objection` says why it is not borne out, in words for a model, None where it is.

    `line` is the number of the line it stands in, `empty` True where it claims nothing at all.
    """

    text: str
    objection: str | None
    line: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a text."""

    sentences: tuple[Verdict, ...]

    @property
    def borne_out(self) -> tuple[Verdict, ...]:
        """Return the sentences that the sheet bears out, or that claim nothing."""
        return tuple(one for one in self.sentences if one.objection is None)

    @property
    def refused(self) -> tuple[Verdict, ...]:
        """Return the sentences that it does not bear out."""
        return tuple(one for one in self.sentences if one.objection is not None)

    @property
    def text(self) -> str:
        """Return the sentences that are borne out as a text, in the lines they stood in."""
        lines: dict[int, list[str]] = {}
        for one in self.borne_out:
            lines.setdefault(one.line, []).append(one.text)
        return "\n".join(" ".join(sentences) for sentences in lines.values())


class Checker:
    """What the sentences of texts in one language are held against: a sheet, read once."""

    def __init__(self, sheet: FactSheet, language: str) -> None:
        """Read a sheet, which takes a while where it has hundreds of facts.

        `language` is that of the texts. Where its words are not known, or the sheet is in another language, names,
        figures and times alone are checked.
        """
        self._sheet = sheet
        self._lexicon = lexicon_for(language)
        same = _same(language, sheet.language)
        self._views = views_of(sheet, self._lexicon if same else lexicon_for(sheet.language))
        self._loose = not self._lexicon.known or not same

    def check(self, text: str) -> Checked:
        """Tell which sentences of a text the sheet bears out."""
        judge = SentenceCheck(self._sheet, self._views, self._lexicon, loose=self._loose)
        verdicts = []
        for number, line in enumerate(text.splitlines()):
            for sentence in split_sentences(line):
                objection = judge.objection(sentence)
                empty = objection is None and not _claims(sentence, self._lexicon, self._sheet)
                verdicts.append(Verdict(sentence, objection, number, empty))
        return Checked(tuple(verdicts))


def _claims(sentence: str, lexicon: Lexicon, sheet: FactSheet) -> bool:
    # "Good morning" speaks of a time of day, too.
    return any(piece.terms or piece.measures for piece in pieces_of(sentence, lexicon, sheet.end))


def _same(one: str, other: str) -> bool:
    return file_for(one, (other.partition("-")[0].casefold(),)) is not None or one.casefold() == other.casefold()
