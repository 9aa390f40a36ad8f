"""The faults of the drill: what comes instead of a reply, or in the middle of one, and what has to be said about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
import json
import math
from typing import Any

from demo.ollama import STAND_IN, Reply, faults


class Stage(StrEnum):
    """Where in a turn a fault strikes; the values are for the line that is printed."""

    FIRST = "before the first word"
    TEXT = "in the middle of the words"
    CALL = "after a call, before its deed"
    SECOND = "after a deed, before the next word"
    SECOND_TEXT = "after a deed, in the middle of the words"
    PREFILL = "while the speaker is still speaking"


BEGINNINGS = frozenset({Stage.FIRST, Stage.SECOND, Stage.PREFILL})


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: what the server sends after these lines of a reply, and the key of the error that it is.

    `begins` is the error where nothing was sent before; `breaks` the one in the middle of a reply, None where the fault
    can not strike there.
    """

    name: str
    reply: Callable[[Sequence[bytes]], Reply]
    begins: str
    breaks: str | None = "stream_broken"

    def at(self, stage: Stage) -> tuple[Reply, str] | None:
        """Return what the server sends at a stage, and which error that is; None where the fault can not strike."""
        if stage in BEGINNINGS:
            return replace(self.reply(()), for_prefill=stage is Stage.PREFILL), self.begins
        if self.breaks is None:
            return None
        return self.reply((_CALL,) if stage is Stage.CALL else _WORDS), self.breaks


def _line(message: dict[str, Any], **more: Any) -> bytes:
    chunk = {"model": STAND_IN.name, "message": {"role": "assistant", "content": "", **message}, "done": False, **more}
    return json.dumps(chunk).encode() + b"\n"


_WORDS = (_line({"content": "Let "}), _line({"content": "me "}), _line({"content": "see"}))
_CALL = _line(
    {
        "tool_calls": [
            {
                "id": "call_1",
                "function": {"index": 0, "name": "turn_on", "arguments": {"targets": ["Bedside lamp"]}},
            }
        ]
    }
)


def _then(*pieces: bytes) -> Callable[[Sequence[bytes]], Reply]:
    """Return a fault that sends these pieces after what came before."""
    return lambda before: Reply(raw_bytes=(*before, *pieces))


def _refuses(status: int, words: str) -> Callable[[Sequence[bytes]], Reply]:
    return lambda _before: Reply(status=status, error=words)


def _cut(before: Sequence[bytes]) -> Reply:
    return Reply(raw_bytes=tuple(before), die_after=len(before)) if before else Reply(drop=True)


def _silent(before: Sequence[bytes]) -> Reply:
    return Reply(raw_bytes=tuple(before), hang_after=len(before)) if before else Reply(drop=True, delay=math.inf)


def _drips(before: Sequence[bytes]) -> Reply:
    letters = tuple(bytes((byte,)) for byte in _line({"content": "This takes a while."}))
    return Reply(raw_bytes=(*before, *letters), chunk_delay=0.02)


def _page(before: Sequence[bytes]) -> Reply:
    return Reply(raw_bytes=(*before, b"<html><body>Sign in</body></html>\n")) if before else faults.captive_portal()


_BUSY = "server busy, please try again.  maximum pending requests exceeded"
_DONE = _line({}, done=True, done_reason="stop")
_HALF_A_CHARACTER = b'{"model":"m","message":{"content":"21 \xc2"},"done":false}\n'
_FROM_THE_CLOUD = _line({"content": "Hi"}, remote_host="https://ollama.com:443")

FAULTS = (
    Fault("cut", _cut, "stream_broken"),
    Fault("silent", _silent, "server_too_slow"),
    Fault("one byte at a time", _drips, "server_too_slow"),
    Fault("500", _refuses(500, "model runner has unexpectedly stopped"), "server_failed", None),
    Fault("502 of a proxy", lambda _before: Reply(status=502, body=b"<html>"), "server_unreachable", None),
    Fault("503 busy", _refuses(503, _BUSY), "server_busy", None),
    Fault("model missing", _refuses(404, f"model '{STAND_IN.name}' not found"), "model_missing", None),
    Fault("no tools", _refuses(400, f"{STAND_IN.full_name} does not support tools"), "model_without_tools", None),
    Fault("key refused", _refuses(401, "unauthorized"), "unauthorized", None),
    Fault("redirect", lambda _before: faults.redirect("https://ollama.com/api/chat"), "not_ollama", None),
    Fault("error line", _then(b'{"error":"model runner has unexpectedly stopped"}\n'), "server_failed"),
    Fault("nonsense", _then(b'{"model":"m","message":{"role":"assist\n', _DONE), "not_ollama"),
    Fault(
        "half a character", _then(b'{"model":"m","message":{"content":"21 \xc2"},"done":false}\n', _DONE), "not_ollama"
    ),
    Fault("web page", _page, "not_ollama"),
    Fault(
        "from the cloud",
        _then(_line({"content": "Hi"}, remote_host="https://ollama.com:443")),
        "cloud_refused",
        "cloud_refused",
    ),
    Fault("endless line", _then(b'{"model":"', *(b"a" * 1024 * 1024,) * 5), "stream_broken"),
)
