"""Note every address that a process opens a socket to; put first on the path as ``sitecustomize`` it does so itself.

Each Python process of a run writes lines of JSON to the folder in PARLOR_SOCKETS: what was asked of the resolver, and
what was connected to, sent to or listened on.
"""

import json
import os
from pathlib import Path
import sys
from typing import Any

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind", "socket.getaddrinfo"})


def watch(folder: Path) -> None:
    """Write down what this process does with sockets from now on."""
    log = (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8", buffering=1)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS:
            log.write(json.dumps(_seen(event, arguments)) + "\n")

    sys.addaudithook(note)


def _seen(event: str, arguments: tuple[Any, ...]) -> list[str]:
    """Return event, family and kind of the socket, and address; a resolver is asked without a socket."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
        return [event, "", "", host.decode() if isinstance(host, bytes) else str(host or "")]
    used, address = arguments
    host = address[0] if isinstance(address, tuple) else address
    host = os.fsdecode(host) if isinstance(host, bytes) else str(host)
    return [event, used.family.name, used.type.name, host]


if folder := os.environ.get("PARLOR_SOCKETS"):
    watch(Path(folder))
