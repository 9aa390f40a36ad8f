"""Cut diphones - from the middle of one sound to the middle of the next - out of monotone speech.

The unit bank can be played by table look-ups alone: a pair of sounds names one or two units, a
unit is a stretch of one long recording.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
import random

import numpy as np
import numpy.typing as npt

from tiny_models import audio, grammar
from tiny_models.espeak import Audio, Phoneme, Prosody, Synthesiser

PAD = 0
"""The id of what makes no sound at all (stress marks, spaces)."""
SILENCE = 1
"""The id of a pause."""

Table = npt.NDArray[np.int64]

_SENTENCES = 2500
_PAUSE = "_"
_PAUSE_SAMPLES = 1600
_MERGED = {"oːɹ": "ɔːɹ", "ʔ": "t", "n̩": "n"}
_SPLIT = {"əl": ("ə", "l"), "aɪɚ": ("aɪ", "ɚ"), "aɪə": ("aɪ", "ə")}
_STOPS = {"t", "k", "p", "b", "d", "ɡ", "tʃ", "dʒ"}
_SHORTEST = 80
_SEARCH = 80
_FADE = 40


@dataclass(slots=True)
class Bank:
    """Units in one recording: `first[a, b]` and `second[a, b]` are units for sounds a then b."""

    symbols: list[str]
    recording: Audio
    starts: list[int]
    lengths: list[int]
    first: Table
    second: Table


@dataclass(frozen=True, slots=True)
class _Sound:
    symbol: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Unit:
    audio: Audio
    boundary: int


@dataclass(slots=True)
class _Shelf:
    """The recording as it grows; units 0 and 1 are a pause and nothing."""

    pieces: list[Audio] = field(default_factory=lambda: [np.zeros(_PAUSE_SAMPLES, np.float32)])
    starts: list[int] = field(default_factory=lambda: [0, 0])
    lengths: list[int] = field(default_factory=lambda: [_PAUSE_SAMPLES, 0])
    end: int = _PAUSE_SAMPLES

    def add(self, samples: Audio) -> int:
        samples = samples.copy()
        edge = min(_FADE, len(samples) // 4)
        samples[:edge] *= np.linspace(0.3, 1, edge, dtype=np.float32)
        samples[-edge:] *= np.linspace(1, 0.3, edge, dtype=np.float32)
        self.pieces.append(samples)
        self.end += len(samples)
        return self.point(self.end - len(samples), len(samples))

    def point(self, start: int, length: int) -> int:
        self.starts.append(start)
        self.lengths.append(length)
        return len(self.starts) - 1


def cut_units() -> Bank:
    """Let espeak-ng speak grammar sentences in one tone and cut them into a bank of units."""
    found: dict[tuple[str, str], list[_Unit]] = defaultdict(list)
    synthesiser = Synthesiser()
    rng = random.Random(3)
    for _ in range(_SENTENCES):
        text = grammar.spell_out(grammar.sentence(rng, "train"))
        said = synthesiser.say(text, "en-us", Prosody(rate=165, pitch=40, pitch_range=0))
        speech = audio.resample(said.audio, synthesiser.rate)
        sounds = _sounds(said.phonemes, audio.RATE / synthesiser.rate, len(speech))
        for left, right in pairwise(sounds):
            if unit := _cut(speech, left, right):
                found[left.symbol, right.symbol].append(unit)
    return _shelve(found)


def _sounds(phonemes: list[Phoneme], scale: float, length: int) -> list[_Sound]:
    sounds: list[_Sound] = []
    starts = [int(phoneme.start * scale) for phoneme in phonemes]
    for phoneme, start, end in zip(phonemes, starts, [*starts[1:], length], strict=True):
        symbol = phoneme.symbol.strip("ˈˌʲ")
        symbol = _MERGED.get(symbol, symbol) or _PAUSE
        if symbol in _SPLIT:
            middle = (start + end) // 2
            left, right = _SPLIT[symbol]
            sounds += [_Sound(left, start, middle), _Sound(right, middle, end)]
        elif symbol != _PAUSE or end > start:
            sounds.append(_Sound(symbol, start, end))
    begin = sounds[0].start
    sounds.insert(0, _Sound(_PAUSE, max(0, begin - 200), begin))
    if sounds[-1].symbol != _PAUSE:
        sounds.append(_Sound(_PAUSE, sounds[-1].end, length))
    return sounds


def _cut(speech: Audio, left: _Sound, right: _Sound) -> _Unit | None:
    if left.symbol == right.symbol == _PAUSE:
        return None
    boundary = right.start
    start = max(left.start, boundary - 240) if left.symbol == _PAUSE else _middle(speech, left)
    end = min(len(speech), boundary + 400) if right.symbol == _PAUSE else _middle(speech, right)
    return _Unit(speech[start:end], boundary - start) if end - start > _SHORTEST else None


def _middle(speech: Audio, sound: _Sound) -> int:
    """Find a peak near the middle, so that voiced units meet at the same place of a period."""
    share = 0.3 if sound.symbol in _STOPS else 0.5
    middle = int(sound.start + (sound.end - sound.start) * share)
    low, high = max(0, middle - _SEARCH), min(len(speech), middle + _SEARCH)
    near = speech[low:high]
    if len(near) < 20 or np.abs(near).max() < 0.02:
        return middle
    return low + int(np.argmax(np.convolve(near, np.ones(9) / 9, "same")))


def _shelve(found: dict[tuple[str, str], list[_Unit]]) -> Bank:
    symbols = sorted({symbol for pair in found for symbol in pair} - {_PAUSE})
    ids = {_PAUSE: SILENCE, **{symbol: n + 2 for n, symbol in enumerate(symbols)}}
    count = len(symbols) + 2
    first, second = np.zeros((count, count), np.int64), np.ones((count, count), np.int64)
    shelf = _Shelf()
    lefts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rights: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (left, right), units in sorted(found.items()):
        units.sort(key=lambda unit: len(unit.audio))
        unit = units[len(units) // 2]
        number = shelf.add(unit.audio)
        first[ids[left], ids[right]] = number
        lefts[ids[left]].append((number, unit.boundary))
        rights[ids[right]].append((number, unit.boundary))
    _fill_gaps(shelf, first, second, lefts, rights)
    recording = np.concatenate(shelf.pieces)
    recording = recording / np.abs(recording).max() * 0.95
    return Bank(symbols, recording, shelf.starts, shelf.lengths, first, second)


def _fill_gaps(
    shelf: _Shelf,
    first: Table,
    second: Table,
    lefts: dict[int, list[tuple[int, int]]],
    rights: dict[int, list[tuple[int, int]]],
) -> None:
    """Give pairs that were never spoken the left half of one unit and the right half of another."""
    left_half, right_half = {}, {}
    for sound in range(SILENCE, len(first)):
        if units := lefts[sound]:
            number, boundary = units[len(units) // 2]
            length = max(1, min(boundary, shelf.lengths[number]))
            left_half[sound] = shelf.point(shelf.starts[number], length)
        if units := rights[sound]:
            number, boundary = units[len(units) // 2]
            cut = min(boundary, shelf.lengths[number] - 1)
            length = shelf.lengths[number] - cut
            right_half[sound] = shelf.point(shelf.starts[number] + cut, length)
    for left in range(SILENCE, len(first)):
        for right in range(SILENCE, len(first)):
            if first[left, right] == 0 and not left == right == SILENCE:
                first[left, right] = left_half.get(left, 1)
                second[left, right] = right_half.get(right, 1)
