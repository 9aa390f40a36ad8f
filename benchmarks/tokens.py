"""How many tokens a request is: the same rule for every agent that is compared.

The request is rendered in a Qwen-like chat template (system text, then the tool schemas inside the system block, then
the messages) and split by a GPT-like pre-tokenizer. A model's own tokenizer differs by some per cent; ratios hold. The
stand-in for a model server counts by the same rule, so that its figures are these.
"""

from collections.abc import Mapping
from typing import Any

from demo.ollama.prompt import render, tokenize


def tokens(body: Mapping[str, Any]) -> list[str]:
    """Return the prompt's tokens of a body of /api/chat."""
    return tokenize(render(body["messages"], body.get("tools") or ()))
