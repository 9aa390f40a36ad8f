"""What the outcomes of a turn's calls mean for its course, and how the model is told of them."""

from collections.abc import Sequence

from ..inference import JsonObject
from .facts import FactKind, Outcome
from .instructions import answer_reminder, claim_reminder

DEEDS = frozenset({FactKind.DONE, FactKind.ALREADY, FactKind.UNDER_WAY})
_EXCUSES = frozenset(
    {
        FactKind.NOT_FOUND,
        FactKind.REFUSED,
        FactKind.LATER,
        FactKind.LASTING,
        FactKind.DENIED,
        FactKind.NEEDS_CODE,
        FactKind.OUTSIDE,
    }
)


def has_deeds(outcome: Outcome) -> bool:
    """Tell whether something was done, or was so already."""
    return any(fact.kind in DEEDS for fact in outcome.facts)


def is_refused_only(outcome: Outcome) -> bool:
    """Tell whether nothing came of the calls because text of others had been read."""
    return bool(outcome.facts) and all(fact.kind is FactKind.OUTSIDE for fact in outcome.facts)


def is_partly_wrong(outcome: Outcome) -> bool:
    """Tell whether calls failed beside others that succeeded, in a way that the facts do not mention."""
    errors = sum(result.error for result in outcome.results)
    return has_deeds(outcome) and errors > sum(fact.kind in _EXCUSES for fact in outcome.facts)


def doubts(claim: str | None, states: Sequence[str]) -> list[JsonObject]:
    """Return the messages that tell the model that what it said is not so; with states, what is so instead."""
    if claim is None:
        return []
    text = answer_reminder().format(states="; ".join(states)) if states else claim_reminder()
    return [{"role": "assistant", "content": claim}, {"role": "user", "content": text}]
