"""A speech server with the tiny models, shared by the tests of a run: what one does to it must not harm the next."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_socket

from .client import Client
from .process import VOICE, WHISPER, SpeechProcess

MAX_CLIENTS = 10


def allow_sockets() -> None:
    """Let tests use sockets of this machine, which the test plugin forbids before each test."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _sockets() -> None:
    allow_sockets()


@pytest.fixture(scope="session")
def speech() -> Iterator[SpeechProcess]:
    """Run a speech server that hears and speaks."""
    allow_sockets()
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE, "--max-clients", str(MAX_CLIENTS)) as process:
        status = process.settled()
        assert (status["ears"]["state"], status["voice"]["state"]) == ("ready", "ready"), process.log
        yield process


@pytest.fixture
def socket(speech: SpeechProcess) -> Path:
    """Return where the speech server listens."""
    return speech.socket


@pytest.fixture
async def client(socket: Path) -> AsyncIterator[Client]:
    """Connect to the speech server."""
    async with Client(socket) as connected:
        yield connected
