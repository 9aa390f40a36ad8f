"""Where what is made for the benchmarks is kept."""

from pathlib import Path

PROJECT = Path(__file__).parents[1]
CACHE = PROJECT / ".cache" / "benchmarks"
ENVIRONMENT = CACHE / "wyoming"
"""The environment of the servers that a user would otherwise install."""
