"""The models to choose from: those that are installed, and some that could be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
from typing import Final

from homeassistant.helpers.selector import SelectOptionDict

from ..inference import InstalledModel
from ..inference.models import full_name

_FILE: Final = Path(__file__).parent / "models.json"
_GIGABYTE: Final = 10**9
# Marks what is not on the server yet, in any language.
_DOWNLOAD: Final = "⬇"
# What a model can do that matters to whoever chooses one, in Ollama's words and this order.
_CAPABILITIES: Final = ("tools", "vision", "thinking", "embedding")


@dataclass(frozen=True, slots=True)
class SuggestedModel:
    """A model that suits a home, with figures from Ollama's library; `models.json` says how far they can be trusted.

    `download_gb` is what is downloaded, `memory_gb` how much the server should have (of its GPU's, where it has one).
    """

    name: str
    parameters: str
    quantization: str
    download_gb: float
    context: int
    memory_gb: int
    capabilities: tuple[str, ...]


@cache
def suggested_models() -> tuple[SuggestedModel, ...]:
    """Return the suggestions, the smallest first. Blocks at the first call."""
    entries = json.loads(_FILE.read_text(encoding="utf-8"))["models"]
    return tuple(SuggestedModel(**{**entry, "capabilities": tuple(entry["capabilities"])}) for entry in entries)


def installed_options(models: Iterable[InstalledModel]) -> list[SelectOptionDict]:
    """Return the choices among installed models, with what is known of each."""
    return [SelectOptionDict(value=model.name, label=_installed_label(model)) for model in models]


def suggested_options(
    suggestions: Iterable[SuggestedModel], installed: Sequence[InstalledModel]
) -> list[SelectOptionDict]:
    """Return the choices among models that could be downloaded: those that are not there yet."""
    there = {full_name(model.name) for model in installed}
    return [
        SelectOptionDict(value=model.name, label=_suggested_label(model))
        for model in suggestions
        if full_name(model.name) not in there
    ]


def download_bytes(name: str) -> int:
    """Return about how much is downloaded for a model; 0 where it is not known."""
    sizes = {full_name(model.name): model.download_gb for model in suggested_models()}
    return int(sizes.get(full_name(name), 0) * _GIGABYTE)


def _installed_label(model: InstalledModel) -> str:
    size = f"{model.size_bytes / _GIGABYTE:.1f} GB" if model.size_bytes else ""
    facts = (model.parameter_size, model.quantization, size, _length(model.context_length))
    return _label(model.name, facts, model.capabilities)


def _suggested_label(model: SuggestedModel) -> str:
    """Return a name with what decides: lists are cut off where a screen ends, and all suggestions call tools."""
    facts = (f"{model.download_gb:g} GB", f"≥ {model.memory_gb} GB RAM")
    others = [capability for capability in model.capabilities if capability != "tools"]
    return f"{_DOWNLOAD} {_label(model.name, facts, others)}"


def _label(name: str, facts: Iterable[str], capabilities: Iterable[str]) -> str:
    """Return a name with figures, and what the model can do."""
    known = ", ".join(filter(None, facts))
    able = ", ".join(capability for capability in _CAPABILITIES if capability in frozenset(capabilities))
    return " · ".join(filter(None, (f"{name} ({known})" if known else name, able)))


def _length(context_length: int | None) -> str:
    """Return a context length in thousands of tokens, as models are named after it."""
    return f"{context_length // 1024}k" if context_length else ""
