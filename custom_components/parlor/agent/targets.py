"""Find what a call is meant for: names, aliases, areas, floors, kinds. What is not found is never replaced.

What was misheard or misspelt is mended where it can hardly mean anything else, see `mend`, and asked about where it
may; two candidates are a question, unless the speaker's words or room tell them apart.
"""

from collections.abc import Iterable
from dataclasses import replace

from ..home import HomeEntity
from .excepting import excepted, without
from .facts import Group
from .index import Place
from .mend import Mended, mender_of
from .near import nearest_names, slip_of
from .said import clauses, places_said, says_all, says_everything, unknown_between_all_and_kind, unknown_place
from .search import Aim, Found, Missing, NotSaid, Search, Several, Unfit, WhichRoom, of_kind, one_of_kind
from .words import Kind, KindWord, Tokens, one_of


def find(text: str, aim: Aim) -> list[Search]:
    """Return what a target is: one result, or one for each part of "the kitchen and the hallway"."""
    said = excepted(text, aim.words) or excepted(aim.utterance.text, aim.words)
    if said is None or aim.reads:
        return [_read(found, aim) if aim.reads else found for found in _find(text, aim)]
    target = excepted(text, aim.words)
    own = excepted(aim.utterance.text, aim.words)
    # The exception names rooms and kinds that are not those of the command.
    bare = replace(aim, utterance=replace(aim.utterance, text=own.text)) if own else aim
    return without(bare, _find, _find(target.text if target else text, bare), said)


def _read(found: Search, aim: Aim) -> Search:
    """Return all that may be meant: to look at too much does no harm."""
    if isinstance(found, Several):
        return Found(found.entities)
    if isinstance(found, WhichRoom):
        word = aim.words.kind_words.get(aim.words.tokens(found.word))
        entities = aim.among(lambda _: True)
        return Found(tuple(of_kind(entities, word, aim.words) if word else entities))
    return found


def _find(text: str, aim: Aim) -> list[Search]:
    found = _find_one(text, aim)
    if not isinstance(found, Missing) or found.place:
        return [found]
    for pattern in aim.words.patterns("joins"):
        parts = [part for part in pattern.split(text.casefold()) if part.strip()]
        if len(parts) > 1:
            return [_find_one(part, aim) for part in parts]
    return [found]


def _find_one(text: str, aim: Aim) -> Search:
    if entity := aim.index.entities.get(text.strip().lower()):
        return Found((entity,)) if aim.fits(entity) else Unfit(entity)
    domain, dot, object_id = text.strip().partition(".")
    if dot and domain.islower() and domain in {entity.domain for entity in aim.index.entities.values()}:
        # Models make up entity ids of the names that they know.
        text = object_id.replace("_", " ")
    tokens = aim.index.parted(aim.words.tokens(text))
    found = _exactly(tokens, text, aim) or _slipped(tokens, text, aim)
    if found and not isinstance(found, Missing):
        return found
    unfit = [entity for entity in aim.index.by_name.get(tokens, ()) if not aim.fits(entity)]
    if unfit:
        return Unfit(unfit[0])
    return _misheard(tokens, text, aim, found) or found or _missing(tokens, text, aim)


def _exactly(tokens: Tokens, text: str, aim: Aim) -> Search | None:
    return (
        _named(tokens, text, aim)
        or _whole(tokens, aim)
        or _placed(tokens, aim)
        or _kind_alone(tokens, aim)
        or _described(tokens, text, aim)
    )


def _misheard(tokens: Tokens, text: str, aim: Aim, missing: Search | None) -> Search | None:
    """Find what sounds or looks like the text: surely meant it is taken, maybe meant it is asked about."""
    if isinstance(missing, Missing) and missing.place:
        return None
    mender = mender_of(aim.index, aim.domains)
    mended = [*mender.mend(tokens), *(Mended(name, sure=True) for name in mender.sounding_like(tokens))]
    found = [(_exactly(one.tokens, " ".join(one.tokens), aim), one.sure) for one in mended]
    for wanted in (True, False):
        hits = list({one for one, sure in found if sure is wanted and isinstance(one, Found | Several)})
        entities = tuple(dict.fromkeys(entity for one in hits for entity in one.entities))
        if wanted and len(hits) == 1:
            return hits[0]
        is_few = all(isinstance(one, Several) or len(one.entities) == 1 for one in hits)
        if entities and is_few:
            return Several(text.strip(), entities)
    return None


def _named(tokens: Tokens, text: str, aim: Aim) -> Search | None:
    """Find the entity of exactly this name."""
    if aim.narrow and tokens in aim.index.places:
        return None
    return aim.one_of((entity for entity in aim.index.by_name.get(tokens, ()) if aim.fits(entity)), text.strip())


def _whole(tokens: Tokens, aim: Aim) -> Search | None:
    """Find everything, or everything of a kind, if the speaker said so; only where the speaker said, if anywhere."""
    words = aim.words
    bare = tuple(token for token in tokens if token not in words.whole_words and token not in words.between)
    word = words.kind_words.get(bare)
    if tokens not in words.whole and not (word and one_of(tokens, words.whole_words)):
        return None
    if not aim.reads and not says_all(aim.utterance.text, words):
        return _said_kind(aim) or NotSaid()
    word = (word if word and word.kind.domains else None) or _kind_meant((), aim)
    for clause in clauses(aim.utterance.text, words):
        if not says_all(clause, words):
            continue
        if unknown := unknown_place(clause, aim.index) or unknown_between_all_and_kind(clause, aim.index):
            return Missing(unknown, place=True)
        if places := places_said(clause, aim.index):
            return _all_in(places[0], word, aim)
    return _all_in(None, word, aim)


def _said_kind(aim: Aim) -> Search | None:
    """Find what the speaker named, where a call means all of a kind and the speaker said "the lights"."""
    said = _kinds_said((), aim)
    is_one_kind = len({word.kind.name for word in said}) == 1
    return _kind_alone(said[0].tokens, aim) if is_one_kind and said[0].plural else None


def _placed(tokens: Tokens, aim: Aim) -> Search | None:
    """Find what is in a place: "kitchen", "kitchen lights", "lights in the kitchen", "upstairs", "here"."""
    words = aim.words
    if tokens in words.here:
        if aim.speaker is None:
            return WhichRoom("", plural=False, places=_rooms(aim.among(lambda _: True)))
        return _all_in(aim.speaker, _kind_meant((), aim), aim)
    found = aim.index.place_in(tokens)
    if found is None:
        # "lights here", "the lights in this room"
        for here in words.here:
            if aim.speaker and len(tokens) > len(here) and tokens[-len(here) :] == here:
                return _rest_in(aim.speaker, here, _essential(tokens[: -len(here)], aim), aim)
        return None
    place, before, after = found
    if unknown := _unknown_instead(aim):
        return Missing(unknown, place=True)
    name = tokens[len(before) : len(tokens) - len(after)]
    return _rest_in(place, name, _essential((*before, *after), aim), aim)


def _unknown_instead(aim: Aim) -> str | None:
    """Return the only place that the speaker named if the house lacks it: no other is meant, whatever a call names."""
    text = aim.utterance.text
    unknown = None if aim.reads or places_said(text, aim.index) else unknown_place(text, aim.index)
    # One that was misheard is not unknown.
    if unknown is None or any(one.sure for one in mender_of(aim.index, aim.domains).mend((unknown,))):
        return None
    return unknown


def _rest_in(place: Place, name: Tokens, rest: Tokens, aim: Aim) -> Search | None:
    """Find what the words beside a place mean there: nothing, a kind, or a name."""
    if not rest:
        return _all_in(place, _kind_meant(name, aim), aim)
    inside = aim.among(place.has)
    named = [entity for entity in aim.index.by_name.get(rest, ()) if entity in inside]
    if named:
        return aim.one_of(named, " ".join(rest))
    if word := aim.words.kind_words.get(rest):
        if word.plural:
            return _all_in(place, word, aim)
        return aim.one_of(one_of_kind(inside, word, aim.words), " ".join(rest)) or Missing(
            " ".join(rest), kind=word.kind, nearest=_some(inside), where=place.area_name or place.floor_name
        )
    return aim.one_of((entity for entity in inside if _covers(entity, rest, aim)), " ".join(rest))


def _all_in(place: Place | None, word: KindWord | None, aim: Aim) -> Search:
    """Find all of a kind in a place; without a kind, of the kinds that a room stands for."""
    inside = aim.among(lambda entity: place is None or place.has(entity))
    kind: Kind | None
    if word and word.kind.domains:
        entities, kind = of_kind(inside, word, aim.words), word.kind
    else:
        broad = says_everything(aim.utterance.text, aim.words)
        domains = aim.broad if broad else aim.usual
        entities = [entity for entity in inside if not domains or entity.domain in domains]
        kind = _common_kind(domains, aim)
    name = place.area_name or place.floor_name if place else None
    if not entities:
        return Missing(kind.one if kind else "", kind=kind, nearest=_some(inside), where=name)
    if word and not word.plain and len(entities) < sum(entity.domain in word.kind.domains for entity in inside):
        # "The lamps" are fewer than the lights of the room: to speak of the group would say too much.
        return Found(tuple(entities))
    named = place or Place(frozenset())
    return Found(tuple(entities), Group(kind.name if kind else None, named.area_name, named.floor_name))


def _kind_alone(tokens: Tokens, aim: Aim) -> Search | None:
    """Find what "the lights" or "the lamp" is, said without a place."""
    word = aim.words.kind_words.get(tokens)
    if word is None or not word.kind.domains:
        return None
    entities = (of_kind if word.plural else one_of_kind)(aim.among(lambda _: True), word, aim.words)
    if not entities:
        return None
    if unknown := unknown_place(aim.utterance.text, aim.index):
        return Missing(unknown, place=True)
    said = places_said(aim.utterance.text, aim.index)
    text = " ".join(tokens)
    if not word.plural or len(entities) == 1:
        return aim.one_of(entities, text)
    here = said[0] if len(said) == 1 else aim.speaker
    if here and any(here.has(entity) for entity in entities):
        return _all_in(here, word, aim)
    return WhichRoom(text, plural=True, places=_rooms(entities))


def _described(tokens: Tokens, text: str, aim: Aim) -> Search | None:
    """Find the entity whose name has all these words: "ceiling light", "coffee machine switch"."""
    rest = _essential(tokens, aim)
    if not rest:
        return None
    said = frozenset[str]().union(*(word.kind.domains for word in _kinds_said(rest, aim)))
    kind = aim.words.kind_at_end(rest)
    # A kind need not be in the name.
    own = rest[: -len(kind.tokens)] if kind and len(kind.tokens) < len(rest) else rest
    entities = [one for one in aim.index.with_all(own) if aim.fits(one) and _covers(one, rest, aim)]
    if kind and kind.plural and kind.kind.domains and len(rest) > len(kind.tokens):
        # "The bedside lamps" are all that are called so.
        alike = aim.narrowed(entity for entity in entities if entity.domain in kind.kind.domains)
        if len(alike) > 1:
            return Found(tuple(alike))
    # "The lights in the garage" are not the garage freezer, even where that is all that has the word.
    return aim.one_of((entity for entity in entities if not said or entity.domain in said), text.strip())


def _slipped(tokens: Tokens, text: str, aim: Aim) -> Search | None:
    """Find the one name or place that is meant but for one letter."""
    places = {name for name in aim.index.places if slip_of(tokens, name)}
    entities = [
        named.entity
        for named in aim.index.with_most(tokens)
        if aim.fits(named.entity) and any(slip_of(tokens, name) for name in named.names)
    ]
    if len(places) == 1 and not entities:
        return _placed(places.pop(), aim)
    if not places and len(entities) == 1:
        return Found((entities[0],))
    found = None if entities or places else _slipped_place(tokens, aim)
    return found or (Several(text.strip(), tuple(entities)) if entities else None)


def _slipped_place(tokens: Tokens, aim: Aim) -> Search | None:
    """Find "kitchn lights": a place but for one letter beside a kind."""
    word = aim.words.kind_at_end(tokens)
    if word is None or len(word.tokens) == len(tokens):
        return None
    places = {name for name in aim.index.places if slip_of(tokens[: -len(word.tokens)], name)}
    return _placed((*places.pop(), *word.tokens), aim) if len(places) == 1 else None


def _covers(entity: HomeEntity, tokens: Tokens, aim: Aim) -> bool:
    """Return whether a name has all the tokens, words for what kind of thing it is left aside."""
    word, rest = aim.words.without_kind(tokens)
    if word is None or entity.domain not in word.kind.domains or not rest:
        rest = tokens
    if aim.words.kind_words.get(rest):
        rest = tokens
    place = aim.index.area_tokens.get(entity.area_id or "", ())
    said = set(rest)
    if said <= set(place):
        return False
    return any(said <= {*name, *place} for name in aim.index.names_of[entity.entity_id])


def _essential(tokens: Tokens, aim: Aim) -> Tokens:
    words = aim.words
    return tuple(token for token in tokens if token not in words.between and token not in words.whole_words)


def _kind_meant(name: Tokens, aim: Aim) -> KindWord | None:
    """Return the kind that the call names, or a narrower one that the speaker named together with this place."""
    if says_everything(aim.utterance.text, aim.words):
        return aim.narrow
    said = _kinds_said(name, aim)
    word = said[0] if len({word.kind.name for word in said}) == 1 else None
    if word is None or (aim.domains and not word.kind.domains & aim.domains):
        return aim.narrow
    return aim.narrow if aim.narrow and not word.kind.domains <= aim.narrow.kind.domains else word


def _kinds_said(name: Tokens, aim: Aim) -> list[KindWord]:
    """Return the kinds that the speaker named, in the clause that has the name if there is one."""
    parts = [aim.words.tokens(clause) for clause in clauses(aim.utterance.text, aim.words)]
    near = [tokens for tokens in parts if name and set(name) <= set(tokens)]
    return [word for tokens in near or parts for word in aim.words.kinds_in(tokens) if word.kind.domains]


def _common_kind(domains: frozenset[str], aim: Aim) -> Kind | None:
    return next(
        (kind for kind in aim.words.kinds.values() if kind.domains == domains and not kind.device_classes), None
    )


def _some(entities: list[HomeEntity]) -> tuple[str, ...]:
    return tuple(entity.label for entity in entities[:5])


def _rooms(entities: Iterable[HomeEntity]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entity.area_name for entity in entities if entity.area_name))


def _missing(tokens: Tokens, text: str, aim: Aim) -> Missing:
    word, rest = aim.words.without_kind(tokens)
    names = [(named.entity.label, name) for named in aim.index.named if aim.fits(named.entity) for name in named.names]
    places = [(place.area_name or place.floor_name or "", name) for name, place in aim.index.places.items()]
    kind = word.kind if word and word.kind.domains and rest and not word.plural else None
    return Missing(text.strip(), kind=kind, nearest=nearest_names(rest, [*places, *names]))
