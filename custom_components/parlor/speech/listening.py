"""The end of speech, noticed here while no server does."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from typing import Final

from homeassistant.components.assist_pipeline.audio_enhancer import MicroVadSpeexEnhancer

from .replay import Replay
from .wav import HEARD

SILENCE_S: Final = 0.7
"""As Home Assistant has it."""
LEAST_SPEECH_S: Final = 0.3
LONGEST_S: Final = 20.0
_STEP_S: Final = 0.01
_STEP_BYTES: Final = int(HEARD.rate * HEARD.width * _STEP_S)
_SPEECH: Final = 0.5


@contextlib.asynccontextmanager
async def async_ended_by_silence(utterance: Replay[bytes]) -> AsyncIterator[None]:
    """End the utterance when its speaker is done, while the block lasts.

    A server that is sent the utterance once more gets it at once: it cannot tell a pause from an end in it. What has
    come stays whole, silence in it or not; only what comes after the end is left out.
    """
    listening = asyncio.create_task(_async_listen(utterance))
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        if not listening.cancelled():
            listening.exception()  # that of the stream, which is raised where the utterance is sent


async def _async_listen(utterance: Replay[bytes]) -> None:
    activity = MicroVadSpeexEnhancer(auto_gain=0, noise_suppression=0, is_vad_enabled=True)
    rest = b""
    position = spoken = silent = 0.0
    async for pcm in utterance:
        rest += pcm
        while len(rest) >= _STEP_BYTES:
            heard = activity.enhance_chunk(rest[:_STEP_BYTES], int(position * 1000)).speech_probability or 0.0
            rest = rest[_STEP_BYTES:]
            position += _STEP_S
            spoken, silent = (spoken + _STEP_S, 0.0) if heard > _SPEECH else (spoken, silent + _STEP_S)
        if (spoken >= LEAST_SPEECH_S and silent >= SILENCE_S) or position >= LONGEST_S:
            utterance.stop()
            return
