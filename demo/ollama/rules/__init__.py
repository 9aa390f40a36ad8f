"""The brain: plain rules that answer commands and questions about a house they are told about."""

from .respond import respond

__all__ = ["respond"]
