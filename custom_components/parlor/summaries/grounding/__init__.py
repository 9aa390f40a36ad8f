"""Grounding: which sentences of a text a fact sheet bears out."""

from .check import Checked, Checker, Verdict
from .tongue import tongue_of

__all__ = ["Checked", "Checker", "Verdict", "tongue_of"]
