"""Scripted replies and faults, as a client sees them."""

import asyncio
from collections.abc import AsyncGenerator
import json
import math

import aiohttp
import pytest

from demo.ollama import Call, OllamaStandIn, Reply, faults
from tests.demo.ollama_house import TOOLS, messages
from tests.demo.ollama_wire import Json, ask, chat, connection

pytestmark = pytest.mark.usefixtures("socket_enabled")

ANSWER = "No, the front door is closed."


@pytest.fixture
async def server() -> AsyncGenerator[OllamaStandIn]:
    """Return a running stand-in."""
    async with OllamaStandIn() as stand_in:
        yield stand_in


def _said(lines: list[Json]) -> str:
    return "".join(line["message"]["content"] for line in lines if "message" in line)


async def test_in_order(server: OllamaStandIn) -> None:
    """Scripted replies come one a request, in order; then the rules answer again."""
    server.script(Reply(content="One."), Reply(content="Two."))
    assert server.scripted == 2
    said = [_said((await chat(server, "hello")).lines) for _ in range(3)]
    assert said[:2] == ["One.", "Two."]
    assert said[2].startswith("I am a stand-in")
    assert server.scripted == 0


async def test_prefills_take_no_reply(server: OllamaStandIn) -> None:
    """A prefill leaves the script to the turns, unless a reply is made for it."""
    server.script(Reply(content="For the turn."), Reply(content="Ahead of it.", for_prefill=True))
    first = (await chat(server, "hello", options={"num_predict": 1})).lines
    second = (await chat(server, "hello", options={"num_predict": 1})).lines
    turn = (await chat(server, "hello")).lines
    assert [_said(lines) for lines in (first, second, turn)] == ["Ahead", "I", "For the turn."]


@pytest.mark.parametrize(
    ("call", "entry"),
    [
        pytest.param(Call("lamp_on", {"x": [1]}, "7"), {"name": "lamp_on", "arguments": {"x": [1]}}, id="any name"),
        pytest.param(Call("turn_on", '{"targets"', "7"), {"name": "turn_on", "arguments": '{"targets"'}, id="text"),
        pytest.param(Call("turn_on", None, "7"), {"name": "turn_on", "arguments": None}, id="null"),
    ],
)
async def test_odd_calls(server: OllamaStandIn, call: Call, entry: Json) -> None:
    """A scripted call is sent as it is."""
    server.script(Reply(tool_calls=(call,)))
    sent = (await chat(server, "hello", tools=TOOLS)).lines[0]["message"]["tool_calls"]
    assert sent == [{"id": "7", "function": {"index": 0, **entry}}]


async def test_call_as_written(server: OllamaStandIn) -> None:
    """A call may be replaced as a whole, and sent in the style of another model."""
    wire = {"function": {"name": "turn_on"}}
    server.script(Reply(tool_calls=(Call(wire=wire),), style="native"))
    (last,) = (await chat(server, "hello", tools=TOOLS)).lines
    assert last["message"]["tool_calls"] == [wire]


async def test_own_chunks(server: OllamaStandIn) -> None:
    """Content can be cut anywhere, thinking scripted, and members added to every chunk."""
    extra = {"remote_host": "https://ollama.com:443"}
    server.script(Reply(chunks=("<thi", "nk>a</th", "ink>b"), thinking="Hm.", extra=extra, done_reason="length"))
    lines = (await chat(server, "hello")).lines
    assert [line["message"]["content"] for line in lines] == ["", "<thi", "nk>a</th", "ink>b", ""]
    assert lines[0]["message"]["thinking"] == "Hm."
    assert all(line["remote_host"] == "https://ollama.com:443" for line in lines)
    assert lines[-1]["done_reason"] == "length"


async def test_error_in_the_stream(server: OllamaStandIn) -> None:
    """An error after the first chunk is the last line, with status 200; in one piece it is a status."""
    server.script(*(Reply(content="Yes, of", error_line="it broke") for _ in range(2)))
    answer = await chat(server, "hello")
    assert (answer.status, answer.lines[-1]) == (200, {"error": "it broke"})
    assert _said(answer.lines) == "Yes, of"
    whole = await chat(server, "hello", stream=False)
    assert (whole.status, whole.json) == (500, {"error": "it broke"})


async def test_no_last_line(server: OllamaStandIn) -> None:
    """A stream may end without its last chunk."""
    server.script(Reply(content="a a a a", no_done=True))
    assert not any(line["done"] for line in (await chat(server, "hello")).lines)


async def test_dies(server: OllamaStandIn) -> None:
    """A stream that is cut arrives up to the cut, and nobody counts it as given up by the client."""
    server.script(Reply(content="one two three four", die_after=2))
    body: Json = {"model": "parlor-stand-in", "messages": messages("hello")}
    async with connection(server, "POST", "/api/chat", body) as response:
        received = [await response.content.readline() for _ in range(2)]
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.content.readline()
    assert [json.loads(line)["message"]["content"] for line in received] == ["one", " two"]
    assert (await chat(server, "hello")).status == 200
    assert server.cancelled == 0


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(content="one two three", hang_after=2), id="after two chunks"),
        pytest.param(Reply(content="one", delay=math.inf), id="before the headers"),
        pytest.param(Reply(raw_bytes=(b"{", b'"model"'), hang_after=1), id="inside a line"),
    ],
)
async def test_hangs(server: OllamaStandIn, reply: Reply) -> None:
    """A reply that falls silent holds its model until the client gives up."""
    server.script(reply)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await chat(server, "hello")
    await server.wait_cancelled()
    assert (await chat(server, "hello")).status == 200


async def test_every_path_fails(server: OllamaStandIn) -> None:
    """A fault without a path is everywhere until it ends."""
    server.fail(Reply(status=502, error="bad gateway"))
    assert [(await ask(server, "GET", path)).status for path in ("/", "/api/tags", "/api/ps")] == [502] * 3
    server.recover()
    assert (await ask(server, "GET", "/")).status == 200


async def test_one_path_fails_twice(server: OllamaStandIn) -> None:
    """A fault may be of one path only, and so many times."""
    server.fail(path="/api/chat", times=2)
    assert (await ask(server, "GET", "/api/tags")).status == 200
    for _ in range(2):
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await chat(server, "hello")
    assert (await chat(server, "hello")).status == 200


async def test_a_model_that_always_misbehaves(server: OllamaStandIn) -> None:
    """A fault can be a model's answer, given to every request."""
    server.fail(Reply(content="Blah."), path="/api/chat")
    said = [_said((await chat(server, "hello")).lines) for _ in range(3)]
    assert said == ["Blah."] * 3


async def test_captive_portal(server: OllamaStandIn) -> None:
    """A sign-in page is HTML with status 200."""
    server.fail(faults.captive_portal())
    answer = await ask(server, "GET", "/api/tags")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


async def test_redirect(server: OllamaStandIn) -> None:
    """A redirection tells where to."""
    server.fail(faults.redirect("http://127.0.0.1:9/elsewhere"))
    async with connection(server, "GET", "/api/tags") as response:
        assert (response.status, response.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")


async def test_huge_line(server: OllamaStandIn) -> None:
    """A line of ten mebibytes is sent as one."""
    server.script(faults.huge_line())
    text = (await chat(server, "hello")).text
    assert len(text) > 10 * 1024 * 1024
    assert text.count("\n") == 1


async def test_drip(server: OllamaStandIn) -> None:
    """Byte by byte it is still a whole answer."""
    server.script(faults.drip("21 °C", seconds=0.0))
    assert _said((await chat(server, "hello")).lines) == "21 °C"


async def test_cut_and_split_characters(server: OllamaStandIn) -> None:
    """Half a character is no UTF-8; one that two pieces share is."""
    server.script(faults.cut_utf8(), faults.split_utf8())
    with pytest.raises(UnicodeDecodeError):
        await chat(server, "hello")
    assert _said((await chat(server, "hello")).lines) == "21 °C"


async def test_broken_json(server: OllamaStandIn) -> None:
    """A line may be no JSON, and more may follow it."""
    server.script(faults.broken_json())
    broken, last = (await chat(server, "hello")).text.splitlines()
    assert json.loads(last)["done"] is True
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)


async def test_stops_while_a_request_hangs(server: OllamaStandIn) -> None:
    """A stop does not wait for anybody."""
    server.fail(faults.hang())
    asking = asyncio.create_task(ask(server, "GET", "/api/tags"))
    await server.wait_for("/api/tags")
    async with asyncio.timeout(10):
        await server.stop()
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_answer_is_unharmed(server: OllamaStandIn) -> None:
    """A delay changes nothing but the time."""
    server.script(Reply(content=ANSWER, delay=0.01, chunk_delay=0.001))
    assert _said((await chat(server, "hello")).lines) == ANSWER
