"""The figures of the last run as JSON beside the report, so that one part can be measured again without the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
import json
from pathlib import Path
from typing import Any, Self

from .results import Goal, Results


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found by part, why others could not be measured, on what machine and versions, in a run of what size."""

    facts: str
    size: str
    found: Mapping[str, Results]
    failed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Return the figures of a file, or None if there is none that can be read."""
        try:
            data: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
            found = {name: Results.from_json(results) for name, results in data["found"].items()}
            return cls(data["facts"], data["size"], found, data["failed"])
        except OSError, ValueError, KeyError, TypeError:
            # Nothing was measured yet, or by another version.
            return None

    @property
    def goals(self) -> list[Goal]:
        """All goals, in the order of the parts."""
        return [goal for results in self.found.values() for goal in results.goals]

    def sorted(self, order: Sequence[str]) -> Figures:
        """Return these with the parts in this order."""
        return replace(self, found={name: self.found[name] for name in order if name in self.found})

    def write(self, file: Path) -> None:
        """Write them to a file."""
        found = {name: results.as_json() for name, results in self.found.items()}
        data = {"facts": self.facts, "size": self.size, "found": found, "failed": dict(self.failed)}
        file.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")

    def over(self, earlier: Figures | None) -> Figures:
        """Return these with the earlier ones of parts that were not measured now, if they are of the same machine."""
        if earlier is None or (earlier.facts, earlier.size) != (self.facts, self.size):
            return self
        measured = self.found.keys() | self.failed.keys()
        found = {name: results for name, results in earlier.found.items() if name not in measured}
        failed = {name: reason for name, reason in earlier.failed.items() if name not in measured}
        return Figures(self.facts, self.size, {**found, **self.found}, {**failed, **self.failed})
