"""Names that are almost right: accepted only for a slip of one letter, otherwise offered to the model."""

from collections.abc import Iterable

from .words import Tokens

_LONG_WORD = 5
_NEAREST = 5


def slip_of(text: Tokens, name: Tokens) -> bool:
    """Return whether a text is a name but for one letter inside one long word, and no figure."""
    if len(text) != len(name):
        return False
    different = [(said, known) for said, known in zip(text, name, strict=True) if said != known]
    return len(different) == 1 and _one_letter(*different[0])


def nearest_names(text: Tokens, names: Iterable[tuple[str, Tokens]]) -> tuple[str, ...]:
    """Return the names that share most with a text, the nearest first, at most five."""
    ranked = sorted(((_likeness(text, tokens), name) for name, tokens in names), key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(name for likeness, name in ranked if likeness > 0))[:_NEAREST]


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


def _likeness(text: Tokens, name: Tokens) -> float:
    shared = len(set(text) & set(name)) / max(len(text), len(name), 1)
    return shared or max((0.3 for said in text for known in name if _alike(said, known)), default=0.0)


def _alike(said: str, known: str) -> bool:
    return len(said) >= _LONG_WORD and said[:4] == known[:4]
