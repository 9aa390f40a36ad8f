"""Where what is made for the benchmarks is kept."""

from pathlib import Path
import re

PROJECT = Path(__file__).parents[1]
CACHE = PROJECT / ".cache" / "benchmarks"
ENVIRONMENT = CACHE / "wyoming"
"""The environment of the servers that a user would otherwise install."""
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def file_name(name: str) -> str:
    """Return a name, that of a model for instance, as one that any file can have: "qwen3:4b" is "qwen3-4b"."""
    return _NOT_IN_NAMES.sub("-", name.casefold()).strip("-")
