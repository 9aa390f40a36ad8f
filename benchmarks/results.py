"""What a part of the benchmarks has found: tables, goals, plots; and the same as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any, Self

_SEVERAL = 4


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure.

    `quick` takes few rounds and small houses; `full` waits in real time where the default computes; `url` and `model`
    name a real Ollama server and a model on it, None the stand-in.
    """

    quick: bool = False
    full: bool = False
    url: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some figures, and what the middle half of them lies between (the extremes of three or less)."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        """Return the spread of at least one figure."""
        if len(figures) < _SEVERAL:
            return cls(median(figures), min(figures), max(figures))
        low, middle, high = quantiles(figures, n=4, method="inclusive")
        return cls(middle, low, high)

    def text(self, unit: str = "", digits: int = 0) -> str:
        """Return "120 (110-150) ms"."""
        low, high = f"{self.low:,.{digits}f}", f"{self.high:,.{digits}f}"
        spread = f" ({low}-{high})" if low != high else ""
        return f"{self.median:,.{digits}f}{spread} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a title; `note` is a paragraph below it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted, what was found, whether that is enough, and what limits it if it is not."""

    name: str
    wanted: str
    found: str
    met: bool
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars beside each other: one group for each label, in it one bar for each series; None draws no bar."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Results:
    """One section of the report.

    `about` says what was measured and how. `ratios` are those that follow from how the two sides work, whatever the
    machine: theirs to ours, all above 1 or something is wrong.
    """

    title: str
    about: str
    tables: tuple[Table, ...] = ()
    goals: tuple[Goal, ...] = ()
    plots: tuple[Plot, ...] = ()
    ratios: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the results that `as_json` gave, after JSON has made lists of tuples."""
        return cls(
            data["title"],
            data["about"],
            tuple(_table(one) for one in data["tables"]),
            tuple(Goal(**one) for one in data["goals"]),
            tuple(_plot(one) for one in data["plots"]),
            data["ratios"],
        )


def times(ratio: float) -> str:
    """Return a ratio in words: "3.2 times"."""
    return f"{ratio:.1f} times"


def _table(data: Mapping[str, Any]) -> Table:
    return Table(data["title"], tuple(data["head"]), tuple(tuple(row) for row in data["rows"]), data["note"])


def _plot(data: Mapping[str, Any]) -> Plot:
    series = {name: tuple(bars) for name, bars in data["series"].items()}
    return Plot(data["name"], data["title"], data["unit"], tuple(data["labels"]), series)
