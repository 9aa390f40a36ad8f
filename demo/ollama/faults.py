"""Faults that servers and networks really show, ready to script."""

import math

from .reply import Reply
from .wire import dumps

_MEBIBYTE = 1024 * 1024


def hang() -> Reply:
    """Return a request that is never answered."""
    return Reply(drop=True, delay=math.inf)


def captive_portal() -> Reply:
    """Return the sign-in page that some networks answer everything with, status 200."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the network.</body></html>"
    return Reply(body=page, headers={"Content-Type": "text/html; charset=utf-8"})


def redirect(url: str) -> Reply:
    """Return a redirection to another address."""
    return Reply(status=307, body=b"", headers={"Location": url})


def huge_line(size: int = 10 * _MEBIBYTE) -> Reply:
    """Return one line of that many bytes, which never ends before them."""
    head = b'{"model":"m","message":{"role":"assistant","content":"'
    return Reply(raw_bytes=(head, *(b"a" * _MEBIBYTE for _ in range(size // _MEBIBYTE)), b'"},"done":true}\n'))


def drip(content: str, seconds: float = 1.0) -> Reply:
    """Return a whole answer, one byte at a time."""
    line = dumps({"model": "m", "message": {"role": "assistant", "content": content}, "done": True}) + "\n"
    return Reply(raw_bytes=tuple(bytes((byte,)) for byte in line.encode()), chunk_delay=seconds)


def cut_utf8() -> Reply:
    """Return a line that holds half a character."""
    return Reply(raw_bytes=(b'{"model":"m","message":{"role":"assistant","content":"21 \xc2"},"done":false}\n', _DONE))


def split_utf8() -> Reply:
    """Return a good answer, "21 °C", whose pieces end in the middle of a character."""
    return Reply(
        raw_bytes=(
            b'{"model":"m","message":{"role":"assistant","content":"21 \xc2',
            b'\xb0C"},"done":false}\n',
            _DONE,
        )
    )


def broken_json() -> Reply:
    """Return a line that is no JSON."""
    return Reply(raw_bytes=(b'{"model":"m","message":{"role":"assist\n', _DONE))


_DONE = b'{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'
