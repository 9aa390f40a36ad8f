"""What figures over time come to: the mean of a measurement, and how far a meter ran."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise


def mean_over_time(values: Sequence[tuple[float, datetime]], end: datetime) -> float:
    """Return the mean of figures that each held until the next, the last one until the end; there is at least one."""
    points = [*values, (values[-1][0], end)]
    total = sum((later - begin).total_seconds() for (_, begin), (_, later) in pairwise(points))
    weighted = sum(value * (later - begin).total_seconds() for (value, begin), (_, later) in pairwise(points))
    return weighted / total if total > 0 else values[-1][0]


def metered(values: Sequence[float]) -> float:
    """Return how far a meter ran; where it fell it was set back to zero."""
    return sum(after - before if after >= before else after for before, after in pairwise(values))
