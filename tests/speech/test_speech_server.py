"""Servers are followed: what they can do, whether they answer, and when that changes."""

import asyncio
from collections.abc import Callable
import logging

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from wyoming.event import Event

from custom_components.parlor.network import Traffic, contacts
from custom_components.parlor.speech import server as server_module
from custom_components.parlor.speech.create import create_speech_servers
from custom_components.parlor.speech.errors import SpeechFailed, SpeechNotRunning, SpeechTooSlow
from custom_components.parlor.speech.process import ProcessOptions, SpeechProcess
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.status import EngineState, Role
from tests.speech.peer import Answer, Peer, Wire, failure, info, status, status_event


async def _until(server: SpeechServer, condition: Callable[[], bool]) -> None:
    """Wait for a change that makes the condition true."""
    changed = asyncio.Event()
    remove = server.async_add_listener(changed.set)
    while not condition():
        await changed.wait()
        changed.clear()
    remove()


async def test_own_server(server: SpeechServer) -> None:
    """Parlor's own server says what it can do and how far it is."""
    assert server.available
    await _until(server, lambda: server.info is not None)
    assert server.status is not None
    assert server.is_ready(Role.EARS)
    assert server.is_ready(Role.VOICE)


async def test_progress(server: SpeechServer, peer: Peer) -> None:
    """An engine that becomes ready is asked anew what it can do."""
    await _until(server, lambda: server.info is not None)
    await peer.tell(status_event(voice="loading"))
    await _until(server, lambda: not server.is_ready(Role.VOICE))
    assert server.is_ready(Role.EARS)
    peer.answer("describe", info(speaks=("de_DE",)))
    await peer.tell(status_event())
    await _until(server, lambda: bool(server.info and server.info.voice_languages == ("de_DE",)))
    assert server.is_ready(Role.VOICE)


async def test_models_that_rest_serve(server: SpeechServer, peer: Peer) -> None:
    """Ears and voice whose models are out of memory can be asked all the same."""
    await peer.tell(status_event(ears="idle", voice="idle"))
    await _until(server, lambda: bool(server.status and server.status.ears.state is EngineState.IDLE))
    assert server.is_ready(Role.EARS)
    assert server.is_ready(Role.VOICE)


async def _ignore(_wire: Wire, _event: Event) -> None:
    """Drop an event that is not known."""


async def _hang_up(wire: Wire, _event: Event) -> None:
    wire.hang_up()


async def _say_error(wire: Wire, _event: Event) -> None:
    await wire.send(failure(None, "unknown event"))


@pytest.mark.parametrize("at_status", [_ignore, _hang_up, _say_error])
async def test_foreign_server(hass: HomeAssistant, at_status: Answer) -> None:
    """Any other Wyoming server is used by what it says it can do."""
    async with Peer(info=info(speaks=())) as peer:
        peer.answers["parlor-status"] = at_status
        server = SpeechServer(hass, uri=peer.uri)
        await server.async_start()
        assert server.available
        assert server.status is None
        assert (server.is_ready(Role.EARS), server.is_ready(Role.VOICE)) == (True, False)
        await server.async_stop()
        assert not server.available


async def test_foreign_server_is_probed(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not tell when it goes is looked after."""
    monkeypatch.setattr(server_module, "PROBE_S", 0.05)
    async with Peer(info=info()) as peer:
        server = SpeechServer(hass, uri=peer.uri)
        await server.async_start()
        await peer.stop()
        await _until(server, lambda: not server.available)
        await peer.start()
        await _until(server, lambda: server.available)
        await server.async_stop()


async def test_comes_and_goes(server: SpeechServer, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    """One line is logged when a server goes, and one when it is back."""
    caplog.set_level(logging.INFO, server_module.__name__)
    caplog.clear()
    await peer.stop()
    await _until(server, lambda: not server.available)
    await asyncio.sleep(0.5)
    await peer.start()
    await _until(server, lambda: server.available)
    lines = [record.message for record in caplog.records if record.name == server_module.__name__]
    assert [line.split(" at unix")[0] for line in lines] == ["The speech server"] * 2
    assert "does not answer" in lines[0]
    assert lines[1].endswith("answers")


async def test_not_there_at_start(hass: HomeAssistant) -> None:
    """A server that is not there holds nothing up."""
    server = SpeechServer(hass, uri="unix:///nowhere/s.sock")
    await server.async_start()
    assert not server.available
    assert not server.is_ready(Role.EARS)
    assert not await server.async_wait_ready(Role.EARS, 0.1)
    await server.async_stop()


async def test_silent_at_start(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that accepts and says nothing holds set-up only shortly."""
    monkeypatch.setattr(server_module, "START_LIMIT_S", 0.1)
    async with Peer() as peer:
        server = SpeechServer(hass, uri=peer.uri)
        await server.async_start()
        assert not server.available
        await server.async_stop()


async def test_falls_silent(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is none any more is noticed, although nobody closed it."""
    monkeypatch.setattr(server_module, "SILENCE_LIMIT_S", 0.1)
    await peer.stop()
    await _until(server, lambda: not server.available)
    await peer.start()
    await _until(server, lambda: server.available)
    await _until(server, lambda: not server.available)


async def test_pinged(server: SpeechServer, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is asked for its status again and again, so that silence means that it is gone."""
    monkeypatch.setattr(server_module, "PROBE_S", 0.01)
    await peer.stop()
    peer.received.clear()
    await peer.start()
    while peer.types.count("parlor-status") < 4:
        await asyncio.sleep(0.01)
    assert server.available
    asked = [event.data for event in peer.received if event.type == "parlor-status"]
    assert asked[:2] == [{"follow": True}, {}]


@pytest.mark.parametrize("ears", ["off", "failed", "downloading"])
async def test_in_vain(hass: HomeAssistant, ears: str) -> None:
    """Nobody waits for ears that are not on their way."""
    async with Peer(info=info(), status=status(ears=ears)) as peer:
        server = SpeechServer(hass, uri=peer.uri)
        await server.async_start()
        assert not await server.async_wait_ready(Role.EARS, 60)
        assert await server.async_wait_ready(Role.VOICE, 60)
        await server.async_stop()


async def test_report(server: SpeechServer, peer: Peer) -> None:
    """A request that lost its connection makes the server be looked at anew; one that was refused does not."""
    asked = peer.types.count("parlor-status")
    server.async_report(SpeechFailed(message="no"))
    assert server.available
    server.async_report(SpeechNotRunning())
    assert not server.available
    await _until(server, lambda: server.available)
    assert peer.types.count("parlor-status") == asked + 1
    await server.async_stop()
    server.async_report(SpeechTooSlow(uri=peer.uri))
    assert not server.available


async def test_started_and_stopped_twice(server: SpeechServer, peer: Peer) -> None:
    """Two subentries that share a server start and stop it twice."""
    await server.async_start()
    assert len(peer.wires) == 1
    await server.async_stop()
    await server.async_stop()
    assert not server.available


async def test_process_without_an_address(hass: HomeAssistant) -> None:
    """A process that was not started cannot be connected to."""
    server = SpeechServer(hass, process=SpeechProcess(hass, ProcessOptions("tiny", None, None)))
    with pytest.raises(SpeechNotRunning):
        await server.async_connect()


def _subentry(subentry_id: str, kind: str, **data: str | list[str]) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        subentry_id=subentry_id, subentry_type=kind, title=subentry_id, data=data, unique_id=None
    )


async def test_one_server_for_each_place(hass: HomeAssistant) -> None:
    """Ears and voice of this machine share a process; the same address is one server."""
    entry = MockConfigEntry(
        domain="parlor",
        subentries_data=[
            _subentry("brain", "model_server", url="http://127.0.0.1"),
            _subentry("ears here", "stt", place="local", whisper="tiny.en", languages=["en"]),
            _subentry("ears there", "stt", place="server", uri="tcp://192.168.1.20:10300"),
            _subentry("voice here", "tts", place="local", voice="en_GB-alba-medium"),
            _subentry("voice there", "tts", place="server", uri="tcp://192.168.1.20:10300"),
            _subentry("second voice here", "tts", place="local", voice="de_DE-thorsten-medium"),
        ],
    )
    servers = create_speech_servers(hass, entry)
    assert set(servers) == {"ears here", "ears there", "voice here", "voice there", "second voice here"}
    assert servers["ears here"] is servers["voice here"]
    assert servers["ears there"] is servers["voice there"]
    assert len(set(servers.values())) == 3
    here, second = servers["ears here"].in_order[0].process, servers["second voice here"].in_order[0].process
    assert here is not None
    assert second is not None
    assert here.options == ProcessOptions("tiny.en", "en_GB-alba-medium", "en")
    assert second.options == ProcessOptions(None, "de_DE-thorsten-medium", None)


async def test_downloads_are_written_down(hass: HomeAssistant, server: SpeechServer, peer: Peer) -> None:
    """What a server tells of the hosts it has downloaded from counts once, also where it begins to count anew."""
    nonsense: dict[str, object] = {"hub.example": "much", "other.example": {"connections": -1, "received": None}}
    told: list[dict[str, object]] = [
        {"hub.example": {"connections": 1, "requests": 1, "sent": 10, "received": 100}},
        {"hub.example": {"connections": 2, "requests": 2, "sent": 20, "received": 300}},
        {"hub.example": {"connections": 1, "requests": 1, "sent": 10, "received": 50}},
        nonsense,
    ]
    for contacted in told:
        before = server.status
        event = status_event()
        await peer.tell(Event(event.type, {**event.data, "contacted": contacted}))
        await _until(server, lambda before=before: server.status is not before)  # type: ignore[misc]
    hub = Traffic(connections=3, requests=3, sent=30, received=350)
    assert server.downloads == {"hub.example": hub}
    assert contacts(hass) == server.downloads
    assert server.available
