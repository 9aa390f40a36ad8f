"""Speech from libespeak-ng through ctypes, with the time of every phoneme.

The library keeps its state in globals: one synthesiser per process.
"""

import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, Union, c_char, c_char_p, c_int, c_short, c_uint
from dataclasses import dataclass
import os
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
"""Samples from -1 to 1."""

_SYNCHRONOUS = 2
_PHONEME_EVENTS_IN_IPA = 3
_WORD_EVENT = 1
_PHONEME_EVENT = 7
_END_OF_EVENTS = 0
_UTF8 = 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a sentence is spoken: words per minute, base pitch and its range (0 to 100)."""

    rate: int = 175
    pitch: int = 50
    pitch_range: int = 50


@dataclass(frozen=True, slots=True)
class Phoneme:
    """A phoneme in IPA and the sample at which it begins."""

    symbol: str
    start: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """Spoken text at the synthesiser's own sample rate; `words` has the sample at which a word of the text begins.

    Words are known by the index of their first character. Some are spoken in one with the word before them, and are
    not in it.
    """

    audio: Audio
    phonemes: list[Phoneme]
    words: dict[int, int]

    def until(self, word: int) -> "Utterance":
        """Return what is spoken before a word."""
        end = self.words[word]
        phonemes = [phoneme for phoneme in self.phonemes if phoneme.start < end]
        return Utterance(self.audio[:end], [*phonemes, Phoneme("", end)], self.words)


class _EventId(Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", c_char * 8))


class _Event(Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


class Synthesiser:
    """The formant synthesiser of espeak-ng; `rate` is its sample rate in Hz."""

    def __init__(self, data: Path | None = None) -> None:
        """Load the library; `data` is an espeak-ng-data folder other than its own."""
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._callback = _Callback(self._collect)  # kept: the library only borrows it
        self._pieces: list[npt.NDArray[np.int16]] = []
        self._phonemes: list[Phoneme] = []
        self._words: dict[int, int] = {}
        folder = os.fsencode(data or espeakng_loader.get_data_path())
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _PHONEME_EVENTS_IN_IPA)
        if self.rate <= 0:
            message = "espeak-ng found no voice data"
            raise RuntimeError(message)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, prosody: Prosody) -> Utterance:
        """Speak `text` with a voice such as "en-us+f3"; raises ValueError for an unknown one."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            message = f"no such voice: {voice}"
            raise ValueError(message)
        for parameter, value in (
            (_RATE, prosody.rate),
            (_VOLUME, 100),
            (_PITCH, prosody.pitch),
            (_RANGE, prosody.pitch_range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._pieces.clear()
        self._phonemes.clear()
        self._words.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._pieces) if self._pieces else np.zeros(1, np.int16)
        return Utterance(samples.astype(np.float32) / np.float32(32768), list(self._phonemes), dict(self._words))

    def _collect(self, samples: "ctypes._Pointer[c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while (event := events[index]).type != _END_OF_EVENTS:
            if event.type == _PHONEME_EVENT:
                symbol = event.id.string.decode("utf-8", "ignore")
                self._phonemes.append(Phoneme(symbol, event.sample))
            elif event.type == _WORD_EVENT:
                # espeak counts characters from one.
                self._words.setdefault(event.text_position - 1, event.sample)
            index += 1
        return 0
