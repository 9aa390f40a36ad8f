"""One sentence checked: its pieces completed with what they share, and each held against the facts."""

from collections.abc import Sequence
from dataclasses import replace

from ..sheet import FactSheet
from .compare import compares
from .figures import TIMES, Near
from .lexicon import Lexicon
from .moments import Span
from .order import out_of_order
from .pieces import Piece, Term, pieces_of
from .support import objection
from .views import FactView, flip, is_same, merged, names_of, opposite


class SentenceCheck:
    """Judge sentences by the facts of one sheet; `loose` where only names, figures and times can be judged."""

    def __init__(self, sheet: FactSheet, views: list[FactView], lexicon: Lexicon, *, loose: bool) -> None:
        """Judge by these facts."""
        self._sheet = sheet
        self._views = views
        self._lexicon = lexicon
        self._loose = loose
        self._names: frozenset[str] = views[0].names if views else frozenset()
        self._known_names = names_of(sheet, lexicon)
        # Words of a name that say where somebody is: "Anna is at the gym".
        self._places = frozenset(
            stem for view in views for state in view.states for term in state for stem in {term.stem} & self._names
        )
        self._before: list[Term] = []
        self._full = Piece()
        self._except: list[Term] = []

    def objection(self, sentence: str) -> str | None:
        """Return why a sentence is not borne out; None where it is. Sentences come in the order of the text."""
        pieces = merged([one for one in self._pieces(sentence) if _says(one)])
        if self._loose:
            pieces = [self._loosened(piece) for piece in pieces]
        reason = self._reason(pieces)
        named = [term for piece in pieces for term in piece.terms if self._is_name(term)]
        self._before = named or self._before
        return reason

    def _pieces(self, sentence: str) -> list[Piece]:
        return pieces_of(sentence, self._lexicon, self._sheet.end, self._known_names)

    def _reason(self, pieces: list[Piece]) -> str | None:
        pieces, self._except = self._without_exceptions(self._as_meant(pieces))
        whole = self._borrowed(pieces)
        carried: list[Term] = []
        days: list[Span] = []
        last: Piece | None = None
        for at, options in enumerate(whole):
            own = pieces[at]
            names = [term for term in own.terms if self._is_name(term)]
            subject = carried if carried or not own.pronoun else self._spoken_of(own)
            if own.none:  # whoever was named before, nobody is somebody else
                subject = []
            reasons = [self._held(option, [] if names and not own.pronoun else subject, days) for option in options]
            if all(reason is not None for reason in reasons):
                return next(reason for reason in reasons if reason is not None)
            if last is not None and not self._loose and (reason := self._disordered(last, self._full)) is not None:
                return reason
            last = self._full
            if names:
                carried, days = names, []
            own_days = [said for said in own.moments if isinstance(said.when, Span) and said.when.is_day]
            days = [said.when for said in own_days if isinstance(said.when, Span)] or days
        return None

    def _as_meant(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with what the ones before them say of them, too."""
        if any(term.text in self._lexicon.words("respectively") for piece in pieces for term in piece.terms):
            pieces = self._paired(pieces)
        for at, piece in enumerate(pieces):
            if at and pieces[at - 1].advice and self._goes_on(piece):
                piece.advice = True
            if piece.after in self._lexicon.words("nor"):
                piece.denied = True
            if piece.both and not self._is_pair(pieces, at):
                piece.every = True
        return pieces

    def _held(self, piece: Piece, subject: list[Term], days: list[Span]) -> str | None:
        """Return the objection to a piece that speaks of what the sentence spoke of before, on the same day."""
        if not piece.claims:
            return None
        own = [term for term in subject if term.stem not in {one.stem for one in piece.terms}]
        full = replace(piece, terms=[*own, *piece.terms]) if own else piece
        flip(full, self._lexicon)
        held = days if not _has_day(piece) else []
        if held and all(day.start is not None and day.start > self._sheet.end for day in held):
            # "Tomorrow looks wet: rain is expected" speaks of tomorrow.
            full.now = piece.now = False
        self._full = full
        reason = self._judged(full, held if not own else [])
        if reason is None or not own:
            return reason
        if any(self._is_subject(term) for term in piece.terms):
            flip(piece, self._lexicon)
            self._full = piece
            return self._judged(piece, held)
        return reason

    def _disordered(self, first: Piece, second: Piece) -> str | None:
        if second.after not in self._lexicon.words("before") | self._lexicon.words("after"):
            return None
        one, other = ((piece, self._bearing(piece)) for piece in (first, second))
        return out_of_order(one, other, self._lexicon)

    def _bearing(self, piece: Piece) -> list[FactView]:
        return [view for view in self._views if objection(piece, view, self._sheet, self._lexicon) is None]

    def _judged(self, piece: Piece, days: list[Span]) -> str | None:
        if piece.cause and not piece.advice and not any(one.cause for view in self._views for one in view.pieces):
            return "the facts give no reason"
        if piece.every and not self._loose:
            return self._of_all(piece)
        if self._is_of_today(piece):
            return None
        reason = self._by_any(piece, days)
        if reason is not None:
            is_reckoned = (not self._loose and compares(piece, self._views)) or self._counts(piece)
            return None if is_reckoned else reason
        if piece.several and not self._are_several(piece):
            return "the facts have only one"
        return self._of_others(piece) if piece.only else None

    def _is_of_today(self, piece: Piece) -> bool:
        """Return whether a piece says no more than which day it is."""
        if piece.terms or piece.measures or piece.denied or piece.none:
            return False
        return any(isinstance(said.when, Span) and said.when.at(self._sheet.end) for said in piece.moments)

    def _by_any(self, piece: Piece, days: list[Span]) -> str | None:
        """Return None where any one fact bears the piece out, and otherwise the objection of the nearest fact."""
        if piece.none and not (piece.terms or piece.measures or piece.moments):
            return "the facts do not deny it"
        best = "nothing of the kind is in the facts", -1
        for view in self._views:
            reason = objection(piece, view, self._sheet, self._lexicon)
            if reason is None and (
                not days or not view.times or any(day.at(one.moment) for day in days for one in view.times)
            ):
                return None
            fitting = sum(bool(view.places(term)) for term in piece.terms)
            if reason is not None and fitting > best[1]:
                best = reason, fitting
        return best[0]

    def _of_all(self, piece: Piece) -> str | None:
        """Judge "all", "everything" and "nobody": by a fact that says so, or by all facts of the kind."""
        for view in self._views:
            if any(one.every for one in view.pieces) and objection(piece, view, self._sheet, self._lexicon) is None:
                return None
        states = [term for term in piece.terms if opposite(term, self._lexicon) is not None]
        if not states:
            return "the facts do not say so of all"
        others = [term for term in piece.terms if term not in states]
        meant = frozenset(concept for term in states for concept in term.meaning)
        turned = frozenset(self._lexicon.opposites.get(concept, "") for concept in meant)
        concerned = [
            view
            for view in self._views
            if (view.meanings & (meant | turned)) and all(_has(view, term) for term in others)
        ]
        if self._except:
            return self._of_rest(piece, states, concerned)
        wanted = replace(piece, every=True, only=False)
        agreeing = [view for view in concerned if objection(wanted, view, self._sheet, self._lexicon) is None]
        if len(concerned) < 2 or len(agreeing) < len(concerned):  # one is not all
            return "the facts do not say so of all"
        return None

    def _without_exceptions(self, pieces: list[Piece]) -> tuple[list[Piece], list[Term]]:
        """Return the pieces with those after "except" made whole, and the names that are excepted."""
        words = self._lexicon.words("except")
        kept: list[Piece] = []
        names: list[Term] = []
        for piece in pieces:
            if piece.after not in words:
                kept.append(piece)
                continue
            names += [term for term in piece.terms if self._is_name(term)]
            rest = replace(piece, terms=[term for term in piece.terms if not self._is_name(term)], after="")
            if kept and (kept[-1].every or kept[-1].none) and not kept[-1].terms and rest.terms:
                kept[-1] = replace(rest, every=kept[-1].every, none=kept[-1].none, after=kept[-1].after)
        return kept, names

    def _of_rest(self, piece: Piece, states: list[Term], concerned: list[FactView]) -> str | None:
        """Judge what is said of all but some: it is so of the others, and of those it is not."""
        stems = {term.stem for term in self._except}
        excepted = [view for view in concerned if stems & view.stems]
        rest = [view for view in concerned if view not in excepted and not view.fact.from_outside]
        wanted = replace(piece, every=False, none=False, terms=states)
        turned = replace(wanted, terms=[other for term in states if (other := opposite(term, self._lexicon))])
        against = set(map(id, self._bearing(turned)))
        holding = set(map(id, self._bearing(wanted)))
        if (
            not excepted
            or not any(id(view) in against for view in excepted)
            or any(id(view) in against for view in rest)
        ):
            return "the facts do not say so of all others"
        # Of what is open, on or low, a sheet has all there is: the others are not.
        is_listed = any(
            concept in self._lexicon.words("listed_states") for term in turned.terms for concept in term.meaning
        )
        return (
            None if is_listed or any(id(view) in holding for view in rest) else "the facts do not say so of all others"
        )

    def _are_several(self, piece: Piece) -> bool:
        bearing = self._bearing(piece)
        return len({view.fact.names for view in bearing}) > 1 or any(
            known.measure.unit in (None, TIMES) and known.measure.value > 1
            for view in bearing
            for known in view.figures
        )

    def _counts(self, piece: Piece) -> bool:
        """Return whether a count is that of the facts that bear out the rest: "two windows are open"."""
        counts = [one for one in piece.measures if one.unit is None and one.near is Near.EXACT]
        if len(counts) != 1 or len(piece.measures) != 1 or not piece.terms:
            return False
        rest = replace(piece, measures=[])
        bearing = self._bearing(rest)
        # A fact that counts for itself is about more than one.
        counted = any(known.measure.unit is None for view in bearing for known in view.figures)
        return len(bearing) == counts[0].value and not counted

    def _of_others(self, piece: Piece) -> str | None:
        """Judge "only": nothing else of the kind may be so."""
        names = [term for term in piece.terms if self._is_name(term)]
        states = [term for term in piece.terms if opposite(term, self._lexicon) is not None]
        if not names or not states:
            return None
        probe = replace(piece, terms=[names[-1], *states], only=False, measures=[], moments=[])
        others = [view for view in self._views if objection(probe, view, self._sheet, self._lexicon) is None]
        return "others are so too" if len(others) > 1 else None

    def _borrowed(self, pieces: Sequence[Piece]) -> list[list[Piece]]:
        """Return for each piece how it may be meant: one that only names something shares what is said of others."""
        bare = [self._is_bare(piece) for piece in pieces]
        found: list[list[Piece]] = []
        for at, piece in enumerate(pieces):
            if not bare[at]:
                found.append([piece])
                continue
            following = next((other for other in range(at + 1, len(pieces)) if not bare[other]), None)
            earlier = next((other for other in range(at - 1, -1, -1) if not bare[other]), None)
            has_verb = piece.now or piece.past
            options = []
            if following is not None and not (has_verb and earlier is not None):
                options.append(self._sharing(piece, pieces[following], after=True))
            ends_named = earlier is not None and (has_verb or following is None or self._ends_named(pieces[earlier]))
            if earlier is not None and ends_named:
                options.append(self._sharing(piece, pieces[earlier], after=False))
            found.append(options or [piece])
        return found

    def _sharing(self, piece: Piece, other: Piece, *, after: bool) -> Piece:
        shared = [term for term in other.terms if not self._is_name(term)]
        names = [term for term in other.terms if self._is_name(term)]
        if after and names and self._is_kind_of(piece.terms, names[-1]):
            shared = [names[-1], *shared]
        return replace(
            piece,
            terms=[*piece.terms, *(term for term in shared if term.stem not in {one.stem for one in piece.terms})],
            measures=[one for one in other.measures if one.unit is not None and one.unit != TIMES],
            moments=[*piece.moments, *other.moments],
            denied=piece.denied or (other.denied and not after) or (other.denied and after),
            none=piece.none,
            every=piece.every,
            now=piece.now or other.now,
            past=piece.past or other.past,
            future=piece.future or other.future,
            cause=piece.cause or other.cause,
            advice=piece.advice or other.advice,
        )

    def _goes_on(self, piece: Piece) -> bool:
        """Return whether a piece goes on with what the one before it advises: "lock the shed and close the window"."""
        if not piece.terms or piece.now or piece.past or piece.future or piece.pronoun:
            return False
        first = piece.terms[0]
        return not first.is_name and (_is_deed(first, self._lexicon) or opposite(first, self._lexicon) is not None)

    def _is_pair(self, pieces: Sequence[Piece], at: int) -> bool:
        """Return whether "both" only joins two things that are named: "both the lamp and the fan"."""
        joints = [piece.after for piece in pieces[at : at + 2]]
        return bool(self._lexicon.words("range_and") & set(joints))

    def _is_kind_of(self, terms: Sequence[Term], head: Term) -> bool:
        """Return whether the house has something that the words and the last word of the next name name together."""
        return any(
            head.stem in view.stems and all(term.stem in view.stems for term in terms) for view in self._views
        ) and head.stem not in {term.stem for term in terms}

    def _ends_named(self, piece: Piece) -> bool:
        return bool(piece.terms) and self._is_name(piece.terms[-1])

    def _is_bare(self, piece: Piece) -> bool:
        is_somewhere = piece.now and len(piece.terms) > 1 and any(term.stem in self._places for term in piece.terms)
        return (
            bool(piece.terms)
            and not is_somewhere
            and not piece.measures
            and not piece.moments
            and not piece.every
            and all(self._is_name(term) for term in piece.terms)
        )

    def _is_name(self, term: Term) -> bool:
        is_state = any(self._lexicon.kinds.get(concept) == "state" for concept in term.meaning)
        return term.is_name or (term.stem in self._names and not is_state)

    def _is_subject(self, term: Term) -> bool:
        kinds = {self._lexicon.kinds.get(concept) for concept in term.meaning}
        return not kinds or bool(kinds & {"weather", "same"})

    def _spoken_of(self, piece: Piece) -> list[Term]:
        """Return what a pronoun at the beginning of a sentence stands for, where a state is said of it."""
        states = [term for term in piece.terms if opposite(term, self._lexicon) is not None]
        return self._before if states else []

    def _paired(self, pieces: list[Piece]) -> list[Piece]:
        """Return a piece for each thing of "the kitchen and the bedroom are at 21 and 18 degrees respectively"."""
        words = self._lexicon.words("respectively")
        named = [[term for term in piece.terms if self._is_name(term)] for piece in pieces]
        named = [terms for terms in named if terms]
        measures = [one for piece in pieces for one in piece.measures]
        said = [term for piece in pieces for term in piece.terms if not self._is_name(term) and term.text not in words]
        if len(named) != len(measures):
            return [replace(piece, terms=[one for one in piece.terms if one.text not in words]) for piece in pieces]
        return [
            replace(pieces[0], terms=[*terms, *said], measures=[measure], moments=[])
            for terms, measure in zip(named, measures, strict=True)
        ]

    def _loosened(self, piece: Piece) -> Piece:
        """Return a piece without what cannot be judged: words that are neither names nor known in both languages."""
        shared = {"state", "role", "direction"} if self._lexicon.known else set()
        terms = [
            term
            for term in piece.terms
            if self._is_name(term) or {self._lexicon.kinds.get(concept) for concept in term.meaning} & shared
        ]
        return replace(piece, terms=terms, cause=False, every=piece.every and bool(shared), only=False)


def _says(piece: Piece) -> bool:
    return piece.claims or piece.denied or piece.cause


def _is_deed(term: Term, lexicon: Lexicon) -> bool:
    return term.text in lexicon.words("imperatives")


def _has_day(piece: Piece) -> bool:
    return any(isinstance(said.when, Span) for said in piece.moments)


def _has(view: FactView, term: Term) -> bool:
    return (
        term.stem in view.stems
        or bool(term.meaning & view.meanings)
        or any(is_same(term, one, view) for piece in view.pieces for one in piece.terms)
    )
