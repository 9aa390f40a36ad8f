"""What a model answers: by rule, or scripted by a test, misbehaviour and faults included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import itertools
import json
import re

from .models import Style
from .wire import JsonObject, dumps

# The token rule that the project counts prompts with; a real model's differs by some per cent.
TOKEN = re.compile(r"'(?:[sdmt]|ll|ve|re)|[^\W\d_]+| ?\d{1,3}|[^\s\w]+|\s+")
_WORD = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+")
_ids = itertools.count()


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. Without an id it gets one; ``wire`` replaces the whole entry of ``tool_calls``."""

    name: str = ""
    arguments: object = field(default_factory=dict)
    id: str | None = None
    wire: JsonObject | None = None

    def to_wire(self, index: int) -> JsonObject:
        """Return the entry of ``tool_calls``."""
        if self.wire is not None:
            return self.wire
        call_id = self.id or f"call_{next(_ids):08d}"
        return {
            "id": call_id,
            "function": {"index": index, "name": self.name, "arguments": self.arguments},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer to a chat request, or a fault in its place.

    The model's part: content (streamed a word a chunk, or as given in chunks), thinking, tool_calls, style (None: the
    model's own), done_reason, extra (members merged into every chunk).
    Its course: delay before the first byte and chunk_delay before each chunk, in seconds (math.inf hangs);
    die_after, hang_after: that many chunks, then the connection is cut or falls silent; error_line: an error as the
    last line of a stream with status 200; no_done: the stream ends without its last chunk.
    Instead of a model's answer: drop (the connection is closed without a response), status with error (a JSON body) or
    with body and headers as they are, raw_bytes (written piece by piece as the stream's body, chunk_delay between).
    for_prefill: answers a prefill (num_predict 1), which other scripted replies leave alone.
    """

    content: str = ""
    chunks: tuple[str, ...] | None = None
    thinking: str = ""
    tool_calls: tuple[Call, ...] = ()
    style: Style | None = None
    done_reason: str = "stop"
    extra: JsonObject = field(default_factory=dict)
    delay: float = 0
    chunk_delay: float = 0
    die_after: int | None = None
    hang_after: int | None = None
    error_line: str | None = None
    no_done: bool = False
    drop: bool = False
    status: int = 200
    error: str | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw_bytes: tuple[bytes, ...] | None = None
    for_prefill: bool = False

    @property
    def is_raw(self) -> bool:
        """Whether this is sent as it is, without a model having any part in it."""
        return (
            self.drop
            or self.status != 200  # the one number of HTTP that needs no name
            or self.error is not None
            or self.body is not None
            or self.raw_bytes is not None
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """One chunk to stream: the message's members besides its role, and the tokens it costs."""

    message: JsonObject
    tokens: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A reply cut into chunks: those to stream, the calls that wait for the last chunk, and why it ends."""

    frames: tuple[Frame, ...]
    last_calls: tuple[JsonObject, ...]
    done_reason: str

    @property
    def tokens(self) -> int:
        """The tokens of the whole reply; at least the one that ends it."""
        return max(1, sum(frame.tokens for frame in self.frames))

    def text(self) -> str:
        """Return content and calls as the next prompt of the conversation would hold them."""
        content = "".join(frame.message.get("content", "") for frame in self.frames)
        calls = [call for frame in self.frames for call in frame.message.get("tool_calls", ())]
        functions = [call.get("function", {}) for call in (*calls, *self.last_calls)]
        told = [{key: function.get(key) for key in ("name", "arguments")} for function in functions]
        return content + "".join(f"<tool_call>{json.dumps(function)}</tool_call>" for function in told)


def plan(reply: Reply, style: Style, *, with_calls: bool, limit: int | None) -> Plan:
    """Cut a reply into chunks of at most ``limit`` tokens in all; calls are left out unless tools were offered."""
    frames = [Frame({"content": "", "thinking": word}, _cost(word)) for word in _WORD.findall(reply.thinking)]
    words = _WORD.findall(reply.content) if reply.chunks is None else reply.chunks
    frames += [Frame({"content": word}, _cost(word)) for word in words]
    if with_calls:
        for index, call in enumerate(reply.tool_calls):
            wire = call.to_wire(index)
            frames.append(Frame({"content": "", "tool_calls": [wire]}, _cost(dumps(wire.get("function", wire)))))
    frames, whole = _limited(frames, limit)
    last_calls: list[JsonObject] = []
    if style == "native":
        last_calls = [call for frame in frames for call in frame.message.get("tool_calls", ())]
        frames = [
            Frame({}, frame.tokens) if "tool_calls" in frame.message else frame for frame in frames
        ]  # the tokens are spent, but nothing is sent
    return Plan(tuple(frames), tuple(last_calls), reply.done_reason if whole else "length")


def _limited(frames: list[Frame], limit: int | None) -> tuple[list[Frame], bool]:
    """Return the frames that fit into the limit and whether all did; a call that is cut is lost."""
    if limit is None:
        return frames, True
    kept: list[Frame] = []
    for frame in frames:
        if limit <= 0:
            return kept, False
        if frame.tokens > limit and "tool_calls" in frame.message:
            return [*kept, Frame({}, limit)], False
        kept.append(frame)
        limit -= frame.tokens
    return kept, True


def _cost(text: str) -> int:
    """Return the tokens of a piece of text."""
    return max(1, len(TOKEN.findall(text.strip())))
