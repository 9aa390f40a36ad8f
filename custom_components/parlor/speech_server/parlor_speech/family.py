"""The faster-whisper family: what is known of each model without having it, from models.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
import json
from pathlib import Path

ALL = "all"
"""In place of a language: every one that Whisper knows."""

_FILE = Path(__file__).with_name("models.json")


class Speed(StrEnum):
    """What answers a short command without a wait: any computer, four cores, sixteen cores or a GPU, a GPU only."""

    FAST = "fast"
    MODERATE = "moderate"
    SLOW = "slow"
    GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Model:
    """One model: where it is, MB on the disk, MB in memory by compute type, what it hears ("all" or "en")."""

    name: str
    repository: str
    aliases: tuple[str, ...]
    languages: str
    disk_mb: int
    memory_mb: Mapping[str, int]
    speed: Speed
    auto: bool

    def hears(self, languages: tuple[str, ...]) -> bool:
        """Return whether it hears all of the languages; none means any."""
        return self.languages == ALL or set(languages) == {self.languages}


@cache
def family() -> tuple[Model, ...]:
    """Return all models, from the least to the most exact."""
    return tuple(
        Model(
            name=entry["name"],
            repository=entry["repository"],
            aliases=tuple(entry.get("aliases", ())),
            languages=entry["languages"],
            disk_mb=entry["disk_mb"],
            memory_mb=entry["memory_mb"],
            speed=Speed(entry["speed"]),
            auto=entry["auto"],
        )
        for entry in json.loads(_FILE.read_text("utf-8"))["models"]
    )


def find(name: str) -> Model | None:
    """Return the model of that name or alias, if the family has one."""
    return next((model for model in family() if name == model.name or name in model.aliases), None)
