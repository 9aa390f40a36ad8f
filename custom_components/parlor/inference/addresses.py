"""Which addresses belong to a home."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
import socket

from .errors import AddressRefused

_HOME_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "127.0.0.0/8",  # this machine
        "::1/128",
        "10.0.0.0/8",  # private, RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",  # unique local, RFC 4193
        "169.254.0.0/16",  # one cable or one radio cell, RFC 3927 and RFC 4291
        "fe80::/10",
    )
)


async def home_addresses(loop: asyncio.AbstractEventLoop, host: str, port: int) -> Sequence[str]:
    """Return the home addresses of a host, in the resolver's order.

    Connecting to one of these, and not to the name, is what makes the check hold: a name may mean another address a
    moment later. Raises AddressRefused where the host has only others, OSError where it is not known.
    """
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as err:
        # A label that is empty or longer than 63 characters never reaches the resolver.
        raise OSError(f"{host!r} is not a host name") from err
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if at_home := [address for address in addresses if is_home(address)]:
        return at_home
    raise AddressRefused(url=host, error=", ".join(addresses))


def is_home(address: str) -> bool:
    """Return whether an IP address is this machine's or one of a home network.

    Addresses that carriers share among customers (100.64.0.0/10) are not: somebody else runs that network.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in _HOME_NETWORKS)
