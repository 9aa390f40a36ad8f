"""The speech servers that a user would otherwise install, in an environment of their own in the cache folder."""

from pathlib import Path

_CACHE = Path(__file__).parents[1] / ".cache" / "benchmarks"
ENVIRONMENT = _CACHE / "wyoming"
