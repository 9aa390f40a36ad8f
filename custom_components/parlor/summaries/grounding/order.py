"""In which order things happened: "the shed was unlocked three minutes before Anna left"."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from .figures import Measure, agrees
from .lexicon import Lexicon
from .moments import Clock
from .pieces import Piece
from .views import FactView


def out_of_order(
    first: tuple[Piece, Sequence[FactView]], second: tuple[Piece, Sequence[FactView]], lexicon: Lexicon
) -> str | None:
    """Return why the facts do not bear out that what one piece tells came before, or after, what the next one tells.

    Each piece comes with the facts that bear it out by itself; the second is what follows "before" or "after".
    """
    joint, gap = second[0].after, second[0].gap
    if joint in lexicon.words("before"):
        pairs = [(one, other) for one in _moments(*first) for other in _moments(*second)]
    elif joint in lexicon.words("after"):
        pairs = [(other, one) for one in _moments(*first) for other in _moments(*second)]
    else:
        return None
    if any(one <= other and _is_so_far(one, other, gap) for one, other in pairs):
        return None
    return "the facts do not have it in this order" if gap is None else "the facts have them no such time apart"


def _is_so_far(one: datetime, other: datetime, gap: Measure | None) -> bool:
    return gap is None or agrees(gap, (other - one).total_seconds() / 60, "min")


def _moments(piece: Piece, views: Sequence[FactView]) -> Iterator[datetime]:
    """Yield when facts say that it was so: when it began, or when it ended, where that is what the piece tells."""
    clocks = [said.when for said in piece.moments if isinstance(said.when, Clock)]
    ended = any("ended" in term.meaning for term in piece.terms)
    for view in views:
        for known in view.times:
            if clocks and not any(clock.at(known.moment) for clock in clocks):
                continue
            if view.fits(known.place, piece.terms, ended=known.until) and (clocks or known.until == ended):
                yield known.moment
