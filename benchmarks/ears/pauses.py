"""Cut-offs: sentences with a pause inside, and whether the ears wait for the rest."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

from homeassistant.components import stt
from homeassistant.components.assist_pipeline.audio_enhancer import MicroVadSpeexEnhancer
from homeassistant.components.assist_pipeline.vad import VoiceCommandSegmenter
import numpy as np
from numpy.typing import NDArray
from piper import PiperVoice

from demo.installation import VOICE
from demo.spoken import CHUNK_SAMPLES, SAMPLE_RATE, Recording, resampled

from .found import Pauses
from .house import METADATA, House

LENGTHS = (0.3, 0.5, 0.7, 0.9)
"""Seconds of silence inside a sentence."""
_AT_ONCE = 4
"""Sentences spoken at the same time: more would make one wait for the other's decode."""
_LEAD_SECONDS = 0.3
_SENTENCES = Path(__file__).with_name("pauses.txt")

type _Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Place:
    """The words before a pause and after it, and whether those before it could not be all."""

    before: str
    after: str
    unfinished: bool


def places() -> Sequence[Place]:
    """Read every place in which a sentence pauses. Blocks."""
    lines = [line for line in _SENTENCES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        for at, mark in enumerate(line):
            if mark in "|/":
                found.append(Place(_plain(line[:at]), _plain(line[at:]), unfinished=mark == "|"))
    return found


async def async_measure_pauses(house: House, ears: str, chosen: Sequence[Place]) -> Sequence[Pauses]:
    """Speak each place with each length of pause, and count who was cut off."""
    voice = await asyncio.to_thread(PiperVoice.load, VOICE)
    counted: dict[tuple[float, bool], list[tuple[bool, bool]]] = {}
    for items in batched([(place, length) for length in LENGTHS for place in chosen], _AT_ONCE, strict=False):
        said = [await asyncio.to_thread(_spoken, voice, place, length) for place, length in items]
        own = await asyncio.gather(*(_async_is_cut_off(house, ears, one) for one in said))
        for (place, length), cut, one in zip(items, own, said, strict=True):
            other = await asyncio.to_thread(_would_be_cut_off, one)
            counted.setdefault((length, place.unfinished), []).append((cut, other))
    return [
        Pauses(length, unfinished, len(cuts), sum(own for own, _ in cuts), sum(other for _, other in cuts))
        for (length, unfinished), cuts in sorted(counted.items(), key=lambda item: (not item[0][1], item[0][0]))
    ]


async def _async_is_cut_off(house: House, ears: str, said: Recording) -> bool:
    entity = stt.async_get_speech_to_text_entity(house.hass, house.ears[ears])
    if entity is None:
        raise RuntimeError(f"there is no {house.ears[ears]}")
    await entity.async_process_audio_stream(METADATA, said.async_play())
    return said.ended is None


def _would_be_cut_off(said: Recording) -> bool:
    """Say whether Home Assistant, as it is set up at first, ends the utterance before its last voiced sample."""
    enhancer, segmenter = MicroVadSpeexEnhancer(0, 0, is_vad_enabled=True), VoiceCommandSegmenter()
    for index in range(said.last_voiced + 1):
        chunk = said.samples[index * CHUNK_SAMPLES : (index + 1) * CHUNK_SAMPLES].tobytes()
        heard = enhancer.enhance_chunk(chunk, index * 10)
        if not segmenter.process(CHUNK_SAMPLES / SAMPLE_RATE, heard.speech_probability):
            return True
    return False


def _spoken(voice: PiperVoice, place: Place, length: float) -> Recording:
    """Speak a sentence with its pause. Blocks."""
    silence = np.zeros(int(length * SAMPLE_RATE), np.int16)
    lead = np.zeros(int(_LEAD_SECONDS * SAMPLE_RATE), np.int16)
    parts = [_said(voice, place.before), silence, _said(voice, place.after)]
    return Recording(Path(f"{place.before} ... {place.after}"), np.concatenate((lead, *parts)))


def _said(voice: PiperVoice, text: str) -> _Samples:
    """Return speech at 16 kHz without the silence around it."""
    samples = np.concatenate([chunk.audio_int16_array for chunk in voice.synthesize(text)])
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 200)
    return resampled(samples[loud[0] : loud[-1] + 1], voice.config.sample_rate)


def _plain(text: str) -> str:
    return " ".join(text.replace("|", " ").replace("/", " ").split())
