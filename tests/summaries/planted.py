"""Summaries with planted errors, and how many of them the check catches: python -m tests.summaries.planted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import re
import sys

import yaml

from custom_components.parlor.summaries.grounding import check
from tests.summaries.sheets import SHEETS

_TABLES = [Path(__file__).with_name(f"{name}.yaml") for name in ("planted", "strange", "planted_abroad")]
_PLANTED = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True, slots=True)
class Case:
    """A summary of a sheet, and which of its sentences are wrong, by the kind of error."""

    sheet: str
    kind: str
    text: str
    wrong: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of all cases: sentences that were missed, and true ones that were dropped, with the reasons."""

    planted: Counter[str]
    missed: list[tuple[Case, str]]
    true: int
    dropped: list[tuple[Case, str, str]]

    @property
    def dropped_share(self) -> float:
        """Return the share of true sentences that were dropped."""
        return len(self.dropped) / self.true


def cases() -> Iterator[Case]:
    """Yield the summaries of the tables."""
    tables = [yaml.safe_load(table.read_text(encoding="utf-8")) for table in _TABLES]
    for name, lists in (named for table in tables for named in table.items()):
        for kind, text in lists["planted"]:
            wrong = frozenset(_PLANTED.findall(text))
            yield Case(name, kind, _PLANTED.sub(r"\1", text), wrong)
        for text in lists["true"]:
            yield Case(name, "true", text, frozenset())


def play(table: Iterator[Case]) -> Figures:
    """Check every summary."""
    figures = Figures(Counter(), [], 0, [])
    true = 0
    for case in table:
        sheet = SHEETS[case.sheet]
        figures.planted[case.kind] += len(case.wrong)
        for verdict in check(case.text, sheet, sheet.language).sentences:
            if verdict.text in case.wrong:
                if verdict.objection is None:
                    figures.missed.append((case, verdict.text))
            else:
                true += 1
                if verdict.objection is not None:
                    figures.dropped.append((case, verdict.text, verdict.objection))
    return Figures(figures.planted, figures.missed, true, figures.dropped)


def main() -> int:
    """Print the figures; return 0 only if all errors were caught and hardly anything true was dropped."""
    figures = play(cases())
    for case, sentence in figures.missed:
        sys.stdout.write(f"missed  {case.sheet} {case.kind}: {sentence}\n")
    for case, sentence, why in figures.dropped:
        sys.stdout.write(f"dropped {case.sheet}: {sentence} ({why})\n")
    planted = sum(figures.planted.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in figures.planted.most_common() if count)
    sys.stdout.write(f"planted errors caught: {planted - len(figures.missed)} of {planted} ({kinds})\n")
    sys.stdout.write(
        f"true sentences dropped: {len(figures.dropped)} of {figures.true} ({figures.dropped_share:.1%})\n"
    )
    return 0 if not figures.missed and figures.dropped_share <= 0.03 else 1


if __name__ == "__main__":
    sys.exit(main())
