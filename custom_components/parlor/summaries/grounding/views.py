"""The facts of a sheet, read as the text is read, so that the two can be compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from ...sentences import split_sentences
from ..sheet import Direction, Fact, FactSheet
from .derived import spans
from .figures import Measure, agrees, same_unit
from .lexicon import Lexicon, unaccented
from .moments import Clock, Span
from .pieces import Piece, Term, pieces_of, rewritten

USUAL = "usual"
"""The role of a figure that tells what is usual, or was so before, and not what was."""
DIFFERENCE = "difference"
"""The role of a figure that no fact tells: how far two of a fact are apart."""
_BEFORE = frozenset({USUAL, "previous"})
# How many letters may stand between "usually" and its figure: "usually it is".
_NEAR = 14
_DIRECTIONS = {"up", "down"}
_MANY = 3


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A figure of a fact; `place` is the piece of the fact's text where it stands, None where it does not."""

    measure: Measure
    place: int | None
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownTime:
    """A time of a fact; `place` as in `KnownFigure`, `until` where something ended then."""

    moment: datetime
    place: int | None
    until: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a sheet: the stems of all their words, and those of several words in lower case."""

    stems: frozenset[str]
    spoken: list[str]


@dataclass(slots=True)
class FactView:
    """One fact with all that its sentence says, piece by piece."""

    fact: Fact
    pieces: list[Piece]
    lexicon: Lexicon
    names: frozenset[str]
    """The stems of the words in all names of the sheet."""
    stems: frozenset[str] = frozenset()
    meanings: frozenset[str] = frozenset()
    figures: list[KnownFigure] = field(default_factory=list)
    times: list[KnownTime] = field(default_factory=list)
    header: bool = False
    """Whether the first piece is a heading, whose words hold for all others."""
    undone: bool = False
    """Whether the fact is about what is still to be done."""
    states: tuple[tuple[Term, ...], ...] = ()
    """The words of the fact's states, in its order."""

    def places(self, term: Term) -> set[int]:
        """Return the pieces that have a word, or one that means the same."""
        found = {at for at, piece in enumerate(self.pieces) if any(is_same(term, one, self) for one in piece.terms)}
        return set(range(len(self.pieces))) if self.header and 0 in found else found

    def kind(self, term: Term) -> str | None:
        """Return what a word is: a name, a state, a role of a figure, a direction; None where it is none of these."""
        kinds = {self.lexicon.kinds.get(concept) for concept in term.meaning}
        if kinds in ({"role"}, {"direction"}):
            return kinds.pop()
        if term.stem in self.names and not ("state" in kinds and not term.is_name):
            return "name"
        return "state" if "state" in kinds else "role" if "role" in kinds else None

    def fits(self, place: int | None, terms: list[Term], *, ended: bool = False) -> bool:
        """Return whether what stands in a piece is said of the words: no other name, state or role is nearer to it.

        `ended` is for a time until which something lasted, where another state stands.
        """
        if place is None:
            return True
        is_named = any(self.kind(term) == "name" and place in self.places(term) for term in terms)
        for term in terms:
            kind = self.kind(term)
            if kind == "name" and is_named:
                continue
            if kind is None or (ended and kind == "state"):
                continue
            places = self.places(term)
            if places and place not in places and self._has_other(place, kind, terms):
                return False
        return True

    def _has_other(self, place: int, kind: str, terms: list[Term]) -> bool:
        """Return whether a piece has a word of a kind that is none of these words."""
        own = [term for term in self.pieces[place].terms if self.kind(term) == kind]
        return any(not any(is_same(term, one, self) for term in terms) for one in own)


def is_same(term: Term, known: Term, view: FactView) -> bool:
    """Return whether two words are one, or mean the same."""
    return term.stem == known.stem or bool(term.meaning & known.meaning) or is_compound(term.stem, known.stem, view)


def is_compound(said: str, known: str, view: FactView) -> bool:
    """Return whether one word is part of the other, as in "Küchenfenster", where the language joins words."""
    if not view.lexicon.compounds:
        return False
    short, long = sorted((said, known), key=len)
    return len(short) > 3 and len(long) > len(short) + 2 and (long.startswith(short) or long.endswith(short))


def views_of(sheet: FactSheet, lexicon: Lexicon) -> list[FactView]:
    """Return the facts of a sheet as the check reads them."""
    names = Names(
        frozenset(stem for fact in sheet.facts for name in fact.names for stem in _stems(name, lexicon)),
        names_of(sheet, lexicon),
    )
    return [
        _view(one, section.key, sheet, lexicon, names)
        for section in sheet.sections
        for fact in section.facts
        for one in _sentences_of(fact)
    ]


def _sentences_of(fact: Fact) -> list[Fact]:
    """Return a text of several sentences as one fact for each, so that what one says is not told of another."""
    sentences = split_sentences(fact.text)
    if not fact.from_outside or len(sentences) < _MANY:
        return [fact]
    title = f"{fact.names[0]}: " if fact.names else ""
    return [replace(fact, text=f"{title}{one.removeprefix(title)}", figures=(), times=()) for one in sentences]


def names_of(sheet: FactSheet, lexicon: Lexicon) -> list[str]:
    """Return the names of several words, in lower case, the longest first."""
    names = {rewritten(name, lexicon).lower() for fact in sheet.facts for name in fact.names}
    # "Will" and "May" are words as well, but not where somebody is called so.
    people = {
        name.lower() for one in sheet.sections if one.key == "presence" for fact in one.facts for name in fact.names
    }
    return sorted((name for name in names if " " in name or name in people), key=len, reverse=True)


def _view(fact: Fact, section: str, sheet: FactSheet, lexicon: Lexicon, names: Names) -> FactView:
    pieces = [
        piece
        for sentence in split_sentences(fact.text)
        for piece in merged(pieces_of(sentence, lexicon, sheet.end, names.spoken))
        if piece.claims
    ]
    undone = section in lexicon.words("undone_sections")
    view = FactView(fact, pieces, lexicon, names.stems, undone=undone)
    view.header = ":" in fact.text and len(pieces) > 1 and pieces[1].after == ":"
    past = False
    for piece in pieces:
        flip(piece, lexicon)
        # "Was opened twice, open for an hour": both were.
        piece.past = past = piece.past or (past and not piece.now and not piece.right_now)
    terms = [term for piece in pieces for term in piece.terms]
    named = [term for text in fact.names for piece in pieces_of(text, lexicon, sheet.end) for term in piece.terms]
    # Nobody is home because a calendar is called so.
    named = [term for term in named if opposite(term, lexicon) is None]
    stated = [term for text in fact.states for piece in pieces_of(text, lexicon, sheet.end) for term in piece.terms]
    more = [*named, *stated]
    view.stems = frozenset(term.stem for term in (*terms, *more)) | {
        stem for text in (*fact.names, *fact.states) for stem in _stems(text, lexicon)
    }
    view.meanings = frozenset(concept for term in (*terms, *more) for concept in term.meaning) | _of_section(
        section, lexicon
    )
    if fact.direction is not None:
        view.meanings = (view.meanings - _DIRECTIONS) | {"up" if fact.direction is Direction.UP else "down"}
    if "produced" in view.meanings:
        # What is said to be produced is not used.
        view.meanings -= {"used"} if not any("used" in term.meaning for term in terms) else set()
    implied = lexicon.file.get("implies", {})
    view.meanings |= {implied[concept] for concept in view.meanings if concept in implied}
    late = lexicon.file.get("implies_past", {})
    view.meanings |= {
        late[concept]
        for piece in pieces
        if piece.past
        for term in piece.terms
        for concept in term.meaning & late.keys()
    }
    view.states = tuple(
        tuple(term for piece in pieces_of(text, lexicon, sheet.end) for term in piece.terms) for text in fact.states
    )
    view.figures = list(_figures(view))
    view.figures += list(_differences(view))
    view.meanings |= {role for known in view.figures for role in known.roles}
    view.times = list(_times(view, sheet))
    told = [(one.moment, one.place, one.until) for one in view.times]
    view.figures += [KnownFigure(one, place, frozenset()) for one, place in spans(view.pieces, told, sheet.end)]
    if any(one.until for one in view.times):
        view.meanings |= {"ended"}
    if any(not one.until for one in view.times) and (not fact.from_outside or section == "calendar"):
        view.meanings |= {"began"}
    return view


def merged(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with those that have no words of their own joined to their neighbours."""
    joined: list[Piece] = []
    waiting: Piece | None = None
    for piece in pieces:
        if not piece.terms and not (piece.every or piece.none) and (piece.measures or piece.moments):
            if joined:
                _add(joined[-1], piece)
            elif waiting is None:
                waiting = piece
            else:
                _add(waiting, piece)
            continue
        if waiting is not None and piece.claims:
            _add(piece, waiting)
            waiting = None
        joined.append(piece)
    return [*joined, waiting] if waiting is not None else joined


def flip(piece: Piece, lexicon: Lexicon) -> None:
    """Put a denied state as what is so instead: "not open" is closed."""
    if not (piece.denied or piece.none):
        return
    turned = [opposite(term, lexicon) for term in piece.terms]
    if any(term is not None for term in turned):
        piece.terms = [other or term for other, term in zip(turned, piece.terms, strict=True)]
        piece.denied = False
        piece.steady = piece.past or piece.never
        piece.every, piece.none = piece.every or piece.none, False


def opposite(term: Term, lexicon: Lexicon) -> Term | None:
    """Return the word for the opposite of a state; None where it has none."""
    states = [concept for concept in term.meaning if lexicon.kinds.get(concept) == "state"]
    others = frozenset(lexicon.opposites[state] for state in states if state in lexicon.opposites)
    return Term(f"not {term.text}", f"not {term.stem}", others, term.start) if others else None


def roles_near(measure: Measure, piece: Piece, lexicon: Lexicon) -> frozenset[str]:
    """Return what a figure is said to be: the lowest, the highest, the mean, the target."""
    if _is_usual(measure, piece, lexicon):
        return frozenset({USUAL})
    if measure.bound is not None:
        return frozenset({"lowest" if measure.bound == "low" else "highest"})
    roles = [
        (term, meant)
        for term in piece.terms
        if (meant := frozenset(one for one in term.meaning if lexicon.kinds.get(one) == "role"))
    ]
    if not roles:
        return frozenset()
    nearest, meant = min(roles, key=lambda role: abs(role[0].start - measure.start))
    # "Averaged 72 and is at 74 now": the second figure is no average.
    is_apart = any(_lies_between(one.start, nearest.start, measure.start) for one in piece.measures if one != measure)
    return frozenset() if is_apart else meant


def _is_usual(measure: Measure, piece: Piece, lexicon: Lexicon) -> bool:
    """Return whether a figure is told as what is usual; in "3 kWh more than usual" it is not."""
    ways = [term.start for term in piece.terms if any(lexicon.kinds.get(one) == "direction" for one in term.meaning)]
    return any(
        term.meaning & _BEFORE
        and measure.start - (term.start + len(term.text)) <= _NEAR
        and not any(_lies_between(way, term.start, measure.start) for way in ways)
        for term in piece.terms
    )


def _lies_between(place: int, one: int, other: int) -> bool:
    return min(one, other) < place < max(one, other)


def _add(piece: Piece, more: Piece) -> None:
    piece.measures = sorted([*piece.measures, *more.measures], key=lambda one: one.start)
    piece.moments = sorted([*piece.moments, *more.moments], key=lambda one: one.begin)
    piece.denied |= more.denied
    piece.cause |= more.cause
    piece.now |= more.now
    piece.right_now |= more.right_now
    piece.since |= more.since


def _stems(text: str, lexicon: Lexicon) -> Iterator[str]:
    for word in unaccented(text).replace("'", " ").replace("-", " ").split():
        plain = "".join(character for character in word if character.isalnum())
        if plain and plain not in lexicon.words("articles"):
            yield lexicon.stem(plain)


def _of_section(section: str, lexicon: Lexicon) -> frozenset[str]:
    listed = lexicon.file.get("sections", {})
    return frozenset(
        word for key, words in listed.items() if key in section for word in str(words).replace(" ", "").split(",")
    )


def _figures(view: FactView) -> Iterator[KnownFigure]:
    told = []
    for place, piece in enumerate(view.pieces):
        for measure in piece.measures:
            told.append(measure)
            yield KnownFigure(measure, place, roles_near(measure, piece, view.lexicon))
    for figure in view.fact.figures:
        if not any(agrees(one, figure.value, figure.unit) and _alike(one, figure.unit) for one in told):
            yield KnownFigure(Measure(figure.value, figure.unit, 0.0, 0, 0), None, frozenset())


def _differences(view: FactView) -> Iterator[KnownFigure]:
    """Return how far what was is from what is usual, or from what it was before."""
    told = [known for known in view.figures if not known.roles & {"lowest", "highest", "target"}]
    usual = [known for known in told if USUAL in known.roles]
    pairs = [(known, one) for one in usual for known in told if known is not one]
    if not usual and view.fact.direction is not None and len(told) == 2:
        pairs = [(told[0], told[1])]
    for one, other in pairs:
        if one.measure.unit is not None and one.measure.unit == other.measure.unit:
            apart = abs(one.measure.value - other.measure.value)
            yield KnownFigure(replace(one.measure, value=round(apart, 6)), None, frozenset({DIFFERENCE}))
            base = one.measure.value if USUAL in one.roles else other.measure.value
            if base > 0 and _counts(one.measure.unit):
                share = Measure(round(100 * apart / base), "%", 1.0, 0, 0)
                yield KnownFigure(share, None, frozenset({DIFFERENCE}))


def _counts(unit: str) -> bool:
    """Return whether what has this unit can be told in percent of something: degrees cannot."""
    return unit != "%" and not unit.startswith("°")


def _alike(one: Measure, unit: str | None) -> bool:
    return same_unit(one.unit, unit) is not None


def _times(view: FactView, sheet: FactSheet) -> Iterator[KnownTime]:
    zone = sheet.end.tzinfo
    rest = [moment.astimezone(zone) for moment in view.fact.times]
    for place, piece in enumerate(view.pieces):
        for said in piece.moments:
            if isinstance(said.when, Clock):
                known = next((moment for moment in rest if said.when.at(moment)), None)
                if known is not None:
                    rest.remove(known)
                    yield KnownTime(known, place, said.until)
            elif isinstance(said.when, Span) and said.when.start is not None and not view.fact.times:
                yield KnownTime(said.when.start.astimezone(zone), place)
    for moment in rest:
        yield KnownTime(moment, None)
