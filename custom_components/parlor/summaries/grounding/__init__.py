"""Grounding: which sentences of a text a fact sheet bears out."""

from .check import Checked, Verdict, check
from .tongue import tongue_of

__all__ = ["Checked", "Verdict", "check", "tongue_of"]
