"""A sentence, cut into the pieces that each claim one thing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import re
import unicodedata

from .figures import Measure, measures_in
from .lexicon import NEUTRAL, Lexicon, unaccented
from .moments import Said, moments_in

_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+|\d+(?!\w))*|\d+(?:\.\d+){2,}|[^\W_]+|[,;:.!?()\u2013\u2014/&]")
_CUT = frozenset(",;:.!?()\u2013\u2014/&")
_GONE = "\x00"


@dataclass(frozen=True, slots=True)
class Term:
    """A word that claims something: its text, its stem, what it may mean; `is_name` for a capital inside a sentence."""

    text: str
    stem: str
    meaning: frozenset[str]
    start: int
    is_name: bool = False


@dataclass(slots=True)
class Piece:
    """What one part of a sentence claims.

    `now` is where it speaks of the present ("is", "still"), `past` where of what was; `advice` where it only advises;
    `cause` where it gives a reason; `every`, `none` and `only` for words such as "all", "nobody" and "only"; `steady`
    where a state was denied of all the time; `perfect` where it says that something has been done, `obliged` that it
    is to be done; `since` with a time from which on something is so; `both` as in "Anna and Ben are both home";
    `lasting` as in "all day", `several` as in "a few", `modal` as in "could". After "before" and "after", `gap` is how
    much: "two minutes before Anna left". `than` is where that word stands.
    `after` is what stands between it and the piece before.
    """

    terms: list[Term] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    moments: list[Said] = field(default_factory=list)
    denied: bool = False
    now: bool = False
    right_now: bool = False
    past: bool = False
    future: bool = False
    advice: bool = False
    cause: bool = False
    every: bool = False
    none: bool = False
    only: bool = False
    never: bool = False
    perfect: bool = False
    steady: bool = False
    obliged: bool = False
    since: bool = False
    both: bool = False
    lasting: bool = False
    several: bool = False
    modal: bool = False
    gap: Measure | None = None
    than: int | None = None
    pronoun: bool = False
    after: str = ""
    start: int = 0

    @property
    def claims(self) -> bool:
        """Return whether there is anything to be borne out."""
        return bool(self.terms or self.measures or self.moments or self.every or self.none)


# What a word of a list does to the piece it stands in.
_FLAGS = (
    "plain",
    "denied",
    "now",
    "right_now",
    "past",
    "future",
    "advice",
    "cause",
    "every",
    "none",
    "only",
    "pronoun",
    "never",
    "perfect",
    "obliged",
    "since",
    "both",
    "lasting",
    "several",
    "modal",
)


def normal(text: str) -> str:
    """Return a text with one kind of apostrophe and space, as the check reads it."""
    plain = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("\u2018", "'")
    # A price is read as other figures are, its unit last.
    plain = re.sub(r"([$£€]) ?(\d+(?:[.,]\d+)*)", r"\2 \1", plain)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"[*_`#\"“”«»„]+", " ", plain)).strip()


def rewritten(text: str, lexicon: Lexicon) -> str:
    """Return a text as the check reads it, what the language runs together spelled out: "isn't" is "is not"."""
    text = normal(text)
    for contracted, spelled in lexicon.file.get("rewrites", {}).items():
        text = re.sub(contracted, spelled, text, flags=re.IGNORECASE)
    return normal(text)


def pieces_of(sentence: str, lexicon: Lexicon, now: datetime, names: Iterable[str] = ()) -> list[Piece]:
    """Return the pieces of a sentence, those without a claim too; times are understood as of `now`.

    `names` (in lower case) are taken as they are: there is no evening in "Parents' evening".
    """
    text = rewritten(sentence, lexicon)
    low = text.lower()
    named = [match.span() for name in names for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", low)]
    plain = _without(low, named)
    moments = moments_in(plain, lexicon, now)
    plain = _without(plain, ((said.begin, said.finish) for said in moments))
    measures = measures_in(plain, lexicon)
    rest = _without(low, ((said.begin, said.finish) for said in moments))
    rest = _without(rest, ((one.start, one.end) for one in measures))
    pieces = list(_cut(_Sentence(rest, text, lexicon, named), [*moments, *measures]))
    return pieces or [Piece()]


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _GONE * (end - start) + text[end:]
    return text


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence without its figures and times, and as it was; `named` is where names stand in it."""

    rest: str
    text: str
    lexicon: Lexicon
    named: list[tuple[int, int]]

    def in_name(self, start: int) -> bool:
        """Return whether a word is part of a name."""
        return any(begin <= start < end for begin, end in self.named)


def _cut(sentence: _Sentence, values: list[Said | Measure]) -> Iterator[Piece]:
    cuts = sentence.lexicon.words("cuts")
    relations = sentence.lexicon.words("before") | sentence.lexicon.words("after")
    tokens = [(match[0], match.start()) for match in _WORD.finditer(sentence.rest)]
    bounds = [
        at
        for at, (word, start) in enumerate(tokens)
        if (word in _CUT or word in cuts or (word in relations and _relates(tokens, at, sentence, values)))
        and not sentence.in_name(start)
    ]
    start, begin, joint = 0, 0, ""
    waiting: Measure | None = None
    for bound in [*bounds, len(tokens)]:
        finish = tokens[bound][1] if bound < len(tokens) else len(sentence.rest)
        own = [value for value in values if begin <= _start(value) < finish]
        gap = None
        if bound < len(tokens) and tokens[bound][0] in relations:
            gap = next((one for one in own if isinstance(one, Measure) and 0 <= finish - one.end <= 1), None)
            own = [one for one in own if one is not gap]
        piece = _piece(tokens[start:bound], sentence, own)
        piece.after, piece.start, piece.gap = joint, begin, waiting
        waiting = gap
        if piece.claims or tokens[start:bound]:
            yield piece
        if bound < len(tokens):
            joint, start, begin = tokens[bound][0], bound + 1, finish


def _relates(tokens: list[tuple[str, int]], at: int, sentence: _Sentence, values: list[Said | Measure]) -> bool:
    """Return whether "before" stands between two things that happened, not in "before six" or "the day before"."""
    if (
        at
        and tokens[at - 1][0] in sentence.lexicon.words("unrelated")
        and not any(value for value in values if 0 <= tokens[at][1] - _end(value) <= 1)
    ):
        return False
    if at + 1 >= len(tokens) or tokens[at + 1][0] in _CUT:
        return False
    following = tokens[at + 1][1]
    phrase = " ".join(word for word, _ in tokens[at : at + 2])
    if phrase in sentence.lexicon.words("neutral") or _GONE in sentence.rest[tokens[at][1] : following]:
        return False
    return not any(
        NEUTRAL in (sentence.lexicon.phrases.get(tuple(w for w, _ in tokens[at : at + n])) or ()) for n in (2, 3, 4)
    )


def _end(value: Said | Measure) -> int:
    return value.finish if isinstance(value, Said) else value.end


def _start(value: Said | Measure) -> int:
    return value.begin if isinstance(value, Said) else value.start


def _piece(tokens: list[tuple[str, int]], sentence: _Sentence, values: list[Said | Measure]) -> Piece:
    piece = Piece(
        measures=[value for value in values if isinstance(value, Measure)],
        moments=[value for value in values if isinstance(value, Said)],
    )
    at = 0
    thans = sentence.lexicon.words("than")
    piece.than = next((start for word, start in tokens if word in thans), None)
    # "Close the gate" only advises.
    if tokens and tokens[0][0] in sentence.lexicon.words("imperatives") and not sentence.in_name(tokens[0][1]):
        piece.advice = True
    while at < len(tokens):
        if sentence.in_name(tokens[at][1]):
            _named(piece, tokens[at], sentence)
            at += 1
        else:
            at += _flagged(piece, tokens, at, sentence) or _termed(piece, tokens, at, sentence)
    piece.now = piece.now or (piece.since and not piece.past)
    return piece


def _named(piece: Piece, token: tuple[str, int], sentence: _Sentence) -> None:
    """Take in a word of a name, which says nothing of a state: "back" in "Back door"."""
    word, start = token
    if word in _CUT or word in sentence.lexicon.words("articles"):
        return
    meaning = (sentence.lexicon.meaning((word,)) or frozenset()) - {NEUTRAL}
    plain = frozenset(one for one in meaning if sentence.lexicon.kinds.get(one) == "same")
    piece.terms.append(Term(word, sentence.lexicon.stem(word), plain, start))


def _flagged(piece: Piece, tokens: list[tuple[str, int]], at: int, sentence: _Sentence) -> int:
    """Take in a word that says how the piece is meant; return how many words that were."""
    lexicon = sentence.lexicon
    for length in (4, 3, 2, 1):
        if len(tokens) - at < length or _GONE in sentence.rest[tokens[at][1] : tokens[at + length - 1][1]]:
            # Too few words, or a figure or time between them: "since 14:05 the window" gives no reason.
            continue
        phrase = " ".join(word for word, _ in tokens[at : at + length])
        flags = [flag for flag in _FLAGS if phrase in lexicon.words(flag)]
        for flag in flags:
            # Twice denied is not denied: "neither ... nor" stands in two pieces.
            if flag != "plain":
                setattr(piece, flag, True)
        if flags:
            return length
    return 0


def _termed(piece: Piece, tokens: list[tuple[str, int]], at: int, sentence: _Sentence) -> int:
    """Take in the word or phrase at this place as one that claims something, if it does; return its length."""
    lexicon, text = sentence.lexicon, sentence.text
    words = [word for word, _ in tokens]
    word, start = tokens[at]
    length, meaning = lexicon.longest(words[: _before_name(tokens, at, sentence)], at)
    if meaning is not None and length == 1 and (context := lexicon.file.get("contexts", {}).get(word)):
        meaning = _in_context(context, words, at, text[start + len(word) :].lower(), meaning)
    inside = text[start].isupper() and start > 0 and _inside(text, start)
    is_name = inside and not lexicon.file.get("nouns_capital")
    if meaning is not None and NEUTRAL in meaning and not (is_name and word not in lexicon.words("capitals")):
        return length
    if (not lexicon.known and not inside) or (len(word) == 1 and length == 1 and not word.isalnum()):
        return length
    found = " ".join(words[at : at + length])
    stem = lexicon.stem(found) if length == 1 else unaccented(found)
    piece.terms.append(Term(found, stem, meaning or frozenset(), start, is_name))
    return length


def _before_name(tokens: list[tuple[str, int]], at: int, sentence: _Sentence) -> int:
    """Return where the next name begins, or the end: no phrase reaches into a name."""
    return next((other for other in range(at + 1, len(tokens)) if sentence.in_name(tokens[other][1])), len(tokens))


def _in_context(
    context: Mapping[str, str], words: list[str], at: int, after: str, meaning: frozenset[str]
) -> frozenset[str]:
    """Return what a word means where it stands: "on" is no state before "Monday" or "your"."""
    if (pattern := context.get("neutral_after")) and at and re.fullmatch(pattern, words[at - 1]):
        return frozenset({NEUTRAL})
    if (pattern := context.get("neutral_with")) and any(re.fullmatch(pattern, word) for word in words):
        return frozenset({NEUTRAL})
    if (pattern := context.get("neutral_before")) and re.match(rf"\W*(?:{pattern})(?!\w)", after):
        return frozenset({NEUTRAL})
    return meaning


def _inside(text: str, start: int) -> bool:
    """Return whether a word does not begin a sentence or what follows a colon."""
    return re.search(r"(?:^|[.!?:¡¿\u2013\u2014-])\W*$", text[:start]) is None
