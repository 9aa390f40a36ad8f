"""Batches of training examples: features with fewer positions than 30 s, and prompts as Whisper's.

faster-whisper pads every clip to 1500 positions, nearly all of them empty. A batch keeps the real
positions and a few empty ones drawn from the rest; an attention bias of log(empty / kept) makes
these few weigh as much as all of them would. The expectation is the same at a tenth of the cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import math
import random

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tiny_models import grammar, tokens
from tiny_models.model import SOURCE_POSITIONS

IGNORED = -100
"""The label of a place that no loss looks at."""

_KEPT_EMPTY = 14
_FRAMES_PER_BATCH = 4000
_MOST_CLIPS = 20
_MASKED = -1e4
_LONG_PROMPT = 220
_ENOUGH_SILENCE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An example with its text as tokens; no tokens where nobody speaks."""

    features: npt.NDArray[np.float16]
    text: list[int]
    labels: npt.NDArray[np.int16]
    end: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors for one step; `lengths` counts the real positions of each clip."""

    mel: Tensor
    positions: Tensor
    bias: Tensor
    phonemes: Tensor
    tokens: Tensor
    targets: Tensor
    texts: list[list[int]]
    lengths: list[int]


def group(rows: Sequence[Row]) -> list[list[int]]:
    """Group rows of like length into batches of like cost; returns indices."""
    order = sorted(range(len(rows)), key=lambda index: rows[index].features.shape[1])
    groups: list[list[int]] = [[]]
    for index in order:
        longest = rows[index].features.shape[1]
        if groups[-1] and (len(groups[-1]) + 1) * longest > _FRAMES_PER_BATCH:
            groups.append([])
        if len(groups[-1]) == _MOST_CLIPS:
            groups.append([])
        groups[-1].append(index)
    return groups


def schedule(groups: list[list[int]], seed: str) -> Iterator[list[int]]:
    """Yield the batches of one epoch after the other in a random but repeatable order."""
    epoch = 0
    while True:
        rng = random.Random(f"{seed} {epoch}")
        yield from rng.sample(groups, len(groups))
        epoch += 1


def lengthen(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Put some seconds of each clip's own silence around its speech, as many for every clip."""
    added = rng.randint(100, 600)
    return [_lengthened(row, added, rng) for row in rows]


def collate(rows: Sequence[Row], rng: random.Random | None) -> Batch:
    """Put rows together; with `rng` they are masked, coloured and prompted at random."""
    lengths = [(row.features.shape[1] + 1) // 2 for row in rows]
    size = max(lengths) + 2 + _KEPT_EMPTY
    mel = torch.zeros(len(rows), 80, 2 * size)
    positions = torch.zeros(len(rows), size, dtype=torch.long)
    bias = torch.full((len(rows), 1, 1, size), _MASKED)
    phonemes = torch.full((len(rows), size), IGNORED)
    for index, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        features = torch.from_numpy(row.features.astype(np.float32))
        mel[index, :, : features.shape[1]] = _vary(features, rng) if rng else features
        known = min(len(row.labels), size)
        phonemes[index, :known] = torch.from_numpy(row.labels[:known].astype(np.int64))
        _place(positions[index], bias[index, 0, 0], length + 1, rng)
    prompts = _Prompts(rows, rng)
    inputs, targets = prompts.sequences()
    return Batch(mel, positions, bias, phonemes, inputs, targets, [row.text for row in rows], lengths)


def _lengthened(row: Row, added: int, rng: random.Random) -> Row:
    after = round(row.end * 100) + 5
    silence = row.features[:, after:]
    if not row.text:
        silence = row.features
    if silence.shape[1] < _ENOUGH_SILENCE or rng.random() < 0.4:
        # Digital silence: the features' floor lies two below their highest value.
        silence = np.full((len(row.features), 1), row.features.max() - 2, np.float16)
    front = round(rng.random() * added / 2) * 2
    frames = [rng.randrange(silence.shape[1]) for _ in range(added)]
    around = silence[:, frames]
    return Row(
        np.concatenate([around[:, :front], row.features, around[:, front:]], axis=1),
        row.text,
        np.concatenate([np.zeros(front // 2, np.int16), row.labels]) if len(row.labels) else row.labels,
        row.end + front / 100,
    )


def _vary(features: Tensor, rng: random.Random) -> Tensor:
    bands, frames = features.shape
    tilt = torch.linspace(rng.uniform(-0.12, 0.12), rng.uniform(-0.12, 0.12), bands)
    features = features + rng.uniform(-0.15, 0.15) + tilt[:, None]
    mean = features.mean()
    for _ in range(2):
        width = rng.randint(0, 10)
        start = rng.randint(0, bands - width)
        features[start : start + width] = mean
    for _ in range(1 + frames // 300):
        width = rng.randint(0, 14)
        start = rng.randint(0, max(0, frames - width))
        features[:, start : start + width] = mean
    return features


def _place(positions: Tensor, bias: Tensor, real: int, rng: random.Random | None) -> None:
    """Write down the real positions and a sorted draw of the empty ones that follow them."""
    window = SOURCE_POSITIONS
    if rng and rng.random() < 0.35:
        window = rng.randint(min(real + 1, window - 1), window)
    positions[:real] = torch.arange(real)
    bias[:real] = 0
    empty, kept = window - real, len(positions) - real
    if empty > 0:
        positions[real:] = torch.randint(real, window, (kept,)).sort()[0]
        bias[real:] = math.log(empty / kept)


class _Prompts:
    """What stands before the text, and what the decoder has to say at each place."""

    def __init__(self, rows: Sequence[Row], rng: random.Random | None) -> None:
        self._rows = rows
        self._rng = rng
        self._ids = tokens.ids()
        self._long = rng is not None and rng.random() < 0.03

    def sequences(self) -> tuple[Tensor, Tensor]:
        """Return inputs and targets, both (batch, longest)."""
        pairs = [self._sequence(row) for row in self._rows]
        longest = max(len(inputs) for inputs, _ in pairs)
        inputs = torch.full((len(pairs), longest), self._ids.end)
        targets = torch.full((len(pairs), longest), IGNORED)
        for index, (said, wanted) in enumerate(pairs):
            inputs[index, : len(said)] = torch.tensor(said)
            targets[index, : len(wanted)] = torch.tensor(wanted)
        return inputs, targets

    def _sequence(self, row: Row) -> tuple[list[int], list[int]]:
        ids, rng = self._ids, self._rng
        named = rng is None or rng.random() < 0.85
        timed = rng is not None and rng.random() < 0.5
        language = [ids.english, ids.transcribe] if named else []
        text = row.text
        first = ids.first_time if timed else ids.no_timestamps
        if not text:
            inputs = [ids.start, *language, first]
            targets = [ids.no_speech, *([IGNORED] * len(language)), ids.end]
        else:
            end = ids.first_time + min(SOURCE_POSITIONS, math.ceil(row.end / 0.2) * 10)
            last = [end] if timed else []
            inputs = [ids.start, *language, first, *text, *last]
            targets = [*language, first, *text, *last, ids.end]
        if before := self._before(text):
            inputs = [ids.previous, *before, *inputs]
            targets = [IGNORED] * (len(before) + 1) + targets
        return inputs, targets

    def _before(self, text: list[int]) -> list[int]:
        """Draw an earlier sentence, a list of names, or nonsense to stand before the text."""
        rng = self._rng
        if rng is None or not (self._long or rng.random() < 0.12):
            return []
        kind = rng.random()
        if kind < 0.25:
            before = [rng.randrange(256, self._ids.end) for _ in range(rng.randint(1, 12))]
        elif kind < 0.5:
            before = list(rng.choice(self._rows).text)
        else:
            names = [grammar.name(rng) for _ in range(rng.randint(1, 8))]
            before = tokens.encode(", ".join(names))
        if self._long:
            while len(before) < _LONG_PROMPT:
                before += tokens.encode(f"{grammar.name(rng)},")
            before = before[: rng.randint(20, _LONG_PROMPT)]
        return before or list(text[:1])
