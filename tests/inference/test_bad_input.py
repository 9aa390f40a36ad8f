"""What servers and networks send that is no reply: each says what it is, and in time."""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
from time import monotonic
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.inference import (
    AddressRefused,
    CertificateRefused,
    InferenceError,
    ModelWithoutVision,
    NotOllama,
    ServerFailed,
    ServerTooSlow,
    StreamBroken,
    client as client_module,
)
from demo.ollama import STAND_IN, OllamaStandIn, Reply, faults
from tests.flow_texts import ENGLISH
from tests.inference.certificates import make_contexts
from tests.inference.wire import CALM, LOCAL_DETAILS, OUT_OF_MEMORY, QUESTION, ClientOf, Listen, RawServer, answer
from tests.resolver import UseResolver

REQUEST = {"model": STAND_IN.name, "messages": QUESTION}
SHORT = replace(CALM, first_chunk=0.4, first_chunk_last=0.4, next_chunk=0.4, silence=0.1, alive=0.2)
# Far above each limit here, far below a server's patience: whoever is slower hangs.
IN_TIME = 10
PART = b'{"message":{"role":"assistant","content":"It is"},"done":false}\n'


async def _failure(client: Any) -> InferenceError:
    """Return what a request raises, which must be within its time."""
    started = monotonic()
    with pytest.raises(InferenceError) as raised:
        _ = [chunk async for chunk in client.chat(REQUEST)]
    assert monotonic() - started < IN_TIME
    return raised.value


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (faults.hang(), ServerTooSlow, "0.4 s"),
        (faults.drip("It is warm.", seconds=0.05), ServerTooSlow, "0.4 s"),
        (Reply(raw_bytes=(PART, b'{"message":{"role":"assist')), StreamBroken, "no JSON"),
        (Reply(raw_bytes=(PART, b'{"message":{"content":"21 \xc2"},"done":false}\n')), StreamBroken, "no JSON"),
        (Reply(content="It is warm", error_line=OUT_OF_MEMORY), ServerFailed, "unexpectedly stopped"),
        (Reply(error_line=OUT_OF_MEMORY), ServerFailed, "unexpectedly stopped"),
        (faults.captive_portal(), NotOllama, "a web page"),
        (Reply(body=b"<html>Sign in</html>"), NotOllama, "no JSON"),
        (faults.huge_line(), StreamBroken, "a line of more than"),
        (Reply(raw_bytes=(b"",)), StreamBroken, "ended before it began"),
        (faults.redirect("http://192.0.2.1/api/chat"), NotOllama, "redirects to http://192.0.2.1"),
        (faults.redirect("https://ollama.com/api/chat"), NotOllama, "redirects to https://ollama.com"),
        (Reply(content="It is warm", die_after=1), StreamBroken, ""),
        (Reply(content="It is warm", hang_after=1), ServerTooSlow, "0.4 s"),
    ],
    ids=[
        "accepts and never answers",
        "a byte now and then",
        "cut in a line",
        "cut in a character",
        "an error line after words",
        "an error line first",
        "a sign-in page",
        "a page without a type",
        "10 MB in a line",
        "nothing at all",
        "redirected to a public address",
        "redirected to a public name",
        "cut in the middle",
        "silent in the middle",
    ],
)
async def test_bad_replies(fault: Reply, error: type[InferenceError], words: str, client_of: ClientOf) -> None:
    """Each gives its own error, with the cause in its message, and nobody else was talked to."""
    async with OllamaStandIn() as server:
        client = client_of(server.url, limits=SHORT if error is ServerTooSlow else CALM)
        server.fail(fault, path="/api/chat")
        raised = await _failure(client)
        assert type(raised) is error
        assert words in raised.placeholders["error"]
        assert list(client.traffic) == ["127.0.0.1"]
        server.recover()
        again = client_of(server.url, limits=CALM)
        assert "".join([chunk.content async for chunk in again.chat(REQUEST)])


async def test_no_last_line(client_of: ClientOf) -> None:
    """A reply without its last line counts as what was said until then: servers end repetition like that."""
    async with OllamaStandIn() as server:
        server.script(Reply(content="It is warm.", no_done=True))
        chunks = [chunk async for chunk in client_of(server.url).chat(REQUEST)]
    assert "".join(chunk.content for chunk in chunks) == "It is warm."
    assert (chunks[-1].done, chunks[-1].done_reason) == (True, None)


async def test_expired_certificate(
    tmp_path: Path, listen: Listen, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that has expired is named as such, before anything is sent."""
    serving, trusting = make_contexts(tmp_path, days=-1)

    async def handle(raw: RawServer, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)

    server = await listen(handle, ssl_context=serving)
    monkeypatch.setattr(client_module, "get_default_context", lambda: trusting)
    raised = await _failure(client_of(server.url))
    assert type(raised) is CertificateRefused
    assert "expired" in raised.placeholders["error"]
    assert server.heads == []


async def test_name_that_leads_elsewhere_later(listen: Listen, client_of: ClientOf, resolve: UseResolver) -> None:
    """A name that was at home when it was set up gets nothing more once it leads to a public address."""
    where = ["127.0.0.1"]
    resolve(lambda _host: where)

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(answer(json.dumps(LOCAL_DETAILS).encode(), "200 OK", "application/json", "Connection: close"))
        await writer.drain()

    server = await listen(handle)
    client = client_of(f"http://ollama.lan:{server.port}")
    await client.show(STAND_IN.name)
    where[:] = ["203.0.113.9"]
    raised = await _failure(client)
    assert type(raised) is AddressRefused
    assert raised.placeholders["error"] == "203.0.113.9"
    assert list(client.traffic) == ["127.0.0.1"]
    assert len(server.heads) == 1


async def test_messages_differ(hass: HomeAssistant) -> None:
    """No two kinds of failure are told in the same words, neither where they are logged nor in a form."""
    hass.config.components.add(DOMAIN)
    errors: list[type[InferenceError]] = [*InferenceError.__subclasses__(), CertificateRefused]
    messages = await async_get_translations(hass, "en", "exceptions", {DOMAIN})
    told = [messages[f"component.{DOMAIN}.exceptions.{error.key}.message"] for error in errors]
    assert len(set(told)) == len(errors)
    # No form sends pictures.
    met = [error for error in errors if error is not ModelWithoutVision]
    assert len({ENGLISH["config"]["error"][error.key] for error in met}) == len(met)
