"""Addresses of speech servers."""

import pytest

from custom_components.parlor.speech.address import TcpAddress, UnixAddress, parse_uri
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
