"""WAV headers are taken off what is heard."""

from collections.abc import AsyncIterator
import io
import wave

import pytest

from custom_components.parlor.speech.errors import SpeechBadAudio
from custom_components.parlor.speech.wav import HEARD, PcmFormat, Sound, header, whole_file, without_header

PCM = bytes(range(256)) * 8
EXTRA_CHUNK = b"LIST" + (5).to_bytes(4, "little") + b"abcde\x00"


async def _pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def _wav(pcm: bytes, *, rate: int = 16000, width: int = 2, channels: int = 1) -> bytes:
    return whole_file(Sound(PcmFormat(rate, width, channels), pcm))


def _with_extra_chunk(wav: bytes) -> bytes:
    return wav[:36] + EXTRA_CHUNK + wav[36:]


@pytest.mark.parametrize("size", [1, 7, 44, 45, 100_000])
@pytest.mark.parametrize(
    ("data", "pcm"),
    [
        pytest.param(PCM, PCM, id="bare"),
        pytest.param(b"", b"", id="nothing"),
        pytest.param(_wav(PCM), PCM, id="file"),
        pytest.param(_with_extra_chunk(_wav(PCM)), PCM, id="file with a comment"),
        pytest.param(_wav(b""), b"", id="empty file"),
        pytest.param(header(HEARD) + PCM, PCM, id="stream of unknown length"),
        pytest.param(b"RIFx" + PCM, b"RIFx" + PCM, id="looks like a header at first"),
        pytest.param(b"RIFF\x00\x00\x00\x00AVI " + PCM, b"RIFF\x00\x00\x00\x00AVI " + PCM, id="samples by chance"),
    ],
)
async def test_header_taken_off(data: bytes, pcm: bytes, size: int) -> None:
    """Samples come out, in whatever pieces they came."""
    assert b"".join([part async for part in without_header(_pieces(data, size))]) == pcm


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_wav(PCM, rate=44100), id="rate"),
        pytest.param(_wav(PCM, width=1), id="width"),
        pytest.param(_wav(PCM, channels=2), id="channels"),
        pytest.param(_wav(PCM)[:30], id="header breaks off"),
        pytest.param(b"RIFF", id="nothing but the first word"),
        pytest.param(_wav(PCM)[:36] + b"LIST\xff\xff\xff\x7f" + bytes(100), id="endless chunk"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00\x01\x00" + bytes(100), id="short format"),
    ],
)
async def test_bad_audio(data: bytes) -> None:
    """What a header says is believed."""
    with pytest.raises(SpeechBadAudio):
        [part async for part in without_header(_pieces(data, 16))]


def test_whole_file() -> None:
    """A file says how it is to be played."""
    with wave.open(io.BytesIO(_wav(PCM, rate=22050))) as file:
        assert file.getparams()[:4] == (1, 2, 22050, len(PCM) // 2)
        assert file.readframes(len(PCM)) == PCM
