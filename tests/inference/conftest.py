"""Servers that really listen, well-behaved and not, and clients of them."""

import asyncio
from collections.abc import AsyncGenerator
import json
import socket
import ssl
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.inference import Limits, ModelServers, OllamaClient, ServerConfig
from demo.ollama import OllamaStandIn, Reply
from tests.inference.wire import CALM, LOCAL_DETAILS, MODEL, ClientOf, Handle, Listen, RawServer, ServersOf, answer
from tests.resolver import resolve

__all__ = ["resolve"]


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let every test here open sockets on this machine."""


@pytest.fixture
async def listen(hass: HomeAssistant) -> AsyncGenerator[Listen]:
    """Return a function that starts a server with a handler of connections, which gets the server first."""
    listening: list[asyncio.Server] = []
    running: set[asyncio.Task[None]] = set()
    _expect_broken_handshakes(hass.loop)

    async def start(
        handle: Handle,
        *,
        ssl_context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> RawServer:
        raw = RawServer()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            running.add(task)
            try:
                await handle(raw, reader, writer)
            except OSError, asyncio.IncompleteReadError, asyncio.CancelledError:
                pass  # the client has gone, or the test is over
            finally:
                running.discard(task)
                writer.close()

        server = await asyncio.start_server(connected, host, 0, ssl=ssl_context)
        listening.append(server)
        raw.port = server.sockets[0].getsockname()[1]
        raw.url = f"{'https' if ssl_context else 'http'}://{host}:{raw.port}"
        return raw

    yield start
    for server in listening:
        server.close()
    for task in list(running):
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def play(listen: Listen) -> Listen:
    """Return a function that starts a server which knows one model and answers /api/chat with these bytes."""

    async def start(
        *replies: bytes, pause: float = 0, details: object = LOCAL_DETAILS, hang: bool = False
    ) -> RawServer:
        async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                if await raw.request(reader) == "/api/show":
                    writer.write(answer(json.dumps(details).encode()))
                    continue
                for reply in replies:
                    writer.write(reply)
                    await writer.drain()
                    await asyncio.sleep(pause)
                if hang:
                    await asyncio.Event().wait()
                return

        return await listen(handle)

    return start


@pytest.fixture
async def client_of(hass: HomeAssistant) -> AsyncGenerator[ClientOf]:
    """Return a function that makes a client."""
    clients: list[OllamaClient] = []

    def make(url: str, api_key: str | None = None, *, verify_ssl: bool = True, limits: Limits = CALM) -> OllamaClient:
        clients.append(OllamaClient(hass, url, api_key, verify_ssl, limits=limits))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def servers_of(hass: HomeAssistant) -> AsyncGenerator[ServersOf]:
    """Return a function that makes model servers of URLs, or of whole configurations."""
    made: list[ModelServers] = []

    def make(*servers: str | ServerConfig, model: str = MODEL, limits: Limits = CALM) -> ModelServers:
        configs = [
            ServerConfig(id=f"server{index}", url=server, api_key=None, verify_ssl=True, model=model)
            if isinstance(server, str)
            else server
            for index, server in enumerate(servers)
        ]
        made.append(ModelServers(hass, configs, limits=limits))
        return made[-1]

    yield make
    for servers in made:
        await servers.stop()


@pytest.fixture
async def first() -> AsyncGenerator[OllamaStandIn]:
    """Return a running stand-in that says who it is."""
    async with OllamaStandIn(brain=lambda *_: Reply(content="first")) as server:
        yield server


@pytest.fixture
async def second() -> AsyncGenerator[OllamaStandIn]:
    """Return another."""
    async with OllamaStandIn(brain=lambda *_: Reply(content="second")) as server:
        yield server


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _expect_broken_handshakes(loop: asyncio.AbstractEventLoop) -> None:
    """Keep a server's failed handshakes, which are the client's doing, from failing the test."""
    handle = loop.get_exception_handler()

    def handle_others(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "incoming connection" not in context["message"] and handle is not None:
            handle(loop, context)

    loop.set_exception_handler(handle_others)
