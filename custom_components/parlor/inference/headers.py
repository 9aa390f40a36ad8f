"""The headers of requests: the user's own, and none that a library found in the environment."""

from collections.abc import Generator, Mapping
import re
from typing import override

import httpx

# RFC 9110: a name is a token, a value is visible ASCII with spaces and tabs inside.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
# What HTTP itself needs right, so that nobody else may set it.
_RESERVED = frozenset({"accept-encoding", "connection", "content-length", "host", "te", "transfer-encoding", "upgrade"})


def can_be_sent(name: str, value: str) -> bool:
    """Return whether a header can go along with a request."""
    return bool(_NAME.fullmatch(name) and _VALUE.fullmatch(value)) and name.casefold() not in _RESERVED


class OwnHeaders(httpx.Auth):
    """Send the user's key and headers. A header of the user's that says who is asking counts more than the key."""

    def __init__(self, api_key: str, headers: Mapping[str, str]) -> None:
        """Take the key, empty for none, and the headers by name."""
        self.sendable = not api_key or can_be_sent("authorization", f"Bearer {api_key}")
        self.sendable &= all(can_be_sent(name, value) for name, value in headers.items())
        self._headers = httpx.Headers()
        if self.sendable:
            self._headers.update({"Authorization": f"Bearer {api_key}"} if api_key else {})
            self._headers.update(headers)

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Put the headers on a request in place of the library's."""
        request.headers.pop("authorization", None)
        request.headers.update(self._headers)
        yield request
