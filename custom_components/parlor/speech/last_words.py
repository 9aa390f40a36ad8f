"""What is said when the voice is gone: a sentence per language and voice, synthesised while there was one."""

import asyncio
import json
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from wyoming.tts import SynthesizeVoice

from .errors import SpeechError
from .fallback import Speech
from .languages import base_language
from .synthesis import Manner, async_say
from .wav import Sound

SENTENCES_FILE: Final = Path(__file__).with_name("failure_sentences.json")
FALLBACK_LANGUAGE: Final = "en"


class LastWords:
    """Keeps the failure sentence of each language and voice in use as audio in memory."""

    def __init__(self, hass: HomeAssistant, speech: Speech) -> None:
        """Start without any."""
        self._hass = hass
        self._speech = speech
        self._sounds: dict[tuple[str, str | None], Sound] = {}
        self._making: dict[tuple[str, str | None], asyncio.Task[None]] = {}

    def of(self, language: str, voice: SynthesizeVoice | None) -> Sound | None:
        """Return what to say in a language and voice, or else in that language."""
        exact = self._sounds.get(_key(language, voice))
        base = base_language(language)
        return exact or next((sound for (known, _), sound in self._sounds.items() if known == base), None)

    def learn(self, language: str, voice: SynthesizeVoice | None) -> None:
        """Synthesise the sentence in the background, unless it is there; a failure is of no consequence now."""
        key = _key(language, voice)
        if key not in self._sounds and key not in self._making:
            self._making[key] = self._hass.async_create_background_task(
                self._async_learn(key, voice), f"parlor last words in {language}"
            )

    async def stop(self) -> None:
        """End what is being synthesised."""
        if making := list(self._making.values()):
            for task in making:
                task.cancel()
            await asyncio.wait(making)

    async def _async_learn(self, key: tuple[str, str | None], voice: SynthesizeVoice | None) -> None:
        try:
            sentence = await self._hass.async_add_executor_job(_sentence, key[0])
            self._sounds[key] = await async_say(self._speech, sentence, Manner(key[0], voice))
        except SpeechError:  # learnt the next time that the voice is ready or used
            return
        finally:
            self._making.pop(key, None)


def _key(language: str, voice: SynthesizeVoice | None) -> tuple[str, str | None]:
    return base_language(language), voice.name if voice else None


def _sentence(language: str) -> str:
    """Read the sentence of a language without a country; blocks."""
    sentences: dict[str, str] = json.loads(SENTENCES_FILE.read_text(encoding="utf-8"))
    return sentences.get(language, sentences[FALLBACK_LANGUAGE])
