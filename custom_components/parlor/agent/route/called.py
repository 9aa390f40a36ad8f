"""Whether something is called what was said, and not only something like it."""

from ...home import HomeEntity
from ..index import Index
from ..near import slip_of
from ..search import is_called_so
from ..words import Tokens


def is_called(entity: HomeEntity, tokens: Tokens, index: Index) -> bool:
    """Return whether the tokens of a phrase are a name of an entity, its kind, or all that is its own in a name."""
    words = index.words
    rest = without_place(tokens, index)
    if not rest:
        # "Everything", or all of a room.
        return True
    kind = words.kind_words.get(rest)
    if kind and (entity.domain in kind.kind.domains or is_called_so(entity, kind, words)):
        return True
    if is_all_that_ends_so(entity, rest, index):
        return True
    place = set(words.tokens(entity.area_name or ""))
    many, left = words.without_kind(rest)
    if many and many.plural and entity.domain in many.kind.domains:
        # "The bedside lamps" are the left one and the right one.
        rest = left
        if any(set(rest) <= {*words.tokens(name), *place} for name in (entity.name, *entity.aliases)):
            return True
    for text in (entity.name, *entity.aliases, entity.label):
        name = words.tokens(text)
        # Nobody says an emoji beside a word.
        name = tuple(token for token in name if any(map(str.isalnum, token))) or name
        own = set(words.without_kind(name)[1]) - place
        if name in (tokens, rest) or (own and own <= set(rest)) or slip_of(tokens, name) or slip_of(rest, name):
            return True
    return False


def is_all_that_ends_so(entity: HomeEntity, tokens: Tokens, index: Index) -> bool:
    """Return whether only one thing of the house has the tokens in a name, and they end it: "the pump"."""
    return index.with_all(tokens) == [entity] and any(
        name[-len(tokens) :] == tokens for name in index.names_of[entity.entity_id]
    )


def without_place(tokens: Tokens, index: Index) -> Tokens:
    """Return the tokens without the place among them, and without the words between."""
    words = index.words
    if found := index.place_in(tokens):
        tokens = (*found[1], *found[2])
    for here in words.here:
        if len(tokens) > len(here) and tokens[-len(here) :] == here:
            tokens = tokens[: -len(here)]
    return tuple(token for token in tokens if token not in words.between and token not in words.whole_words)
