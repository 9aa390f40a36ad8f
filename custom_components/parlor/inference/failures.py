"""From what a server or the network did to the error that says so."""

from http import HTTPStatus
import re

from homeassistant.util.json import JSON_DECODE_EXCEPTIONS, json_loads
import httpx

from .chunks import JsonObject
from .errors import (
    CertificateRefused,
    CloudRefused,
    ContextFull,
    DiskFull,
    DownloadFailed,
    InferenceError,
    ModelMissing,
    ModelUnknown,
    ModelWithoutTools,
    ModelWithoutVision,
    NotOllama,
    ServerBusy,
    ServerFailed,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)

# Ollama's own words are all that tells these apart: most come with status 400, or in a stream with none at all.
_BY_WORDS: tuple[tuple[re.Pattern[str], type[InferenceError]], ...] = (
    (re.compile(r"\bmodel ['\"].*['\"] not found"), ModelMissing),
    (re.compile(r"does not support (tools|chat)"), ModelWithoutTools),
    (re.compile(r"does not support (vision|images?)|missing data required for image input"), ModelWithoutVision),
    (re.compile(r"server busy"), ServerBusy),
    (re.compile(r"(longer than|exceeds) the (context length|available context)"), ContextFull),
    (re.compile(r"ollama cloud is disabled|remote model is unavailable"), CloudRefused),
    (re.compile(r"no space left on device|disk quota exceeded"), DiskFull),
)
# What a download says where its name leads to nothing: a name without a manifest, or one that is none.
_NO_SUCH_DOWNLOAD = re.compile(r"manifest: file does not exist|invalid model (name|path)")
_BY_STATUS: dict[int, type[InferenceError]] = {
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Unauthorized,
    HTTPStatus.TOO_MANY_REQUESTS: ServerBusy,
}
# A proxy's way to say that nothing answers behind it.
_GATEWAY_STATUS = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
# What h11 says when a peer that spoke HTTP goes away, unlike one that speaks something else.
_GONE = re.compile(r"^Server disconnected|^peer closed connection")
# What OpenSSL says of a certificate that it does not accept, for whatever reason.
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
# The more specific first.
_BY_KIND: tuple[tuple[type[Exception], type[InferenceError]], ...] = (
    (httpx.ConnectTimeout, ServerUnreachable),
    (httpx.ConnectError, ServerUnreachable),
    (httpx.UnsupportedProtocol, ServerUnreachable),
    (httpx.InvalidURL, ServerUnreachable),
    (httpx.PoolTimeout, ServerBusy),
    (httpx.TimeoutException, ServerTooSlow),
    (httpx.NetworkError, StreamBroken),
)
_MAX_CAUSE = 300
# What Python puts before the words of the operating system, which say all there is to say.
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")


def read_object(line: bytes) -> JsonObject | None:
    """Return the JSON object that a line holds, None where it holds anything else."""
    try:
        data = json_loads(line)
    except JSON_DECODE_EXCEPTIONS:
        # Not JSON: the caller knows what that means where it is.
        return None
    return data if isinstance(data, dict) else None


def from_words(words: str, *, url: str, model: str) -> InferenceError:
    """Return what an error text of Ollama means."""
    for pattern, error in _BY_WORDS:
        if pattern.search(words):
            return error(url=url, model=model, error=words[:_MAX_CAUSE])
    return ServerFailed(url=url, model=model, error=words[:_MAX_CAUSE])


def from_download(error: InferenceError) -> InferenceError:
    """Return what an error means in a download: what has no better explanation is the way to where models come from."""
    words = error.placeholders["error"]
    if not isinstance(error, ServerFailed):
        return error
    return (ModelUnknown if _NO_SUCH_DOWNLOAD.search(words) else DownloadFailed)(**error.placeholders)


def from_response(response: httpx.Response, body: bytes, *, url: str, model: str) -> InferenceError:
    """Return what a response with any status but 200 means; `body` may be its beginning only."""
    status = response.status_code
    data = read_object(body) or {}
    words = data.get("error")
    cause = f"HTTP {status}"
    if "signin_url" in data:
        return CloudRefused(url=url, model=model, error=str(words))
    if error := _BY_STATUS.get(status):
        # "ollama cloud is disabled" comes as 403.
        known = from_words(words, url=url, model=model) if isinstance(words, str) else None
        return known if isinstance(known, CloudRefused) else error(url=url, model=model, error=str(words or cause))
    if isinstance(words, str) and words:
        return _from_ollama(status, words, url=url, model=model)
    if status in _GATEWAY_STATUS:
        return ServerUnreachable(url=url, model=model, error=cause)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFailed(url=url, model=model, error=cause)
    if response.has_redirect_location:
        cause = f"{cause}, redirects to {response.headers['location'][:_MAX_CAUSE]}"
    return NotOllama(url=url, model=model, error=cause)


def from_httpx(err: httpx.HTTPError | httpx.InvalidURL, *, url: str, model: str) -> InferenceError:
    """Return what went wrong on the way to a server or back."""
    return _class_of(err)(url=url, model=model, error=_ERRNO.sub("", str(err)) or type(err).__name__)


def _from_ollama(status: int, words: str, *, url: str, model: str) -> InferenceError:
    error = from_words(words, url=url, model=model)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED) and isinstance(error, ServerFailed):
        # Ollama has all paths that are asked for: another server, which also answers in JSON.
        return NotOllama(url=url, model=model, error=words[:_MAX_CAUSE])
    return error


def _class_of(err: httpx.HTTPError | httpx.InvalidURL) -> type[InferenceError]:
    if isinstance(err, httpx.RemoteProtocolError):
        return StreamBroken if _GONE.search(str(err)) else NotOllama
    if isinstance(err, httpx.ConnectError) and _UNTRUSTED in str(err):
        return CertificateRefused
    return next((meaning for kind, meaning in _BY_KIND if isinstance(err, kind)), ServerFailed)
