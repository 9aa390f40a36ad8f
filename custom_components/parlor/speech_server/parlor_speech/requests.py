"""What clients ask for, checked: the data of an event is whatever its sender put there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Code, SpeechError

_MAX_HINTS = 2000
_MAX_LANGUAGES = 100
_RATES = range(4000, 192_001)
_WIDTHS = (1, 2, 3, 4)
_CHANNELS = range(1, 9)
_SPEEDS = (0.25, 4.0)
_VOLUMES = (0.0, 2.0)


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

    `patience` is the protocol's name for how soon the speaker is taken to be done. The protocol has no fields for the
    rest, so clients ask with `{"parlor": {"languages": ["en", "de"], "partials": true}}` as the request's context:
    `languages` are those between which to tell where `language` is None, `partials` is whether the client wants to be
    told what was read at a pause.
    """

    language: str | None = None
    languages: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    patience: str = "default"
    partials: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "TranscribeRequest":
        """Read the data of a `transcribe` event. Raises SpeechError(BAD_EVENT)."""
        hints = [*_texts(data, "transcript_names"), *_texts(data, "transcript_terms")]
        own = _own(data)
        return cls(
            language=_text(data, "language"),
            languages=tuple(_texts(own, "languages"))[:_MAX_LANGUAGES],
            hints=tuple(dict.fromkeys(hint for hint in hints if hint))[:_MAX_HINTS],
            patience=_text(data, "vad_sensitivity") or "default",
            partials=own.get("partials") is True,
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How to say something: the speaker by name or number (None: the voice's own); pace and loudness (1: its own)."""

    speaker: str | None = None
    speed: float = 1.0
    volume: float = 1.0


@dataclass(frozen=True, slots=True)
class VoiceRequest:
    """Which voice to use, by name or by language, and how.

    The protocol has no fields for pace and loudness: clients ask with `{"parlor": {"speed": 1.2, "volume": 0.5}}` as
    the request's context.
    """

    name: str | None = None
    language: str | None = None
    manner: Manner = Manner()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "VoiceRequest":
        """Read the data of a `synthesize` or `synthesize-start` event. Raises SpeechError(BAD_EVENT)."""
        voice = data.get("voice")
        if voice is None:
            voice = {}
        if not isinstance(voice, dict):
            raise SpeechError(Code.BAD_EVENT, "The voice is not an object")
        own = _own(data)
        manner = Manner(_text(voice, "speaker"), _factor(own, "speed", _SPEEDS), _factor(own, "volume", _VOLUMES))
        return cls(_text(voice, "name"), _text(voice, "language"), manner)


def text_of(data: Mapping[str, Any]) -> str:
    """Return the text to speak. Raises SpeechError(BAD_EVENT)."""
    text = data.get("text")
    if not isinstance(text, str):
        raise SpeechError(Code.BAD_EVENT, "The event has no text")
    return text


def _own(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what only clients that know this server send: clients of other servers have a context of their own."""
    context = data.get("context")
    own = context.get("parlor") if isinstance(context, dict) else None
    return own if isinstance(own, dict) else {}


def _factor(data: Mapping[str, Any], key: str, bounds: tuple[float, float]) -> float:
    value = data.get(key, 1.0)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not bounds[0] <= value <= bounds[1]:
        raise SpeechError(Code.BAD_EVENT, f"The {key} is not a number of {bounds[0]:g} to {bounds[1]:g}")
    return float(value)


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
