"""The parts in which a model's reply arrives, and how they are read."""

from dataclasses import dataclass
from typing import Any

from homeassistant.util.json import JSON_DECODE_EXCEPTIONS, json_loads

type JsonObject = dict[str, Any]

_NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that the model wants called.

    `arguments` is an object, or the text itself where the model wrote text that is not one. `id` is the server's, None
    where it gives none.
    """

    name: str
    arguments: JsonObject | str
    id: str | None


@dataclass(frozen=True, slots=True)
class Stats:
    """What a reply took: seconds and tokens; `prompt_tokens` counts the cached ones too, `prompt_seconds` does not."""

    prompt_tokens: int
    prompt_seconds: float
    reply_tokens: int
    reply_seconds: float
    load_seconds: float
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Served:
    """Who gave a reply: the server's id, the model and its digest (empty: not known).

    `cached_tokens` is about how many of the prompt's tokens the cache spared; None while that is not known.
    """

    server: str
    model: str
    digest: str
    cached_tokens: int | None


@dataclass(frozen=True, slots=True)
class ChatChunk:
    """One part of a reply.

    The last one has `done` and `stats`; its `done_reason` is "stop", "length" or "load", and None (without stats) where
    the server ended the reply without saying so. From `ModelServers` it also has `served`.
    """

    content: str
    thinking: str
    tool_calls: tuple[ToolCall, ...]
    done: bool
    done_reason: str | None
    stats: Stats | None
    served: Served | None = None

    @property
    def empty(self) -> bool:
        """Return whether nothing was said, thought or called."""
        return not (self.content or self.thinking or self.tool_calls)


END_UNSAID = ChatChunk(content="", thinking="", tool_calls=(), done=True, done_reason=None, stats=None)


def read_chunk(data: JsonObject) -> ChatChunk:
    """Return the chunk that one object of the stream of /api/chat holds.

    Fields of the wrong kind count as absent: what a model wrote must never end a turn by its shape alone.
    """
    message = _object(data.get("message"))
    done = data.get("done") is True
    calls = message.get("tool_calls")
    return ChatChunk(
        content=_text(message.get("content")),
        thinking=_text(message.get("thinking")),
        tool_calls=tuple(_read_call(_object(call)) for call in calls) if isinstance(calls, list) else (),
        done=done,
        done_reason=_text(data.get("done_reason")) or None,
        stats=_read_stats(data) if done else None,
    )


def _read_call(call: JsonObject) -> ToolCall:
    function = _object(call.get("function"))
    return ToolCall(
        name=_text(function.get("name")),
        arguments=_read_arguments(function.get("arguments")),
        id=_text(call.get("id")) or None,
    )


def _read_arguments(arguments: object) -> JsonObject | str:
    if isinstance(arguments, dict):
        return arguments
    if not isinstance(arguments, str):
        return {} if arguments is None else str(arguments)
    if not arguments.strip():
        return {}
    try:
        parsed = json_loads(arguments)
    except JSON_DECODE_EXCEPTIONS:
        # A model's text that is no JSON is kept as it is: repairing it needs to know the tools.
        return arguments
    return parsed if isinstance(parsed, dict) else arguments


def _read_stats(data: JsonObject) -> Stats:
    return Stats(
        prompt_tokens=_count(data.get("prompt_eval_count")),
        prompt_seconds=_count(data.get("prompt_eval_duration")) / _NANOSECONDS,
        reply_tokens=_count(data.get("eval_count")),
        reply_seconds=_count(data.get("eval_duration")) / _NANOSECONDS,
        load_seconds=_count(data.get("load_duration")) / _NANOSECONDS,
        total_seconds=_count(data.get("total_duration")) / _NANOSECONDS,
    )


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    # The server leaves out what is zero.
    return value if isinstance(value, int) else 0
