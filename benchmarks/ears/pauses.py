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

from . import held_out
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
    """The words before a pause and after it, whether those before it could not be all, and both as they are spoken."""

    spoken_by: str
    words: tuple[str, str]
    unfinished: bool
    samples: tuple[_Samples, _Samples]

    def pausing(self, seconds: float) -> Recording:
        """Return it with a pause of so long."""
        (before, after), (said, rest) = self.words, self.samples
        lead, silence = (np.zeros(int(length * SAMPLE_RATE), np.int16) for length in (_LEAD_SECONDS, seconds))
        return Recording(Path(f"{before} ... {after}"), np.concatenate((lead, said, silence, rest)))


def places() -> Sequence[Place]:
    """Return every place in which a sentence of the list pauses, spoken by the demo's voice. Blocks."""
    lines = [line for line in _SENTENCES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    voice = PiperVoice.load(VOICE)
    found = []
    for line in lines:
        for at, mark in enumerate(line):
            if mark in "|/":
                words = _plain(line[:at]), _plain(line[at:])
                said = _said(voice, words[0]), _said(voice, words[1])
                found.append(Place(held_out.SETS["piper"], words, mark == "|", said))
    return found


def held_out_places() -> Sequence[Place]:
    """Return sentences that training never saw, each with a pause after words that cannot be all. Blocks."""
    return [
        Place(held_out.VOICES, (before, after), unfinished=True, samples=(said, rest))
        for before, said, after, rest in held_out.halves()
    ]


async def async_measure_pauses(house: House, ears: str, chosen: Sequence[Place]) -> Sequence[Pauses]:
    """Speak each place with each length of pause, and count who was cut off."""
    counted: dict[tuple[str, bool, float], list[tuple[bool, bool]]] = {}
    for items in batched([(place, length) for length in LENGTHS for place in chosen], _AT_ONCE, strict=False):
        said = [place.pausing(length) for place, length in items]
        own = await asyncio.gather(*(_async_is_cut_off(house, ears, one) for one in said))
        for (place, length), cut, one in zip(items, own, said, strict=True):
            other = await asyncio.to_thread(_would_be_cut_off, one)
            counted.setdefault((place.spoken_by, not place.unfinished, length), []).append((cut, other))
    return [
        Pauses(spoken_by, length, not could_be_all, len(cuts), *(sum(side) for side in zip(*cuts, strict=True)))
        for (spoken_by, could_be_all, length), cuts in sorted(counted.items(), key=lambda item: item[0])
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


def _said(voice: PiperVoice, text: str) -> _Samples:
    """Return speech at 16 kHz without the silence around it."""
    samples = np.concatenate([chunk.audio_int16_array for chunk in voice.synthesize(text)])
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 200)
    return resampled(samples[loud[0] : loud[-1] + 1], voice.config.sample_rate)


def _plain(text: str) -> str:
    return " ".join(text.replace("|", " ").replace("/", " ").split())
