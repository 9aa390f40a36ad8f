"""Measure the ears: python -m benchmarks.ears; with --write, docs/ears.md and docs/benchmarks.md get the figures."""

import argparse
import logging

from benchmarks.figures import Figures
from benchmarks.machine import machine, versions
from benchmarks.parts import PARTS
from benchmarks.places import ENVIRONMENT
from benchmarks.report import image, table_lines, write
from benchmarks.results import Options, Results, Table
from demo.house.start import PROJECT

from .run import run

_PAGE = PROJECT / "docs" / "ears.md"
_BEGIN, _END = "<!-- measured -->", "<!-- end -->"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ears", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few utterances, to see that all works")
    parser.add_argument("--write", action="store_true", help="write docs/ears.md and docs/benchmarks.md")
    parser.add_argument("--pauses", action="store_true", help="only whether pauses cut sentences off; writes nothing")
    options = parser.parse_args()
    if options.pauses and options.write:
        parser.error("the page is of the whole measurement")
    logging.disable(logging.CRITICAL)
    results = run(Options(quick=options.quick), pauses_alone=options.pauses)
    text = _text(results)
    print(text)
    if options.write:
        _write(results, text)


def _text(results: Results) -> str:
    goals = tuple(
        (goal.name, goal.wanted, goal.found, "met" if goal.met else f"**missed**: {goal.limit}")
        for goal in results.goals
    )
    lines = [f"Measured on {machine()}; {versions(ENVIRONMENT)}.", "", results.about, ""]
    lines += table_lines(Table("Goals", ("Goal", "Wanted", "Found", ""), goals))
    for plot in results.plots:
        lines += [image(plot), ""]
    for table in results.tables:
        lines += table_lines(table)
    return "\n".join(lines)


def _write(results: Results, text: str) -> None:
    """Put the text between the marks of the page, and the figures among those of all benchmarks."""
    before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    _PAGE.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", "utf-8")
    figures = Figures(f"{machine()}; {versions(ENVIRONMENT)}", "usual", {"ears": results})
    write(_PAGE.parent, figures, Options(), tuple(PARTS))


if __name__ == "__main__":
    main()
