"""From results to docs/benchmarks.md and its plots."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .figures import Figures
from .places import PROJECT
from .plots import svg
from .results import Goal, Options, Plot, Results, Table

_INTRO = """\
# Benchmarks

Parlor beside what would otherwise be installed: Home Assistant's own `ollama` conversation agent with the Assist API,
wyoming-faster-whisper and wyoming-piper. Both in the same Home Assistant process and the same house, with the same
model server and the same weights, each part in one run of `scripts/bench`. **Ratios say how both compare; absolute
times belong to the machine below.** A figure is a median; in brackets is what the middle half of the rounds lies
between, or all of them where they are few.
"""
_STAND_IN = (
    "The model server is the project's [stand-in](../demo/ollama/README.md) with a prefix cache, over HTTP: at a set"
    " speed, what it reads and writes takes as long as on such a machine, and it answers both agents as well as a good"
    " model would, each in its own tools."
)
_REAL = "The model server is a real one: {server}. Both agents are set up with the defaults of their own set-up."
_SPEECH = "Ears and voice are real engines on the demo's tiny models."
_README = PROJECT / "README.md"
_GOALS_BEGIN, _GOALS_END = "<!-- goals -->", "<!-- end of goals -->"
_SIGNS = {True: "met", False: "**missed**"}


def write(
    folder: Path, figures: Figures, options: Options, order: Sequence[str], model_server: str | None = None
) -> Path:
    """Write the report, its plots and the figures into a folder; returns the report's path.

    What the figures there have of parts that were not measured now is kept; `order` is that of the parts, and
    `model_server` describes a real one.
    """
    beside = folder / "benchmarks"
    beside.mkdir(parents=True, exist_ok=True)
    stored = beside / "figures.json"
    figures = figures.over(Figures.read(stored)).sorted(order)
    figures.write(stored)
    for results in figures.found.values():
        for plot in results.plots:
            (beside / f"{plot.name}.svg").write_text(svg(plot), "utf-8")
    report = folder / "benchmarks.md"
    if folder.resolve() == PROJECT / "docs":
        write_goals(figures.goals)
    report.write_text("\n".join(_lines(figures, options, model_server)).rstrip() + "\n", "utf-8")
    return report


def _lines(figures: Figures, options: Options, model_server: str | None) -> Iterator[str]:
    yield _INTRO
    yield f"Measured on {figures.facts}."
    yield ""
    yield f"{_STAND_IN if model_server is None else _REAL.format(server=model_server)} {_SPEECH}"
    yield ""
    if options.quick:
        yield "**A quick run**: few rounds and small houses, good for seeing that all works, not for its times."
        yield ""
    if figures.goals:
        yield from _goals(figures.goals)
    for results in figures.found.values():
        yield from _section(results)
    for name, reason in figures.failed.items():
        yield f"## {name}\n\nCould not be measured: {reason}\n"


def write_goals(goals: Sequence[Goal], page: Path = _README) -> None:
    """Write the table of the goals between the marks of a page. Raises ValueError if it has none."""
    before, begin, rest = page.read_text("utf-8").partition(_GOALS_BEGIN)
    _, end, after = rest.partition(_GOALS_END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no place for the goals")
    lines = "\n".join(table_lines(_goal_table(goals))).strip()
    page.write_text(f"{before}{begin}\n{lines}\n{end}{after}", "utf-8")


def _goal_table(goals: Sequence[Goal]) -> Table:
    rows = tuple((goal.name, goal.wanted, goal.found, _SIGNS[goal.met]) for goal in goals)
    return Table("", ("Goal, beside Home Assistant's own stack", "Wanted", "Found", ""), rows)


def _goals(goals: Sequence[Goal]) -> Iterator[str]:
    yield "## Goals\n"
    yield from table_lines(_goal_table(goals))
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
