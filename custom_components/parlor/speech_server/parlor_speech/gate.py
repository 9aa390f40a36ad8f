"""Whether anybody speaks at all: Whisper invents words for silence and noise, so it does not get to hear them."""

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


def speech_part(audio: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return 16 kHz audio from a little before the first speech to a little after the last; empty without speech."""
    nothing = audio[:0]
    if not audio.size or float(np.abs(audio).max()) < _QUIET:
        return nothing
    frames = -(-audio.size // _FRAME)
    padded = np.zeros(frames * _FRAME, np.float32)
    padded[: audio.size] = audio
    spoken = np.flatnonzero(np.asarray(get_vad_model()(padded)).reshape(-1) >= _SPEECH)
    if spoken.size < _FEWEST:
        return nothing
    start = max(0, int(spoken[0]) * _FRAME - _PADDING)
    end = int(spoken[-1] + 1) * _FRAME + _PADDING
    return audio[start:end]
