"""The prompt behind a request: rendered, split into tokens, and cut to the context as Ollama cuts it."""

from collections.abc import Sequence
from dataclasses import dataclass
import json

from .reply import TOKEN
from .wire import ApiError, JsonObject

NUM_KEEP = 4


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: the messages and tools that are left, and their tokens."""

    messages: Sequence[JsonObject]
    tools: Sequence[JsonObject]
    tokens: list[str]


def fit(
    messages: Sequence[JsonObject], tools: Sequence[JsonObject], *, num_ctx: int, truncate: bool, shift: bool
) -> Prompt:
    """Return the prompt of at most num_ctx tokens that Ollama makes of a request.

    The oldest messages that are not the system's go first, the last always stays. If that is not enough, the middle
    goes without a word (with shift: system text and tools are lost), or ApiError 400 is raised (without).
    """
    kept = list(messages)
    tokens = tokenize(render(kept, tools))
    if truncate:
        for first in range(1, len(messages)):
            if len(tokens) <= num_ctx:
                break
            kept = [message for message in messages[:first] if message.get("role") == "system"]
            kept += messages[first:]
            tokens = tokenize(render(kept, tools))
    if len(tokens) <= num_ctx:
        return Prompt(kept, tools, tokens)
    if not shift:
        raise ApiError(
            400,
            "the prompt is longer than the context length currently available to the model; "
            "shorten the prompt or raise num_ctx",
        )
    beginning = NUM_KEEP + 1
    return Prompt(kept[-1:], (), tokens[:beginning] + tokens[-(num_ctx // 2) :])


def tokenize(text: str) -> list[str]:
    """Return the tokens of a text."""
    return TOKEN.findall(text)


def render(messages: Sequence[JsonObject], tools: Sequence[JsonObject]) -> str:
    """Return the prompt text in a Qwen-like chat template: system text, tools, messages."""
    rest = list(messages)
    out = []
    if rest and rest[0].get("role") == "system":
        out.append("<|im_start|>system\n" + (rest.pop(0).get("content") or ""))
    if tools:
        out.append("\n\n# Tools\n<tools>\n" + "\n".join(json.dumps(tool) for tool in tools) + "\n</tools>")
    out.append("<|im_end|>\n")
    for message in rest:
        text = message.get("content") or ""
        for call in message.get("tool_calls") or []:
            text += "<tool_call>" + json.dumps(call.get("function")) + "</tool_call>"
        out.append(f"<|im_start|>{message.get('role')}\n{text}<|im_end|>\n")
    return "".join(out) + "<|im_start|>assistant\n"
