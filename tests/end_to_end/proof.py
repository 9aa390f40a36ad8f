"""What it means that nothing left this machine."""

from typing import Final

from tests.end_to_end.conftest import DemoRun
from tests.end_to_end.sockets import is_loopback

_NAMES: Final = frozenset({"", "localhost"})
# Home Assistant asks the kernel which of its own addresses would reach a foreign one: it ties a datagram socket to port
# 1 there, reads the answer and closes it. Nothing is sent.
_ONLY_ASKED: Final = 1


def assert_only_loopback(run: DemoRun) -> None:
    """Check every socket of a run: connections and listeners, names looked up, datagrams sent."""
    for event, family, kind, address in run.asked:
        if family == "AF_UNIX" or (kind == "SOCK_DGRAM" and event in {"socket.connect", "socket.bind"}):
            continue
        assert address in _NAMES or is_loopback(address), (event, family, kind, address)
    for seen in run.sockets:
        if seen.listens:
            assert is_loopback(seen.local), seen
        elif seen.remote_port not in {0, _ONLY_ASKED}:
            assert is_loopback(seen.remote), seen
