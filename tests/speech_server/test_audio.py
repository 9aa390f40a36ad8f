"""Any PCM becomes what the recogniser hears."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from parlor_speech.audio import SAMPLE_RATE, Recording
from parlor_speech.errors import Code, SpeechError
from parlor_speech.requests import AudioFormat

Encoder = Callable[[npt.NDArray[np.float64]], bytes]


def _tone(rate: int, seconds: float = 1.0) -> npt.NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)


def _pcm24(samples: npt.NDArray[np.float64]) -> bytes:
    octets = (samples * 2**23).astype("<i4").view(np.uint8).reshape(-1, 4)
    return octets[:, :3].tobytes()


_ENCODERS: dict[int, Encoder] = {
    1: lambda samples: (samples * 127 + 128).astype(np.uint8).tobytes(),
    2: lambda samples: (samples * 32767).astype("<i2").tobytes(),
    3: _pcm24,
    4: lambda samples: (samples * (2**31 - 1)).astype("<i4").tobytes(),
}


@pytest.mark.parametrize(
    ("rate", "width", "channels"),
    [
        pytest.param(16_000, 2, 1, id="as satellites send it"),
        pytest.param(16_000, 1, 1, id="8 bit"),
        pytest.param(16_000, 3, 1, id="24 bit"),
        pytest.param(16_000, 4, 1, id="32 bit"),
        pytest.param(8000, 2, 1, id="telephone"),
        pytest.param(22_050, 2, 1, id="voice"),
        pytest.param(44_100, 2, 2, id="compact disc"),
        pytest.param(48_000, 3, 6, id="cinema"),
        pytest.param(192_000, 4, 8, id="most"),
    ],
)
def test_a_tone_stays_a_tone(rate: int, width: int, channels: int) -> None:
    """A tone stays a tone."""
    recording = Recording(AudioFormat(rate, width, channels), 10)
    pcm = _ENCODERS[width](np.repeat(_tone(rate), channels))
    for start in range(0, len(pcm), 1001):  # chunks that end anywhere, also within a sample
        recording.add(pcm[start : start + 1001])
    heard = recording.finish()
    assert heard.dtype == np.float32
    assert heard.size == pytest.approx(SAMPLE_RATE, rel=0.01)
    middle = heard[2000:14_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert spectrum.argmax() * SAMPLE_RATE / middle.size == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.02)


def test_channels_are_mixed() -> None:
    """Channels are mixed."""
    recording = Recording(AudioFormat(16_000, 2, 2), 10)
    recording.add(np.array([1000, 3000] * 100, "<i2").tobytes())
    assert set(recording.finish() * 32768) == {2000.0}


@pytest.mark.parametrize("rate", [16_000, 48_000])
@pytest.mark.parametrize("payload", [b"", b"\x01"])
def test_less_than_a_sample_is_nothing(rate: int, payload: bytes) -> None:
    """Less than a sample is nothing."""
    recording = Recording(AudioFormat(rate, 2, 1), 10)
    recording.add(payload)
    assert recording.finish().size == 0


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_more_than_allowed_is_refused_before_it_is_kept(rate: int) -> None:
    """More than allowed is refused before it is kept."""
    recording = Recording(AudioFormat(rate, 2, 1), 2)
    recording.add(bytes(2 * rate * 2))
    with pytest.raises(SpeechError) as refused:
        recording.add(bytes(rate // 10 * 2))
    assert refused.value.code is Code.TOO_LONG
    assert recording.seconds == pytest.approx(2, abs=0.1)
