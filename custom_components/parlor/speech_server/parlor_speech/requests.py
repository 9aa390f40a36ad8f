"""What clients ask for, checked: the data of an event is whatever its sender put there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Code, SpeechError

_MAX_HINTS = 2000
_RATES = range(4000, 192_001)
_WIDTHS = (1, 2, 3, 4)
_CHANNELS = range(1, 9)


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """PCM as it comes: samples a second, bytes a sample (1 is unsigned, the others signed, little endian), channels."""

    rate: int
    width: int
    channels: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "AudioFormat":
        """Read the data of an audio event. Raises SpeechError(BAD_AUDIO)."""
        rate, width, channels = data.get("rate"), data.get("width"), data.get("channels")
        if not isinstance(rate, int) or rate not in _RATES:
            raise SpeechError(Code.BAD_AUDIO, f"The rate must be {_RATES.start} to {_RATES.stop - 1} Hz")
        if not isinstance(width, int) or width not in _WIDTHS:
            raise SpeechError(Code.BAD_AUDIO, "The width must be 1 to 4 bytes")
        if not isinstance(channels, int) or channels not in _CHANNELS:
            raise SpeechError(Code.BAD_AUDIO, f"The channels must be 1 to {_CHANNELS.stop - 1}")
        return cls(rate, width, channels)


@dataclass(frozen=True, slots=True)
class TranscribeRequest:
    """How to hear what follows: its language, if known, and words likely to be spoken, the likeliest first.

    `patience` is the protocol's name for how soon the speaker is taken to be done. `partials`: whether the client wants
    to be told what was read at a pause; it asks with `{"parlor": {"partials": true}}` as the request's context.
    """

    language: str | None = None
    hints: tuple[str, ...] = ()
    patience: str = "default"
    partials: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "TranscribeRequest":
        """Read the data of a `transcribe` event. Raises SpeechError(BAD_EVENT)."""
        hints = [*_texts(data, "transcript_names"), *_texts(data, "transcript_terms")]
        context = data.get("context")
        own = context.get("parlor") if isinstance(context, dict) else None
        return cls(
            language=_text(data, "language"),
            hints=tuple(dict.fromkeys(hint for hint in hints if hint))[:_MAX_HINTS],
            patience=_text(data, "vad_sensitivity") or "default",
            partials=isinstance(own, dict) and own.get("partials") is True,
        )


@dataclass(frozen=True, slots=True)
class VoiceRequest:
    """Which voice and speaker to use."""

    name: str | None = None
    speaker: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "VoiceRequest":
        """Read the data of a `synthesize` or `synthesize-start` event. Raises SpeechError(BAD_EVENT)."""
        voice = data.get("voice")
        if voice is None:
            return cls()
        if not isinstance(voice, dict):
            raise SpeechError(Code.BAD_EVENT, "The voice is not an object")
        return cls(_text(voice, "name"), _text(voice, "speaker"))


def text_of(data: Mapping[str, Any]) -> str:
    """Return the text to speak. Raises SpeechError(BAD_EVENT)."""
    text = data.get("text")
    if not isinstance(text, str):
        raise SpeechError(Code.BAD_EVENT, "The event has no text")
    return text


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise SpeechError(Code.BAD_EVENT, f"The {key} is not text")
    return value or None


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    values = data.get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise SpeechError(Code.BAD_EVENT, f"The {key} is not a list of texts")
    return [" ".join(value.split()) for value in values]
