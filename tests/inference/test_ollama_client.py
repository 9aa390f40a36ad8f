"""The client, against a stand-in for Ollama and against servers that misbehave."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
import json

import pytest

from custom_components.parlor.inference import (
    ChatChunk,
    CloudRefused,
    ModelMissing,
    ModelWithoutVision,
    NotOllama,
    ServerTooSlow,
    StreamBroken,
    ToolCall,
    Unauthorized,
)
from custom_components.parlor.inference.chunks import END_UNSAID
from demo.ollama import (
    CLOUD,
    EMBEDDING_ONLY,
    STAND_IN,
    THINKING,
    VISION,
    WITHOUT_TOOLS,
    Call,
    Model,
    OllamaStandIn,
    Reply,
    faults,
)
from tests.inference.wire import CALM, LOCAL_DETAILS, MODEL, ClientOf, Listen, RawServer, answer, chunked

QUESTION = [{"role": "user", "content": "How warm is it?"}]
REQUEST = {"model": MODEL, "messages": QUESTION}
TOOL = {"type": "function", "function": {"name": "turn_on", "parameters": {"type": "object", "properties": {}}}}
HI = b'{"message":{"role":"assistant","content":"Hi"},"done":false}\n'
DONE = b'{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'


@pytest.fixture
async def stand_in() -> AsyncGenerator[OllamaStandIn]:
    """Return a running stand-in with a model of every sort."""
    async with OllamaStandIn((CLOUD, EMBEDDING_ONLY, THINKING, WITHOUT_TOOLS, STAND_IN)) as server:
        yield server


async def _all(chunks: AsyncGenerator[ChatChunk]) -> list[ChatChunk]:
    return [chunk async for chunk in chunks]


PICTURE = {"role": "user", "content": "What is it?", "images": ["AAAA"]}


@pytest.mark.parametrize(("model", "sees"), [(VISION, True), (STAND_IN, False)], ids=["vision", "none"])
async def test_pictures(client_of: ClientOf, *, model: Model, sees: bool) -> None:
    """A model that is known to see nothing is not sent any."""
    async with OllamaStandIn((STAND_IN, VISION)) as server:
        client = client_of(server.url)
        request = {"model": model.name, "messages": [PICTURE]}
        if sees:
            assert await _all(client.chat(request))
        else:
            with pytest.raises(ModelWithoutVision):
                await _all(client.chat(request))
        assert bool(server.requests["/api/chat"]) is sees


async def test_pictures_for_a_server_that_does_not_say(play: Listen, client_of: ClientOf) -> None:
    """Where the server does not tell what its models can do, it is asked, and its refusal understood."""
    refusal = answer(b'{"error": "this model is missing data required for image input"}', "500 Internal Server Error")
    server = await play(refusal, details={"details": {}, "model_info": {}})
    with pytest.raises(ModelWithoutVision):
        await _all(client_of(server.url).chat({"model": MODEL, "messages": [PICTURE]}))


async def test_version_and_models(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """The useful models come first, the one that is not at home last."""
    client = client_of(stand_in.url)
    assert await client.version() == stand_in.version
    models = await client.models()
    assert [model.name for model in models] == [
        THINKING.name,
        STAND_IN.name,
        WITHOUT_TOOLS.name,
        EMBEDDING_ONLY.name,
        CLOUD.name,
    ]
    assert [model.remote for model in models] == [False] * 4 + [True]


async def test_show(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """A model's details say what it can do and where it runs."""
    client = client_of(stand_in.url)
    details = await client.show(STAND_IN.name)
    assert (details.context_length, details.capabilities) == (STAND_IN.context_length, frozenset(STAND_IN.capabilities))
    assert not details.remote
    assert (await client.show(CLOUD.name)).remote
    with pytest.raises(ModelMissing) as missing:
        await client.show("absent")
    assert missing.value.placeholders["model"] == "absent"


async def test_models_of_old_servers(listen: Listen, client_of: ClientOf) -> None:
    """Servers that list no capabilities are asked model by model; one that can not be shown stays in the list."""
    shown = {
        "a-chat": {"capabilities": ["completion"]},
        "b-tools": {"capabilities": ["completion", "tools"], "model_info": {"llama.context_length": 4096}},
        "c-stub": {"capabilities": ["tools"], "remote_host": "https://ollama.com:443"},
    }

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            if await raw.request(reader) == "/api/tags":
                names = [*shown, "d-removed"]
                writer.write(answer(json.dumps({"models": [{"name": name, "size": 9} for name in names]}).encode()))
            elif details := shown.get(raw.bodies[-1]["model"]):
                writer.write(answer(json.dumps(details).encode()))
            else:
                writer.write(answer(b'{"error":"model \'d-removed\' not found"}', "404 Not Found"))

    server = await listen(handle)
    models = await client_of(server.url).models()
    assert [(model.name, model.context_length, model.remote) for model in models] == [
        ("b-tools", 4096, False),
        ("a-chat", None, False),
        ("d-removed", None, False),
        ("c-stub", None, True),
    ]


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"version":3}', b"[]", b"Ollama is running", b"", b'{"a":"' + b"x\n" * (9 << 20)],
    ids=["empty", "no text", "list", "text", "nothing", "endless"],
)
async def test_no_version(body: bytes, listen: Listen, client_of: ClientOf) -> None:
    """A server that gives no version is not Ollama."""

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(answer(body))
        await writer.drain()

    server = await listen(handle)
    with pytest.raises(NotOllama):
        await client_of(server.url).version()


@pytest.mark.parametrize("body", [b'{"models":{}}', b'{"models":"none"}'], ids=["object", "text"])
async def test_no_models(body: bytes, listen: Listen, client_of: ClientOf) -> None:
    """A list of models that is none is not Ollama's; a server that has none leaves the list out."""

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        writer.write(answer(body if len(raw.heads) == 1 else b"{}"))
        await writer.drain()

    server = await listen(handle)
    client = client_of(server.url)
    with pytest.raises(NotOllama):
        await client.models()
    assert await client.models() == []


@pytest.mark.parametrize("style", ["rendered", "native"])
async def test_tool_calls(style: str, stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """Calls keep their ids and the order of their arguments, whether they come one by one or at the end."""
    calls = (Call("turn_on", {"b": 1, "a": ["x"]}, id="call_one"), Call("turn_on", {}, id="call_two"))
    stand_in.script(Reply(tool_calls=calls, style=style))  # type: ignore[arg-type]  # a column of the table
    chunks = await _all(client_of(stand_in.url).chat({"model": STAND_IN.name, "messages": QUESTION, "tools": [TOOL]}))
    got = [call for chunk in chunks for call in chunk.tool_calls]
    assert got == [ToolCall("turn_on", {"b": 1, "a": ["x"]}, "call_one"), ToolCall("turn_on", {}, "call_two")]
    assert isinstance(got[0].arguments, dict)
    assert list(got[0].arguments) == ["b", "a"]
    assert [chunk.done for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


async def test_reply(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """A reply comes as it is spoken, thinking apart, and the request arrives as it was made."""
    stand_in.script(Reply(content="It is 21 °C.", thinking="Let me look."))
    request = {"model": THINKING.name, "messages": QUESTION, "think": True, "options": {"num_ctx": 2048}}
    chunks = await _all(client_of(stand_in.url).chat(request))
    assert "".join(chunk.content for chunk in chunks) == "It is 21 °C."
    assert "".join(chunk.thinking for chunk in chunks) == "Let me look."
    last = chunks[-1]
    assert last.done_reason == "stop"
    assert last.stats is not None
    assert last.stats.prompt_tokens > 0
    assert last.stats.reply_tokens > 0
    assert stand_in.requests["/api/chat"] == [request]


async def test_load(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """Without messages a model is only loaded."""
    chunks = await _all(client_of(stand_in.url).chat({"model": STAND_IN.name, "messages": []}))
    assert [(chunk.done, chunk.done_reason, chunk.content) for chunk in chunks] == [(True, "load", "")]


async def test_connection_is_used_again(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """A reply that was read to its end leaves its connection to the next request."""
    client = client_of(stand_in.url)
    for _ in range(3):
        await _all(client.chat({"model": STAND_IN.name, "messages": QUESTION}))
    assert client.traffic["127.0.0.1"].connections == 1


async def test_key(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """The key is sent; another one is refused."""
    stand_in.api_key = "s3cret"
    assert await client_of(stand_in.url, "s3cret").version() == stand_in.version
    for key in (None, "other"):
        with pytest.raises(Unauthorized):
            await client_of(stand_in.url, key).version()


@pytest.mark.parametrize(
    ("reply", "content"),
    [
        (faults.split_utf8(), "21 °C"),
        (Reply(content="on and on and on", no_done=True), "on and on and on"),
        (Reply(raw_bytes=(b"\n\n", HI, b"\r\n \n", DONE)), "Hi"),
        (Reply(raw_bytes=(HI, DONE.rstrip())), "Hi"),
        (faults.drip("Hi", seconds=0), "Hi"),
    ],
    ids=["cut character", "no last line", "blank lines", "no last line end", "byte by byte"],
)
async def test_odd_streams(reply: Reply, content: str, stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """Streams that are odd but whole are read; all end with a chunk that says so."""
    stand_in.script(reply)
    chunks = await _all(client_of(stand_in.url).chat({"model": STAND_IN.name, "messages": QUESTION}))
    assert "".join(chunk.content for chunk in chunks) == content
    assert [chunk.done for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


async def test_end_without_a_word(play: Listen, client_of: ClientOf) -> None:
    """A reply that the server ends early, as one that repeats itself, ends without a reason and without figures."""
    server = await play(chunked(HI))
    assert (await _all(client_of(server.url).chat(REQUEST)))[-1] == END_UNSAID


@pytest.mark.parametrize(
    "after",
    [b"", b"rubbish\n", b'{"error":"late"}\n'],
    ids=["silence", "rubbish", "error"],
)
async def test_whatever_follows_the_end(after: bytes, play: Listen, client_of: ClientOf) -> None:
    """A reply is complete with its last chunk, whatever the connection does then."""
    server = await play(chunked(HI, DONE, *([after] if after else []), end=False), hang=True)
    chunks = await _all(client_of(server.url).chat(REQUEST))
    assert [chunk.content for chunk in chunks] == ["Hi", ""]
    assert chunks[-1].done_reason == "stop"


@pytest.mark.parametrize(
    ("replies", "pause", "hang", "limits"),
    [
        ([], 0, True, {"first_chunk": 0.1}),
        ([bytes((byte,)) for byte in chunked(HI, DONE)], 0.02, False, {"first_chunk": 0.2}),
        ([chunked(b"\n" * 10, end=False)], 0, True, {"first_chunk": 0.1}),
        ([chunked(HI, end=False)], 0, True, {"next_chunk": 0.1}),
        ([chunked(HI, end=False), *[b"1\r\n \r\n"] * 100], 0.02, False, {"next_chunk": 0.1}),
        ([chunked(HI, end=False), *[b"%x\r\n%s\r\n" % (len(HI), HI)] * 200], 0.02, False, {"total": 0.3}),
    ],
    ids=["no answer", "a byte now and then", "blank lines", "silence", "blanks for ever", "chunks for ever"],
)
async def test_limits(
    replies: list[bytes],
    pause: float,
    hang: bool,
    limits: dict[str, float],
    play: Listen,
    client_of: ClientOf,
) -> None:
    """Each part of a reply has its limit, whatever a server sends to stay alive."""
    server = await play(*replies, pause=pause, hang=hang)
    client = client_of(server.url, limits=replace(CALM, **limits))
    with pytest.raises(ServerTooSlow):
        await _all(client.chat(REQUEST))


async def test_lookup_limit(listen: Listen, client_of: ClientOf) -> None:
    """A question that needs no model has a limit of its own."""

    async def hang(raw: RawServer, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await raw.request(reader)
        await asyncio.Event().wait()

    server = await listen(hang)
    with pytest.raises(ServerTooSlow):
        await client_of(server.url, limits=replace(CALM, lookup=0.1)).version()


async def test_own_first_limit(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """A request that nobody waits for may take longer than a turn."""
    stand_in.script(Reply(content="Hi", delay=0.3))
    client = client_of(stand_in.url, limits=replace(CALM, first_chunk=0.05, total=0.1))
    chunks = await _all(client.chat({"model": STAND_IN.name, "messages": QUESTION}, first_chunk=20))
    assert chunks[0].content == "Hi"


async def test_leaving_early(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """Leaving a reply ends it at the server too."""
    stand_in.script(Reply(chunks=("a", "b", "c"), hang_after=1))
    client = client_of(stand_in.url)
    async with aclosing(client.chat({"model": STAND_IN.name, "messages": QUESTION})) as chunks:
        assert (await anext(chunks)).content == "a"
    async with asyncio.timeout(20):
        await stand_in.wait_cancelled()


async def test_closing_during_a_reply(stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """Closing the client ends its replies."""
    stand_in.script(Reply(chunks=("a", "b", "c"), hang_after=1))
    client = client_of(stand_in.url)
    chunks = client.chat({"model": STAND_IN.name, "messages": QUESTION})
    assert (await anext(chunks)).content == "a"
    waiting = asyncio.create_task(anext(chunks))
    await asyncio.sleep(0)
    await client.aclose()
    with pytest.raises(StreamBroken):
        await waiting


@pytest.mark.parametrize("model", [CLOUD.name, "gpt-oss:120b-cloud", "anything:CLOUD"])
async def test_cloud_names_are_not_sent(model: str, stand_in: OllamaStandIn, client_of: ClientOf) -> None:
    """A cloud model's name is refused before anything is sent."""
    with pytest.raises(CloudRefused) as refused:
        await _all(client_of(stand_in.url).chat({"model": model, "messages": QUESTION}))
    assert refused.value.placeholders["model"] == model
    with pytest.raises(CloudRefused):
        await client_of(stand_in.url).show_home(model)
    assert stand_in.received == []


async def test_cloud_model_under_another_name(client_of: ClientOf) -> None:
    """A cloud model that got another name is asked for its details, and not for more."""
    async with OllamaStandIn((replace(CLOUD, name="grandma:latest"),)) as server:
        with pytest.raises(CloudRefused):
            await _all(client_of(server.url).chat({"model": "grandma:latest", "messages": QUESTION}))
        assert list(server.requests) == ["/api/show"]


@pytest.mark.parametrize("member", ["remote_host", "remote_model"])
async def test_reply_from_elsewhere(member: str, play: Listen, client_of: ClientOf) -> None:
    """A reply that shows to come from elsewhere ends there, and the model has to be looked at again."""
    line = json.dumps({"message": {"content": "Hi"}, "done": False, member: "https://ollama.com:443"}).encode()
    server = await play(chunked(line + b"\n", DONE))
    client = client_of(server.url)
    for lookups in (1, 2):
        with pytest.raises(CloudRefused):
            await _all(client.chat(REQUEST))
        assert sum(body.keys() == {"model"} for body in server.bodies) == lookups


async def test_model_that_moved_out(listen: Listen, client_of: ClientOf) -> None:
    """A model that was at home and is shown elsewhere later gets nothing more."""
    details = [LOCAL_DETAILS, {**LOCAL_DETAILS, "remote_host": "https://ollama.com:443"}]

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            if await raw.request(reader) == "/api/show":
                writer.write(answer(json.dumps(details[0]).encode()))
            else:
                writer.write(chunked(HI, DONE))

    server = await listen(handle)
    client = client_of(server.url)
    await _all(client.chat(REQUEST))
    details.pop(0)
    assert (await client.show(MODEL)).remote
    with pytest.raises(CloudRefused):
        await _all(client.chat(REQUEST))
    assert sum("messages" in body for body in server.bodies) == 1
