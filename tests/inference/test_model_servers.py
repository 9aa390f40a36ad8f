"""Several servers: which is asked, what happens when one fails, and when it is back."""

import asyncio
from dataclasses import replace
import json
import logging

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.inference import (
    ChatChunk,
    CloudRefused,
    ContextFull,
    InferenceError,
    ModelMissing,
    ModelServers,
    NotOllama,
    ServerBusy,
    ServerConfig,
    ServerFailed,
    ServerState,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)
from custom_components.parlor.inference.server import Server
from demo.ollama import STAND_IN, WITHOUT_TOOLS, OllamaStandIn, Reply, faults
from tests.inference.wire import (
    CALM,
    LOCAL_DETAILS,
    MODEL,
    NEVER,
    OUT_OF_MEMORY,
    QUESTION,
    TOOLS,
    Listen,
    RawServer,
    ServersOf,
    answer,
    ask,
    chunked,
    failure,
)


async def _wait_until_available(servers: ModelServers, *, available: bool) -> None:
    """Wait for a change of what the servers say of the first of them."""
    changed = asyncio.Event()
    stop = servers.add_listener(changed.set)
    try:
        async with asyncio.timeout(30):
            while servers.states[0].available != available:
                await changed.wait()
                changed.clear()
    finally:
        stop()


async def test_first_one(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """The first server is asked, the others are left alone."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    assert [await ask(servers), await ask(servers)] == ["first", "first"]
    assert second.received == []
    assert servers.available
    assert servers.last_error is None
    known = frozenset(STAND_IN.capabilities)
    state = ServerState("server0", first.url, STAND_IN.name, True, None, 8192, known)
    assert servers.states[0] == state
    assert servers.traffic["server0"]["127.0.0.1"].received > 0
    assert servers.traffic["server1"] == {}


async def test_request(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A request has what the server's configuration says, and the caller's sampling."""
    config = ServerConfig("a", first.url, None, True, STAND_IN.name, num_ctx=4096, num_batch=64, keep_alive=600)
    await ask(servers_of(config), options={"temperature": 0, "num_ctx": 1}, response_format={"type": "object"})
    assert first.requests["/api/chat"] == [
        {
            "model": STAND_IN.name,
            "messages": QUESTION,
            "tools": TOOLS,
            "stream": True,
            "think": False,
            "keep_alive": 600,
            "format": {"type": "object"},
            "options": {"temperature": 0, "num_ctx": 4096, "num_batch": 64},
        }
    ]


async def test_nothing_loads_twice(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Loading, prefilling and a turn are alike in all that would make the server load the model again."""
    config = ServerConfig("a", first.url, None, True, STAND_IN.name, num_ctx=4096, num_batch=64)
    servers = servers_of(config)
    await servers.start()
    await first.wait_for("/api/chat")
    await servers.prefill(QUESTION, TOOLS)
    await ask(servers, options={"temperature": 0})
    load, prefill, turn = first.requests["/api/chat"]
    assert (load["messages"], prefill["options"].pop("num_predict"), turn["options"].pop("temperature")) == ([], 1, 0)
    assert load["options"] == prefill["options"] == turn["options"] == {"num_ctx": 4096, "num_batch": 64}
    assert [body["keep_alive"] for body in (load, prefill, turn)] == [-1] * 3
    assert [body["think"] for body in (load, prefill, turn)] == [False] * 3


@pytest.mark.parametrize(
    ("fault", "error", "lost"),
    [
        (Reply(drop=True), StreamBroken, True),
        (NEVER, ServerTooSlow, True),
        (faults.captive_portal(), NotOllama, True),
        (faults.redirect("https://ollama.com/api/chat"), NotOllama, True),
        (failure(401, "unauthorized"), Unauthorized, True),
        (failure(404, f"model '{STAND_IN.name}' not found"), ModelMissing, True),
        (failure(500, OUT_OF_MEMORY), ServerFailed, True),
        (Reply(status=502, body=b"<html>"), ServerUnreachable, True),
        (failure(503, "server busy, please try again.  maximum pending requests exceeded"), ServerBusy, False),
        (failure(400, "the prompt is longer than the context length"), ContextFull, False),
    ],
    ids=["cut", "silent", "portal", "redirect", "key", "no model", "crash", "gateway", "busy", "full"],
)
async def test_next_one(
    fault: Reply,
    error: type[InferenceError],
    lost: bool,
    first: OllamaStandIn,
    second: OllamaStandIn,
    servers_of: ServersOf,
) -> None:
    """Where the first server gives no reply the second does; then the first is left out, if it is its own fault."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=replace(CALM, first_chunk=1))
    first.fail(fault, path="/api/chat")
    assert await ask(servers) == "second"
    state = servers.states[0]
    assert (state.available, type(state.last_error)) == (not lost, error if lost else type(None))
    assert servers.available
    assert await ask(servers) == "second"
    assert len(first.requests["/api/chat"]) == (1 if lost else 2)


async def test_unreachable_one(second: OllamaStandIn, servers_of: ServersOf, free_port: int) -> None:
    """Where nobody listens the next server answers."""
    servers = servers_of(f"http://127.0.0.1:{free_port}", second.url, model=STAND_IN.name)
    assert await ask(servers) == "second"
    assert isinstance(servers.states[0].last_error, ServerUnreachable)


async def test_none_left(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """Where all fail the first server's error is raised, and each is tried again the next time."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    first.fail(failure(500, OUT_OF_MEMORY), path="/api/chat", times=1)
    second.fail(path="/api/chat", times=1)
    with pytest.raises(ServerFailed):
        await ask(servers)
    assert not servers.available
    assert isinstance(servers.last_error, ServerFailed)
    assert await ask(servers) == "first"
    assert servers.available
    assert servers.last_error is None


async def test_only_one(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """The only server is tried however often it failed."""
    servers = servers_of(first.url, model=STAND_IN.name)
    for _ in range(3):
        first.fail(path="/api/chat", times=1)
        with pytest.raises(StreamBroken):
            await ask(servers)
    assert await ask(servers) == "first"


async def test_no_servers(servers_of: ServersOf) -> None:
    """Without servers a turn fails as one whose server is gone, and a prefill does nothing."""
    servers = servers_of()
    assert not servers.available
    assert servers.last_error is None
    assert servers.context_length == 8192
    await servers.prefill(QUESTION)
    with pytest.raises(ServerUnreachable):
        await ask(servers)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(content="It is warm", die_after=1), StreamBroken),
        (Reply(content="It is warm", hang_after=1), StreamBroken),
        (Reply(content="It is warm", error_line=OUT_OF_MEMORY), StreamBroken),
        (Reply(raw_bytes=(b'{"message":{"content":"It"},"done":false}\n', b"rubbish\n")), StreamBroken),
        (
            Reply(
                raw_bytes=(
                    b'{"message":{"content":"It"},"done":false}\n',
                    b'{"message":{"content":"is"},"remote_host":"https://ollama.com:443","done":false}\n',
                )
            ),
            CloudRefused,
        ),
    ],
    ids=["cut", "silent", "error line", "rubbish", "from elsewhere"],
)
async def test_failure_in_the_middle(
    reply: Reply, error: type[InferenceError], first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """A reply that breaks off is not asked for again: something may have been done by then."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=replace(CALM, next_chunk=0.2))
    first.script(reply)
    chunks: list[ChatChunk] = []
    with pytest.raises(error) as raised:
        chunks.extend([chunk async for chunk in servers.chat(QUESTION)])
    assert type(raised.value) is error
    assert raised.value.placeholders["url"] == first.url
    assert second.received == []
    assert not servers.states[0].available


async def test_back_again(
    first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that is back is used again, with its model loaded; the log has one line each way."""
    caplog.set_level(logging.INFO, "custom_components.parlor.inference")
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    await servers.start()
    await first.wait_for("/api/chat")
    await first.stop()
    assert await ask(servers) == "second"
    assert not servers.states[0].available
    assert await ask(servers) == "second"
    loads = len(first.requests["/api/chat"])
    await first.start()
    await _wait_until_available(servers, available=True)
    assert len(first.requests["/api/chat"]) == loads + 1
    assert first.requests["/api/chat"][-1]["messages"] == []
    assert await ask(servers) == "first"
    lines = [
        (record.levelname, first.url in record.getMessage())
        for record in caplog.records
        if record.name.startswith("custom_components.parlor.inference")
    ]
    assert lines == [("WARNING", True), ("INFO", True)]


async def test_lost_while_idle(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server that goes away between two turns is noticed without one."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, check=0.02))
    await servers.start()
    await first.wait_for("/api/show", 3)
    await first.stop()
    await _wait_until_available(servers, available=False)
    assert isinstance(servers.last_error, ServerUnreachable | StreamBroken)


async def test_crash_on_load(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server whose model can not be loaded is not well, though it answers; it is when the model can."""
    first.fail(failure(500, OUT_OF_MEMORY), path="/api/chat", times=3)
    servers = servers_of(first.url, model=STAND_IN.name)
    await servers.start()
    await _wait_until_available(servers, available=False)
    assert isinstance(servers.last_error, ServerFailed)
    await _wait_until_available(servers, available=True)
    assert len(first.requests["/api/chat"]) == 4


async def test_model_elsewhere(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server whose model is another computer's is not used."""
    servers = servers_of(first.url, model="gpt-oss:120b-cloud")
    await servers.start()
    await _wait_until_available(servers, available=False)
    with pytest.raises(CloudRefused):
        await ask(servers)
    assert "/api/chat" not in first.requests


async def test_model_that_moves_out(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A model that is replaced by another computer's of the same name is noticed without a turn."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, check=0.02))
    await servers.start()
    await first.wait_for("/api/chat")
    first.fail(Reply(body=b'{"remote_host":"https://ollama.com:443"}'), path="/api/show")
    await _wait_until_available(servers, available=False)
    assert isinstance(servers.last_error, CloudRefused)


async def test_other_model(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A turn may ask for another model; that it is missing does not make the server unusable."""
    servers = servers_of(first.url, model=STAND_IN.name)
    with pytest.raises(ModelMissing):
        await ask(servers, model="absent:latest")
    assert servers.available
    chunks = [chunk async for chunk in servers.chat(QUESTION, model=WITHOUT_TOOLS.name)]
    assert "".join(chunk.content for chunk in chunks) == "first"
    assert first.requests["/api/chat"][-1]["model"] == WITHOUT_TOOLS.name


@pytest.mark.parametrize(
    ("known", "num_ctx", "length"),
    [(40_960, 8192, 8192), (2048, 8192, 2048), (None, 8192, 8192)],
    ids=["as set", "as made", "unknown"],
)
async def test_context_length(
    known: int | None, num_ctx: int, length: int, listen: Listen, servers_of: ServersOf
) -> None:
    """The context is as long as set, and no longer than the model was made for."""
    info = {} if known is None else {"llama.context_length": known}
    loaded = asyncio.Event()

    async def handle(raw: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            if await raw.request(reader) == "/api/show":
                writer.write(answer(json.dumps({**LOCAL_DETAILS, "model_info": info}).encode()))
            else:
                writer.write(chunked(b'{"message":{"content":""},"done":true,"done_reason":"load"}\n'))
                loaded.set()

    server = await listen(handle)
    servers = servers_of(ServerConfig("a", server.url, None, True, MODEL, num_ctx=num_ctx))
    assert servers.context_length == num_ctx
    await servers.start()
    async with asyncio.timeout(20):
        await loaded.wait()
    assert servers.context_length == servers.states[0].context_length == length


async def test_stop(
    first: OllamaStandIn, servers_of: ServersOf, caplog: pytest.LogCaptureFixture, hass: HomeAssistant
) -> None:
    """Stopping ends loads, prefills and replies, and nobody is told that a server failed."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, check=0.01))
    first.script(Reply(chunks=("a", "b"), hang_after=1))
    await servers.start()
    turn = servers.chat(QUESTION)
    assert (await anext(turn)).content == "a"
    prefill = asyncio.create_task(servers.prefill(QUESTION))
    await asyncio.sleep(0)
    await servers.stop()
    with pytest.raises(StreamBroken):
        await anext(turn)
    with pytest.raises(ServerUnreachable):
        await prefill
    await hass.async_block_till_done()
    asked = len(first.received)
    await asyncio.sleep(0.05)
    assert len(first.received) == asked
    own = [record for record in caplog.records if record.name.startswith("custom_components.parlor")]
    assert not [record for record in own if record.levelno >= logging.WARNING]


async def test_stop_at_any_moment(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Stopping ends what runs, however far a connection that is being made has come."""
    for steps in range(60):
        servers = servers_of(first.url, model=STAND_IN.name)
        await servers.start()
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            await servers.stop()


async def test_start_needs_no_server(servers_of: ServersOf, free_port: int) -> None:
    """Starting returns though no server is there, and says soon that none is."""
    servers = servers_of(f"http://127.0.0.1:{free_port}", model=STAND_IN.name)
    await servers.start()
    await _wait_until_available(servers, available=False)
    assert isinstance(servers.last_error, ServerUnreachable)


async def test_listeners(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Listeners are told of changes until they leave."""
    servers = servers_of(first.url, model=STAND_IN.name)
    seen: list[bool] = []
    stop = servers.add_listener(lambda: seen.append(servers.available))
    first.fail(path="/api/chat", times=1)
    with pytest.raises(StreamBroken):
        await ask(servers)
    await ask(servers)
    assert seen == [False, True]
    stop()
    first.fail(path="/api/chat", times=1)
    with pytest.raises(StreamBroken):
        await ask(servers)
    assert seen == [False, True]


@pytest.mark.parametrize(("failures", "pause"), [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (10_000, 60)], ids=str)
def test_pauses_grow(hass: HomeAssistant, failures: int, pause: float) -> None:
    """The pause before the next look doubles, up to a minute."""
    config = ServerConfig("a", "http://127.0.0.1:1", None, True, MODEL)
    server = Server(hass, config, replace(CALM, retry_first=2, retry_most=60), lambda: None)
    for _ in range(failures):
        server._note(ServerFailed(), MODEL)
    assert server._pause() == pause


async def test_listener_that_fails(
    first: OllamaStandIn, servers_of: ServersOf, caplog: pytest.LogCaptureFixture
) -> None:
    """What a listener does wrong is its own affair: servers are watched all the same."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, check=0.02))

    def fail() -> None:
        raise ZeroDivisionError

    servers.add_listener(fail)
    await servers.start()
    await first.wait_for("/api/show", 3)
    assert "A listener to model servers failed" in caplog.text
