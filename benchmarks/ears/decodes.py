"""What a decode costs at true shapes: a recording is sent at once, and its words are waited for."""

from collections.abc import Sequence

import numpy as np

from benchmarks.results import Spread
from demo.spoken import SAMPLE_RATE, Recording

from .client import async_ask
from .ends import RECORDINGS
from .found import Decode

_SPOKEN = RECORDINGS / "turn_off_kitchen_set_thermostat.wav"


async def async_measure_decodes(
    model: str, parlor: str, other: str, *, seconds: Sequence[float], rounds: int
) -> Sequence[Decode]:
    """Ask both servers in turns for utterances of each length. Raises RuntimeError where they hear different things."""
    return [await _async_measure(model, parlor, other, length, rounds) for length in seconds]


async def _async_measure(model: str, parlor: str, other: str, seconds: float, rounds: int) -> Decode:
    pcm = await _async_speech(seconds)
    asked = [(await async_ask(parlor, pcm), await async_ask(other, pcm)) for _ in range(rounds + 1)]
    if any(own.strip() != theirs.strip() for (own, _), (theirs, _) in asked):
        raise RuntimeError(f"The same weights were read differently: {asked[0]}")
    own, theirs = zip(*asked[1:], strict=True)  # the first round is for what has to be loaded
    return Decode(model, seconds, Spread.of([time for _, time in own]), Spread.of([time for _, time in theirs]))


async def _async_speech(seconds: float) -> bytes:
    """Return so much speech: the same sentence over and over."""
    said = await Recording.async_load(_SPOKEN)
    return np.resize(said.samples, int(seconds * SAMPLE_RATE)).tobytes()
