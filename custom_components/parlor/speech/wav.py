"""WAV headers: taken off what is heard, put before what is spoken."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
import io
import struct
from typing import Final
import wave

from .errors import SpeechBadAudio

_PCM: Final = 1
_HEADER_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class PcmFormat:
    """Samples per second, bytes per sample, and channels of raw PCM audio."""

    rate: int
    width: int
    channels: int


HEARD: Final = PcmFormat(rate=16000, width=2, channels=1)
"""What Home Assistant's pipelines deliver and what is sent to speech servers."""


@dataclass(frozen=True, slots=True)
class Sound:
    """PCM audio and its format."""

    format: PcmFormat
    pcm: bytes


def header(audio: PcmFormat) -> bytes:
    """Return a header for audio whose length is not known yet."""
    return whole_file(Sound(audio, b""))


def whole_file(sound: Sound) -> bytes:
    """Return a WAV file."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setframerate(sound.format.rate)
            writer.setsampwidth(sound.format.width)
            writer.setnchannels(sound.format.channels)
            writer.writeframes(sound.pcm)
        return file.getvalue()


async def without_header(stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield the PCM of a stream that may or may not begin with a WAV header.

    Pipelines send bare PCM, Home Assistant's HTTP interface whatever was posted. Raises SpeechBadAudio where a header
    says that it is not what HEARD says, or does not end.
    """
    start: bytes | None = b""
    async for chunk in stream:
        if start is None:
            yield chunk
            continue
        start += chunk
        if not _may_be_header(start):
            yield start
            start = None
        elif (end := _header_end(start)) is not None:
            if pcm := start[end:]:
                yield pcm
            start = None
    if start and _may_be_header(start):
        raise SpeechBadAudio


def _may_be_header(start: bytes) -> bool:
    return b"RIFF".startswith(start[:4]) and b"WAVE".startswith(start[8:12])


def _header_end(start: bytes) -> int | None:
    """Return where the samples begin, or None where the header goes on. Raises SpeechBadAudio."""
    position = 12
    while len(start) >= position + 8:
        name, size = start[position : position + 4], int.from_bytes(start[position + 4 : position + 8], "little")
        if name == b"data":
            return position + 8
        end = position + 8 + size + size % 2
        if end > _HEADER_LIMIT:
            raise SpeechBadAudio
        if name == b"fmt " and len(start) >= end:
            _check_format(start[position + 8 : end])
        position = end
    return None


def _check_format(fmt: bytes) -> None:
    try:
        kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", fmt)
    except struct.error as err:  # shorter than any format
        raise SpeechBadAudio from err
    if (kind, channels, rate, bits) != (_PCM, HEARD.channels, HEARD.rate, 8 * HEARD.width):
        raise SpeechBadAudio
