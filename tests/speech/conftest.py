"""Speech servers for the tests: scripted peers, and a server object that follows one."""

from collections.abc import AsyncGenerator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
import pytest_socket

from custom_components.parlor.speech.server import SpeechServer
from tests.speech.peer import Peer, info, status


@pytest.fixture(autouse=True)
def _unix_sockets() -> None:
    """Let tests connect to sockets of this machine, which the test plugin forbids."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
async def peer() -> AsyncGenerator[Peer]:
    """Run a peer that says of itself that it is Parlor's own, and ready."""
    async with Peer(info=info(), status=status()) as running:
        yield running


@pytest.fixture
async def server(hass: HomeAssistant, peer: Peer) -> AsyncGenerator[SpeechServer]:
    """Follow the peer."""
    following = SpeechServer(hass, uri=peer.uri)
    await following.async_start()
    yield following
    await following.async_stop()


@pytest.fixture
def own_config(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Give Home Assistant a configuration folder of its own."""
    hass.config.config_dir = str(tmp_path)
    return tmp_path
