"""The parts of the benchmarks, in the order of the report."""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from .results import Options, Results

PARTS: Mapping[str, str] = {
    "voice_turn": "benchmarks.voice_turn",
    "reading": "benchmarks.reading",
    "truth": "benchmarks.truth",
    "faults": "benchmarks.faults",
    "own_work": "benchmarks.own_work",
    "ears": "benchmarks.ears",
    "voice": "benchmarks.voice",
    "ears_load": "benchmarks.ears_load",
    "fact_sheet": "benchmarks.fact_sheet",
}
"""The module of each part, which has a function ``run``."""
NOT_QUICK = frozenset({"ears", "voice"})
"""Parts that take long however short they are made: a quick run has them only where they are named."""


class Part(Protocol):
    """What the module of a part offers."""

    def run(self, options: Options) -> Results:
        """Measure."""


def run_part(name: str, options: Options) -> Results:
    """Measure one part in this process."""
    return cast("Part", import_module(PARTS[name])).run(options)
