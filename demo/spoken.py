"""Recorded speech, played to the pipeline as a microphone would deliver it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
import time

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
CHUNK_SAMPLES = 160  # 10 ms, as Home Assistant's satellites send it
_SILENCE_SECONDS = 5.0
_VOICED = 0.03  # of the loudest 10 ms


@dataclass(slots=True)
class Recording:
    """An utterance: 16 kHz mono, 16-bit.

    Monotonic times: `began` when somebody began to listen, `ended` when the last voiced sample was played, `taken` when
    the last sample was, after which nobody listened any more.
    """

    path: Path
    samples: NDArray[np.int16]
    began: float | None = field(default=None, init=False)
    ended: float | None = field(default=None, init=False)
    taken: float | None = field(default=None, init=False)

    @classmethod
    async def async_load(cls, path: Path) -> Recording:
        """Read any WAV (or other audio) file; its rate and channels are converted.

        Raises OSError when it cannot be opened and ValueError when it holds no audio.
        """
        samples = await asyncio.to_thread(decode, path)
        if not samples.size:
            raise ValueError(f"{path} holds no audio")
        return cls(path, samples)

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def last_voiced(self) -> int:
        """Return the index of the last 10 ms chunk that is loud enough to be speech; 0 for pure silence."""
        samples = self.samples
        chunks = samples[: len(samples) // CHUNK_SAMPLES * CHUNK_SAMPLES].reshape(-1, CHUNK_SAMPLES).astype(np.float32)
        level = np.sqrt((chunks**2).mean(axis=1)) if len(chunks) else np.zeros(1, np.float32)
        voiced = np.flatnonzero(level > max(_VOICED * float(level.max()), 1.0))
        return int(voiced[-1]) if voiced.size else 0

    async def async_play(self) -> AsyncGenerator[bytes]:
        """Yield the utterance in 10 ms chunks in real time, then silence until nobody listens any more."""
        silence = np.zeros(int(_SILENCE_SECONDS * SAMPLE_RATE), np.int16)
        samples = np.concatenate((self.samples, silence))
        last_voiced = self.last_voiced
        started = self.began = time.monotonic()
        for index in range(len(samples) // CHUNK_SAMPLES):
            due = started + (index + 1) * CHUNK_SAMPLES / SAMPLE_RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if index == last_voiced:
                self.ended = time.monotonic()
            self.taken = time.monotonic()
            yield samples[index * CHUNK_SAMPLES : (index + 1) * CHUNK_SAMPLES].tobytes()


def decode(path: Path) -> NDArray[np.int16]:
    """Return the samples of any audio file at 16 kHz, mono; none if it holds no audio.

    Raises OSError when it cannot be opened and ValueError when it is no media file.
    """
    with av.open(str(path)) as container:
        return _resampled(container.decode(audio=0) if container.streams.audio else ())


def resampled(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Return mono samples of another rate at 16 kHz."""
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    return _resampled((frame,))


def _resampled(frames: Iterable[av.AudioFrame]) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    pieces = [piece.to_ndarray()[0] for frame in (*frames, None) for piece in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.int16) if pieces else np.zeros(0, np.int16)
