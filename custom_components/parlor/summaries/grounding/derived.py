"""What follows from the times of a fact: how long something lasted, how long it has been so, how long ago it was."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from .figures import AGO, AHEAD, Measure
from .pieces import Piece

type Place = int | None
# A moment, the piece of the fact where it stands, and whether something ended then.
type Told = tuple[datetime, Place, bool]


def spans(pieces: Sequence[Piece], times: Sequence[Told], now: datetime) -> Iterator[tuple[Measure, Place]]:
    """Yield the spans of time that follow from when things were so, each with the piece it is said of."""
    clocks = [one for one in times if not _is_day(one[0])]
    for (begin, place, ends), (end, after, last) in pairwise(clocks):
        if begin < end and not ends and (last or place != after):
            yield _span(end - begin), place
    for moment, place, ends in clocks:
        if moment > now:
            yield _span(moment - now, AHEAD), place
        elif not ends:
            yield _span(now - moment, AGO), place
            if place is not None and pieces[place].since:
                yield _span(now - moment), place
    if clocks and clocks[-1][0] <= now and _goes_on(pieces, clocks[-1][1]):
        yield _span(now - clocks[-1][0]), clocks[-1][1]


def _span(length: timedelta, side: str | None = None) -> Measure:
    return Measure(round(length.total_seconds() / 60), "min", 1.0, 0, 0, side=side)


def _is_day(moment: datetime) -> bool:
    return not (moment.hour or moment.minute)


def _goes_on(pieces: Sequence[Piece], place: Place) -> bool:
    """Return whether what a piece says goes on: somebody who left is away until it is said otherwise."""
    return place is not None and any(term.meaning & {"home", "away"} for term in pieces[place].terms)
