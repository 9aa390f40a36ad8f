"""What rooms, microphones and resamplers do to speech."""

from pathlib import Path
import random
from typing import Any
import wave

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, resample_poly, sosfilt

from tiny_models.espeak import Audio

RATE = 16_000
"""Sample rate of everything a recogniser hears, in Hz."""

_QUIET = 0.003


def read(path: Path) -> Audio:
    """Read a 16 kHz mono recording."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return samples.astype(np.float32) / np.float32(32768)


def resample(audio: Audio, rate: int, *, stretch: float = 1.0, linear: bool = False) -> Audio:
    """Bring speech to 16 kHz; `stretch` > 1 makes it slower and deeper (and the throat longer)."""
    if linear:
        times = np.arange(int(len(audio) * RATE * stretch / rate)) * rate / (RATE * stretch)
        return np.interp(times, np.arange(len(audio)), audio).astype(np.float32)
    up = round(320 * stretch)
    down = round(320 * rate / RATE)
    return np.asarray(resample_poly(audio, up, down), np.float32)


def trim(audio: Audio) -> tuple[Audio, int]:
    """Cut the silence around speech; returns it with the count of samples cut in front."""
    loud = np.nonzero(np.abs(audio) > _QUIET)[0]
    if not len(loud):
        return audio, 0
    return audio[loud[0] : loud[-1] + 1], int(loud[0])


def pad(audio: Audio, rng: random.Random) -> tuple[Audio, int]:
    """Put silence around speech, at times seconds of it; returns the samples in front, too."""
    lead = rng.uniform(0.0, 0.6) if rng.random() < 0.85 else rng.uniform(0.6, 2.0)
    trail = rng.uniform(0.05, 0.8) if rng.random() < 0.78 else rng.uniform(0.8, 3.5)
    front, back = int(lead * RATE), int(trail * RATE)
    return np.concatenate([np.zeros(front), audio, np.zeros(back)]).astype(np.float32), front


def degrade(audio: Audio, rng: random.Random, noise: np.random.Generator) -> Audio:
    """Add some of: a room's echo, a microphone's filters, a level, noise."""
    loudness = float(np.sqrt(np.mean(audio[np.abs(audio) > _QUIET] ** 2) + 1e-9))
    heard: npt.NDArray[np.floating[Any]] = audio
    if rng.random() < 0.3:
        heard = np.convolve(heard, _room(rng, noise))[: len(heard)].astype(np.float32)
    if rng.random() < 0.3:
        heard = lfilter([1, -rng.uniform(-0.6, 0.7)], [1], heard)
    if rng.random() < 0.2:
        low, high = rng.uniform(40, 300), rng.uniform(3400, 7600)
        heard = sosfilt(butter(2, [low, high], "band", fs=RATE, output="sos"), heard)
    if rng.random() < 0.7:
        heard = heard + coloured_noise(len(heard), rng, noise) * loudness * 10 ** (-rng.uniform(12, 45) / 20)
    level = 10 ** (rng.uniform(-26, 0) / 20)
    heard = heard / (np.abs(heard).max() + 1e-6) * level
    if rng.random() < 0.5:
        heard = np.round(heard * 32767) / 32767
    return np.clip(heard, -1, 1).astype(np.float32)


def coloured_noise(length: int, rng: random.Random, noise: np.random.Generator) -> npt.NDArray[np.float64]:
    """Make noise of power one, from white to red."""
    samples: npt.NDArray[np.float64] = noise.normal(0, 1, length)
    if rng.random() < 0.6:
        samples = lfilter([1], [1, -rng.uniform(0.5, 0.98)], samples)
    deviation = float(samples.std()) or 1.0
    return samples / deviation


def no_speech(rng: random.Random, noise: np.random.Generator) -> Audio:
    """Make a clip without speech: digital silence, noise, a tone or clicks."""
    length = int(RATE * rng.uniform(0.3, 6))
    kind = rng.random()
    level = 10 ** (rng.uniform(-85, -22) / 20)
    if kind < 0.25:
        return np.zeros(length, np.float32)
    samples = coloured_noise(length, rng, noise) * level
    if kind > 0.85:
        tone = np.sin(np.arange(length) * 2 * np.pi * rng.uniform(50, 3000) / RATE)
        samples = samples + tone * 10 ** (rng.uniform(-50, -15) / 20)
    elif kind > 0.75:
        clicks = noise.random(length) < 3 / RATE
        samples = samples + np.convolve(clicks, noise.normal(0, 0.1, 120))[:length]
    return np.clip(samples, -1, 1).astype(np.float32)


def _room(rng: random.Random, noise: np.random.Generator) -> npt.NDArray[np.float64]:
    length = rng.randint(1200, 4000)
    response = np.zeros(length)
    response[0] = 1
    places = noise.integers(100, length, 20)
    response[places] = noise.normal(0, rng.uniform(0.05, 0.2), 20) * np.exp(-places * 3 / length)
    return response
