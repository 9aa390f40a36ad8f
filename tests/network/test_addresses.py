"""Which addresses count as at home."""

from collections.abc import Sequence
import socket

from homeassistant.core import HomeAssistant
import ifaddr
import pytest

from custom_components.parlor.network.addresses import Allowed, NotAtHome, home_addresses, is_allowed, is_home, on_link
from tests.resolver import UseResolver, resolve

__all__ = ["resolve"]

HOME = [
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "10.0.0.1",
    "10.255.255.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.254",
    "169.254.1.1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:192.168.1.2",
]
ELSEWHERE = [
    "8.8.8.8",
    "0.0.0.0",  # noqa: S104 - an address to judge, not one to listen on
    "9.255.255.255",
    "11.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "100.64.0.1",
    "169.253.255.255",
    "224.0.0.251",
    "255.255.255.255",
    "192.0.2.1",
    "::",
    "2606:4700::1111",
    "fec0::1",
    "ff02::1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", HOME)
def test_home(address: str) -> None:
    """Loopback, private, unique local and link-local addresses are at home."""
    assert is_home(address)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_elsewhere(address: str) -> None:
    """Nothing else is, however a public address is dressed up."""
    assert not is_home(address)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (["192.168.1.2"], ["192.168.1.2"]),
        (["2606:4700::1111", "192.168.1.2"], ["192.168.1.2"]),
        (["fd00::2", "1.1.1.1", "10.0.0.2"], ["fd00::2", "10.0.0.2"]),
        (["10.0.0.2", "10.0.0.2"], ["10.0.0.2"]),
    ],
    ids=["one", "public first", "order kept", "twice"],
)
async def test_names(hass: HomeAssistant, found: Sequence[str], kept: Sequence[str], resolve: UseResolver) -> None:
    """Of a name's addresses those at home are used."""
    resolve(lambda _: found)
    assert await home_addresses(hass, "ollama.lan", 11434) == kept


async def test_public_name(hass: HomeAssistant, resolve: UseResolver) -> None:
    """A name with public addresses only is refused, and the error says which they are."""
    resolve(lambda _: ["1.1.1.1", "2606:4700::1111"])
    with pytest.raises(NotAtHome) as refused:
        await home_addresses(hass, "ollama.example", 11434)
    assert (refused.value.host, refused.value.addresses) == ("ollama.example", ["1.1.1.1", "2606:4700::1111"])


@pytest.mark.parametrize("host", ["unknown.lan", "a..b"], ids=["unknown", "no host name"])
async def test_unknown_name(hass: HomeAssistant, host: str, resolve: UseResolver) -> None:
    """A name that nobody knows, or nobody can ask for, is an OSError."""

    def fail(name: str) -> Sequence[str]:
        name.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    resolve(fail)
    with pytest.raises(OSError, match=r"not known|not a host name"):
        await home_addresses(hass, host, 11434)


@pytest.mark.parametrize(
    ("allowed", "yes", "no"),
    [
        (Allowed(), [], ["100.64.0.1", "203.0.113.7"]),
        (Allowed(shared=True), ["100.64.0.1", "100.127.255.254", "::ffff:100.64.0.1"], ["100.128.0.1", "203.0.113.7"]),
        (Allowed(address="203.0.113.7"), ["203.0.113.7", "::ffff:203.0.113.7"], ["203.0.113.8", "100.64.0.1"]),
        (Allowed(address="2001:db8::7"), ["2001:db8::7", "2001:DB8:0::7"], ["2001:db8::8"]),
    ],
    ids=["nothing", "shared", "one address", "one IPv6 address"],
)
def test_allowed(allowed: Allowed, yes: Sequence[str], no: Sequence[str]) -> None:
    """A user allows what was asked about, and no neighbour of it."""
    assert all(is_allowed(address, allowed) for address in yes)
    assert not any(is_allowed(address, allowed) for address in no)


async def test_allowed_name(hass: HomeAssistant, resolve: UseResolver) -> None:
    """Of a name with several addresses, the allowed one alone is used, while it is one of them."""
    where = ["203.0.113.8", "203.0.113.7"]
    resolve(lambda _: where)
    allowed = Allowed(address="203.0.113.7")
    assert await home_addresses(hass, "ollama.example", 11434, allowed) == ["203.0.113.7"]
    where.remove("203.0.113.7")
    with pytest.raises(NotAtHome) as refused:
        await home_addresses(hass, "ollama.example", 11434, allowed)
    assert refused.value.addresses == ["203.0.113.8"]


def _adapters(*ips: tuple[str | tuple[str, int, int], int]) -> list[ifaddr.Adapter]:
    return [ifaddr.Adapter("eth0", "eth0", [ifaddr.IP(ip, prefix, "eth0") for ip, prefix in ips])]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("2001:db8:1:2::99", True),
        ("2001:db8:1:3::99", False),
        ("2001:db8:f:1::99", False),
        ("2001:db8:9::1", True),
        ("2001:db8:9::2", False),
        ("198.51.100.10", True),
        ("198.51.100.11", False),
        ("::ffff:198.51.100.10", True),
    ],
    ids=[
        "a neighbour",
        "the next network",
        "of a provider's whole prefix",
        "this machine",
        "beside a single address",
        "this machine's own public one",
        "beside it",
        "this machine's in IPv6 dress",
    ],
)
async def test_on_link(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, resolve: UseResolver, address: str, *, found: bool
) -> None:
    """Global addresses that this machine has, or reaches without a router, are of the home; all others are not."""
    adapters = _adapters(
        (("2001:db8:1:2::5", 0, 0), 64),
        (("2001:db8:f::5", 0, 0), 32),
        (("2001:db8:9::1", 0, 0), 128),
        (("fe80::5", 0, 2), 64),
        ("198.51.100.10", 24),
    )
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters)
    assert on_link([address]) == ([address] if found else [])
    resolve(lambda _: [address])
    if found:
        assert await home_addresses(hass, "box.lan", 11434) == [address]
        # The provider gives another prefix: what was a neighbour is a stranger by now.
        monkeypatch.setattr(ifaddr, "get_adapters", list)
    with pytest.raises(NotAtHome):
        await home_addresses(hass, "box.lan", 11434)
