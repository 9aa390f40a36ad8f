"""The local route: plain sentences are answered without the model, or not touched at all."""

from .answers import spoken_units
from .assertions import Correction, correction
from .local import Deeds, Local, Spoken, async_load_patterns, async_route, async_warm, command_of, is_meant_by
from .whole import is_whole_sentence

__all__ = [
    "Correction",
    "Deeds",
    "Local",
    "Spoken",
    "async_load_patterns",
    "async_route",
    "async_warm",
    "command_of",
    "correction",
    "is_meant_by",
    "is_whole_sentence",
    "spoken_units",
]
