"""Sounds of a room in which nobody speaks to the house, as 16 bit PCM of 16 kHz; the same at each call."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RATE = 16_000
Sound = npt.NDArray[np.float64]


def pcm(sound: Sound) -> bytes:
    """Return a sound of -1 to 1 as PCM."""
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def noise(seconds: float, loudness: float) -> Sound:
    """Return white noise."""
    return np.random.default_rng(1).standard_normal(int(seconds * RATE)) * loudness


def music(seconds: float) -> Sound:
    """Return chords with vibrato that swell twice a second."""
    times = np.arange(int(seconds * RATE)) / RATE
    vibrato = 1 + 0.003 * np.sin(2 * np.pi * 5 * times)
    tones = [np.sin(2 * np.pi * tone * times * vibrato) / number for number, tone in enumerate((220, 277, 330, 440), 1)]
    return np.asarray(0.2 * sum(tones) * np.abs(np.sin(2 * np.pi * 2 * times)) ** 0.3)


def singing(seconds: float) -> Sound:
    """Return one humming voice that slides up and down."""
    times = np.arange(int(seconds * RATE)) / RATE
    slide = 1 + 0.05 * np.sin(2 * np.pi * 3 * times)
    return np.asarray(0.2 * (2 * ((times * 140 * slide) % 1) - 1) * np.abs(np.sin(2 * np.pi * 2 * times)) ** 0.3)


def clatter(seconds: float) -> Sound:
    """Return dishes: a bang every half second."""
    bangs = np.zeros(int(seconds * RATE))
    bang = noise(0.05, 0.5) * np.exp(-np.arange(RATE // 20) / 100)
    for at in range(RATE // 2, bangs.size - bang.size, RATE // 2):
        bangs[at : at + bang.size] = bang
    return bangs


def television(voices: Sequence[Sound], seconds: float) -> Sound:
    """Return several voices at once through a wall, with some noise."""
    length = int(seconds * RATE)
    mixed = np.zeros(length)
    for number, voice in enumerate(voices):
        mixed += np.tile(voice, length // voice.size + 2)[number * 3000 :][:length]
    room = np.exp(-np.arange(RATE // 4) / 800) * noise(0.25, 1.0)
    return np.convolve(mixed, room, "same") * 0.0015 + noise(seconds, 0.002)
