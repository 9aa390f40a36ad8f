"""Which addresses belong to a home."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
import socket

from homeassistant.core import HomeAssistant
import ifaddr

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
# What carriers share among customers, RFC 6598, and private networks across the internet use for themselves.
_SHARED_NETWORK = ip_network("100.64.0.0/10")
# The addresses that any provider gives away, RFC 4291.
_GLOBAL_IPV6 = ip_network("2000::/3")
# The largest network of neighbours: whoever has more of the addresses has a provider's, not a home's.
_WIDEST_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a user allows besides the addresses of every home.

    `shared`: addresses of 100.64.0.0/10, as private networks across the internet have them. `address`: exactly this IP
    address, wherever it is.
    """

    shared: bool = False
    address: str | None = None


NOTHING_MORE = Allowed()


class NotAtHome(Exception):  # noqa: N818 - the name says what is wrong, which "Error" would only lengthen
    """All addresses of a host are outside of the home and not allowed; nothing was sent."""

    def __init__(self, host: str, addresses: Sequence[str]) -> None:
        """Say which host it is, and all of its addresses."""
        super().__init__(f"{host} is {', '.join(addresses)}")
        self.host = host
        self.addresses = addresses


async def home_addresses(hass: HomeAssistant, host: str, port: int, allowed: Allowed = NOTHING_MORE) -> Sequence[str]:
    """Return the home addresses of a host, in the resolver's order.

    Connecting to one of these, and not to the name, is what makes the check hold: a name may mean another address a
    moment later. Raises NotAtHome where the host has only others, OSError where it is not known.
    """
    try:
        found = await hass.loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as err:
        # A label that is empty or longer than 63 characters never reaches the resolver.
        raise OSError(f"{host!r} is not a host name") from err
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if at_home := [address for address in addresses if is_home(address) or is_allowed(address, allowed)]:
        return at_home
    if neighbours := await hass.async_add_executor_job(on_link, addresses):
        return neighbours
    raise NotAtHome(host, addresses)


def is_home(address: str) -> bool:
    """Return whether an IP address is this machine's or one of a home network.

    Addresses that carriers share among customers (100.64.0.0/10) are not: somebody else may run that network.
    """
    parsed = _parsed(address)
    return any(parsed in network for network in _HOME_NETWORKS)


def is_shared(address: str) -> bool:
    """Return whether an IP address is of 100.64.0.0/10."""
    return _parsed(address) in _SHARED_NETWORK


def is_allowed(address: str, allowed: Allowed) -> bool:
    """Return whether the user has allowed an IP address."""
    if allowed.address is not None and _parsed(address) == _parsed(allowed.address):
        return True
    return allowed.shared and is_shared(address)


def on_link(addresses: Sequence[str]) -> list[str]:
    """Return those of some IP addresses that this machine has itself, or reaches without any router.

    Hosts of a home commonly have global IPv6 addresses, all of one prefix that the provider may change every day: so
    the adapters are looked at anew each time. Of IPv4 only own addresses count, since a rented server shares its
    network with strangers. Blocks for some system calls.
    """
    own = [ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    machine = {_parsed(str(ip.ip[0] if isinstance(ip.ip, tuple) else ip.ip)) for ip in own}
    links = [
        IPv6Network((ip.ip[0].partition("%")[0], max(ip.network_prefix, _WIDEST_PREFIX)), strict=False)
        for ip in own
        if isinstance(ip.ip, tuple)
    ]
    return [
        address
        for address in addresses
        if (parsed := _parsed(address)) in machine or (parsed in _GLOBAL_IPV6 and any(parsed in link for link in links))
    ]


def _parsed(address: str) -> IPv4Address | IPv6Address:
    """Return an IP address; an IPv4 one in IPv6 dress undressed."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
