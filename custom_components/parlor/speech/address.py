"""Addresses of speech servers: unix:///path and tcp://host:port, inside the home."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
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


def is_on_premises(peer: str, own: str) -> bool:
    """Say whether a connected peer belongs to the home, given the own address of the same connection.

    Hosts of a home commonly have public IPv6 addresses; those share the 64 bits of their network with this machine.
    """
    address, own_address = ip_address(peer.partition("%")[0]), ip_address(own.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global or address == own_address:
        return True
    return address.version == own_address.version == 6 and address in ip_network((own_address, 64), strict=False)
