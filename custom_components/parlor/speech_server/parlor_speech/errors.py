"""What can go wrong, in a form that a client can act on."""

from enum import StrEnum


class Code(StrEnum):
    """The codes of `error` events and of failed parts."""

    MODEL_MISSING = "model_missing"
    MODEL_CORRUPT = "model_corrupt"
    DOWNLOAD_FAILED = "download_failed"
    VOICE_MISSING = "voice_missing"
    VOICE_CORRUPT = "voice_corrupt"
    NOT_READY = "not_ready"
    TOO_LONG = "too_long"
    BAD_AUDIO = "bad_audio"
    BAD_EVENT = "bad_event"
    INTERNAL = "internal"
    BUSY = "busy"


class SpeechError(Exception):
    """A failure with a code for programs and a plain message for people, which never holds words that were spoken."""

    def __init__(self, code: Code, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code
        self.message = message


def first_line(err: Exception) -> str:
    """Return what a library says of its failure, short enough for a message."""
    return (str(err).strip() or type(err).__name__).splitlines()[0][:200]
