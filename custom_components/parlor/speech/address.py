"""Addresses of speech servers: unix:///path and tcp://host:port."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import SpeechBadAddress


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket on this machine."""

    path: str


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A port of a machine in the network."""

    host: str
    port: int


def parse_uri(uri: str) -> UnixAddress | TcpAddress:
    """Read the address of a speech server. Raises SpeechBadAddress."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError as err:  # a port that is no number, or brackets without an address
        raise SpeechBadAddress(uri=uri) from err
    if parts.scheme == "unix" and parts.path:
        return UnixAddress(parts.path)
    if parts.scheme == "tcp" and host and port and parts.path in {"", "/"} and not parts.query:
        return TcpAddress(host, port)
    raise SpeechBadAddress(uri=uri)
