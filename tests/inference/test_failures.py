"""Every way in which Ollama, or what stands before it, says no."""

import asyncio
import json

import httpx
import pytest

from custom_components.parlor.inference import (
    CloudRefused,
    ContextFull,
    InferenceError,
    ModelMissing,
    ModelWithoutTools,
    NotOllama,
    ServerBusy,
    ServerFailed,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)
from custom_components.parlor.inference.failures import from_httpx
from tests.inference.wire import LOCAL_DETAILS, MODEL, ClientOf, Listen, RawServer, answer, chunked

REQUEST = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
FULL = "the prompt is longer than the context length currently available to the model; shorten it"
GONE = "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error"
WORDS: list[tuple[int, str, type[InferenceError]]] = [
    (400, "missing request body", ServerFailed),
    (400, "model is required", ServerFailed),
    (404, "model 'm:latest' not found", ModelMissing),
    (404, 'model "m:latest" not found, try pulling it first', ModelMissing),
    (400, "registry.ollama.ai/library/gemma:2b does not support tools", ModelWithoutTools),
    (400, '"m:latest" does not support thinking', ServerFailed),
    (400, '"m:latest" does not support chat', ModelWithoutTools),
    (503, "server busy, please try again.  maximum pending requests exceeded", ServerBusy),
    (499, "request canceled", ServerFailed),
    (400, FULL, ContextFull),
    (400, "the input length exceeds the context length", ContextFull),
    (500, GONE, ServerFailed),
    (500, 'option "temperature" must be of type float32', ServerFailed),
    (403, "ollama cloud is disabled: remote model is unavailable", CloudRefused),
    (401, "unauthorized", Unauthorized),
    (403, "forbidden", Unauthorized),
    (404, "no such route", NotOllama),
    (405, "method not allowed", NotOllama),
]
PAGE = b"<html><body>nginx</body></html>"
RESPONSES: list[tuple[str, bytes, bytes, type[InferenceError]]] = [
    ("cloud, not signed in", b"401 Unauthorized", b'{"error":"unauthorized","signin_url":"https://x"}', CloudRefused),
    ("a proxy's password", b"401 Unauthorized", PAGE, Unauthorized),
    ("host header refused", b"403 Forbidden", b"", Unauthorized),
    ("another server", b"404 Not Found", b"404 page not found", NotOllama),
    ("another API", b"404 Not Found", b'{"error":{"message":"Not Found","code":404}}', NotOllama),
    ("HTTP to an HTTPS port", b"400 Bad Request", b"Client sent an HTTP request to an HTTPS server.\n", NotOllama),
    ("nothing behind the proxy", b"502 Bad Gateway", PAGE, ServerUnreachable),
    ("proxy without upstream", b"503 Service Unavailable", PAGE, ServerUnreachable),
    ("upstream silent", b"504 Gateway Timeout", PAGE, ServerUnreachable),
    ("proxy's limit", b"429 Too Many Requests", b"", ServerBusy),
    ("crash page", b"500 Internal Server Error", PAGE, ServerFailed),
    ("empty error", b"500 Internal Server Error", b'{"error":""}', ServerFailed),
    ("created", b"201 Created", b"{}", NotOllama),
    ("a page without end", b"404 Not Found", b"x" * 300_000, NotOllama),
]


async def _ask(response: bytes, listen: Listen, client_of: ClientOf) -> InferenceError:
    """Return what a client raises that gets this response to a chat."""

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await raw.request(reader) == "/api/show":
            writer.write(answer(json.dumps(LOCAL_DETAILS).encode()))
        writer.write(response)
        await writer.drain()

    server = await listen(handle)
    client = client_of(server.url)
    with pytest.raises(InferenceError) as raised:
        _ = [chunk async for chunk in client.chat(REQUEST)]
    assert raised.value.placeholders["url"] == server.url
    assert raised.value.placeholders["model"] == MODEL
    return raised.value


@pytest.mark.parametrize(("status", "words", "error"), WORDS, ids=[words[:40] for _, words, _ in WORDS])
async def test_words_before(
    status: int, words: str, error: type[InferenceError], listen: Listen, client_of: ClientOf
) -> None:
    """An error that comes instead of a reply has its class, its words and the server's address."""
    body = json.dumps({"error": words}).encode()
    raised = await _ask(answer(body, f"{status} No"), listen, client_of)
    assert type(raised) is error
    assert raised.placeholders["error"] == words
    assert (raised.translation_domain, raised.translation_key) == ("parlor", error.key)
    assert raised.translation_placeholders == raised.placeholders


@pytest.mark.parametrize(
    ("words", "error"),
    [(FULL, ContextFull), (GONE, ServerFailed), ("model 'm' not found", ModelMissing), ("no such route", ServerFailed)],
    ids=["context", "crash", "model", "other"],
)
@pytest.mark.parametrize("first", [b"", b'{"message":{"content":"Well"},"done":false}\n'], ids=["first", "later"])
async def test_words_within(
    first: bytes, words: str, error: type[InferenceError], listen: Listen, client_of: ClientOf
) -> None:
    """An error that comes as a line of the reply, status 200, is the same error."""
    line = json.dumps({"error": words}).encode() + b"\n"
    assert type(await _ask(chunked(first + line), listen, client_of)) is error


@pytest.mark.parametrize(("status", "body", "error"), [row[1:] for row in RESPONSES], ids=[row[0] for row in RESPONSES])
async def test_other_responses(
    status: bytes, body: bytes, error: type[InferenceError], listen: Listen, client_of: ClientOf
) -> None:
    """What does not come from Ollama is told apart by its status."""
    assert type(await _ask(answer(body, status.decode(), "text/plain"), listen, client_of)) is error


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (answer(PAGE, "200 OK", "text/html; charset=utf-8"), NotOllama),
        (answer(b"Ollama is running", "200 OK", "text/plain"), NotOllama),
        (answer(b"[]"), NotOllama),
        (answer(b'{"choices":[]}'), NotOllama),
        (answer(b"\xff\xfe"), NotOllama),
        (answer(b'{"a":' * 5000), NotOllama),
        (answer(b""), StreamBroken),
        (chunked(b'{"message":{"content":"Hi"},"done":false}\n', b'{"message"'), StreamBroken),
        (chunked(b'{"message":{"content":"Hi"},"done":false}\n', b"\xff\n"), StreamBroken),
        (chunked(b'{"message":{"content":"Hi"},"done":false}\n', b"[]\n"), StreamBroken),
        (chunked(b'{"message":{"content":"Hi"},"done":false}\n', end=False), StreamBroken),
        (chunked(b'{"message":{"content":""},"done":false}\n'), StreamBroken),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", NotOllama),
    ],
    ids=[
        "sign-in page",
        "text",
        "list",
        "another API",
        "no text",
        "too deep",
        "nothing",
        "cut line",
        "broken line",
        "list later",
        "cut stream",
        "end before the beginning",
        "broken chunks",
    ],
)
async def test_unreadable(response: bytes, error: type[InferenceError], listen: Listen, client_of: ClientOf) -> None:
    """What can not be read is another server at the beginning, and a broken reply later."""
    assert type(await _ask(response, listen, client_of)) is error


@pytest.mark.parametrize(
    ("err", "error"),
    [
        (httpx.PoolTimeout("all connections are in use"), ServerBusy),
        (httpx.ReadTimeout("no byte"), ServerTooSlow),
        (httpx.WriteTimeout("not taken"), ServerTooSlow),
        (httpx.WriteError("reset"), StreamBroken),
        (httpx.InvalidURL("no host"), ServerUnreachable),
        (httpx.LocalProtocolError("illegal header"), ServerFailed),
        (httpx.DecodingError("not compressed"), ServerFailed),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_only_the_library_meets(err: httpx.HTTPError | httpx.InvalidURL, error: type[InferenceError]) -> None:
    """Errors of the library that no server brings about at will have a class too."""
    raised = from_httpx(err, url="http://10.0.0.2", model=MODEL)
    assert type(raised) is error
    assert raised.placeholders == {"url": "http://10.0.0.2", "model": MODEL, "error": str(err)}


def test_one_key_each() -> None:
    """Each error has a key of its own, as translations and spoken replies know it."""
    keys = [error.key for error in InferenceError.__subclasses__()]
    assert sorted(keys) == [
        "address_refused",
        "cloud_refused",
        "context_full",
        "disk_full",
        "download_failed",
        "model_missing",
        "model_unknown",
        "model_without_tools",
        "model_without_vision",
        "not_ollama",
        "server_busy",
        "server_failed",
        "server_too_slow",
        "server_unreachable",
        "stream_broken",
        "unauthorized",
    ]


def test_detail() -> None:
    """A log gets the key and the cause."""
    assert ServerFailed(error="out of memory").detail == "server_failed: out of memory"
    assert ServerFailed().detail == "server_failed"
