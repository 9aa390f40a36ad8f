"""Earlier turns come back to the model whole, in order, and cut in steps."""

from collections.abc import Sequence
import json

from homeassistant.components.conversation import (
    AssistantContent,
    Content,
    SystemContent,
    ToolResultContent,
    UserContent,
)
from homeassistant.helpers.llm import ToolInput, ToolResult
import pytest

from custom_components.parlor.agent.history import first_round, history_messages
from custom_components.parlor.inference.tokens import estimate_messages

AGENT = "conversation.parlor"


def user(words: str) -> UserContent:
    """Return what a user said."""
    return UserContent(words)


def assistant(text: str | None, *calls: str) -> AssistantContent:
    """Return what the agent said and which calls it made, named by their ids."""
    made = [ToolInput("turn_on", {"targets": [call]}, id=call, external=True) for call in calls]
    return AssistantContent(AGENT, content=text, tool_calls=made or None)


def result(call: str) -> ToolResultContent:
    """Return the result of a call."""
    return ToolResultContent(AGENT, call, "turn_on", ToolResult({"done": [call]}))


def short(content: Sequence[Content]) -> list[str]:
    """Return the history of a log in short: who, and what."""
    said = []
    for message in history_messages(content, 10_000):
        calls = ",".join(call["id"] for call in message.get("tool_calls", ()))
        said.append(f"{message['role']}: {calls or message.get('tool_call_id') or message['content']}")
    return said


CASES: dict[str, tuple[list[Content], list[str]]] = {
    "empty": ([SystemContent("")], []),
    "a turn": ([user("a"), assistant("b")], ["user: a", "assistant: b"]),
    "a deed": (
        [user("a"), assistant(None, "1"), result("1"), assistant("b")],
        ["user: a", "assistant: 1", "tool: 1", "assistant: b"],
    ),
    "two deeds, results in another order": (
        [user("a"), assistant(None, "1", "2"), result("2"), result("1"), assistant("b")],
        ["user: a", "assistant: 1,2", "tool: 1", "tool: 2", "assistant: b"],
    ),
    "text beside calls comes after their results": (
        [user("a"), assistant("b", "1"), result("1")],
        ["user: a", "assistant: 1", "tool: 1", "assistant: b"],
    ),
    "a result without its call": ([result("1"), user("a"), result("2"), assistant("b")], ["user: a", "assistant: b"]),
    "a call without its result": (
        [user("a"), assistant(None, "1", "2"), result("2"), assistant("b")],
        ["user: a", "assistant: 2", "tool: 2", "assistant: b"],
    ),
    "a result in a later turn": (
        [user("a"), assistant("b", "1"), user("c"), result("1"), assistant("d")],
        ["user: a", "assistant: b", "user: c", "assistant: d"],
    ),
    "words that nobody answered": ([user("a"), user("c"), assistant("d")], ["user: c", "assistant: d"]),
    "a first word of the agent": (
        [assistant("b"), user("c"), assistant("d")],
        ["assistant: b", "user: c", "assistant: d"],
    ),
    "ears that failed": (
        [user("\u2063parlor ears failed\u2063"), assistant("b"), user("c"), assistant("d")],
        ["user: c", "assistant: d"],
    ),
}


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES)
def test_history_is_consistent_whatever_the_log_holds(content: list[Content], expected: list[str]) -> None:
    """Every result follows its call, and every call has its result."""
    assert short(content) == expected


def test_results_name_their_tool_and_hold_compact_json() -> None:
    """Models need the name to tell parallel results apart."""
    messages = history_messages([user("a"), assistant(None, "1"), result("1")], 10_000)
    assert messages[1]["tool_calls"][0]["function"] == {"name": "turn_on", "arguments": {"targets": ["1"]}}
    assert messages[2]["tool_name"] == "turn_on"
    assert json.loads(messages[2]["content"]) == {"done": ["1"]}


@pytest.mark.parametrize(
    ("sizes", "room", "expected"),
    [
        ([], 100, 0),
        ([40, 40], 100, 0),
        ([40, 40, 40], 100, 2),
        ([40, 40, 40, 40], 100, 2),
        ([40, 40, 40, 40, 40], 100, 4),
        ([10, 200], 100, 2),
        ([200, 10], 100, 1),
        ([10], 0, 1),
    ],
)
def test_whole_rounds_go_in_large_steps(sizes: list[int], room: int, expected: int) -> None:
    """What is kept never exceeds the room."""
    assert first_round(sizes, room) == expected


def test_the_beginning_of_a_long_history_stays_the_same_for_several_turns() -> None:
    """Or the server's prefix cache would be lost with every turn."""
    content: list[Content] = []
    firsts: list[str] = []
    for number in range(60):
        content += [user(f"question {number} about the house"), assistant(f"answer {number}, which is short")]
        messages = history_messages(content, 400)
        assert estimate_messages(messages) <= 400
        assert messages[0]["role"] == "user"
        firsts.append(messages[0]["content"])
    assert 2 < len(set(firsts)) < 12
