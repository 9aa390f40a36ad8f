"""A reply as Home Assistant wants it: WAV as it comes, and a sentence of its own where the voice is gone."""

from collections.abc import AsyncGenerator, AsyncIterable

from .errors import SpeechError
from .fallback import Speech
from .last_words import LastWords
from .synthesis import Manner, async_synthesize
from .wav import PcmFormat, header


async def async_speak(
    speech: Speech, last_words: LastWords, text: AsyncIterable[str], language: str, manner: Manner
) -> AsyncGenerator[bytes]:
    """Yield a WAV header without a length, then PCM.

    Where the server fails, the last words follow, and the error is raised all the same: Home Assistant would otherwise
    keep them on disk as the sound of this text. Raises SpeechError, and what the text raises.
    """
    begun: PcmFormat | None = None
    try:
        async for part in async_synthesize(speech, text, manner):
            if isinstance(part, PcmFormat):
                begun = part
                yield header(part)
            else:
                yield part
    except SpeechError:  # the listener would hear nothing at all
        sound = last_words.of(language, manner.voice)
        if sound and begun in {None, sound.format}:
            yield sound.pcm if begun else header(sound.format) + sound.pcm
        raise
    last_words.learn(language, manner.voice)
