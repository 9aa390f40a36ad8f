"""Word errors of the demo's model with the short window and with the full one, on held-out sentences and voices."""

import asyncio
from collections.abc import Sequence
import os
import subprocess
from typing import Final

import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.places import CACHE
from benchmarks.speech_servers import program
from demo.installation import MODELS

from .client import async_ask
from .found import Words

_SETS: Final = {
    "held-out-voices": "voices that training never heard",
    "held-out-accent": "an accent that training never heard",
    "piper": "the demo's voice",
}
_CLIPS: Final = CACHE / "held-out"


async def async_measure_words(short: str, full: str, clips: int) -> Sequence[Words]:
    """Have two servers of the same model read so many clips of each set; the first time, these are made for minutes."""
    await asyncio.to_thread(_make_clips)
    return [await _async_measure(name, clips, short, full) for name in _SETS]


async def _async_measure(name: str, clips: int, short: str, full: str) -> Words:
    stored = (await asyncio.to_thread(_load, name))[:clips]
    rates = []
    for uri in (short, full):
        heard = [(text, (await async_ask(uri, pcm))[0]) for pcm, text in stored]
        rates.append(_error_rate(heard))
    return Words(_SETS[name], len(stored), *rates)


def _error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    wrong = sum(Levenshtein.distance(_words(said), _words(heard)) for said, heard in pairs)
    return wrong / sum(len(_words(said)) for said, _ in pairs)


def _words(text: str) -> list[str]:
    return [word.strip(".,?!") for word in text.lower().split()]


def _load(name: str) -> list[tuple[bytes, str]]:
    with np.load(_CLIPS / "data" / f"test-{name}.npz") as stored:
        pieces = np.split(stored["audio"], np.cumsum(stored["lengths"])[:-1])
        return [(piece.tobytes(), str(text)) for piece, text in zip(pieces, stored["texts"], strict=True)]


def _make_clips() -> None:
    """Have the model's own build speak its held-out sentences, as it did for the model card."""
    if all((_CLIPS / "data" / f"test-{name}.npz").exists() for name in _SETS):
        return
    environment = {**os.environ, "PYTHONPATH": str(MODELS / "build"), "TINY_MODELS_CACHE": str(_CLIPS)}
    subprocess.run([program("python"), "-m", "tiny_models.dataset", "test"], env=environment, check=True)  # noqa: S603
