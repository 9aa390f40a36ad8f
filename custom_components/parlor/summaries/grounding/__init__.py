"""Grounding: which sentences of a text a fact sheet bears out."""

from .check import Checked, Verdict, check
from .lexicon import load_lexicons

__all__ = ["Checked", "Verdict", "check", "load_lexicons"]
