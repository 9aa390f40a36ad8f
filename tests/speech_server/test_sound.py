"""Sound between the engine and the client: without silence around it, and kept for the next time."""

import numpy as np
import numpy.typing as npt
import pytest

from parlor_speech.sound import SoundCache, silence, trimmed

RATE = 16_000


def _speech(seconds: float, level: int = 5000) -> npt.NDArray[np.int16]:
    return np.asarray(np.sin(np.arange(int(seconds * RATE)) * 0.3) * level, np.int16)


def _nothing(seconds: float) -> npt.NDArray[np.int16]:
    return np.zeros(int(seconds * RATE), np.int16)


@pytest.mark.parametrize("hiss", [0, 60], ids=["silent", "noisy"])
def test_silence_around_words_is_cut_and_nothing_within(hiss: int) -> None:
    """Silence around words is cut, a pause within them stays, and so does the start and the end of the words."""
    words = np.concatenate([_speech(0.3), _nothing(0.2), _speech(0.2, level=400)])
    noise = np.random.default_rng(1).integers(-hiss, hiss + 1, RATE).astype(np.int16)
    left = trimmed(np.concatenate([noise[: RATE // 2], words, noise]), RATE)
    assert words.size <= left.size <= words.size + 0.05 * RATE
    assert words.tobytes()[2:-2] in left.tobytes()


def test_nothing_but_silence_is_nothing() -> None:
    """Nothing but silence is nothing, and silence has the length that was asked for."""
    assert not trimmed(_nothing(1), RATE).size
    assert not trimmed(_nothing(0), RATE).size
    assert silence(0.5, RATE) == bytes(RATE)


def test_what_was_used_last_is_kept() -> None:
    """The cache holds no more bytes than allowed; what was not used for longest goes first."""
    cache = SoundCache(30)
    for key in "abc":
        cache.put(key, bytes(10))
    assert cache.get("a") == bytes(10)
    cache.put("d", b"d" * 10)
    assert [cache.get(key) for key in "abcd"] == [bytes(10), None, bytes(10), b"d" * 10]
    assert cache.size == 30
    cache.put("d", b"e" * 20)
    assert cache.get("d") == b"e" * 20
    assert cache.size == 30
    cache.put("huge", bytes(31))
    assert cache.get("huge") is None
    assert cache.size == 30


def test_a_cache_of_nothing_keeps_nothing() -> None:
    """A cache without room keeps nothing."""
    cache = SoundCache(0)
    cache.put("a", b"a")
    assert (cache.get("a"), cache.size) == (None, 0)
