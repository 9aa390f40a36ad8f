"""Measure Parlor's ears beside wyoming-faster-whisper: the same weights, audio and machine, in one run."""

from .found import Results
from .run import run

__all__ = ["Results", "run"]
