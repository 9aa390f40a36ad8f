"""The Wyoming client meets every kind of peer."""

import asyncio
from collections.abc import AsyncGenerator
import socket

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component import plugins
from wyoming.event import Event
from wyoming.info import Describe

from custom_components.parlor.network import NOTHING_MORE, Allowed, Traffic, contacts
from custom_components.parlor.speech import wyoming_client
from custom_components.parlor.speech.errors import (
    SpeechAddressRefused,
    SpeechBadAddress,
    SpeechDownloadFailed,
    SpeechError,
    SpeechFailed,
    SpeechModelMissing,
    SpeechNotReady,
    SpeechNotRunning,
    SpeechNotWyoming,
    SpeechTooLong,
    SpeechTooSlow,
    SpeechUnreachable,
    SpeechVoiceMissing,
)
from custom_components.parlor.speech.info import VoiceInfo
from custom_components.parlor.speech.wyoming_client import WyomingConnection, async_describe
from tests.resolver import UseResolver, resolve
from tests.speech.foreign import PUBLIC_HERE, SHARED_HERE, foreign_addresses
from tests.speech.peer import Answer, Peer, Wire, failure, info

__all__ = ["foreign_addresses", "resolve"]


@pytest.fixture
async def stranger() -> AsyncGenerator[Peer]:
    """Run a peer that answers nothing yet."""
    async with Peer() as running:
        yield running


async def _garbage(wire: Wire, _event: Event) -> None:
    await wire.send_raw(b"HTTP/1.1 400 Bad Request\r\n")


async def _half_an_event(wire: Wire, _event: Event) -> None:
    await wire.send_raw(b'{"type": "info", "data_length": 100}\n{"asr"')
    wire.writer.close()


async def _oversized(wire: Wire, _event: Event) -> None:
    await wire.send_raw(b'{"type": "info", "payload_length": 99999999999}\n')


async def _endless_header(wire: Wire, _event: Event) -> None:
    while True:
        await wire.send_raw(b"x" * 65536)


async def _chatter(wire: Wire, _event: Event) -> None:
    while True:
        await wire.send(Event("played"))
        await asyncio.sleep(0.01)


async def _nothing(_wire: Wire, _event: Event) -> None:
    """Hang."""


async def _hang_up(wire: Wire, _event: Event) -> None:
    wire.hang_up()


async def _no_text(wire: Wire, _event: Event) -> None:
    await wire.send(Event("error", {"code": "busy"}))


async def _wrong_info(wire: Wire, _event: Event) -> None:
    await wire.send(Event("info", {"asr": [{"name": "x"}]}))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(_garbage, SpeechNotWyoming, id="another protocol"),
        pytest.param(_half_an_event, SpeechNotRunning, id="dies within an event"),
        pytest.param(_oversized, SpeechNotWyoming, id="announces too much"),
        pytest.param(_endless_header, SpeechNotWyoming, id="line without an end"),
        pytest.param(_nothing, SpeechTooSlow, id="hangs"),
        pytest.param(_chatter, SpeechTooSlow, id="talks of other things"),
        pytest.param(_hang_up, SpeechNotRunning, id="hangs up"),
        pytest.param(_no_text, SpeechNotWyoming, id="error without a text"),
        pytest.param(_wrong_info, SpeechNotWyoming, id="info without what it needs"),
    ],
)
async def test_faults(
    hass: HomeAssistant, stranger: Peer, monkeypatch: pytest.MonkeyPatch, answer: Answer, error: type[SpeechError]
) -> None:
    """Whatever a peer does instead of answering becomes an error of its own kind."""
    monkeypatch.setattr(wyoming_client, "ANSWER_LIMIT_S", 0.3)
    stranger.answers["describe"] = answer
    with pytest.raises(error) as raised:
        await async_describe(hass, stranger.uri)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("model_missing", SpeechModelMissing),
        ("model_corrupt", SpeechModelMissing),
        ("voice_missing", SpeechVoiceMissing),
        ("voice_corrupt", SpeechVoiceMissing),
        ("download_failed", SpeechDownloadFailed),
        ("not_ready", SpeechNotReady),
        ("busy", SpeechNotReady),
        ("too_long", SpeechTooLong),
        ("internal", SpeechFailed),
        ("some other day's code", SpeechFailed),
        (None, SpeechFailed),
    ],
)
async def test_reported_errors(hass: HomeAssistant, stranger: Peer, code: str | None, error: type[SpeechError]) -> None:
    """An error event becomes the error that its code means, with its text."""
    stranger.answer("describe", failure(code, "no such thing"))
    with pytest.raises(error) as raised:
        await async_describe(hass, stranger.uri)
    assert (raised.value.translation_placeholders or {}).get("message") in {"no such thing", None}
    assert raised.value.translation_domain == "parlor"


async def test_nobody_there(hass: HomeAssistant, stranger: Peer) -> None:
    """A socket without a listener is told from one that is none."""
    await stranger.stop()
    with pytest.raises(SpeechNotRunning):
        await async_describe(hass, stranger.uri)
    with pytest.raises(SpeechBadAddress):
        await async_describe(hass, "http://127.0.0.1:10300")


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("uri", ["tcp://127.0.0.1:9", f"tcp://{'a' * 64}.local:10300"])
async def test_tcp_refused(hass: HomeAssistant, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port without a listener, and a name that is refused before anybody is asked about it."""
    monkeypatch.setattr(socket, "getaddrinfo", plugins._real_getaddrinfo)
    with pytest.raises(SpeechUnreachable) as raised:
        await async_describe(hass, uri)
    assert raised.value.translation_placeholders == {"uri": uri}


@pytest.mark.usefixtures("socket_enabled")
async def test_name_that_leads_elsewhere_later(hass: HomeAssistant, resolve: UseResolver) -> None:
    """A name that was at home when it was set up is not even connected to once it leads out of it."""
    where = ["127.0.0.1"]
    resolve(lambda _host: where)
    async with Peer(info=info()) as peer:
        relay = await asyncio.start_server(peer._accept, "127.0.0.1", 0)
        uri = f"tcp://box.example:{relay.sockets[0].getsockname()[1]}"
        assert (await async_describe(hass, uri)).hears
        seen = dict(contacts(hass))
        where[:] = ["203.0.113.7", "2001:db8::7"]
        with pytest.raises(SpeechAddressRefused) as refused:
            await async_describe(hass, uri)
        relay.close()
        await relay.wait_closed()
    assert (refused.value.uri, refused.value.addresses) == (uri, where)
    assert contacts(hass) == seen
    assert list(seen) == ["127.0.0.1"]


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    ("found", "allowed", "connected"),
    [
        (["127.0.0.2", "127.0.0.1"], NOTHING_MORE, "127.0.0.1"),
        ([SHARED_HERE], NOTHING_MORE, None),
        ([SHARED_HERE], Allowed(shared=True), SHARED_HERE),
        ([PUBLIC_HERE], Allowed(shared=True), None),
        ([PUBLIC_HERE], Allowed(address=PUBLIC_HERE), PUBLIC_HERE),
        ([PUBLIC_HERE, "127.0.0.1"], NOTHING_MORE, "127.0.0.1"),
    ],
    ids=[
        "the second one answers",
        "a shared address",
        "a shared address that is allowed",
        "elsewhere",
        "elsewhere, and allowed",
        "elsewhere and at home",
    ],
)
@pytest.mark.usefixtures("foreign_addresses")
async def test_where_it_connects_to(
    hass: HomeAssistant, resolve: UseResolver, found: list[str], allowed: Allowed, connected: str | None
) -> None:
    """Of what a name means, an address of the home or one that was allowed is connected to, counted, and no other."""
    resolve(lambda host: [host] if host[0].isdigit() else found)
    book: dict[str, Traffic] = {}
    async with Peer(info=info()) as peer:
        relay = await asyncio.start_server(peer._accept, connected or "127.0.0.1", 0)
        uri = f"tcp://box.example:{relay.sockets[0].getsockname()[1]}"
        if connected is None:
            with pytest.raises(SpeechAddressRefused):
                await async_describe(hass, uri, allowed, book)
        else:
            await async_describe(hass, uri, allowed, book)
        relay.close()
        await relay.wait_closed()
    assert list(book) == ([connected] if connected else [])
    assert contacts(hass) == book
    for traffic in book.values():
        assert (traffic.connections, traffic.requests) == (1, 1)
        assert traffic.sent > 0
        assert traffic.received > 0


@pytest.mark.usefixtures("socket_enabled")
async def test_describe_over_tcp(hass: HomeAssistant) -> None:
    """A server at a port is asked what it can do."""
    async with Peer(info=info(hears=("de", "en"), speaks=("de_DE", "en_GB"))) as peer:
        relay = await asyncio.start_server(peer._accept, "127.0.0.1", 0)
        found = await async_describe(hass, f"tcp://127.0.0.1:{relay.sockets[0].getsockname()[1]}")
        relay.close()
        await relay.wait_closed()
    assert (found.hears, found.speaks, found.languages, found.streams_text) == (True, True, ("de", "en"), True)
    assert found.voice_languages == ("de_DE", "en_GB")
    assert found.voices[0] == VoiceInfo("de_DE-voice", "de_DE-voice", ("de_DE",), ("low", "high"))


async def test_peer_stops_reading(hass: HomeAssistant, stranger: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that reads no more does not hold the sender for ever."""
    monkeypatch.setattr(wyoming_client, "WRITE_LIMIT_S", 0.3)

    async def stop_reading(_wire: Wire, _event: Event) -> None:
        await asyncio.Event().wait()

    stranger.answers["describe"] = stop_reading
    async with await WyomingConnection.open(hass, stranger.uri) as connection:
        await connection.send(Describe())
        with pytest.raises(SpeechNotRunning):
            await connection.send(*(Event("audio-chunk", payload=bytes(65536)) for _ in range(1000)))


async def test_limit_changes_while_waiting(hass: HomeAssistant, stranger: Peer) -> None:
    """A limit set while an answer is waited for is the one that counts."""
    async with await WyomingConnection.open(hass, stranger.uri) as connection:
        connection.limit_silence(None)
        waiting = asyncio.create_task(connection.receive())
        await asyncio.sleep(0)
        connection.limit_silence(0)
        with pytest.raises(SpeechTooSlow):
            await waiting
