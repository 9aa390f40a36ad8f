"""Text-to-speech entities: Parlor's replies, aloud."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.tts import ATTR_VOICE, TextToSpeechEntity, TTSAudioResponse, TtsAudioType, Voice
from homeassistant.components.tts.entity import TTSAudioRequest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from wyoming.tts import SynthesizeVoice

from .const import CONF_SPEAKER, CONF_SPEED, CONF_VOICE, SUBENTRY_TTS
from .data import ParlorConfigEntry
from .entity import ParlorEntity
from .speech.languages import base_language, voice_language
from .speech.last_words import LastWords
from .speech.speaking import async_speak
from .speech.status import Role
from .speech.synthesis import Manner, async_say, speed_of, voice_for
from .speech.wav import whole_file

PARALLEL_UPDATES = 0

ATTR_SPEAKER: Final = "speaker"
ATTR_SPEED: Final = "speed"


async def async_setup_entry(
    hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one entity for each tts subentry."""
    for subentry in entry.get_subentries_of_type(SUBENTRY_TTS):
        language = await hass.async_add_executor_job(voice_language, subentry.data.get(CONF_VOICE))
        entity = ParlorVoice(hass, entry, subentry, language or hass.config.language)
        async_add_entities([entity], config_subentry_id=subentry.subentry_id)


class ParlorVoice(ParlorEntity, TextToSpeechEntity):
    """Speak with the speech server of one subentry, or with its fallback."""

    _attr_translation_key = "voice"
    _attr_supported_options = [ATTR_VOICE, ATTR_SPEAKER, ATTR_SPEED]  # noqa: RUF012 - the base class declares it so

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry, subentry: ConfigSubentry, language: str) -> None:
        """Take the subentry, its server, and the language to assume until the server has said its own."""
        super().__init__(entry, subentry)
        self._speech = entry.runtime_data.speech[subentry.subentry_id]
        self._assumed = language
        self._last_words = LastWords(hass, self._speech)
        own = {ATTR_SPEAKER: subentry.data.get(CONF_SPEAKER), ATTR_SPEED: subentry.data.get(CONF_SPEED)}
        self._attr_default_options = {option: value for option, value in own.items() if value is not None}
        self._attr_default_language = language
        self._attr_supported_languages = [language]
        self._read_languages()

    @property
    @override
    def available(self) -> bool:
        """Say whether a server can speak."""
        return self._speech.is_ready(Role.VOICE)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the server, and learn what to say when it is gone."""
        await super().async_added_to_hass()
        self.async_on_remove(self._speech.async_add_listener(self._server_changed))
        self._learn()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End what is under way."""
        await self._last_words.stop()
        await super().async_will_remove_from_hass()

    @callback
    @override
    def async_get_supported_voices(self, language: str) -> list[Voice] | None:
        """Return the voices that speak a language."""
        info = self._speech.info
        voices = [voice for voice in (info.voices if info else ()) if language in voice.languages]
        return [Voice(voice.name, voice.description) for voice in voices] or None

    @override
    async def async_get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> TtsAudioType:
        """Return a message as a WAV file."""
        return "wav", whole_file(await async_say(self._speech, message, self._manner(language, options)))

    @override
    async def async_stream_tts_audio(self, request: TTSAudioRequest) -> TTSAudioResponse:
        """Speak a message while it is still being written."""
        manner = self._manner(request.language, request.options)
        audio = async_speak(self._speech, self._last_words, request.message_gen, request.language, manner)
        return TTSAudioResponse("wav", audio)

    @callback
    def _server_changed(self) -> None:
        """Take over what the server says of itself."""
        self._read_languages()
        self._learn()
        self.async_write_ha_state()

    def _learn(self) -> None:
        """Learn what to say in the default language when the voice is gone."""
        if self.available:
            language = self.default_language
            self._last_words.learn(language, self._voice(language, {}))

    def _read_languages(self) -> None:
        """Take over the languages of the server's voices.

        A pipeline may have been made with the assumed language; it stays valid if a voice speaks it in another country.
        """
        languages = list(self._speech.info.voice_languages if self._speech.info else ())
        if not languages:
            return
        near = [known for known in languages if base_language(known) == base_language(self._assumed)]
        self._attr_default_language = self._assumed if self._assumed in languages else (near or languages)[0]
        self._attr_supported_languages = list(dict.fromkeys([*languages, *([self._assumed] if near else [])]))

    def _manner(self, language: str, options: Mapping[str, Any]) -> Manner:
        """Return how to speak. Raises SpeechBadSpeed."""
        return Manner(language, self._voice(language, options), speed_of(options.get(ATTR_SPEED)))

    def _voice(self, language: str, options: Mapping[str, Any]) -> SynthesizeVoice | None:
        info = self._speech.in_order[0].info
        return voice_for(info, language, options.get(ATTR_VOICE), options.get(ATTR_SPEAKER))
