"""The local route: plain sentences are answered without the model, or not touched at all."""

from .answers import spoken_units
from .assertions import Correction, correction
from .local import Deeds, Local, Spoken, async_route, async_warm, load_patterns
from .whole import is_whole_sentence

__all__ = [
    "Correction",
    "Deeds",
    "Local",
    "Spoken",
    "async_route",
    "async_warm",
    "correction",
    "is_whole_sentence",
    "load_patterns",
    "spoken_units",
]
