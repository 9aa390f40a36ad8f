"""What can go wrong with ears and voice, each with a translated message."""
# ruff: noqa: N818 - the names say what is wrong, which "Error" would only lengthen

from collections.abc import Sequence
from typing import ClassVar

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN


class SpeechError(HomeAssistantError):
    """Speech failed; the translation key says how.

    `passing` is True where the same request may succeed a moment later, on a server that was restarted, `of_request`
    where it will fail on any server.
    """

    key: ClassVar[str]
    passing: ClassVar[bool] = False
    of_request: ClassVar[bool] = False

    def __init__(self, **placeholders: str) -> None:
        """Take the placeholders of the message."""
        super().__init__(translation_domain=DOMAIN, translation_key=self.key, translation_placeholders=placeholders)


class SpeechAddressRefused(SpeechError):
    """The address is outside of the home and not allowed; nothing was sent (placeholders: uri, addresses)."""

    key = "speech_address_refused"

    @property
    def uri(self) -> str:
        """Return the address of the server."""
        return (self.translation_placeholders or {})["uri"]

    @property
    def addresses(self) -> Sequence[str]:
        """Return the IP addresses that were refused."""
        return (self.translation_placeholders or {})["addresses"].split(", ")


class SpeechBadAddress(SpeechError):
    """The address is none of a speech server (placeholder: uri)."""

    key = "speech_bad_address"


class SpeechBadSpeed(SpeechError):
    """The pace asked for is none (placeholder: speed)."""

    key = "speech_bad_speed"
    of_request = True


class SpeechUnreachable(SpeechError):
    """No connection to a speech server, or it was lost (placeholder: uri)."""

    key = "speech_unreachable"
    passing = True


class SpeechNotRunning(SpeechUnreachable):
    """The speech process on this machine is not running."""

    key = "speech_not_running"


class SpeechNotWyoming(SpeechError):
    """What answers is no Wyoming server, or breaks the protocol's bounds (placeholder: uri)."""

    key = "speech_not_wyoming"


class SpeechTooSlow(SpeechError):
    """The server did not answer in time (placeholder: uri)."""

    key = "speech_too_slow"


class SpeechTooLong(SpeechError):
    """The utterance is longer than what is kept of one."""

    key = "speech_too_long"
    of_request = True


class SpeechBadAudio(SpeechError):
    """The recording is not 16 kHz, 16-bit, mono."""

    key = "speech_bad_audio"
    of_request = True


class SpeechNoAudio(SpeechError):
    """The server returned no sound."""

    key = "speech_no_audio"


class SpeechNotReady(SpeechError):
    """The server is still loading, or busy (placeholder: message)."""

    key = "speech_not_ready"
    passing = True


class SpeechModelMissing(SpeechError):
    """The server's model is missing or damaged (placeholder: message)."""

    key = "speech_model_missing"


class SpeechVoiceMissing(SpeechError):
    """The server's voice is missing or damaged (placeholder: message)."""

    key = "speech_voice_missing"


class SpeechDownloadFailed(SpeechError):
    """The server could not download what it needs (placeholder: message)."""

    key = "speech_download_failed"


class SpeechFailed(SpeechError):
    """The server reported an error of its own (placeholder: message)."""

    key = "speech_failed"


class SpeechNotSupported(SpeechError):
    """The speech libraries do not exist for this machine."""

    key = "speech_not_supported"


class SpeechInstallFailed(SpeechError):
    """The speech libraries could not be installed (placeholder: message)."""

    key = "speech_install_failed"


class SpeechStartFailed(SpeechError):
    """The speech process ended before it could serve (placeholder: message)."""

    key = "speech_start_failed"


_BY_CODE: dict[str, type[SpeechError]] = {
    "model_missing": SpeechModelMissing,
    "model_corrupt": SpeechModelMissing,
    "voice_missing": SpeechVoiceMissing,
    "voice_corrupt": SpeechVoiceMissing,
    "download_failed": SpeechDownloadFailed,
    "not_ready": SpeechNotReady,
    "busy": SpeechNotReady,
}


def reported_error(code: str | None, message: str) -> SpeechError:
    """Return the exception for a Wyoming error event's code and text."""
    if code == "too_long":
        return SpeechTooLong()
    return _BY_CODE.get(code or "", SpeechFailed)(message=message)
