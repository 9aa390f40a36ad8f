"""Which hosts this server has talked to by itself, and how much: where models and voices were downloaded from."""

from dataclasses import asdict, dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request, build_opener


@dataclass(slots=True)
class Traffic:
    """Connections to one host, requests over them, bytes of the requests and of the bodies of the answers."""

    connections: int = 0
    requests: int = 0
    sent: int = 0
    received: int = 0


class Contacts:
    """Counts by host. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start without any."""
        self._hosts: dict[str, Traffic] = {}
        self._lock = Lock()

    def add(self, host: str, *, connections: int = 0, sent: int = 0, received: int = 0) -> None:
        """Count for a host; every connection is for one request."""
        with self._lock:
            traffic = self._hosts.setdefault(host, Traffic())
            traffic.connections += connections
            traffic.requests += connections
            traffic.sent += sent
            traffic.received += received

    def as_data(self) -> dict[str, dict[str, int]]:
        """Return the counts by host, for an event."""
        with self._lock:
            return {host: asdict(traffic) for host, traffic in self._hosts.items()}

    def opener(self) -> OpenerDirector:
        """Return what opens http and https addresses, every redirect included, and counts."""
        return build_opener(_Http(self), _Https(self))


class _Http(HTTPHandler):
    def __init__(self, contacts: Contacts) -> None:
        super().__init__()
        self._contacts = contacts

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, self._contacts), req)


class _Https(HTTPSHandler):
    def __init__(self, contacts: Contacts) -> None:
        super().__init__()
        self._contacts = contacts

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_SecureConnection, self._contacts), req)


class _Connection(HTTPConnection):
    def __init__(self, contacts: Contacts, host: str, **settings: Any) -> None:  # noqa: ANN401 - the base's own
        super().__init__(host, **settings)
        self._contacts = contacts

    def connect(self) -> None:
        super().connect()
        self._contacts.add(self.host, connections=1)

    def send(self, data: Any) -> None:  # noqa: ANN401 - the base's own
        super().send(data)
        self._contacts.add(self.host, sent=len(data))


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS: its own `connect` comes after the counting one."""
