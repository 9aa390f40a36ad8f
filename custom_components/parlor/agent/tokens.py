"""How long a text is for a model, without its tokenizer."""

from collections.abc import Iterable, Mapping
import json
import re
from typing import Any

_PART = re.compile(r"[^\W\d_]+|\d{1,3}|[^\w\s]{1,2}|_|\n")
_PER_MESSAGE = 6


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text is, rather more than fewer.

    Tokenizers keep short common words whole and cut long ones; scripts other than ASCII cost about a token for every
    three bytes. For English names and JSON this is some 20 % above what Qwen's and Llama's tokenizers count.
    """
    return sum(_cost(part) for part in _PART.findall(text))


def estimate_messages(messages: Iterable[Mapping[str, Any]]) -> int:
    """Return about how many tokens the messages of a request are, their frames in the chat template included."""
    return sum(_message(message) for message in messages)


def estimate_json(value: object) -> int:
    """Return about how many tokens a value is as JSON."""
    return estimate_tokens(json.dumps(value, ensure_ascii=False))


def _cost(part: str) -> int:
    if part.isascii():
        return 1 + (len(part) - 1) // 6 if part.isalpha() else 1
    return 1 + (len(part.encode()) - 1) // 3


def _message(message: Mapping[str, Any]) -> int:
    calls = message.get("tool_calls")
    return _PER_MESSAGE + estimate_tokens(message.get("content") or "") + (estimate_json(calls) if calls else 0)
