"""Two things of a sheet compared: "the bedroom was two degrees cooler than the kitchen"."""

from collections.abc import Iterator, Sequence

from .figures import Measure, agrees, is_time, same_unit
from .pieces import Piece, Term
from .views import DIFFERENCE, USUAL, FactView, KnownFigure

# What figures must not be to be those of a thing itself.
_OTHERS = frozenset({USUAL, DIFFERENCE, "lowest", "highest", "target"})


def compares(piece: Piece, views: Sequence[FactView]) -> bool:
    """Return whether a piece sets one thing against another, each with a fact of its own, as their figures have it."""
    if piece.than is None or piece.denied or piece.moments:
        return False
    way = next((way for term in piece.terms for way in ("up", "down") if way in term.meaning), None)
    if way is None:
        return False
    said = [term for term in piece.terms if not term.meaning & {"up", "down", "mean"}]
    first, second = ([term for term in said if (term.start > piece.than) == after] for after in (False, True))
    if not first or not second:
        return False
    shared = [term for term in first if term.meaning]
    named = [term for term in first if not term.meaning]
    pairs = [
        (one.measure, other.measure)
        for one in _figures(named, shared, views)
        for other in _figures(second, shared, views)
        if one is not other and same_unit(one.measure.unit, other.measure.unit) == 1.0
    ]
    return bool(pairs) and all(_fits(one, other, way, piece.measures) for one, other in pairs)


def _figures(named: Sequence[Term], shared: Sequence[Term], views: Sequence[FactView]) -> Iterator[KnownFigure]:
    """Yield the figures of the one thing that all these words name: its mean, or what it has but one of."""
    found = [view for view in views if named and all(_has(view, term) for term in [*named, *shared])]
    for view in found:
        own = [known for known in view.figures if not known.roles & _OTHERS and _measures(known.measure.unit)]
        means = [known for known in own if "mean" in known.roles]
        yield from means or (own if len(own) == 1 else ())


def _measures(unit: str | None) -> bool:
    return unit is not None and not is_time(unit)


def _has(view: FactView, term: Term) -> bool:
    return term.stem in view.stems or bool(term.meaning & view.meanings)


def _fits(one: Measure, other: Measure, way: str, apart: Sequence[Measure]) -> bool:
    rises = one.value > other.value
    if one.value == other.value or rises != (way == "up"):
        return False
    return all(agrees(said, abs(one.value - other.value), one.unit) for said in apart)
