"""The local route: plain sentences are answered without the model, or not touched at all."""

from .local import Deeds, Local, Spoken, async_route, async_warm, command_of, is_meant_by, load_patterns

__all__ = [
    "Deeds",
    "Local",
    "Spoken",
    "async_route",
    "async_warm",
    "command_of",
    "is_meant_by",
    "load_patterns",
]
