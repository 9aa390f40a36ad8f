"""Summaries with planted errors, and how many of them the check catches: python -m tests.summaries.planted.

With names of homes, what strangers wrote about these alone: python -m tests.summaries.planted cottage loft.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
import re
import sys
from typing import Any

import yaml

from custom_components.parlor.summaries.grounding import Checker
from custom_components.parlor.summaries.sheet import FactSheet
from tests.summaries.homes import read_home, sheet_of
from tests.summaries.sheets import SHEETS

_TABLES = [Path(__file__).with_name(f"{name}.yaml") for name in ("planted", "strange", "planted_abroad")]
_PLANTED = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True, slots=True)
class Case:
    """A summary of a sheet, and which of its sentences are wrong, by the kind of error."""

    name: str
    sheet: FactSheet
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
    for table in _TABLES:
        for name, lists in yaml.safe_load(table.read_text(encoding="utf-8")).items():
            yield from _cases(name, SHEETS[name], lists)


def cases_of(home: str) -> Iterator[Case]:
    """Yield what a stranger wrote about one home."""
    read = read_home(home)
    yield from _cases(home, sheet_of(read), read)


def _cases(name: str, sheet: FactSheet, lists: Mapping[str, Any]) -> Iterator[Case]:
    for kind, text in lists["planted"]:
        yield Case(name, sheet, kind, _PLANTED.sub(r"\1", text), frozenset(_PLANTED.findall(text)))
    for text in lists["true"]:
        yield Case(name, sheet, "true", text, frozenset())


def play(table: Iterator[Case]) -> Figures:
    """Check every summary."""
    figures = Figures(Counter(), [], 0, [])
    true = 0
    checkers: dict[str, Checker] = {}
    for case in table:
        if (checker := checkers.get(case.name)) is None:
            checker = checkers[case.name] = Checker(case.sheet, case.sheet.language)
        figures.planted[case.kind] += len(case.wrong)
        for verdict in checker.check(case.text).sentences:
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
    homes = sys.argv[1:]
    figures = play(chain.from_iterable(map(cases_of, homes)) if homes else cases())
    for case, sentence in figures.missed:
        sys.stdout.write(f"missed  {case.name} {case.kind}: {sentence}\n")
    for case, sentence, why in figures.dropped:
        sys.stdout.write(f"dropped {case.name}: {sentence} ({why})\n")
    planted = sum(figures.planted.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in figures.planted.most_common() if count)
    sys.stdout.write(f"planted errors caught: {planted - len(figures.missed)} of {planted} ({kinds})\n")
    sys.stdout.write(
        f"true sentences dropped: {len(figures.dropped)} of {figures.true} ({figures.dropped_share:.1%})\n"
    )
    return 0 if not figures.missed and figures.dropped_share <= 0.03 else 1


if __name__ == "__main__":
    sys.exit(main())
