"""Earlier turns of a conversation, as messages for the model."""

from collections.abc import Iterable, Sequence
import json

from homeassistant.components.conversation import AssistantContent, Content, ToolResultContent, UserContent

from ..const import EARS_FAILED
from ..inference import JsonObject
from ..inference.tokens import estimate_messages
from .tools import as_offered

type Round = list[JsonObject]
"""The messages from one utterance up to the next. What was said before the first utterance is a round of its own."""


def history_messages(content: Iterable[Content], room: int) -> list[JsonObject]:
    """Return the messages of earlier turns that fit into ``room`` tokens: words, calls, results, replies.

    Whole rounds are left out from the beginning, many at once: whenever the history outgrows the room it is cut to
    half of it, so that its beginning stays the same, and cached, for several turns.
    """
    rounds = list(read_rounds(content))
    sizes = [estimate_messages(messages) for messages in rounds]
    return [message for messages in rounds[first_round(sizes, room) :] for message in messages]


def first_round(sizes: Sequence[int], room: int) -> int:
    """Return the index of the first round that is kept, given the tokens of each; their number if none fits.

    The history is replayed from its beginning, so that the answer depends on nothing but it.
    """
    first = 0
    total = 0
    for index, size in enumerate(sizes):
        total += size
        if total <= room:
            continue
        while first <= index and total > room // 2:
            total -= sizes[first]
            first += 1
    return first


def read_rounds(content: Iterable[Content]) -> Iterable[Round]:
    """Return the rounds of a chat log in order.

    The log may hold what other agents left behind. A result without its call is left out, a call without its result
    too, and so are words that nobody answered, and turns in which there was nothing to hear.
    """
    current: list[Content] = []
    for one in content:
        if isinstance(one, UserContent):
            yield from _messages_of(current)
            current = [one]
        elif isinstance(one, AssistantContent | ToolResultContent):
            current.append(one)
    yield from _messages_of(current)


def call_message(calls: Iterable[tuple[str, str, JsonObject]]) -> JsonObject:
    """Return the message in which the model made calls, each given as id, name and arguments, as it is offered them."""
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {"id": id_, "function": dict(zip(("name", "arguments"), as_offered(name, arguments), strict=True))}
            for id_, name, arguments in calls
        ],
    }


def result_message(call_id: str, name: str, data: object) -> JsonObject:
    """Return the message that tells the model what became of a call."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return {"role": "tool", "tool_name": as_offered(name, {})[0], "tool_call_id": call_id, "content": text}


def _messages_of(content: Sequence[Content]) -> Iterable[Round]:
    results = {one.tool_call_id: one for one in content if isinstance(one, ToolResultContent)}
    messages: Round = []
    for one in content:
        if isinstance(one, UserContent):
            messages.append({"role": "user", "content": one.content})
        elif isinstance(one, AssistantContent):
            messages.extend(_assistant(one, results))
    answered = any(message["role"] != "user" for message in messages)
    if answered and messages[0]["content"] != EARS_FAILED:
        yield messages


def _assistant(content: AssistantContent, results: dict[str, ToolResultContent]) -> Iterable[JsonObject]:
    calls = [call for call in content.tool_calls or () if call.id in results]
    if calls:
        yield call_message((call.id, call.tool_name, call.tool_args) for call in calls)
        for call in calls:
            yield result_message(call.id, call.tool_name, results[call.id].result.data)
    # Text beside calls was spoken before their results were known.
    if content.content:
        yield {"role": "assistant", "content": content.content}
