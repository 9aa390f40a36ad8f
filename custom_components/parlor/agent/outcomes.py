"""What the outcomes of a turn's calls mean for its course, and how the model is told of them."""

from collections.abc import Iterable, Iterator, Sequence

from homeassistant.components.conversation import AssistantContentDeltaDict, ToolResultContentDeltaDict
from homeassistant.helpers import llm

from ..inference import JsonObject
from .facts import CallResult, FactKind, Outcome
from .history import call_message, result_message
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
        FactKind.READ_ONLY,
    }
)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Return several outcomes as one."""
    outcomes = tuple(outcomes)
    return Outcome(
        results=tuple(result for outcome in outcomes for result in outcome.results),
        facts=tuple(fact for outcome in outcomes for fact in outcome.facts),
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


def result_messages(ids: Sequence[str], results: Sequence[CallResult]) -> Iterator[JsonObject]:
    """Return the messages that tell the model what became of its calls."""
    pairs = list(zip(ids, results, strict=True))
    yield call_message((id_, result.tool_name, result.arguments) for id_, result in pairs)
    for id_, result in pairs:
        yield result_message(id_, result.tool_name, result.data)


def log_deltas(
    results: Sequence[tuple[str, CallResult]],
) -> Iterator[AssistantContentDeltaDict | ToolResultContentDeltaDict]:
    """Yield calls and their results as Home Assistant's chat log takes them, each with the id that it is to have."""
    yield {
        "role": "assistant",
        "tool_calls": [
            llm.ToolInput(tool_name=result.tool_name, tool_args=result.arguments, id=id_, external=True)
            for id_, result in results
        ],
    }
    for id_, result in results:
        yield {
            "role": "tool_result",
            "tool_call_id": id_,
            "tool_name": result.tool_name,
            "result": llm.ToolResult(data=result.data, error=result.error),
        }


def doubts(claim: str | None, states: Sequence[str]) -> list[JsonObject]:
    """Return the messages that tell the model that what it said is not so; with states, what is so instead."""
    if claim is None:
        return []
    text = answer_reminder().format(states="; ".join(states)) if states else claim_reminder()
    return [{"role": "assistant", "content": claim}, {"role": "user", "content": text}]
