"""Addresses of this machine that are taken for addresses outside of the home, so that something can listen there."""

from ipaddress import ip_network
from typing import Final

import pytest
import pytest_socket

from custom_components.parlor.network import addresses

SHARED_HERE: Final = "127.0.0.3"
"""In the place of an address of 100.64.0.0/10."""
PUBLIC_HERE: Final = "127.0.0.4"
"""In the place of somebody else's computer."""


@pytest.fixture
def foreign_addresses(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the two for what they stand for; the other addresses of this machine are at home as ever."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2", SHARED_HERE, PUBLIC_HERE], allow_unix_socket=True)
    home = [ip_network("127.0.0.0/31"), ip_network("127.0.0.2/32"), *addresses._HOME_NETWORKS[1:]]
    monkeypatch.setattr(addresses, "_HOME_NETWORKS", tuple(home))
    monkeypatch.setattr(addresses, "_SHARED_NETWORK", ip_network(f"{SHARED_HERE}/32"))
