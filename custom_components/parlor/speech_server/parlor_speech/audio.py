"""An utterance on its way in: any PCM to what the recogniser hears, never more of it than allowed."""

import av
import numpy as np
import numpy.typing as npt

from .errors import Code, SpeechError
from .requests import AudioFormat

SAMPLE_RATE = 16_000
"""Samples a second that the recogniser hears."""


class Recording:
    """Collect the chunks of one utterance as 16 kHz mono, as they come."""

    def __init__(self, audio_format: AudioFormat, max_seconds: float) -> None:
        """Prepare to convert from the format."""
        self.format = audio_format
        self._max_seconds = max_seconds
        self._pcm = bytearray()
        self._rest = b""
        self._fed = False
        self._resampler: av.AudioResampler | None = None
        if audio_format.rate != SAMPLE_RATE:
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)

    @property
    def seconds(self) -> float:
        """How much was heard so far."""
        return len(self._pcm) / 2 / SAMPLE_RATE

    def add(self, payload: bytes) -> None:
        """Add raw PCM, which may end within a sample. Raises SpeechError(TOO_LONG)."""
        payload = self._rest + payload
        frame_bytes = self.format.width * self.format.channels
        whole = len(payload) - len(payload) % frame_bytes
        self._rest = payload[whole:]
        if (len(payload) // frame_bytes) / self.format.rate + self.seconds > self._max_seconds:
            raise SpeechError(Code.TOO_LONG, f"The audio is longer than {self._max_seconds:g} seconds")
        if whole:
            self._fed = True
            self._pcm += self._resampled(_mono(payload[:whole], self.format))

    def samples(self, start: int = 0) -> npt.NDArray[np.float32]:
        """Return the samples from `start` on that have come so far, in -1 to 1."""
        return np.frombuffer(bytes(self._pcm[2 * start :]), np.int16).astype(np.float32) / 32768.0

    def finish(self) -> npt.NDArray[np.float32]:
        """End the recording and return its samples, in -1 to 1."""
        if self._resampler and self._fed:
            self._pcm += b"".join(_bytes(frame) for frame in self._resampler.resample(None))
        return self.samples()

    def _resampled(self, mono: npt.NDArray[np.int16]) -> bytes:
        if self._resampler is None:
            return mono.tobytes()
        frame = av.AudioFrame.from_ndarray(mono.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self.format.rate
        return b"".join(_bytes(resampled) for resampled in self._resampler.resample(frame))


def _mono(payload: bytes, audio_format: AudioFormat) -> npt.NDArray[np.int16]:
    samples = _samples(payload, audio_format.width)
    if audio_format.channels == 1:
        return samples
    mean: npt.NDArray[np.float64] = samples.reshape(-1, audio_format.channels).mean(axis=1)
    return mean.astype(np.int16)


def _samples(payload: bytes, width: int) -> npt.NDArray[np.int16]:
    if width == 1:
        return np.left_shift(np.frombuffer(payload, np.uint8).astype(np.int16) - 128, 8, dtype=np.int16)
    if width == 2:
        return np.frombuffer(payload, np.dtype("<i2")).astype(np.int16)
    # Of wider samples, the two upper bytes are all that a recogniser can tell apart.
    octets = np.frombuffer(payload, np.uint8).reshape(-1, width)
    return np.ascontiguousarray(octets[:, -2:]).view(np.dtype("<i2")).reshape(-1).astype(np.int16)


def _bytes(frame: av.AudioFrame) -> bytes:
    return np.asarray(frame.to_ndarray(), np.int16).tobytes()
