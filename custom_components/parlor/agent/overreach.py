"""Things that a model adds to what the speaker asked for."""

from ..home import HomeEntity
from .index import Index
from .said import clauses, says_everything
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


def _is_named(entity: HomeEntity, said: frozenset[str], index: Index) -> bool:
    """Return whether any word of a name, those for its room aside, was said."""
    place = set(index.area_tokens.get(entity.area_id or "", ()))
    return any(said & (set(name) - place) for name in index.names_of[entity.entity_id])
