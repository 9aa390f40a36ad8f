"""The way out of the house: where it leads, what it counts, what it bears."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path
import socket
import threading
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
import pytest_socket

from custom_components.parlor.inference import (
    AddressRefused,
    InferenceError,
    NotOllama,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
    client as client_module,
)
from custom_components.parlor.inference.transport import MAX_LINE_BYTES
from custom_components.parlor.network import contacts
from demo.ollama import STAND_IN, OllamaStandIn, Reply
from tests.inference.certificates import make_contexts
from tests.inference.wire import CALM, MODEL, ClientOf, Handle, Listen, RawServer, answer
from tests.resolver import UseResolver

VERSION = answer(b'{"version":"0.32.15"}')
REQUEST = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}


async def _give_version(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request of a connection with the version."""
    while True:
        await raw.request(reader)
        writer.write(VERSION)


async def _give_version_once(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request of a connection, and close it."""
    await raw.request(reader)
    writer.write(VERSION)
    await writer.drain()


async def test_bytes_are_counted(listen: Listen, client_of: ClientOf) -> None:
    """Every byte of HTTP is counted, with the address that it went to; a connection is used again."""
    server = await listen(_give_version)
    client = client_of(server.url)
    assert [await client.version() for _ in range(3)] == ["0.32.15"] * 3
    assert list(client.traffic) == ["127.0.0.1"]
    traffic = client.traffic["127.0.0.1"]
    assert (traffic.connections, traffic.requests, traffic.received) == (1, 3, 3 * len(VERSION))
    assert traffic.sent == sum(len(head) for head in server.heads)


async def test_all_contacts_are_in_one_book(hass: HomeAssistant, listen: Listen, client_of: ClientOf) -> None:
    """Whoever asked, and whether it is closed by now: every connection of this home is in one place."""
    assert contacts(hass) == {}
    server = await listen(_give_version)
    for _ in range(2):
        client = client_of(server.url)
        await client.version()
        await client.aclose()
    refused = client_of("http://1.1.1.1:11434")
    with pytest.raises(AddressRefused):
        await refused.version()
    assert list(contacts(hass)) == ["127.0.0.1"]
    seen = contacts(hass)["127.0.0.1"]
    assert (seen.connections, seen.requests, seen.received) == (2, 2, 2 * len(VERSION))


async def test_long_request_is_one(stand_in_url: str, client_of: ClientOf) -> None:
    """A request that is written in pieces counts once, and so does one that is answered in many."""
    client = client_of(stand_in_url)
    words = "warm " * 100_000
    request = {"model": STAND_IN.name, "messages": [{"role": "user", "content": words}]}
    await client.show_home(STAND_IN.name)
    assert [chunk async for chunk in client.chat(request)]
    assert client.traffic["127.0.0.1"].requests == 2
    assert client.traffic["127.0.0.1"].sent > len(words)


@pytest.fixture
async def stand_in_url() -> AsyncGenerator[str]:
    """Return the address of a server that talks for a while."""
    async with OllamaStandIn(brain=lambda *_: Reply(content="on and on " * 50)) as server:
        yield server.url


@pytest.mark.parametrize(
    "addresses", [["1.1.1.1"], ["2606:4700::1111", "100.64.0.1"]], ids=["public", "public and carrier's"]
)
async def test_public_name(addresses: Sequence[str], client_of: ClientOf, resolve: UseResolver) -> None:
    """A name that means public addresses is not connected to."""
    resolve(lambda _: addresses)
    client = client_of("http://ollama.example:11434")
    with pytest.raises(AddressRefused) as refused:
        await client.version()
    assert refused.value.placeholders["error"] == ", ".join(addresses)
    assert client.traffic == {}


async def test_public_address(client_of: ClientOf) -> None:
    """Neither is a public address."""
    client = client_of("http://1.1.1.1:11434")
    with pytest.raises(AddressRefused):
        await client.version()
    assert client.traffic == {}


async def test_name_that_moves_out(listen: Listen, client_of: ClientOf, resolve: UseResolver) -> None:
    """A name is judged at each connection: one that was at home yesterday may not be today."""
    answers = iter((["127.0.0.1"], ["127.0.0.1"], ["1.1.1.1"]))
    resolve(lambda _: next(answers))
    server = await listen(_give_version_once)
    client = client_of(f"http://ollama.lan:{server.port}")
    assert [await client.version(), await client.version()] == ["0.32.15"] * 2
    with pytest.raises(AddressRefused):
        await client.version()
    assert list(client.traffic) == ["127.0.0.1"]
    assert client.traffic["127.0.0.1"].connections == 2


async def test_library_calls_home_too(client_of: ClientOf, resolve: UseResolver) -> None:
    """What the library would ask its makers' servers is refused like everything else."""
    asked: list[str] = []

    def public(host: str) -> Sequence[str]:
        asked.append(host)
        return ["34.36.133.15"]

    resolve(public)
    client = client_of("http://127.0.0.1:1")
    with pytest.raises(AddressRefused):
        await client.web_search("who is at home")
    assert asked == ["ollama.com"]
    assert client.traffic == {}


async def test_next_address(listen: Listen, client_of: ClientOf, resolve: UseResolver) -> None:
    """A host that listens on one of its addresses only is found."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2"])
    server = await listen(_give_version)
    resolve(lambda _: ["127.0.0.2", "127.0.0.1"])
    client = client_of(f"http://ollama.lan:{server.port}")
    assert await client.version() == "0.32.15"
    assert list(client.traffic) == ["127.0.0.1"]


async def test_no_address_left(client_of: ClientOf, resolve: UseResolver, free_port: int) -> None:
    """A host that listens on none of them is unreachable."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2"])
    resolve(lambda _: ["127.0.0.2", "127.0.0.1"])
    with pytest.raises(ServerUnreachable):
        await client_of(f"http://ollama.lan:{free_port}").version()


async def test_unknown_name(client_of: ClientOf, resolve: UseResolver) -> None:
    """A name that the resolver does not know is unreachable, in the resolver's words."""

    def unknown(_: str) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    resolve(unknown)
    with pytest.raises(ServerUnreachable) as unreachable:
        await client_of("http://ollama.lan:11434").version()
    assert unreachable.value.placeholders["error"] == "Name or service not known"


async def test_resolver_without_answer(client_of: ClientOf, resolve: UseResolver) -> None:
    """A resolver that does not answer is not waited for longer than for a connection."""
    test_is_over = threading.Event()

    def silent(_: str) -> Sequence[str]:
        test_is_over.wait(20)
        return ["127.0.0.1"]

    resolve(silent)
    client = client_of("http://ollama.lan:11434", limits=replace(CALM, connect=0.05))
    try:
        with pytest.raises(ServerUnreachable):
            await client.version()
    finally:
        test_is_over.set()


async def test_endless_line(play: Listen, client_of: ClientOf) -> None:
    """A line of 10 MB is given up soon after its limit."""
    piece = b"%x\r\n%s\r\n" % (1 << 20, b"a" * (1 << 20))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = await play(head, *[piece] * 10, b"0\r\n\r\n")
    client = client_of(server.url)
    with pytest.raises(StreamBroken) as broken:
        _ = [chunk async for chunk in client.chat(REQUEST)]
    assert str(MAX_LINE_BYTES) in broken.value.placeholders["error"]
    assert MAX_LINE_BYTES < client.traffic["127.0.0.1"].received < MAX_LINE_BYTES * 2


async def test_redirect(listen: Listen, client_of: ClientOf) -> None:
    """A redirection is not followed, and the error says where it leads."""

    async def redirect(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(answer(b"", "307 Temporary Redirect", "text/plain", "Location: https://ollama.com/api/version"))

    server = await listen(redirect)
    client = client_of(server.url)
    with pytest.raises(NotOllama) as refused:
        await client.version()
    assert "https://ollama.com" in refused.value.placeholders["error"]
    assert list(client.traffic) == ["127.0.0.1"]


async def test_environment(listen: Listen, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor hosts nor proxies come out of the environment."""
    monkeypatch.setenv("OLLAMA_API_KEY", "not-for-you")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:1")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    server = await listen(_give_version)
    await client_of(server.url).version()
    await client_of(server.url, "mine").version()
    without, with_key = (head.lower() for head in server.heads)
    assert "authorization" not in without
    assert "authorization: bearer mine\r\n" in with_key
    with pytest.raises(ServerUnreachable):
        client_of(" ")


@pytest.mark.parametrize("key", ["schlüssel", "a\nb"], ids=["not ASCII", "two lines"])
async def test_impossible_key(key: str, listen: Listen, client_of: ClientOf) -> None:
    """A key that no header can carry is a wrong key, and nothing is sent."""
    server = await listen(_give_version)
    client = client_of(server.url, key)
    with pytest.raises(Unauthorized):
        await client.version()
    assert server.heads == []


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://[::1"])
def test_unreadable_url(url: str, client_of: ClientOf) -> None:
    """An address that can not be read is said at once."""
    with pytest.raises(ServerUnreachable):
        client_of(url)


async def test_other_scheme(client_of: ClientOf) -> None:
    """Only HTTP is spoken."""
    with pytest.raises(ServerUnreachable):
        await client_of("ftp://127.0.0.1").version()


@pytest.mark.parametrize(
    ("certificate", "trusted", "error"),
    [
        ({}, True, None),
        ({"days": -1}, True, "expired"),
        ({"address": "127.0.0.3"}, True, "not valid for"),
        ({}, False, "self-signed"),
    ],
    ids=["good", "expired", "of another host", "unknown issuer"],
)
async def test_certificates(
    certificate: dict[str, Any],
    trusted: bool,
    error: str | None,
    *,
    tmp_path: Path,
    listen: Listen,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A certificate must be in order, unless the user said not to look at it."""
    serving, trusting = make_contexts(tmp_path, **certificate)
    server = await listen(_give_version, ssl_context=serving)
    if trusted:
        monkeypatch.setattr(client_module, "get_default_context", lambda: trusting)
    client = client_of(server.url)
    if error is None:
        assert await client.version() == "0.32.15"
        assert client.traffic["127.0.0.1"].received == len(VERSION)
    else:
        with pytest.raises(ServerUnreachable) as unreachable:
            await client.version()
        assert error in unreachable.value.placeholders["error"]
    assert await client_of(server.url, verify_ssl=False).version() == "0.32.15"


async def test_tls_where_there_is_none(listen: Listen, client_of: ClientOf) -> None:
    """HTTPS to a port that speaks HTTP is unreachable."""

    async def hang_up(_: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer(b"", "400 Bad Request"))
        await writer.drain()

    server = await listen(hang_up)
    with pytest.raises(ServerUnreachable):
        await client_of(server.url.replace("http:", "https:")).version()


async def _not_http(_: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.lan ESMTP\r\n")
    await reader.readline()
    writer.write(b"500 unrecognized command\r\n\r\n")
    await writer.drain()


async def _hang_up(raw: RawServer, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await raw.request(reader)


async def _reset(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await raw.request(reader)
    writer.transport.abort()


async def _half_a_body(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await raw.request(reader)
    writer.write(VERSION[:-5])
    await writer.drain()


async def _endless_header(_: RawServer, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * (1 << 20))
    await writer.drain()


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (_not_http, NotOllama),
        (_endless_header, NotOllama),
        (_hang_up, StreamBroken),
        (_reset, StreamBroken),
        (_half_a_body, StreamBroken),
    ],
)
async def test_bad_peers(handler: Handle, error: type[InferenceError], listen: Listen, client_of: ClientOf) -> None:
    """Whatever answers, an error of this package comes out, with the server's address."""
    server = await listen(handler)
    with pytest.raises(error) as raised:
        await client_of(server.url).version()
    assert type(raised.value) is error
    assert raised.value.placeholders["url"] == server.url


async def test_closed_port(client_of: ClientOf, free_port: int) -> None:
    """A port that nobody listens on is unreachable."""
    with pytest.raises(ServerUnreachable):
        await client_of(f"http://127.0.0.1:{free_port}").version()


async def test_closed_client(listen: Listen, client_of: ClientOf) -> None:
    """A client that was closed says so as it says everything else."""
    server = await listen(_give_version)
    client = client_of(server.url)
    await client.aclose()
    with pytest.raises(ServerUnreachable):
        await client.version()
