"""A server is found on the network, and says how it is to what watches over it."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest
from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from tests.speech_server.process import SPEECH_SERVER, VOICE, SpeechProcess

_LIMIT = 60
_CHECK = (sys.executable, "-m", "parlor_speech", "--healthcheck", "--uri")
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SPEECH_SERVER)}
_TYPE = "_wyoming._tcp.local."


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def found(name: str) -> AsyncServiceInfo:
    """Return the service of this name once it is announced on the loopback interface."""
    seen = asyncio.Event()

    def changed(*, name: str, state_change: ServiceStateChange, **_: object) -> None:
        if state_change is ServiceStateChange.Added and name == wanted:
            seen.set()

    wanted = f"{name}.{_TYPE}"
    zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
    browser = AsyncServiceBrowser(zeroconf.zeroconf, _TYPE, handlers=[changed])
    try:
        async with asyncio.timeout(_LIMIT):
            await seen.wait()
            info = AsyncServiceInfo(_TYPE, wanted)
            await info.async_request(zeroconf.zeroconf, 3000)
            return info
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()


@pytest.mark.usefixtures("socket_enabled")
async def test_it_is_found_by_its_own_property() -> None:
    """Home Assistant's Wyoming integration and Parlor both find it; only Parlor's servers have the property."""
    port = free_port()
    with SpeechProcess("--voice", VOICE, "--zeroconf", "Study box", uri=f"tcp://127.0.0.1:{port}"):
        info = await found("Study box")
        assert (info.port, info.parsed_addresses()) == (port, ["127.0.0.1"])
        assert info.properties.get(b"parlor")


def healthcheck(uri: str) -> tuple[int, str]:
    """Return how the check of an address ends and what it says."""
    done = subprocess.run([*_CHECK, uri], env=_ENVIRONMENT, capture_output=True, text=True, check=False, timeout=_LIMIT)
    return done.returncode, done.stdout.strip()


def test_a_server_that_is_well() -> None:
    """It says what each part is at, at whatever address it listens."""
    with SpeechProcess("--voice", VOICE) as speech:
        speech.settled()
        assert healthcheck(f"unix://{speech.socket}") == (0, "ears off, voice ready")
    port = free_port()
    with SpeechProcess("--voice", VOICE, uri=f"tcp://0.0.0.0:{port}") as speech:
        speech.logged("Voice ready")
        assert healthcheck(f"tcp://0.0.0.0:{port}") == (0, "ears off, voice ready")


def test_a_server_whose_voice_failed() -> None:
    """What failed is told."""
    with SpeechProcess("--voice", "/nowhere/voice.onnx") as speech:
        speech.settled()
        assert healthcheck(f"unix://{speech.socket}") == (1, "ears off, voice failed")


@pytest.mark.parametrize("uri", ["tcp://127.0.0.1:1", "unix:///nowhere", "http://127.0.0.1", "nonsense"])
def test_nobody_is_there(uri: str) -> None:
    """Nobody answers, or it is no address."""
    code, text = healthcheck(uri)
    assert code == 1
    assert text.startswith(f"{uri}: ")


def test_somebody_else_is_there() -> None:
    """A server that speaks something else is not taken for a speech server."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        uri = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        other.settimeout(_LIMIT)
        checking = subprocess.Popen([*_CHECK, uri], env=_ENVIRONMENT, stdout=subprocess.PIPE)
        connection, _ = other.accept()
        with connection:
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            assert checking.communicate(timeout=_LIMIT)[0].startswith(uri.encode())
        assert checking.returncode == 1
