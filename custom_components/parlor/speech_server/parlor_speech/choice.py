"""Which Whisper model suits a computer and the languages of a household: what `--whisper auto` means."""

from collections.abc import Sequence
from dataclasses import dataclass

from .family import Model, Speed, family
from .machine import Machine

AUTO = "auto"

_SAFE = "base"
"""What any computer that is worth trying can hear with, in every language."""

_CORES = {Speed.FAST: 2, Speed.MODERATE: 4, Speed.SLOW: 16}
_ARM_SHARE = 0.5
"""A core of the computers that people have at home with ARM does about half of what one of the others does."""

_SHARE = 0.5
"""Of memory: the rest is for Home Assistant beside it, and for a language model on the same GPU."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The name of a model and, in words for people, why it was chosen."""

    name: str
    why: str


def choose(machine: Machine, languages: Sequence[str]) -> Choice:
    """Return the most exact model of the family that a computer answers with at once and has memory for.

    `languages` are those of the household as Whisper codes, none if any may be spoken. The choice does not depend on
    what is free at the moment, so it stays the same, and nothing is downloaded twice. Of a computer that does not tell
    what it has, little is expected.
    """
    spoken = tuple(sorted({language.lower() for language in languages}))
    able = _heard_with(spoken)
    if not machine.gpu and (machine.cores is None or machine.memory_mb is None):
        fitting = [model for model in able if model.name.partition(".")[0] == _SAFE]
    else:
        fitting = [model for model in able if _bears(machine, model)]
    # Even the smallest may be too much for a computer, but there is nothing smaller.
    chosen = fitting[-1] if fitting else able[0]
    said = f"languages {', '.join(spoken)}" if spoken else "any language"
    return Choice(chosen.name, f"{machine}, {said}")


def _heard_with(languages: tuple[str, ...]) -> list[Model]:
    """Return the models that may be chosen, from the least to the most exact; those of one language hear it better."""
    able = [model for model in family() if model.auto and model.hears(languages)]
    special = {model.name.partition(".")[0] for model in able if "." in model.name}
    return [model for model in able if model.name not in special]


def _bears(machine: Machine, model: Model) -> bool:
    if machine.gpu:
        # Of a GPU that does not tell, no more is expected than of a small one.
        memory = machine.gpu_memory_mb
        return model.memory_mb["float16"] <= memory * _SHARE if memory else model.speed is not Speed.SLOW
    if model.speed not in _CORES or machine.cores is None or machine.memory_mb is None:
        return False
    cores = machine.cores * (_ARM_SHARE if machine.arm else 1)
    return cores >= _CORES[model.speed] and model.memory_mb["int8"] <= machine.memory_mb * _SHARE
