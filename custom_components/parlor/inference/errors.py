"""What can go wrong with a model server, each thing a class of its own."""

# ruff: noqa: N818 - the names say what is wrong, which "Error" would only lengthen

from collections.abc import Sequence
from typing import ClassVar

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN


class InferenceError(HomeAssistantError):
    """A model server did not do what was asked.

    `key` is the translation key, the same in the user interface and in spoken replies. The placeholders are always all
    three, so that any translation may use any of them: `url` (the server), `model` and `error` (the technical cause).
    """

    key: ClassVar[str]

    def __init__(self, *, url: str = "", model: str = "", error: str = "") -> None:
        """Say which server and model it was, and the cause in the words of the machine."""
        self.placeholders = {"url": url, "model": model, "error": error}
        super().__init__(
            translation_domain=DOMAIN, translation_key=self.key, translation_placeholders=self.placeholders
        )

    @property
    def detail(self) -> str:
        """Return the error in one line for a log."""
        cause = self.placeholders["error"]
        return f"{self.key}: {cause}" if cause else self.key


class ServerUnreachable(InferenceError):
    """No connection: name unknown, port closed, host down, certificate not accepted."""

    key = "server_unreachable"


class CertificateRefused(ServerUnreachable):
    """The server's certificate has expired, is of another host, or of nobody who is trusted; nothing was sent."""

    key = "certificate_refused"


class NotOllama(InferenceError):
    """Something answers at the address, but it does not speak Ollama's API."""

    key = "not_ollama"


class Unauthorized(InferenceError):
    """The server, or a proxy before it, wants another key."""

    key = "unauthorized"


class ModelMissing(InferenceError):
    """The server has no model of this name."""

    key = "model_missing"


class ModelWithoutTools(InferenceError):
    """The model can not call tools, or can not chat at all."""

    key = "model_without_tools"


class ModelWithoutVision(InferenceError):
    """The model can not look at pictures."""

    key = "model_without_vision"


class ModelUnknown(InferenceError):
    """There is no model of this name that the server could download."""

    key = "model_unknown"


class DiskFull(InferenceError):
    """The server has no room for a model."""

    key = "disk_full"


class DownloadFailed(InferenceError):
    """The server could not download a model; what it has got by then is not lost."""

    key = "download_failed"


class ServerBusy(InferenceError):
    """The server's queue is full."""

    key = "server_busy"


class ServerTooSlow(InferenceError):
    """No answer, or no next part of it, within its limit."""

    key = "server_too_slow"


class ContextFull(InferenceError):
    """The request does not fit into the model's context."""

    key = "context_full"


class ServerFailed(InferenceError):
    """The server says that it failed, in its own words."""

    key = "server_failed"


class StreamBroken(InferenceError):
    """The reply ended before its end, or is not readable."""

    key = "stream_broken"


class CloudRefused(InferenceError):
    """The model would run on somebody else's computer; nothing was sent, or the reply was cut off."""

    key = "cloud_refused"


class AddressRefused(InferenceError):
    """The address does not belong to a home network; nothing was sent. `url` is the host."""

    key = "address_refused"

    @property
    def addresses(self) -> Sequence[str]:
        """Return the IP addresses that were refused."""
        return self.placeholders["error"].split(", ")
