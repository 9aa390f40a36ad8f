"""Speech-to-text entities: what is said to Parlor, in words."""

from collections.abc import AsyncIterable
import logging
from typing import override

from homeassistant.components.stt import (
    AudioBitRates,
    AudioChannels,
    AudioCodecs,
    AudioFormats,
    AudioSampleRates,
    SpeechMetadata,
    SpeechResult,
    SpeechResultState,
    SpeechToTextEntity,
)
from homeassistant.components.stt.models import SpeechAudioProcessing
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .agent.place import listening_area
from .agent.route import async_load_patterns, is_whole_sentence
from .const import CONF_LANGUAGES, EARS_FAILED, SUBENTRY_STT
from .data import ParlorConfigEntry
from .entity import ParlorEntity
from .home import names_to_hear
from .speech import SpeechError
from .speech.languages import WHISPER_LANGUAGES
from .speech.pipelines import all_listeners_are_parlor
from .speech.status import Role
from .speech.transcription import Wish, async_transcribe

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one entity for each stt subentry."""
    for subentry in entry.get_subentries_of_type(SUBENTRY_STT):
        async_add_entities([ParlorEars(entry, subentry)], config_subentry_id=subentry.subentry_id)


class ParlorEars(ParlorEntity, SpeechToTextEntity):
    """Hear with the speech server of one subentry, or with its fallback."""

    _attr_translation_key = "ears"

    def __init__(self, entry: ParlorConfigEntry, subentry: ConfigSubentry) -> None:
        """Take the subentry and its server."""
        super().__init__(entry, subentry)
        self._home = entry.runtime_data.home
        self._speech = entry.runtime_data.speech[subentry.subentry_id]
        self._languages: list[str] = subentry.data.get(CONF_LANGUAGES, [])

    @property
    @override
    def available(self) -> bool:
        """Say whether a server can hear."""
        return self._speech.is_ready(Role.EARS)

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return the languages the server hears, or those of Whisper as long as it has not said."""
        info = self._speech.info
        return list((info.languages if info else ()) or WHISPER_LANGUAGES)

    @property
    @override
    def supported_formats(self) -> list[AudioFormats]:
        """Return the formats: pipelines declare their bare PCM as WAV."""
        return [AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[AudioCodecs]:
        """Return the codecs."""
        return [AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[AudioBitRates]:
        """Return the bits per sample."""
        return [AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[AudioSampleRates]:
        """Return the samples per second."""
        return [AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[AudioChannels]:
        """Return the channels."""
        return [AudioChannels.CHANNEL_MONO]

    @property
    @override
    def audio_processing(self) -> SpeechAudioProcessing:
        """Return whether Home Assistant has to notice the end of speech: not for a server that does it sooner."""
        info = self._speech.info
        return SpeechAudioProcessing(
            requires_external_vad=info is None or not info.ends_utterances,
            prefers_auto_gain_enabled=True,
            prefers_noise_reduction_enabled=True,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the servers."""
        await super().async_added_to_hass()
        self.async_on_remove(self._speech.async_add_listener(self.async_write_ha_state))

    @override
    async def async_process_audio_stream(self, metadata: SpeechMetadata, stream: AsyncIterable[bytes]) -> SpeechResult:
        """Turn an utterance into words; where that fails, let a Parlor agent say so."""
        wish = self._wish(metadata.language)
        # Until the sentences of a language are known, only silence tells that one is over.
        self.entry.async_create_background_task(
            self.hass, async_load_patterns(self.hass, *wish.languages), "parlor languages"
        )
        try:
            text = await async_transcribe(self._speech, stream, wish)
        except SpeechError as err:  # all that can go wrong with servers, twice
            _LOGGER.warning("%s could not hear: %s", self.entity_id, err)
            if all_listeners_are_parlor(self.hass, self.entity_id):
                return SpeechResult(EARS_FAILED, SpeechResultState.SUCCESS)
            return SpeechResult(None, SpeechResultState.ERROR)
        return SpeechResult(text, SpeechResultState.SUCCESS)

    def _wish(self, language: str) -> Wish:
        """Return how to hear what is said through a pipeline of a language, in a home that may speak others too."""
        languages = list(dict.fromkeys((language, *self._languages)))
        return Wish(
            languages,
            names=names_to_hear(self._home, listening_area(self.hass)),
            is_whole=lambda text: any(is_whole_sentence(self.hass, self._home, spoken, text) for spoken in languages),
        )
