"""Speech-to-text entities, in a real Home Assistant with Wyoming servers on real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from homeassistant.components import stt
from homeassistant.components.assist_pipeline import async_pipeline_from_audio_stream
from homeassistant.components.assist_pipeline.models import PipelineStage
from homeassistant.components.assist_pipeline.pipeline import PipelineStorageCollection
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.stt.const import DATA_COMPONENT
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import pytest_socket
from wyoming.asr import TranscriptChunk

from custom_components.parlor.const import EARS_FAILED
from custom_components.parlor.speech import transcription
from custom_components.parlor.speech.languages import WHISPER_LANGUAGES
from tests.parlor_entry import agent, async_add_parlor, ears
from tests.speech.peer import Peer, failure, info, status, status_event, transcript

ENTITY = "stt.parlor_ears"
HEARD = stt.SpeechMetadata(
    language="en",
    format=stt.AudioFormats.WAV,
    codec=stt.AudioCodecs.PCM,
    bit_rate=stt.AudioBitRates.BITRATE_16,
    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
    channel=stt.AudioChannels.CHANNEL_MONO,
)


@pytest.fixture(autouse=True)
def _unix_sockets() -> None:
    """Let tests connect to sockets of this machine, which the test plugin forbids."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
async def peer() -> AsyncGenerator[Peer]:
    """Run a speech server that answers a transcript."""
    async with Peer(info=info(hears=("de", "en")), status=status()) as running:
        running.answer("audio-stop", transcript("turn on the light"))
        yield running


@pytest.fixture
async def entry(hass: HomeAssistant, peer: Peer) -> AsyncGenerator[MockConfigEntry]:
    """Set up Parlor with ears and an agent."""
    added = await async_add_parlor(hass, agent(), ears(peer.uri))
    assert added.state is ConfigEntryState.LOADED
    yield added
    await hass.config_entries.async_unload(added.entry_id)


def _entity(hass: HomeAssistant) -> stt.SpeechToTextEntity:
    entity = hass.data[DATA_COMPONENT].get_entity(ENTITY)
    assert entity is not None
    return entity


async def _microphone() -> AsyncGenerator[bytes]:
    for _ in range(100):
        yield bytes(320)


@pytest.mark.usefixtures("entry")
async def test_entity(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, device_registry: dr.DeviceRegistry
) -> None:
    """The entity stands for its subentry, as a service."""
    registered = entity_registry.async_get(ENTITY)
    assert registered is not None
    assert (registered.unique_id, registered.config_subentry_id, registered.translation_key) == ("ears", "ears", "ears")
    assert registered.device_id
    device = device_registry.async_get(registered.device_id)
    assert isinstance(device, dr.DeviceEntry)
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    entity = _entity(hass)
    assert entity.supported_languages == ["de", "en"]
    assert entity.check_metadata(HEARD)
    assert entity.audio_processing.requires_external_vad


@pytest.mark.usefixtures("entry")
async def test_availability(hass: HomeAssistant, peer: Peer) -> None:
    """The entity is there while its server can hear."""
    assert hass.states.get(ENTITY).state == STATE_UNKNOWN  # type: ignore[union-attr]
    await peer.tell(status_event(ears="failed"))
    await _until_state(hass, STATE_UNAVAILABLE)
    await peer.tell(status_event())
    await _until_state(hass, STATE_UNKNOWN)
    await peer.stop()
    await _until_state(hass, STATE_UNAVAILABLE)


async def _until_state(hass: HomeAssistant, state: str) -> None:
    while hass.states.get(ENTITY).state != state:  # type: ignore[union-attr]
        await asyncio.sleep(0.01)


async def test_a_server_that_ends_utterances_by_itself(hass: HomeAssistant) -> None:
    """Home Assistant does not wait for silence; the server hears names of the house and is told what is whole."""
    described = info(hears=("en",))
    described.asr[0].requires_external_vad = False
    async with Peer(info=described, status=status()) as peer:
        peer.answer("audio-start", TranscriptChunk("turn off the"), TranscriptChunk("Turn off the kitchen light."))
        peer.answer("audio-stop", transcript("Turn off the kitchen light."))
        kitchen = ar.async_get(hass).async_create("Kitchen")
        hass.states.async_set("light.kitchen", "on", {"friendly_name": "Kitchen light"})
        entry = await async_add_parlor(hass, agent(), ears(peer.uri))
        registered = er.async_get(hass).async_get_or_create("light", "test", "kitchen", suggested_object_id="kitchen")
        er.async_get(hass).async_update_entity(registered.entity_id, area_id=kitchen.id)
        async_expose_entity(hass, "conversation", "light.kitchen", True)
        entity = _entity(hass)
        assert not entity.audio_processing.requires_external_vad

        async def microphone() -> AsyncGenerator[bytes]:
            # It goes on for ever: who listens has to say when it is enough.
            while True:
                yield bytes(320)
                await asyncio.sleep(0.01)

        result = await entity.async_process_audio_stream(HEARD, microphone())
        assert result.text == "Turn off the kitchen light."
        [request] = [event for event in peer.received if event.type == "transcribe"]
        assert set(request.data["transcript_names"]) == {"Kitchen", "Kitchen light"}
        assert request.data["context"] == {"parlor": {"partials": True}}
        await hass.config_entries.async_unload(entry.entry_id)


async def test_languages_before_the_server_answers(hass: HomeAssistant) -> None:
    """Whisper's languages are assumed of ears that have not said theirs."""
    entry = await async_add_parlor(hass, ears("unix:///nowhere/s.sock"))
    assert tuple(_entity(hass).supported_languages) == WHISPER_LANGUAGES
    await hass.config_entries.async_unload(entry.entry_id)


async def _run_pipeline(hass: HomeAssistant, pipeline_id: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Say something to a pipeline and return what happened up to the words."""
    events: list[tuple[str, Mapping[str, Any]]] = []
    await async_pipeline_from_audio_stream(
        hass,
        context=Context(),
        event_callback=lambda event: events.append((event.type.value, event.data or {})),
        stt_metadata=HEARD,
        stt_stream=_microphone(),
        pipeline_id=pipeline_id,
        start_stage=PipelineStage.STT,
        end_stage=PipelineStage.STT,
    )
    return events


def _store(hass: HomeAssistant) -> PipelineStorageCollection:
    return hass.data[KEY_ASSIST_PIPELINE].pipeline_store


async def _add_pipeline(hass: HomeAssistant, conversation_engine: str) -> str:
    """Make a pipeline that hears with the entity."""
    pipeline = await _store(hass).async_create_item(
        {
            "name": conversation_engine,
            "language": "en",
            "conversation_engine": conversation_engine,
            "conversation_language": "en",
            "stt_engine": ENTITY,
            "stt_language": "en",
            "tts_engine": None,
            "tts_language": None,
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
        }
    )
    return str(pipeline.id)


def _parlors_pipeline(hass: HomeAssistant) -> str:
    return next(
        pipeline.id for pipeline in _store(hass).data.values() if pipeline.conversation_engine == "conversation.parlor"
    )


@pytest.mark.usefixtures("entry")
async def test_pipeline(hass: HomeAssistant) -> None:
    """What was said becomes the text of a pipeline run."""
    events = await _run_pipeline(hass, _parlors_pipeline(hass))
    assert ("stt-end", {"stt_output": {"text": "turn on the light"}}) in events


@pytest.mark.usefixtures("entry")
async def test_silence(hass: HomeAssistant, peer: Peer) -> None:
    """Silence ends a run as such."""
    peer.answer("audio-stop", transcript(" "))
    events = await _run_pipeline(hass, _parlors_pipeline(hass))
    assert [data["code"] for kind, data in events if kind == "error"] == ["stt-no-text-recognized"]


@pytest.mark.usefixtures("entry")
async def test_ears_fail(hass: HomeAssistant, peer: Peer) -> None:
    """A Parlor agent is handed the marker, so that it can say what is wrong."""
    peer.answer("audio-stop", failure("internal"))
    events = await _run_pipeline(hass, _parlors_pipeline(hass))
    assert ("stt-end", {"stt_output": {"text": EARS_FAILED}}) in events


@pytest.mark.usefixtures("entry")
async def test_ears_fail_with_another_agent(hass: HomeAssistant, peer: Peer) -> None:
    """The marker never reaches an agent that does not know it."""
    peer.answer("audio-stop", failure("internal"))
    await _add_pipeline(hass, "conversation.home_assistant")
    events = await _run_pipeline(hass, _parlors_pipeline(hass))
    assert [data["code"] for kind, data in events if kind == "error"] == ["stt-stream-failed"]


async def test_ears_fail_without_a_pipeline(hass: HomeAssistant, peer: Peer) -> None:
    """Whoever asks without a pipeline is told of the failure."""
    peer.answer("audio-stop", failure("internal"))
    entry = await async_add_parlor(hass, ears(peer.uri))
    result = await _entity(hass).async_process_audio_stream(HEARD, _microphone())
    assert (result.text, result.result) == (None, stt.SpeechResultState.ERROR)
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("broken", "answer"),
    [
        pytest.param(False, {"text": "turn on the light", "result": "success"}, id="heard"),
        pytest.param(True, {"text": None, "result": "error"}, id="failed"),
    ],
)
async def test_over_http(
    hass_client: ClientSessionGenerator,
    peer: Peer,
    broken: bool,
    answer: dict[str, str | None],
) -> None:
    """Home Assistant's HTTP interface gets words or an error, never the marker."""
    if broken:
        peer.answer("audio-stop", failure("internal"))
    client = await hass_client()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    content = "format=wav; codec=pcm; sample_rate=16000; bit_rate=16; channel=1; language=en"
    response = await client.post(f"/api/stt/{ENTITY}", data=bytes(32000), headers={"X-Speech-Content": content})
    assert await response.json() == answer


@pytest.mark.usefixtures("entry")
async def test_server_gone(hass: HomeAssistant, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ears that do not come back in time have failed."""
    monkeypatch.setattr(transcription, "REPLAY_WAIT_S", 0.1)
    await peer.stop()
    events = await _run_pipeline(hass, _parlors_pipeline(hass))
    assert ("stt-end", {"stt_output": {"text": EARS_FAILED}}) in events
