"""From results to docs/benchmarks.md and its plots."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .figures import Figures
from .plots import svg
from .results import Goal, Options, Plot, Results, Table

_INTRO = """\
# Benchmarks

Parlor beside what would otherwise be installed: Home Assistant's own `ollama` conversation agent with the Assist API,
wyoming-faster-whisper and wyoming-piper. Both in the same Home Assistant process and the same house, with the same
model server and the same weights, in one run of `scripts/bench`. **Ratios say how both compare; absolute times belong
to the machine below.** A figure is a median; in brackets is what the middle half of the rounds lies between, or all of
them where they are few.
"""
_STAND_IN = (
    "The model server is the project's [stand-in](../demo/ollama/README.md) with a prefix cache, over HTTP: at a set"
    " speed, what it reads and writes takes as long as on such a machine, and it answers both agents as well as a good"
    " model would, each in its own tools. Ears and voice are real engines on the demo's tiny models."
)
_SIGNS = {True: "met", False: "**missed**"}


def write(folder: Path, figures: Figures, options: Options, order: Sequence[str]) -> Path:
    """Write the report, its plots and the figures into a folder; returns the report's path.

    What the figures there have of parts that were not measured now is kept; `order` is that of the parts.
    """
    beside = folder / "benchmarks"
    beside.mkdir(parents=True, exist_ok=True)
    stored = beside / "figures.json"
    figures = figures.over(Figures.read(stored))
    figures.write(stored)
    for results in figures.found.values():
        for plot in results.plots:
            (beside / f"{plot.name}.svg").write_text(svg(plot), "utf-8")
    report = folder / "benchmarks.md"
    report.write_text("\n".join(_lines(figures, options, order)).rstrip() + "\n", "utf-8")
    return report


def _lines(figures: Figures, options: Options, order: Sequence[str]) -> Iterator[str]:
    found = {name: figures.found[name] for name in order if name in figures.found}
    yield _INTRO
    yield f"Measured on {figures.facts}."
    yield ""
    yield _STAND_IN if options.url is None else f"The model is `{options.model}` on a real Ollama server."
    yield ""
    if options.quick:
        yield "**A quick run**: few rounds and small houses, good for seeing that all works, not for its times."
        yield ""
    goals = [goal for results in found.values() for goal in results.goals]
    if goals:
        yield from _goals(goals)
    for results in found.values():
        yield from _section(results)
    for name, reason in figures.failed.items():
        yield f"## {name}\n\nCould not be measured: {reason}\n"


def _goals(goals: Sequence[Goal]) -> Iterator[str]:
    yield "## Goals\n"
    yield from table_lines(
        Table(
            "",
            ("Goal", "Wanted", "Found", ""),
            tuple((goal.name, goal.wanted, goal.found, _SIGNS[goal.met]) for goal in goals),
        )
    )
    for goal in goals:
        if not goal.met and goal.limit:
            yield f"What limits “{goal.name}”: {goal.limit}\n"


def _section(results: Results) -> Iterator[str]:
    yield f"## {results.title}\n\n{results.about}\n"
    for plot in results.plots:
        yield f"{image(plot)}\n"
    for table in results.tables:
        yield from table_lines(table)


def image(plot: Plot, folder: str = "benchmarks") -> str:
    """Return the Markdown that shows a plot."""
    return f"![{plot.title}]({folder}/{plot.name}.svg)"


def table_lines(table: Table) -> Iterator[str]:
    """Yield a table in Markdown."""
    if table.title:
        yield f"### {table.title}\n"
    yield f"| {' | '.join(table.head)} |"
    yield f"|{' --- |' * len(table.head)}"
    for row in table.rows:
        yield f"| {' | '.join(row)} |"
    yield ""
    if table.note:
        yield f"{table.note}\n"
