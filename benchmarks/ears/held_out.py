"""Sentences that the demo's model was not trained on, spoken by voices that it never heard."""

import os
from pathlib import Path
import subprocess
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.places import CACHE
from benchmarks.speech_servers import prepare, program
from demo.installation import MODELS

SETS: Final = {
    "held-out-voices": "voices that training never heard",
    "held-out-accent": "an accent that training never heard",
    "piper": "the demo's voice",
}
"""What is read for word errors, by who speaks."""

VOICES: Final = SETS["held-out-voices"]
_PAUSES: Final = "pauses"
_FOLDER: Final = CACHE / "held-out"

type Samples = NDArray[np.int16]


def sentences(name: str) -> list[tuple[Samples, str]]:
    """Return the clips of a set at 16 kHz, with what they say. Blocks; the first time, they are made for minutes."""
    with np.load(_made(name)) as stored:
        return [(piece, str(text)) for piece, text in zip(_pieces(stored), stored["texts"], strict=True)]


def halves() -> list[tuple[str, Samples, str, Samples]]:
    """Return beginnings of sentences that cannot be all, and their rests, each as words and as a clip. Blocks."""
    with np.load(_made(_PAUSES)) as stored:
        pieces = _pieces(stored)
        texts = zip(stored["before"], stored["after"], strict=True)
        return [
            (str(before), pieces[2 * number], str(after), pieces[2 * number + 1])
            for number, (before, after) in enumerate(texts)
        ]


def _pieces(stored: np.lib.npyio.NpzFile) -> list[Samples]:
    return np.split(stored["audio"], np.cumsum(stored["lengths"])[:-1])


def _made(name: str) -> Path:
    """Have the model's own build speak what is missing, as it did for the model card. Raises RuntimeError."""
    paths = {kind: _FOLDER / "data" / f"test-{kind}.npz" for kind in (*SETS, _PAUSES)}
    if not all(path.exists() for path in paths.values()):
        if not prepare():
            raise RuntimeError("what speaks the held-out sentences could not be installed")
        environment = {**os.environ, "PYTHONPATH": str(MODELS / "build"), "TINY_MODELS_CACHE": str(_FOLDER)}
        command = [str(program("python")), "-m", "tiny_models.dataset", "test"]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - own commands
    return paths[name]
