"""Names that are almost right: accepted only for a slip of one letter, otherwise offered to the model."""

from collections.abc import Iterable

from .words import Tokens

_LONG_WORD = 5
_NEAREST = 5
_HEAD, _SAME_HEAD = 4, 0.3


def slip_of(text: Tokens, name: Tokens) -> bool:
    """Return whether a text is a name but for one letter inside one long word, and no figure."""
    if len(text) != len(name):
        return False
    different = [(said, known) for said, known in zip(text, name, strict=True) if said != known]
    return len(different) == 1 and _one_letter(*different[0])


def nearest_names(text: Tokens, names: Iterable[tuple[str, Tokens]]) -> tuple[str, ...]:
    """Return the names that share most with a text, the nearest first, at most five."""
    said, heads = set(text), {word[:_HEAD] for word in text if len(word) >= _LONG_WORD}
    liked = [(likeness, name) for name, tokens in names if (likeness := _likeness(said, heads, tokens))]
    ranked = sorted(liked, key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(name for _likeness, name in ranked))[:_NEAREST]


def _one_letter(said: str, known: str) -> bool:
    """Return whether one letter is wrong, missing, too much or swapped with the next, and not the first one."""
    shorter, longer = sorted((said, known), key=len)
    if len(shorter) < _LONG_WORD or said[0] != known[0] or any(map(str.isdigit, said + known)):
        return False
    at = next((at for at, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    if len(shorter) != len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    return swapped or shorter[at + 1 :] == longer[at + 1 :]


def _likeness(said: set[str], heads: set[str], name: Tokens) -> float:
    if shared := len(said.intersection(name)):
        return shared / max(len(said), len(name))
    return _SAME_HEAD if heads and any(token[:_HEAD] in heads for token in name) else 0.0
