"""Whether a fact bears out what a piece of a sentence claims."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz

from ..sheet import FactSheet
from .figures import AGO, AHEAD, TIMES, Measure, Near, agrees, is_time, same_unit
from .lexicon import Lexicon
from .moments import Clock, Said, Span
from .pieces import Piece, Term
from .views import DIFFERENCE, USUAL, FactView, KnownFigure, KnownTime, is_compound, is_same, opposite, roles_near

_FUZZY_LENGTH = 7
_FUZZY = 93
# What has been so for this share of a period may be told of all of it.
_WHOLE = 0.8
_WEEK = 7


def objection(piece: Piece, view: FactView, sheet: FactSheet, lexicon: Lexicon) -> str | None:
    """Return why a fact does not bear out a piece, in words for a model; None where it does."""
    for term in piece.terms:
        if not _knows(view, term, piece, lexicon) or _is_bare_role(term, piece, view, lexicon):
            return f'"{term.text}" is not in the facts'
    checks = (_denial, _names_and_states, _figures, _times, _presence, _chance, _undone, _tense, _lasting, _hoped)
    return next((why for check in checks if (why := check(piece, view, sheet, lexicon)) is not None), None)


def _knows(view: FactView, term: Term, piece: Piece, lexicon: Lexicon) -> bool:
    way = {concept for concept in term.meaning if lexicon.kinds.get(concept) == "direction"}
    if view.fact.direction is not None and way and not way & view.meanings:
        return False
    if term.meaning & view.meanings or (
        term.stem in view.stems and (term.is_name or not _is_state(term, lexicon) or _is_named(term, piece, view))
    ):
        return True
    if piece.advice:
        turned = opposite(term, lexicon)
        if (turned and turned.meaning & view.meanings) or term.text in lexicon.words("advice_neutral"):
            return True
    if any(is_compound(term.stem, stem, view) for stem in view.stems):
        return True
    long = [stem for stem in view.stems if len(stem) >= _FUZZY_LENGTH and stem[0] == term.stem[0]]
    return len(term.stem) >= _FUZZY_LENGTH and any(fuzz.ratio(term.stem, stem) >= _FUZZY for stem in long)


def _is_named(term: Term, piece: Piece, view: FactView) -> bool:
    """Return whether a word for a state is part of a name: "leak sensor", but nobody is home in the "Home calendar"."""
    said = {one.stem for one in piece.terms if one is not term}
    names = [{view.lexicon.stem(word) for word in name.lower().split()} for name in view.fact.names]
    return any(term.stem in name and (name == {term.stem} or name & said) for name in names)


def _is_bare_role(term: Term, piece: Piece, view: FactView, lexicon: Lexicon) -> bool:
    """Return whether a word such as "low" says nothing of a figure or a time, where the fact means one by it."""
    if piece.measures or piece.moments or term.stem in view.stems:
        return False
    matched = term.meaning & view.meanings
    return bool(matched) and all(lexicon.kinds.get(concept) == "role" for concept in matched)


def _denial(piece: Piece, view: FactView, _sheet: FactSheet, _lexicon: Lexicon) -> str | None:
    """Object to a denial that the fact does not make, and to what the fact denies."""
    terms = [term for term in piece.terms if view.kind(term) != "name"]
    denied = [
        at
        for at, one in enumerate(view.pieces)
        if one.denied and (not terms or any(at in view.places(term) for term in terms))
    ]
    if piece.denied or piece.none:
        return None if denied and all(view.fits(denied[0], [term]) for term in terms) else "the facts do not deny it"
    asserted = [
        at for at, one in enumerate(view.pieces) if not one.denied and any(at in view.places(term) for term in terms)
    ]
    return "the facts deny it" if denied and not asserted else None


def _names_and_states(piece: Piece, view: FactView, _sheet: FactSheet, _lexicon: Lexicon) -> str | None:
    """Object to a state or direction that a fact about several things has for another one than is named."""
    names = [term for term in piece.terms if view.kind(term) == "name"]
    for term in piece.terms:
        if piece.steady and (turned := opposite(term, view.lexicon)) and turned.meaning & view.meanings:
            return f'"{term.text}" is not so of all the time'
        if view.kind(term) not in ("state", "direction"):
            continue
        places = view.places(term)
        if places and not any(view.fits(place, names) for place in places):
            return f'"{term.text}" is said of something else'
    return None


def _figures(piece: Piece, view: FactView, sheet: FactSheet, lexicon: Lexicon) -> str | None:
    ups = {concept for term in piece.terms if view.kind(term) == "direction" for concept in term.meaning}
    for measure in piece.measures:
        if not any(_bears_out(known, measure, piece, view, lexicon) for known in view.figures) and not (
            _is_hour(measure, view) or _is_period(measure, view, sheet) or _is_one_of(measure, piece, view)
        ):
            return f"the facts have no such figure as {_told(measure)}"
    first = next((one for one in piece.measures if one.side == "from"), None)
    last = next((one for one in piece.measures if one.side == "to"), None)
    if first and last and len(ups) == 1 and same_unit(first.unit, last.unit) is not None:
        rises = first.value < last.value
        if rises != (ups == {"up"}):
            return "the figures go the other way"
    return None


def _bears_out(known: KnownFigure, said: Measure, piece: Piece, view: FactView, lexicon: Lexicon) -> bool:
    if not _is_from_now(known.measure, said) or (said.unit == TIMES and known.measure.unit not in (None, TIMES)):
        return False
    if not agrees(said, known.measure.value, known.measure.unit) and not (
        # What is minus 2 may be told as a fall: "2 degrees less".
        agrees(replace(said, value=-said.value), known.measure.value, known.measure.unit) and said.value < 0
    ):
        return False
    if {said.side, known.measure.side} == {"from", "to"} and not (said.bound or known.measure.bound):
        return False
    if _roles_clash(roles_near(said, piece, lexicon), known, said, piece, view):
        return False
    terms = [term for term in piece.terms if view.kind(term) != "role"]
    return view.fits(known.place, terms)


def _is_from_now(known: Measure, said: Measure) -> bool:
    """Return whether a span of time is reckoned from now where the other is."""
    return (known.side == said.side) if AGO in (known.side, said.side) else known.side != AHEAD or said.side == AHEAD


def _roles_clash(claimed: frozenset[str], known: KnownFigure, said: Measure, piece: Piece, view: FactView) -> bool:
    moves = any(view.kind(term) == "direction" for term in piece.terms)
    if DIFFERENCE in known.roles:
        return not moves or bool(claimed & {USUAL, "target"})
    if (USUAL in known.roles) != (USUAL in claimed):
        return True
    if claimed and known.roles:
        return not claimed & known.roles
    if claimed:
        others = (
            one
            for one in view.figures
            if one is not known and same_unit(one.measure.unit, known.measure.unit) is not None
        )
        return any(claimed & one.roles for one in others)
    if "target" in known.roles:
        return True
    return bool(known.roles & {"lowest", "highest"}) and not (moves or said.side or said.near is not Near.EXACT)


def _is_hour(measure: Measure, view: FactView) -> bool:
    """Return whether a bare number is the hour of a known time: "between 10 and 12"."""
    if measure.unit is not None or not measure.value.is_integer():
        return False
    clock = Clock(int(measure.value) % 24 * 60, either=measure.value <= 12)
    # A day alone is no midnight.
    hours = [known.moment for known in view.times if known.place is not None or known.moment.hour]
    return any(clock.at(moment) and moment.minute == 0 for moment in hours)


def _is_one_of(measure: Measure, piece: Piece, view: FactView) -> bool:
    """Return whether a figure tells one of several times: "twice, once from 22:05 to 22:20"."""
    often = [known for known in view.figures if known.measure.unit in (None, TIMES) and known.measure.value > 1]
    has_clock = any(isinstance(said.when, Clock) for said in piece.moments)
    return measure.unit == TIMES and measure.value == 1 and has_clock and bool(often)


def _is_period(measure: Measure, view: FactView, sheet: FactSheet) -> bool:
    """Return whether a span of time is that which the sheet covers: "in the last 24 hours"."""
    if not is_time(measure.unit) or any(is_time(known.measure.unit) for known in view.figures):
        return False
    return agrees(measure, (sheet.end - sheet.start).total_seconds(), "s")


def _times(piece: Piece, view: FactView, sheet: FactSheet, _lexicon: Lexicon) -> str | None:
    spans = [said for said in piece.moments if isinstance(said.when, Span)]
    clocks = [said for said in piece.moments if isinstance(said.when, Clock)]
    if not _is_range(clocks, view):
        return "the facts have no such stretch of time"
    for said in clocks:
        held = spans if len(spans) == 1 or len(clocks) == 1 else []
        if not any(
            said.when.at(known.moment)
            and _is_end(known, piece, view)
            and all(span.when.at(known.moment) for span in held)
            and view.fits(known.place, piece.terms, ended=said.until)
            for known in view.times
        ):
            return "the facts have no such time"
    if not clocks:
        for said in spans:
            if not _lies_in(said, piece, view, sheet):
                return "the facts have no such day or time of day"
    return None


def _is_end(known: KnownTime, piece: Piece, view: FactView) -> bool:
    """Return whether a time may be when something began or ended, where a piece says which, and the fact has both."""
    said = {concept for term in piece.terms for concept in term.meaning & {"began", "ended"}}
    return len(said) != 1 or not any(one.until for one in view.times) or known.until == ("ended" in said)


def _is_range(clocks: list[Said], view: FactView) -> bool:
    """Return whether what lasted from one time to another did so, where a fact has several such stretches."""
    times = view.fact.times
    if len(clocks) != 2 or not clocks[1].until or clocks[0].until or len(times) < 4 or len(times) % 2:
        return True
    begin, end = (said.when for said in clocks)
    zone = view.times[0].moment.tzinfo if view.times else None
    stretches = zip(times[::2], times[1::2], strict=True)
    return (
        isinstance(begin, Clock)
        and isinstance(end, Clock)
        and any(begin.at(one.astimezone(zone)) and end.at(other.astimezone(zone)) for one, other in stretches)
    )


def _lies_in(said: Said, piece: Piece, view: FactView, sheet: FactSheet) -> bool:
    span = said.when
    if not isinstance(span, Span):
        return False
    if view.times:
        return any(
            span.at(known.moment) and view.fits(known.place, piece.terms, ended=said.until) for known in view.times
        )
    told = [one.when for part in view.pieces for one in part.moments if isinstance(one.when, Span)]
    if told:
        return any(_is_same_day(span, one, sheet.end) for one in told)
    return any(span.at(moment) for moment in _hours(sheet.start, sheet.end))


def _is_same_day(one: Span, other: Span, now: datetime) -> bool:
    """Return whether two words for a day mean the same: "tomorrow" and "Friday"."""
    if one == other:
        return True
    weekday, day = (one, other) if one.weekday is not None else (other, one)
    if weekday.weekday is None or day.start is None or not day.is_day or weekday.part is not None:
        return False
    return day.start.weekday() == weekday.weekday and abs((day.start - now).days) < _WEEK


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield some moments of a period, none more than an hour from the next, over nine days at most."""
    steps = min(int((end - start).total_seconds() // 3600), 216)
    for step in range(steps + 1):
        yield end - (end - start) * step / max(steps, 1)


def _presence(piece: Piece, view: FactView, sheet: FactSheet, lexicon: Lexicon) -> str | None:
    """Object to what is said to be so now, but was only so before, as the fact has it."""
    is_weather = any(lexicon.kinds.get(concept) == "weather" for term in piece.terms for concept in term.meaning)
    later = bool(view.times) and all(known.moment.date() > sheet.end.date() for known in view.times)
    day_alone = any(known.place is None and known.moment.time().isoformat() == "00:00:00" for known in view.times)
    if piece.right_now and (later or (day_alone and is_weather)):
        return "it is not said to be so now"
    if is_weather and piece.now and later and not piece.moments:
        return "it is not said to be so now"
    if not (piece.now or piece.advice or piece.every):
        return None
    happened = piece.past or any(isinstance(said.when, Clock) for said in piece.moments)
    for term in piece.terms if piece.now and not happened else ():
        if _was_only(term, view):
            return f'"{term.text}" is not so now'
    for term in piece.terms:
        if view.kind(term) == "name" and piece.terms.count(term) == 1 and not _is_state(term, lexicon):
            continue
        wanted = _advised(term, view, lexicon) if piece.advice else term
        turned = opposite(wanted, lexicon) if wanted else None
        if wanted is None or turned is None or not _is_state(wanted, lexicon):
            continue
        if not _stands(wanted, turned, view, lexicon):
            return f'"{term.text}" is not so now'
    return None


def _advised(term: Term, view: FactView, lexicon: Lexicon) -> Term | None:
    """Return what is so where something is advised, None where that is all the same: "some fresh air"."""
    if term.text in lexicon.words("advice_neutral") and not term.meaning & view.meanings:
        return None
    return opposite(term, lexicon)


def _was_only(term: Term, view: FactView) -> bool:
    """Return whether a word is that of a state which others have followed."""
    at = [number for number, state in enumerate(view.states) if any(is_same(term, one, view) for one in state)]
    return bool(at) and at[-1] < len(view.states) - 1


def _undone(piece: Piece, view: FactView, _sheet: FactSheet, lexicon: Lexicon) -> str | None:
    """Refuse that something was done which the fact says is still to be done."""
    if not view.undone or piece.denied or (piece.obliged and not (piece.perfect or piece.past)):
        return None
    is_due = any(term.meaning & {"due", "overdue"} for term in piece.terms)
    if piece.perfect or (piece.past and not is_due) or any(_is_participle(term, view, lexicon) for term in piece.terms):
        return "it is still to be done"
    return None


def _is_participle(term: Term, view: FactView, lexicon: Lexicon) -> bool:
    """Return whether a word says "posted" where the fact says "post"."""
    endings = tuple(lexicon.words("participle_endings"))
    told = [known for piece in view.pieces for known in piece.terms]
    if any(term.text == known.text for known in told):
        return False
    if term.text in lexicon.file.get("irregular", {}) and not _is_state(term, lexicon):
        return True
    return bool(endings) and term.text.endswith(endings) and any(term.stem == known.stem for known in told)


def _chance(piece: Piece, view: FactView, _sheet: FactSheet, lexicon: Lexicon) -> str | None:
    """Refuse that something comes which the fact only says may come."""
    chances = [term for term in piece.terms if "chance" in term.meaning]
    if chances:
        likely = [lexicon.file.get("probable", {}).get(term.text) for term in chances]
        known = [one.measure.value for one in view.figures if one.measure.unit == "%" and _is_chance(one, view)]
        if known and any(range_ and not range_[0] <= known[0] <= range_[1] for range_ in likely):
            return "it is not said to be that likely"
        return None
    for term in piece.terms:
        if any(lexicon.kinds.get(concept) == "weather" for concept in term.meaning):
            places = view.places(term)
            if places and all(any("chance" in one.meaning for one in view.pieces[at].terms) for at in places):
                return "it is only said to be possible"
    return None


def _is_chance(known: KnownFigure, view: FactView) -> bool:
    return known.place is not None and any("chance" in term.meaning for term in view.pieces[known.place].terms)


def _is_state(term: Term, lexicon: Lexicon) -> bool:
    return any(lexicon.kinds.get(concept) == "state" and concept in lexicon.opposites for concept in term.meaning)


def _stands(wanted: Term, turned: Term, view: FactView, lexicon: Lexicon) -> bool:
    """Return whether the last that a fact says of a state and its opposite is that it is so, not that it was."""
    states = [
        (term, piece)
        for piece in view.pieces
        for term in piece.terms
        if term.meaning & (wanted.meaning | turned.meaning)
    ]
    if not states:
        # The words of the fact do not tell, its states do.
        return bool(wanted.meaning & view.meanings) and not turned.meaning & view.meanings
    last, piece = states[-1]
    if not last.meaning & wanted.meaning:
        return False
    # Who left is away until it is said otherwise.
    goes_on = bool(last.meaning & {"home", "away"})
    past = not goes_on and (piece.past or last.text in lexicon.words("past_forms"))
    past = past and not (piece.now or piece.right_now)
    return not past or any(term.meaning & turned.meaning for term, _ in states[:-1])


def _tense(piece: Piece, view: FactView, sheet: FactSheet, _lexicon: Lexicon) -> str | None:
    moments = [known.moment for known in view.times]
    if not moments:
        return None
    if (piece.past or (piece.perfect and not piece.moments)) and min(moments) > sheet.end:
        return "it has not happened yet"
    if piece.future and max(moments) < sheet.end and not any(one.time().isoformat() == "00:00:00" for one in moments):
        return "it has happened already"
    return None


def _lasting(piece: Piece, view: FactView, sheet: FactSheet, lexicon: Lexicon) -> str | None:
    """Object to a state that is told of the whole period, where the fact does not have it so."""
    if not piece.lasting or any(one.lasting for one in view.pieces) or "steady" in view.meanings:
        return None
    if not any(_is_state(term, lexicon) for term in piece.terms):
        return None
    whole = (sheet.end - sheet.start) * _WHOLE
    since = [known for known in view.times if known.place is None or view.pieces[known.place].since]
    return None if any(sheet.end - known.moment >= whole for known in since) else "it was not so all the time"


def _hoped(piece: Piece, view: FactView, _sheet: FactSheet, _lexicon: Lexicon) -> str | None:
    """Object to what is told as so, where the words of others only say that it will or could be."""
    if not view.fact.from_outside or piece.modal or piece.future or piece.advice or piece.obliged:
        return None
    if piece.moments and not (piece.past or piece.perfect):
        return None  # "he starts on Monday"
    places = [view.places(term) for term in piece.terms if view.kind(term) != "name"]
    hoped = [at for at, one in enumerate(view.pieces) if one.modal or one.future]
    if any(place and place <= set(hoped) for place in places):
        return "it is not said to be so yet"
    return None


def _told(measure: Measure) -> str:
    unit = "" if measure.unit is None else measure.unit if measure.unit == "%" else f" {measure.unit}"
    return f"{measure.value:g}{unit}"
