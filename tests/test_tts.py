"""Text-to-speech entities, in a real Home Assistant with Wyoming servers on real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from homeassistant.components import tts
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.tts import SynthesizeStopped

from custom_components.parlor.speech.errors import SpeechVoiceMissing
from custom_components.parlor.speech.wav import PcmFormat, Sound, header, whole_file
from custom_components.parlor.tts import ParlorVoice
from tests.parlor_entry import async_add_parlor, voice
from tests.speech.peer import Peer, failure, info, spoken, status, status_event

ENTITY = "tts.parlor_voice"
FORMAT = PcmFormat(16000, 2, 1)
LAST_WORDS = b"gone"


@pytest.fixture(autouse=True)
def _unix_sockets() -> None:
    """Let tests connect to sockets of this machine, which the test plugin forbids."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _own_config(hass: HomeAssistant, tmp_path: Path) -> None:
    """Give Home Assistant a configuration folder of its own, where it keeps speech."""
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
async def peer() -> AsyncGenerator[Peer]:
    """Run a speech server with two voices, which first learns its last words."""
    async with Peer(info=info(speaks=("en_US", "de_DE")), status=status()) as running:
        running.answer("synthesize-stop", *spoken(LAST_WORDS))
        yield running


@pytest.fixture
async def entry(hass: HomeAssistant, peer: Peer) -> AsyncGenerator[MockConfigEntry]:
    """Set up Parlor with a voice that has learnt its last words, and then says `ab`."""
    added = await async_add_parlor(hass, voice(peer.uri))
    assert added.state is ConfigEntryState.LOADED
    await _until(lambda: _entity(hass)._last_words.of("en_US", None) is not None)
    peer.received.clear()
    peer.answer("synthesize-stop", *spoken(b"ab"))
    yield added
    await hass.config_entries.async_unload(added.entry_id)


def _entity(hass: HomeAssistant) -> ParlorVoice:
    entity = hass.data[DATA_COMPONENT].get_entity(ENTITY)
    assert isinstance(entity, ParlorVoice)
    return entity


def _kept(hass: HomeAssistant) -> list[Path]:
    return list(Path(hass.config.path("tts")).iterdir())


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def _stream(hass: HomeAssistant, language: str = "en_US", **options: str) -> tts.ResultStream:
    """Ask for speech as a satellite that plays WAV does."""
    return tts.async_create_stream(hass, ENTITY, language, {"preferred_format": "wav", **options})


async def _heard(stream: tts.ResultStream) -> tuple[bytes, bool]:
    """Return what a listener hears, and whether it ended well."""
    heard = b""
    try:
        async for part in stream.async_stream_result():
            heard += part
    except HomeAssistantError:
        return heard, False
    return heard, True


@pytest.mark.usefixtures("entry")
async def test_entity(hass: HomeAssistant, entity_registry: er.EntityRegistry) -> None:
    """The entity stands for its subentry and knows the server's voices."""
    registered = entity_registry.async_get(ENTITY)
    assert registered is not None
    assert (registered.unique_id, registered.config_subentry_id, registered.translation_key) == (
        "voice",
        "voice",
        "voice",
    )
    entity = _entity(hass)
    assert entity.supported_languages == ["en_US", "de_DE", "en"]
    assert entity.default_language == "en_US"
    assert entity.async_get_supported_voices("de_DE") == [tts.Voice("de_DE-voice", "de_DE-voice")]
    assert entity.async_get_supported_voices("fr_FR") is None
    assert entity.async_supports_streaming_input()


@pytest.mark.usefixtures("entry")
async def test_availability(hass: HomeAssistant, peer: Peer) -> None:
    """The entity is there while its server can speak."""
    assert hass.states.get(ENTITY).state == STATE_UNKNOWN  # type: ignore[union-attr]
    await peer.tell(status_event(voice="failed"))
    await _until(lambda: hass.states.get(ENTITY).state == STATE_UNAVAILABLE)  # type: ignore[union-attr]
    await peer.tell(status_event())
    await _until(lambda: hass.states.get(ENTITY).state == STATE_UNKNOWN)  # type: ignore[union-attr]


@pytest.mark.usefixtures("entry")
async def test_message(hass: HomeAssistant, peer: Peer) -> None:
    """A reply is spoken as WAV, and kept by Home Assistant as usual."""
    stream = _stream(hass)
    stream.async_set_message("The light is on.")
    assert await _heard(stream) == (header(FORMAT) + b"ab", True)
    assert [event.data["text"] for event in peer.received if event.type == "synthesize-chunk"] == ["The light is on."]
    await hass.async_block_till_done()
    await _until(lambda: len(_kept(hass)) == 1)


@pytest.mark.usefixtures("entry")
async def test_streamed_message(hass: HomeAssistant, peer: Peer) -> None:
    """A reply is heard while the model still writes it."""
    heard = asyncio.Event()

    async def reply() -> AsyncGenerator[str]:
        yield "The light is on. "
        await heard.wait()
        yield "The heating too."

    peer.answer("synthesize-chunk", AudioStart(16000, 2, 1), AudioChunk(16000, 2, 1, b"ab"))
    peer.answer("synthesize-stop", AudioStop(), SynthesizeStopped())
    stream = _stream(hass)
    stream.async_set_message_stream(reply())
    pcm = b""
    async for part in stream.async_stream_result():
        pcm += part
        if pcm.endswith(b"ab"):
            heard.set()
    assert pcm == header(FORMAT) + b"abab"


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("language", "options", "asked"),
    [
        pytest.param("en_US", {}, {}, id="default"),
        pytest.param("de_DE", {}, {"voice": {"name": "de_DE-voice"}}, id="language"),
        pytest.param("en_US", {"voice": "de_DE-voice"}, {"voice": {"name": "de_DE-voice"}}, id="voice"),
        pytest.param("en_US", {"speaker": "low"}, {"voice": {"name": "en_US-voice", "speaker": "low"}}, id="speaker"),
        pytest.param("en_US", {"speed": "1.5"}, {"context": {"parlor": {"speed": 1.5}}}, id="speed"),
        pytest.param("en_US", {"speed": "1"}, {}, id="the voice's own speed"),
    ],
)
async def test_voice(
    hass: HomeAssistant, peer: Peer, language: str, options: dict[str, str], asked: dict[str, object]
) -> None:
    """The voice is the one asked for."""
    stream = _stream(hass, language, **options)
    stream.async_set_message("Hello.")
    await _heard(stream)
    assert next(event.data for event in peer.received if event.type == "synthesize-start") == asked


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("speed", ["fast", "0", "-1", "nan", "100"])
async def test_no_speed(hass: HomeAssistant, peer: Peer, speed: str) -> None:
    """What is no speed is said to be none, before the server is asked."""
    with pytest.raises(HomeAssistantError, match="no speed of speech"):
        await _entity(hass).async_get_tts_audio("Hello.", "en_US", {"speed": speed})
    assert "synthesize-start" not in peer.types


async def test_own_manner(hass: HomeAssistant, peer: Peer) -> None:
    """Speed and speaker of the subentry hold unless a request says otherwise; other servers get them with the text."""
    peer.answer("describe", info(speaks=("en_US",), streams=False))
    peer.answer("synthesize", *spoken(b"ab")[:-1])
    data = {"place": "server", "uri": peer.uri, "speed": 0.8, "speaker": "low"}
    subentry = ConfigSubentryDataWithId(
        subentry_id="voice", subentry_type="tts", title="Parlor voice", data=data, unique_id=None
    )
    entry = await async_add_parlor(hass, subentry)
    asked = []
    for options in ({}, {"speed": "2"}):
        peer.received.clear()
        stream = _stream(hass, **options)
        stream.async_set_message("Hello.")
        assert (await _heard(stream))[1]
        asked.append(next(event.data for event in peer.received if event.data.get("text") == "Hello."))
    low = {"name": "en_US-voice", "speaker": "low"}
    assert [(event["voice"], event["context"]["parlor"]["speed"]) for event in asked] == [(low, 0.8), (low, 2.0)]
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("entry")
async def test_voice_gone(hass: HomeAssistant, peer: Peer) -> None:
    """The last words are heard instead of nothing, and are not kept as this reply's sound."""
    peer.hang_up_on("synthesize-stop")
    stream = _stream(hass)
    stream.async_set_message("The light is on.")
    assert await _heard(stream) == (header(FORMAT) + LAST_WORDS, False)
    await hass.async_block_till_done()
    assert _kept(hass) == []

    peer.answer("synthesize-stop", *spoken(b"ab"))
    again = _stream(hass)
    again.async_set_message("The light is on.")
    assert await _heard(again) == (header(FORMAT) + b"ab", True)


@pytest.mark.usefixtures("entry")
async def test_voice_gone_without_last_words(hass: HomeAssistant, peer: Peer) -> None:
    """Without last words in a language there is nothing to hear, but an error."""
    peer.hang_up_on("synthesize-stop")
    stream = _stream(hass, "de_DE")
    stream.async_set_message("Das Licht ist an.")
    assert await _heard(stream) == (b"", False)


@pytest.mark.usefixtures("entry")
async def test_whole_file(hass: HomeAssistant, peer: Peer) -> None:
    """Whoever asks the entity itself gets a file, or an error."""
    entity = _entity(hass)
    assert await entity.async_get_tts_audio("Hello.", "en_US", {}) == ("wav", whole_file(Sound(FORMAT, b"ab")))
    peer.answer("synthesize-stop", failure("voice_missing"))
    with pytest.raises(SpeechVoiceMissing):
        await entity.async_get_tts_audio("Hello.", "en_US", {})


@pytest.mark.usefixtures("entry")
async def test_other_voices(hass: HomeAssistant, peer: Peer) -> None:
    """Voices that come and go are noticed."""
    peer.answer("describe", info(speaks=("nl_NL", "nl_BE")))
    await peer.tell(status_event(voice="loading"))
    await peer.tell(status_event())
    await _until(lambda: _entity(hass).supported_languages == ["nl_NL", "nl_BE"])
    assert _entity(hass).default_language == "nl_NL"


@pytest.mark.parametrize(
    ("subentry_voice", "language"),
    [pytest.param("de_DE-thorsten-medium", "de_DE", id="named"), pytest.param(None, "en", id="not named")],
)
async def test_language_before_the_server_answers(
    hass: HomeAssistant, subentry_voice: str | None, language: str
) -> None:
    """The name of the voice, or else the home, tells the language until the server does."""
    data = {"place": "server", "uri": "unix:///nowhere/s.sock"} | ({"voice": subentry_voice} if subentry_voice else {})
    subentry = ConfigSubentryDataWithId(
        subentry_id="voice", subentry_type="tts", title="Parlor voice", data=data, unique_id=None
    )
    entry = await async_add_parlor(hass, subentry)
    assert _entity(hass).supported_languages == [language]
    assert _entity(hass).async_get_supported_voices(language) is None
    assert hass.states.get(ENTITY).state == STATE_UNAVAILABLE  # type: ignore[union-attr]
    await hass.config_entries.async_unload(entry.entry_id)
