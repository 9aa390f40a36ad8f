"""Parlor's voice, for announcements: the speech is made once, is nowhere kept on disk, and its length is known."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from homeassistant.components import tts
from homeassistant.components.media_player.browse_media import async_process_play_media_url
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import mutagen

from ..const import DOMAIN, SUBENTRY_TTS
from ..data import ParlorConfigEntry
from ..speech.languages import base_language

# A slow voice; for audio that does not tell its length.
_LETTERS_PER_SECOND: Final = 11.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A text-to-speech entity of Parlor's, speaking one language."""

    entity_id: str
    language: str

    async def async_make(self, hass: HomeAssistant, text: str) -> tuple[str, float]:
        """Return speech as a URL that can be played for some minutes, and its length in seconds.

        Raises HomeAssistantError where the voice fails.
        """
        stream = tts.async_create_stream(hass, self.entity_id, self.language, options={})
        stream.use_file_cache = False
        stream.async_set_message(text)
        audio = b"".join([chunk async for chunk in stream.async_stream_result()])
        seconds = await hass.async_add_executor_job(_length, audio)
        return async_process_play_media_url(hass, stream.url), seconds or len(text) / _LETTERS_PER_SECOND


@callback
def find_voice(
    hass: HomeAssistant, entry: ParlorConfigEntry, entity_id: str | None, language: str | None
) -> Voice | None:
    """Return Parlor's voice with this entity id, or its first one that speaks the language; None if there is none.

    Without a language the voice speaks its own.
    """
    registry = er.async_get(hass)
    ids = [
        registry.async_get_entity_id(SUBENTRY_TTS, DOMAIN, subentry.subentry_id)
        for subentry in entry.get_subentries_of_type(SUBENTRY_TTS)
    ]
    for own in ids:
        state = hass.states.get(own) if own and entity_id in (None, own) else None
        entity = hass.data[DATA_COMPONENT].get_entity(own) if own else None
        if state is None or state.state == STATE_UNAVAILABLE or entity is None:
            continue
        spoken = _spoken(entity.supported_languages, entity.default_language, language)
        if own and spoken:
            return Voice(own, spoken)
    return None


def _spoken(supported: list[str], default: str, language: str | None) -> str | None:
    """Return the supported language that is meant; another country's will do."""
    if language is None:
        return default
    near = [tag for tag in (default, *supported) if base_language(tag) == base_language(language)]
    exact = [tag for tag in near if tag.replace("_", "-").casefold() == language.replace("_", "-").casefold()]
    return next(iter([*exact, *near]), None)


def _length(audio: bytes) -> float | None:
    try:
        read = mutagen.File(BytesIO(audio))
    except mutagen.MutagenError:
        # Not a file that tells its length.
        return None
    return float(read.info.length) if read is not None and read.info is not None else None
