"""Measure Parlor's ears beside wyoming-faster-whisper: the same weights, audio and machine, in one run."""

from .run import run

__all__ = ["run"]
