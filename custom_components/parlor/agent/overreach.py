"""Things that a model adds to what the speaker asked for, or takes instead."""

from ..home import HomeEntity
from .excepting import excepted
from .index import Index, Place
from .said import clauses, places_said, says_all, says_everything
from .utterance import Utterance


def unasked(entities: tuple[HomeEntity, ...], utterance: Utterance, index: Index) -> tuple[HomeEntity, ...]:
    """Return the entities that a call names, though the speaker spoke of all of another kind and not of them.

    "Turn off the living room lights" does not mean the television there. Where more is said than one thing, or
    "everything", nobody can tell.
    """
    words = index.words
    said = words.tokens(utterance.text)
    kinds = words.kinds_in(said)
    domains = frozenset[str]().union(*(word.kind.domains for word in kinds))
    is_plain = any(word.plural for word in kinds) and all(word.kind.domains for word in kinds)
    if not is_plain or says_everything(utterance.text, words) or len(clauses(utterance.text, words)) > 1:
        return ()
    return tuple(one for one in entities if one.domain not in domains and not _is_named(one, frozenset(said), index))


def places_instead(entities: tuple[HomeEntity, ...], utterance: Utterance, index: Index) -> tuple[Place, ...]:
    """Return the places that the speaker named, where a call is for such things in other places and for no name said.

    "The lamp in the bedroom" is none in the kitchen. A place that has no such thing is spoken of for another reason:
    "it is cold in the bedroom" may be for the thermostat in the hall.
    """
    words, text = index.words, utterance.text
    if says_all(text, words) or excepted(text, words):
        return ()
    said = places_said(text, index)
    here = index.area_places.get(utterance.area_id or "")
    near = [*said, here] if here else said
    tokens = words.tokens(text)
    told = frozenset(tokens).difference(*(word.tokens for word in words.kinds_in(tokens)))
    if any(one.area_id is None or place.has(one) for one in entities for place in near) or any(
        _is_named(one, told, index) for one in entities
    ):
        return ()
    domains = {one.domain for one in entities}
    has_such = any(one.domain in domains and place.has(one) for one in index.entities.values() for place in said)
    return tuple(said) if has_such else ()


def _is_named(entity: HomeEntity, said: frozenset[str], index: Index) -> bool:
    """Return whether any word of a name, those for its room aside, was said."""
    place = set(index.area_tokens.get(entity.area_id or "", ()))
    return any(said & (set(name) - place) for name in index.names_of[entity.entity_id])
