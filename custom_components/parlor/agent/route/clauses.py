"""Take a command apart: its clauses, what each calls for, and the phrases for what it is meant for.

Nothing is looked up in the house here but names and places, and nothing is decided: where a sentence can be taken apart
in several ways, all are returned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
import re

from ...inference import JsonObject
from ..guard import is_way_in
from ..index import Index
from ..mend import mender_of
from ..search import of_kind
from ..tools import TOOLS
from ..words import Tokens, plain
from .patterns import Patterns, Saying

_MOST_PARTS = 6
_DOMAINS = {tool.name: tool.domains for tool in TOOLS}
_MOVING = frozenset({"set_cover", "valve", "lock"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing to be done to one target.

    `calls` are the tool calls of which one is meant. `phrase` is the target as it was said; `text` the clause as a
    whole sentence of its own. `meant` is the id of what the phrase stands for, where it is not its name.
    """

    calls: tuple[tuple[str, JsonObject], ...]
    phrase: str
    text: str
    meant: str | None = None


def clauses_in(text: str, patterns: Patterns, index: Index) -> Iterator[list[Clause]]:
    """Yield every way in which a text is a single command, on one target or a list of them."""
    for saying in patterns.commands:
        match = saying.pattern.fullmatch(text)
        if match is None or not patterns.is_clear(text, saying) or (calls := _calls(saying, match, patterns)) is None:
            continue
        target = match.groupdict().get("target")
        if target is None:
            yield [Clause(calls, saying.target or "", text)]
            continue
        start, end = match.span("target")
        place = match.groupdict().get("place")
        whole = f"{target} {place}" if place else target
        if place and _is_only_put_together(target, whole, index):
            continue
        said = target_phrases(whole, patterns, index)
        phrases = [_mended(index.in_full(phrase), calls, index) for phrase in said]
        clauses = [
            Clause(
                calls=calls if way else _fitting(saying, calls, phrase, patterns, index),
                phrase=phrase,
                meant=way,
                text=text if phrases == said and len(said) == 1 else f"{text[:start]}{phrase}{text[end:]}",
            )
            for phrase, way in zip(phrases, (_way_in(phrase, saying, index) for phrase in phrases), strict=True)
        ]
        if clauses and all(
            clause.calls and (clause.meant or is_sane(clause.phrase, patterns, index)) for clause in clauses
        ):
            yield clauses


def target_phrases(target: str, patterns: Patterns, index: Index) -> list[str]:
    """Return the phrases for the targets in a list such as "the light and the fan in the bedroom", each complete."""
    if patterns.both and (match := patterns.both.match(target.strip(" ,"))):
        return _both(target.strip(" ,")[match.end() :], index)
    whole = _as_all(target, patterns, index)
    if index.words.tokens(whole) in index.by_name:
        return [whole]
    parts = _joined_names([part for part in patterns.join.split(whole) if part.strip(" ,")], patterns, index)
    if len(parts) > _MOST_PARTS:
        return []
    return _shared([_as_all(part, patterns, index) for part in parts], patterns, index) if len(parts) > 1 else [whole]


def is_sane(phrase: str, patterns: Patterns, index: Index) -> bool:
    """Return whether a phrase is nothing but a target: no time, no number, no place that the house lacks.

    What is the name of a room and of a device is none: nobody knows which of them is meant.
    """
    tokens = index.words.tokens(phrase)
    if not tokens or tokens in index.by_name or tokens in index.places:
        return bool(tokens) and not (
            tokens in index.by_name and (tokens in index.places or tokens in index.words.whole)
        )
    if (
        tokens == (patterns.file["whole"],)
        or any(pair[0] in patterns.far and pair not in index.pairs for pair in pairwise((*tokens, "")))
        or any(_is_number(token, patterns) for token in _beside_place(tokens, index))
        # One word may be misspelt.
        or len(set(tokens) - index.vocabulary) > 1
        or _is_broken(phrase, index)
    ):
        return False
    start = 2 if tokens[0] in index.words.whole_words and tokens[1:2] == ("of",) else 0
    near = [at for at in range(start, len(tokens)) if tokens[at] in patterns.near]
    here = index.words.here
    if near and near[0] == 0 and any(tokens[1:end] in index.places for end in range(2, len(tokens))):
        # "im schlafzimmer das licht"
        near = near[1:]
    return not near or any(tokens[at + 1 :] in {*index.places, *here} or tokens[at:] in here for at in near)


def place_text(phrase: str, index: Index) -> str | None:
    """Return the place that a phrase names, in its own words; None if it names none."""
    tokens = index.words.tokens(phrase)
    found = index.place_in(tokens)
    if found is None:
        here = [" ".join(here) for here in index.words.here if len(tokens) > len(here) and tokens[-len(here) :] == here]
        return max(here, key=len, default=None)
    _, before, after = found
    return " ".join(tokens[len(before) : len(tokens) - len(after)])


def is_placeless_kind(phrase: str, index: Index) -> bool:
    """Return whether a phrase names a kind of thing and no place: where it is meant, only the sentence can tell."""
    words = index.words
    tokens = tuple(token for token in words.tokens(phrase) if token not in words.whole_words)
    return tokens not in index.by_name and (not tokens or tokens in words.kind_words)


def _is_only_put_together(target: str, whole: str, index: Index) -> bool:
    """Return whether no thing and a place said apart only make a name together: "turn on off" is no "turn off"."""
    words = index.words
    tokens = words.tokens(target)
    return words.tokens(whole) in index.by_name and tokens not in index.by_name and words.kind_at_end(tokens) is None


def _mended(phrase: str, calls: tuple[tuple[str, JsonObject], ...], index: Index) -> str:
    """Return a phrase with what was surely misheard put right, among what the calls can be meant for."""
    tokens = index.words.tokens(phrase)
    if tokens in index.by_name or set(tokens) <= index.vocabulary:
        return phrase
    mended = mender_of(index, frozenset[str]().union(*(_DOMAINS[name] for name, _ in calls))).mend(tokens)
    return " ".join(mended[0].tokens) if len(mended) == 1 and mended[0].sure else phrase


def _way_in(phrase: str, saying: Saying, index: Index) -> str | None:
    """Return the id of the lock or gate that is meant by its place in "lock the cellar" and "close the garage"."""
    place = index.places.get(index.words.tokens(phrase))
    tools = {name for name, _ in saying.calls}
    if place is None or not tools <= saying.named or not tools <= _MOVING:
        return None
    ways = [
        entity
        for entity in index.entities.values()
        if place.has(entity) and (entity.domain == "lock" or is_way_in(entity, index.words))
    ]
    fitting = [entity for entity in ways if any(entity.domain in _DOMAINS[name] for name in tools)]
    return fitting[0].entity_id if len(fitting) == 1 else None


def _both(phrase: str, index: Index) -> list[str]:
    """Return the names of the two things that "both ..." are; none where there are not just two."""
    words = index.words
    tokens = words.tokens(phrase)
    place, before, after = index.place_in(tokens) or (None, tokens, ())
    rest = tuple(token for token in (*before, *after) if token not in words.between)
    kind = words.kind_at_end(rest)
    if kind is None or not kind.plural:
        return []
    own = set(rest[: -len(kind.tokens)])
    meant = [
        entity
        for entity in of_kind(index.entities.values(), kind, words)
        if (place is None or place.has(entity)) and any(own <= set(name) for name in index.names_of[entity.entity_id])
    ]
    return [entity.label for entity in meant] if len(meant) == 2 else []  # both


def _beside_place(tokens: Tokens, index: Index) -> Tokens:
    found = index.place_in(tokens)
    return (*found[1], *found[2]) if found else tokens


def _is_broken(phrase: str, index: Index) -> bool:
    """Return whether an article stands where no noun phrase begins, as in "left the lights".

    One may begin after a place ("oben das licht"), and words such as "de" join two.
    """
    words = index.words
    said = plain(phrase).split()
    before = words.between | words.whole_words | words.articles
    return any(
        word in words.articles - words.linking and last not in before and not _ends_place(said[: at + 1], index)
        for at, (last, word) in enumerate(pairwise(said))
    )


def _ends_place(said: list[str], index: Index) -> bool:
    return any(index.words.tokens(" ".join(said[start:])) in index.places for start in range(len(said)))


def _calls(saying: Saying, match: re.Match[str], patterns: Patterns) -> tuple[tuple[str, JsonObject], ...] | None:
    """Return the calls with their values filled in; None where a value is none."""
    said = match.groupdict()
    number, second = (patterns.number(said[name]) if said.get(name) else None for name in ("number", "number2"))
    text = said.get("text")
    values: dict[str, object] = {
        "number": number,
        "number2": second,
        "minus": -number if number is not None else None,
        "number_or_more": "more" if number is None else number,
        "level": patterns.level(said["level"]) if said.get("level") else None,
        "speed": patterns.speed(said["speed"]) if said.get("speed") else None,
        "color": patterns.color(said.get("color") or ""),
        "mode": said.get("mode"),
        "text": text,
        "items": patterns.items(text) if text else None,
    }
    calls = []
    for name, arguments in saying.calls:
        filled = {key: values[value[1:-1]] if _is_slot(value) else value for key, value in arguments.items()}
        if None in filled.values():
            return None
        if unit := said.get("unit"):
            filled["unit"] = patterns.file["units"][unit]
        calls.append((name, filled))
    return tuple(calls)


def _is_slot(value: object) -> bool:
    return isinstance(value, str) and value.startswith("{")


def _fitting(
    saying: Saying, calls: tuple[tuple[str, JsonObject], ...], phrase: str, patterns: Patterns, index: Index
) -> tuple[tuple[str, JsonObject], ...]:
    """Return the calls that can be meant for the phrase: to open a room is not to move all that is in it.

    In "make the bedroom warm" they may mean the air as well as the light.
    """
    tokens = index.words.tokens(phrase)
    if tokens not in index.places and tokens not in index.words.here:
        return calls
    warmth = patterns.file["warmth"]
    return tuple(call for call in calls if call[0] not in saying.named and call[1].get("color") not in warmth)


def _is_number(token: str, patterns: Patterns) -> bool:
    return any(character.isdigit() for character in token) or token in patterns.words.own_numbers


def _as_all(phrase: str, patterns: Patterns, index: Index) -> str:
    """Return "all lights" for "every light" and for "the lights in the whole house"."""
    words = index.words
    kept = patterns.whole_house.sub("", phrase.strip(" ,"))
    everywhere = kept != phrase.strip(" ,")
    each = patterns.each.sub("", kept)
    tokens = words.tokens(each)
    if each != kept and (word := words.kind_at_start(tokens)) and not word.plural:
        rest = " ".join(tokens[len(word.tokens) :])
        return f"{patterns.file['whole']} {word.kind.many} {rest}".strip().casefold()
    if each != kept and (word := words.kind_at_end(tokens)) and not word.plural:
        rest = " ".join(tokens[: -len(word.tokens)])
        return f"{patterns.file['whole']} {rest} {word.kind.many}".casefold()
    if everywhere and (word := words.kind_at_end(tokens)) and word.plural and tokens[0] not in words.whole_words:
        return f"{patterns.file['whole']} {kept}"
    return kept


def _shared(parts: list[str], patterns: Patterns, index: Index) -> list[str]:
    """Return the parts of a list, each with what it shares with the others: a room, a kind, "all"."""
    words, at_place = index.words, patterns.file["at_place"]
    first, last = parts[0], parts[-1]
    first_place, last_place = place_text(first, index), place_text(last, index)
    shared: list[str] = []
    for part in parts:
        tokens = words.tokens(part)
        place = place_text(part, index)
        is_bare_place = tokens in index.places or tokens in words.here
        if is_bare_place and part is not first and _is_after(first, first_place, index):
            # "the lamp in the kitchen and the bedroom"
            rest = index.words.tokens(first)[: -len((first_place or "").split())]
            shared.append(at_place.format(name=_without_ends(rest, patterns), place=part))
        elif is_bare_place and part is not last and (kind := words.kind_at_end(words.tokens(last))) and last_place:
            # "the kitchen and bedroom blinds"
            shared.append(f"{part} {' '.join(kind.tokens)}")
        elif place is None and part is not last and _is_after(last, last_place, index) and not _is_only(part, index):
            # "the light and the fan in the bedroom"
            shared.append(at_place.format(name=part, place=last_place))
        elif (
            place is None
            and part is not first
            and first_place
            and tokens in words.kind_words
            and _goes_on(part, patterns)
        ):
            # "the bedroom light and fan"
            shared.append(f"{first_place} {part}")
        elif part is not first and _goes_on(part, patterns) and words.tokens(first)[0] in words.whole_words:
            # "all the lights and fans"
            shared.append(f"{patterns.file['whole']} {part}")
        else:
            shared.append(part)
    return shared


def _joined_names(parts: list[str], patterns: Patterns, index: Index) -> list[str]:
    """Return the parts, with those put together again that are one name, as "salt and pepper lamp"."""
    for start in range(len(parts)):
        for end in range(len(parts), start + 1, -1):
            name = patterns.file["and"].join(parts[start:end])
            if index.words.tokens(name) in index.by_name:
                return [*parts[:start], name, *_joined_names(parts[end:], patterns, index)]
    return parts


def _is_after(phrase: str, place: str | None, index: Index) -> bool:
    """Return whether the phrase ends with its place, and is more than that."""
    tokens, last = index.words.tokens(phrase), tuple((place or "").split())
    return place is not None and tokens != last and tokens[-len(last) :] == last


def _without_ends(tokens: Tokens, patterns: Patterns) -> str:
    return " ".join(tokens[:-1] if tokens[-1:] and tokens[-1] in patterns.near else tokens)


def _is_only(part: str, index: Index) -> bool:
    """Return whether exactly one entity is called that: it is where it is."""
    return len(index.by_name.get(index.words.tokens(part), ())) == 1


def _goes_on(part: str, patterns: Patterns) -> bool:
    """Return whether a part has no article of its own, as "fan" in "the bedroom light and fan"."""
    return part.split(maxsplit=1)[0] not in patterns.file["own"]
