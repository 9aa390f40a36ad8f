"""The voice's engine: a Piper voice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import logging
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PhonemeType

from .errors import Code, SpeechError, first_line
from .requests import Manner
from .sound import SENTENCE_PAUSE, silence, trimmed
from .voice_card import read_card

_INPUTS = {"input", "input_lengths", "scales"}

# Chinese voices make Piper fetch a model by itself, which this process must never do.
_PHONEMES = (PhonemeType.ESPEAK, PhonemeType.TEXT, PhonemeType.HEBREW, PhonemeType.JAPANESE, PhonemeType.THAI)

_MOST_PHONEMES = 250
"""Phonemes that are spoken at once. The memory that this takes grows with their square, and onnxruntime keeps it."""

_LONG_INPUT = 300
"""Numbers of a text's phonemes, two for each, beyond which the memory is given back: more than most sentences have."""

_SURELY_SHORT = 20
"""Characters of a text that need not be looked at."""

# Piper warns of every phoneme that a voice does not know: parts of what is spoken do not belong into a log.
logging.getLogger("piper").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How voices speak where a request does not say; None is the voice's own.

    A length scale above 1 is slower than the voice's own pace. The noise scale varies the sound, noise_w the rhythm.
    """

    device: str = "auto"
    length_scale: float | None = None
    noise_scale: float | None = None
    noise_w: float | None = None
    volume: float = 1.0
    speaker: str | None = None


class _Frugal:
    """A session that gives back the memory that a long text took; for short ones it is kept, which is quicker."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._shrink = onnxruntime.RunOptions()
        self._shrink.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")

    def run(self, outputs: Sequence[str] | None, inputs: Mapping[str, np.ndarray]) -> Sequence[np.ndarray]:
        """Run the model as the session does."""
        is_long = inputs["input"].shape[-1] > _LONG_INPUT
        found: Sequence[np.ndarray] = self._session.run(outputs, inputs, self._shrink if is_long else None)
        return found


class Voice:
    """A loaded voice. `say` belongs to one thread; the rest is fixed."""

    def __init__(self, model: Path, settings: VoiceSettings) -> None:
        """Load `model` with the `.onnx.json` beside it and speak once, unheard. Raises SpeechError."""
        self.card = read_card(model)
        if not model.is_file():
            raise SpeechError(Code.VOICE_MISSING, f"{model} is not a file")
        try:
            self._voice = PiperVoice.load(model, use_cuda=settings.device == "cuda")
        except Exception as err:
            # onnxruntime has exceptions of its own without a common base; a config may lack any key.
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} is no usable Piper voice: {first_line(err)}") from err
        if not {node.name for node in self._voice.session.get_inputs()} >= _INPUTS:
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} is a model, but not a Piper voice")
        if self._voice.config.phoneme_type not in _PHONEMES:
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} needs phonemes of a kind that is not supported")
        self._voice.session = cast(onnxruntime.InferenceSession, _Frugal(self._voice.session))
        self._settings = settings
        self._speakers = dict(self._voice.config.speaker_id_map) if self._voice.config.num_speakers > 1 else {}
        try:
            self.say("1", Manner())
        except Exception as err:
            # A graph that loads may still not run; better known now than when a reply is waiting.
            raise SpeechError(Code.VOICE_CORRUPT, f"{model} cannot speak: {first_line(err)}") from err

    def say(self, text: str, manner: Manner) -> bytes:
        """Return the text as 16 bit mono PCM at the card's rate, without silence around it."""
        settings, rate = self._settings, self.card.rate
        style = SynthesisConfig(
            speaker_id=self._speaker(manner.speaker),
            length_scale=(settings.length_scale or self._voice.config.length_scale) / manner.speed,
            noise_scale=settings.noise_scale,
            noise_w_scale=settings.noise_w,
            volume=settings.volume * manner.volume,
        )
        said = []
        for part in self._parts(text):
            chunks = [
                trimmed(np.asarray(chunk.audio_int16_array), rate) for chunk in self._voice.synthesize(part, style)
            ]
            said.append(silence(SENTENCE_PAUSE, rate).join(samples.tobytes() for samples in chunks if samples.size))
        return b"".join(said)

    def _parts(self, text: str) -> Iterator[str]:
        """Yield a text in parts that do not take too much memory.

        Of a script that it does not know, espeak spells out every letter by its name: "Chinese letter, ...".
        """
        if len(text) <= _SURELY_SHORT or max(map(len, self._voice.phonemize(text)), default=0) <= _MOST_PHONEMES:
            yield text
            return
        middle = len(text) // 2
        gap = text.rfind(" ", 1, middle + 1)
        end = gap if gap > 0 else middle
        yield from self._parts(text[:end])
        yield from self._parts(text[end:])

    def _speaker(self, wished: str | None) -> int | None:
        """Return the number of the speaker wished for, else of the configured one; None is the voice's own."""
        for speaker in (wished, self._settings.speaker):
            if speaker in self._speakers:
                return int(self._speakers[speaker])
            if speaker and speaker.isdecimal() and int(speaker) in self._speakers.values():
                return int(speaker)
        return None
