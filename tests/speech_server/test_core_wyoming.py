"""Home Assistant's own Wyoming integration uses the server as it is."""

from collections.abc import AsyncIterator

from homeassistant.components import stt
from homeassistant.components.tts.const import DOMAIN as TTS_DOMAIN
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from wyoming.info import Info

from .client import Client
from .process import VOICE, WHISPER, SpeechProcess


async def test_the_server_describes_itself(client: Client) -> None:
    """The server describes itself."""
    await client.send_raw(b'{"type": "describe"}\n')
    info = Info.from_event(await client.receive())
    (ears,), (voice,) = info.asr, info.tts
    assert (ears.installed, voice.installed) == (True, True)
    assert [(model.name, model.languages) for model in ears.models] == [(WHISPER.name, ["en"])]
    assert [(model.name, model.languages) for model in voice.voices] == [(VOICE.stem, ["en_US"])]
    assert (ears.supports_transcript_streaming, voice.supports_synthesize_streaming) == (False, True)
    assert ears.requires_external_vad is False


async def test_home_assistant_speaks_and_hears_through_it(hass: HomeAssistant, unused_tcp_port: int) -> None:
    """Home Assistant speaks and hears through it."""
    assert await async_setup_component(hass, "homeassistant", {})
    uri = f"tcp://127.0.0.1:{unused_tcp_port}"
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE, uri=uri) as speech:
        speech.logged("Ears ready", "Voice ready")
        flows = hass.config_entries.flow
        form = await flows.async_init("wyoming", context={"source": SOURCE_USER})
        done = await flows.async_configure(form["flow_id"], {"host": "127.0.0.1", "port": unused_tcp_port})
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        (voice,) = hass.data[TTS_DOMAIN].entities
        (ears,) = hass.data[stt.DOMAIN].entities
        kind, wav = await voice.async_get_tts_audio("Turn on the kitchen lights.", "en_US", {})
        assert kind == "wav"
        assert wav is not None

        async def chunks() -> AsyncIterator[bytes]:
            yield wav[44:]

        metadata = stt.SpeechMetadata(
            language="en",
            format=stt.AudioFormats.WAV,
            codec=stt.AudioCodecs.PCM,
            bit_rate=stt.AudioBitRates.BITRATE_16,
            sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
            channel=stt.AudioChannels.CHANNEL_MONO,
        )
        result = await ears.async_process_audio_stream(metadata, chunks())
        assert result.result is stt.SpeechResultState.SUCCESS
        assert result.text == "Turn on the kitchen lights."
