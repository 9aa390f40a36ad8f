"""What the objects of a reply mean."""

from typing import Any

import pytest

from custom_components.parlor.inference import ChatChunk, Stats, ToolCall
from custom_components.parlor.inference.chunks import read_chunk

NO_STATS = Stats(0, 0.0, 0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("message", "content", "thinking"),
    [
        ({"role": "assistant", "content": "Hi"}, "Hi", ""),
        ({"role": "assistant", "content": "", "thinking": "Hm"}, "", "Hm"),
        ({"role": "assistant"}, "", ""),
        ({"content": None, "thinking": 3}, "", ""),
        ([], "", ""),
        (None, "", ""),
    ],
    ids=["content", "thinking", "neither", "wrong kinds", "a list", "null"],
)
def test_text(message: Any, content: str, thinking: str) -> None:
    """Text is text, and what is none is empty."""
    chunk = read_chunk({"message": message, "done": False})
    assert chunk == ChatChunk(content, thinking, (), done=False, done_reason=None, stats=None)
    assert chunk.empty == (not content and not thinking)


@pytest.mark.parametrize(
    ("wire", "call"),
    [
        (
            {"id": "call_1", "function": {"index": 0, "name": "f", "arguments": {"a": 1}}},
            ToolCall("f", {"a": 1}, "call_1"),
        ),
        ({"function": {"name": "f", "arguments": {}}}, ToolCall("f", {}, None)),
        ({"function": {"name": "f"}}, ToolCall("f", {}, None)),
        ({"function": {"name": "f", "arguments": None}}, ToolCall("f", {}, None)),
        ({"function": {"name": "f", "arguments": " "}}, ToolCall("f", {}, None)),
        ({"function": {"name": "f", "arguments": '{"a": [1]}'}}, ToolCall("f", {"a": [1]}, None)),
        ({"function": {"name": "f", "arguments": '{"a": '}}, ToolCall("f", '{"a": ', None)),
        ({"function": {"name": "f", "arguments": "[1]"}}, ToolCall("f", "[1]", None)),
        ({"function": {"name": "f", "arguments": [1]}}, ToolCall("f", "[1]", None)),
        ({"id": 7, "function": {"name": None, "arguments": {"a": 1}}}, ToolCall("", {"a": 1}, None)),
        ({}, ToolCall("", {}, None)),
        ("turn_on", ToolCall("", {}, None)),
    ],
    ids=[
        "as documented",
        "without id",
        "no arguments",
        "null arguments",
        "blank arguments",
        "object as text",
        "cut text",
        "list as text",
        "list",
        "no name",
        "nothing",
        "text",
    ],
)
def test_calls(wire: Any, call: ToolCall) -> None:
    """A call in any shape is a call: whoever repairs it must see that there was one."""
    chunk = read_chunk({"message": {"content": "", "tool_calls": [wire]}, "done": False})
    assert chunk.tool_calls == (call,)
    assert not chunk.empty


def test_calls_of_no_list() -> None:
    """What is no list of calls holds none."""
    assert read_chunk({"message": {"tool_calls": "f"}}).tool_calls == ()


@pytest.mark.parametrize(
    ("data", "reason", "stats"),
    [
        (
            {
                "done_reason": "stop",
                "total_duration": 4_500_000_000,
                "load_duration": 1_000_000_000,
                "prompt_eval_count": 700,
                "prompt_eval_duration": 2_000_000_000,
                "eval_count": 30,
                "eval_duration": 1_500_000_000,
            },
            "stop",
            Stats(700, 2.0, 30, 1.5, 1.0, 4.5),
        ),
        ({"done_reason": "length"}, "length", NO_STATS),
        ({"eval_count": "many"}, None, NO_STATS),
    ],
    ids=["all figures", "zeros left out", "no figures"],
)
def test_last(data: dict[str, Any], reason: str | None, stats: Stats) -> None:
    """The last chunk has the figures, in seconds."""
    chunk = read_chunk({"message": {"content": ""}, "done": True, **data})
    assert (chunk.done, chunk.done_reason, chunk.stats) == (True, reason, stats)
