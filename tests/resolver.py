"""What names mean, as a test says."""

from collections.abc import Callable, Sequence
import socket
from typing import Any

import pytest

type Resolve = Callable[[str], Sequence[str]]
type UseResolver = Callable[[Resolve], None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> UseResolver:
    """Return a function that decides which addresses the system's resolver finds."""

    def use(found: Resolve) -> None:
        def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[Any]:
            return [
                (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
                if ":" in address
                else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in found(host)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return use
