"""Addresses of speech servers."""

import pytest

from custom_components.parlor.speech.address import TcpAddress, UnixAddress, is_on_premises, parse_uri
from custom_components.parlor.speech.errors import SpeechBadAddress


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("tcp://192.168.1.20:10300", TcpAddress("192.168.1.20", 10300)),
        ("tcp://speech.local:10300/", TcpAddress("speech.local", 10300)),
        ("tcp://[fd00::1]:10300", TcpAddress("fd00::1", 10300)),
        ("unix:///run/parlor.sock", UnixAddress("/run/parlor.sock")),
    ],
)
def test_address(uri: str, address: TcpAddress | UnixAddress) -> None:
    """A host and a port, or a path."""
    assert parse_uri(uri) == address


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "192.168.1.20:10300",
        "http://192.168.1.20:10300",
        "tcp://192.168.1.20",
        "tcp://192.168.1.20:0",
        "tcp://192.168.1.20:port",
        "tcp://192.168.1.20:99999",
        "tcp://[fd00::1:10300",
        "tcp://:10300",
        "tcp://192.168.1.20:10300/path",
        "tcp://192.168.1.20:10300?query",
        "unix://",
    ],
)
def test_no_address(uri: str) -> None:
    """Anything else is refused."""
    with pytest.raises(SpeechBadAddress):
        parse_uri(uri)


@pytest.mark.parametrize(
    ("peer", "own", "inside"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", True, id="this machine"),
        pytest.param("192.168.1.20", "192.168.1.2", True, id="home network"),
        pytest.param("100.100.1.1", "100.100.1.2", True, id="private overlay network"),
        pytest.param("fe80::1%eth0", "fe80::2%eth0", True, id="link"),
        pytest.param("fd12::1", "fd12::2", True, id="unique local"),
        pytest.param("2a01:db8:1:2::1", "2a01:db8:1:2::9", True, id="public, same network"),
        pytest.param("2a01:db8:1:3::1", "2a01:db8:1:2::9", False, id="public, another network"),
        pytest.param("8.8.8.8", "192.168.1.2", False, id="public"),
        pytest.param("8.8.8.8", "8.8.8.8", True, id="public, this machine"),
        pytest.param("::ffff:8.8.8.8", "::ffff:192.168.1.2", False, id="public, mapped"),
        pytest.param("::ffff:192.168.1.3", "::ffff:192.168.1.2", True, id="home network, mapped"),
    ],
)
def test_on_premises(peer: str, own: str, inside: bool) -> None:
    """Only machines of the home are spoken to."""
    assert is_on_premises(peer, own) is inside
