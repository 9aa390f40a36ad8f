"""Sound on its way out: pieces of speech without the silence around them, and what is heard between them."""

from collections import OrderedDict
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

WIDTH = 2
"""Bytes of a sample."""

SENTENCE_PAUSE = 0.25
CLAUSE_PAUSE = 0.08
"""Seconds of silence after a sentence, and where a sentence was cut at a pause of its own."""

_AUDIBLE = 0.005
"""Of the full scale: below the hiss of a last "s", above the noise of a voice that is silent."""

_LEAD = 0.01
_TAIL = 0.03
"""Seconds kept before the first and after the last audible sample: breath and decay belong to the words."""

MOST_CACHED_BYTES = 16 * 1024 * 1024
CACHED_CHARACTERS = 120
"""Longest piece whose sound is kept: confirmations come again, stories do not."""


def trimmed(samples: npt.NDArray[np.int16], rate: int) -> npt.NDArray[np.int16]:
    """Return 16 bit samples from a little before the first that is audible to a little after the last."""
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE * np.iinfo(np.int16).max)
    if not audible.size:
        return samples[:0]
    start = max(0, int(audible[0]) - int(_LEAD * rate))
    return samples[start : int(audible[-1]) + 1 + int(_TAIL * rate)]


def silence(seconds: float, rate: int) -> bytes:
    """Return silence as PCM."""
    return bytes(int(seconds * rate) * WIDTH)


class SoundCache:
    """Sounds made lately, up to so many bytes; the least recently used goes first. Belongs to the event loop."""

    def __init__(self, most_bytes: int = MOST_CACHED_BYTES) -> None:
        """Begin empty; keeps nothing where `most_bytes` is 0."""
        self._most_bytes = most_bytes
        self._sounds: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes of sound that are kept."""
        return self._bytes

    def get(self, key: Hashable) -> bytes | None:
        """Return the PCM kept under a key."""
        pcm = self._sounds.get(key)
        if pcm is not None:
            self._sounds.move_to_end(key)
        return pcm

    def put(self, key: Hashable, pcm: bytes) -> None:
        """Keep PCM, unless it alone is more than there is room for."""
        self._bytes -= len(self._sounds.pop(key, b""))
        if len(pcm) > self._most_bytes:
            return
        self._sounds[key] = pcm
        self._bytes += len(pcm)
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._sounds.popitem(last=False)[1])
