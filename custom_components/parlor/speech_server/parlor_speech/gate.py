"""Whether anybody speaks at all: Whisper invents words for silence and noise, so it does not get to hear them."""

from dataclasses import dataclass

from faster_whisper.vad import get_vad_model
import numpy as np
import numpy.typing as npt

from .audio import SAMPLE_RATE

_QUIET = 0.001
"""Largest sample, of 1, below which there is nothing to hear."""

_FRAME = 512
_SPEECH = 0.35
_FEWEST = 3
"""Frames of 32 ms that must be speech with that probability: few enough for a short "no", too many for noise."""

_PADDING = int(0.4 * SAMPLE_RATE)

_FAINT = 0.002
_SHORT = 0.3
_SURE = 0.8
"""Loudness, seconds and probability from which on speech is clearly that: people in the room are at 0.9."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The part of 16 kHz audio in which somebody seems to speak; no samples where nobody does.

    `seconds` is how long in all, `sure` the mean probability of it while it lasts, `loudness` the root mean square of
    the part.
    """

    samples: npt.NDArray[np.float32]
    seconds: float = 0.0
    sure: float = 0.0
    loudness: float = 0.0

    @property
    def is_weak(self) -> bool:
        """Whether it may as well be noise, music or a television in another room."""
        return self.seconds < _SHORT or self.sure < _SURE or self.loudness < _FAINT


def find_speech(audio: npt.NDArray[np.float32]) -> Speech:
    """Return the part of 16 kHz audio from a little before the first speech to a little after the last."""
    nothing = Speech(audio[:0])
    if not audio.size or float(np.abs(audio).max()) < _QUIET:
        return nothing
    frames = -(-audio.size // _FRAME)
    padded = np.zeros(frames * _FRAME, np.float32)
    padded[: audio.size] = audio
    probabilities = np.asarray(get_vad_model()(padded)).reshape(-1)
    spoken = np.flatnonzero(probabilities >= _SPEECH)
    if spoken.size < _FEWEST:
        return nothing
    start = max(0, int(spoken[0]) * _FRAME - _PADDING)
    end = int(spoken[-1] + 1) * _FRAME + _PADDING
    part = audio[start:end]
    return Speech(
        part,
        seconds=spoken.size * _FRAME / SAMPLE_RATE,
        sure=float(probabilities[spoken].mean()),
        loudness=float(np.sqrt(np.square(part).mean())),
    )
