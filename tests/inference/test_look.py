"""What a server says of itself, and what keeps its model in its memory."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import logging

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.inference import (
    ModelServers,
    ServerConfig,
    ServerState,
    Stats,
    StreamBroken,
    Tuning,
    full_name,
)
from custom_components.parlor.inference.look import ServerLook, look_at
from custom_components.parlor.inference.reading import ReadingSpeed
from custom_components.parlor.inference.warm import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, SETTLED_SECONDS, Warmth
from demo.ollama import STAND_IN, WITHOUT_TOOLS, Model, OllamaStandIn, Reply, faults
from tests.inference.wire import CALM, QUESTION, TOOLS, ClientOf, ServersOf, ask

SOON = replace(CALM, check=0.02)
# What an agent asks for instead of the server's own model.
SMALL = replace(STAND_IN, name="small:latest")


def _config(url: str, **more: object) -> ServerConfig:
    return replace(ServerConfig("a", url, None, True, STAND_IN.name), **more)  # type: ignore[arg-type]


async def _wait_until(servers: ModelServers, condition: Callable[[ServerState], bool]) -> None:
    """Wait until the first server is so; the test's own limit ends what never comes."""
    changed = asyncio.Event()
    stop = servers.add_listener(changed.set)
    try:
        while not condition(servers.states[0]):
            await changed.wait()
            changed.clear()
    finally:
        stop()


async def test_look(first: OllamaStandIn, client_of: ClientOf, servers_of: ServersOf) -> None:
    """Version, cloud switch, digests and memory are read as Ollama tells them."""
    await ask(servers_of(_config(first.url, num_ctx=4096)))
    look = await look_at(client_of(first.url))
    assert (look.version, look.cloud) == ("0.32.15", True)
    assert look.digests is not None
    assert look.digests[STAND_IN.name] == STAND_IN.digest
    assert look.loaded is not None
    loaded = look.loaded[STAND_IN.name]
    assert (loaded.digest, loaded.context_length, loaded.gpu_share) == (STAND_IN.digest, 4096, 1.0)
    first.library.cloud = "disabled"
    assert (await look_at(client_of(first.url))).cloud is False


@pytest.mark.parametrize(
    "odd",
    [
        Reply(status=404, body=b"404 page not found"),
        Reply(body=b"[]"),
        Reply(body=b'{"version": 1, "cloud": [], "models": 5}'),
        Reply(body=b'{"version": null, "cloud": {"disabled": "no"}, "models": null}'),
        Reply(status=403, body=b"no"),
    ],
    ids=["old", "list", "wrong kinds", "nothing", "proxy"],
)
async def test_look_at_another_server(first: OllamaStandIn, client_of: ClientOf, odd: Reply) -> None:
    """What a server does not tell, or tells in another shape, is not known; it is no failure."""
    first.fail(odd)
    look = await look_at(client_of(first.url))
    assert look == ServerLook()


async def test_list_that_takes_too_long(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server that is slow to list what is on its disk is well all the same: turns do not need the list."""
    first.fail(faults.hang(), path="/api/tags")
    servers = servers_of(_config(first.url), limits=replace(SOON, lookup=0.05))
    await servers.start()
    await _wait_until(servers, lambda state: state.look is not None)
    state = servers.states[0]
    assert (state.available, state.memory, state.digest()) == (True, "loaded", "")
    assert state.look is not None
    assert state.look.digests is None


async def test_look_at_a_server_that_goes(first: OllamaStandIn, client_of: ClientOf) -> None:
    """A server that is gone in the middle of a look is told from one that has nothing to tell."""
    first.fail(Reply(drop=True), path="/api/ps")
    with pytest.raises(StreamBroken):
        await look_at(client_of(first.url))


async def test_state_tells_what_was_seen(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """After the first look the state has the digest, the capabilities and the place in memory."""
    servers = servers_of(_config(first.url, num_ctx=4096))
    assert (servers.states[0].look, servers.states[0].memory, servers.states[0].digest()) == (None, None, "")
    await servers.start()
    await _wait_until(servers, lambda state: state.look is not None)
    state = servers.states[0]
    assert state.memory == "loaded"
    assert state.capabilities == {"completion", "tools"}
    assert state.digest() == state.digest(STAND_IN.name.upper()) == STAND_IN.digest
    assert state.digest("absent") == ""


async def test_evicted_model_is_loaded_again(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A model that left the memory is back within a look, as turns need it: the next one loads nothing."""
    servers = servers_of(_config(first.url, num_ctx=4096, num_batch=64), limits=SOON)
    await servers.start()
    await _wait_until(servers, lambda state: state.memory == "loaded")
    first.scheduler.unload_all()
    await first.wait_for("/api/chat", 2)
    await _wait_until(servers, lambda state: state.memory == "loaded")
    assert first.requests["/api/chat"][1] == first.requests["/api/chat"][0]
    loads = first.scheduler.loads
    await ask(servers)
    assert first.scheduler.loads == loads


async def test_model_loaded_by_another_with_other_options(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A model that another program has loaded with a smaller context is loaded again with the one that turns need."""
    servers = servers_of(_config(first.url, num_ctx=4096), limits=SOON)
    await servers.start()
    await _wait_until(servers, lambda state: state.memory == "loaded")
    await ask(servers_of(_config(first.url, num_ctx=2048)))
    await first.wait_for("/api/chat", 3)
    await _wait_until(servers, lambda state: state.memory == "loaded")
    assert first.requests["/api/chat"][2]["options"] == {"num_ctx": 4096}


async def test_nobody_fights_over_the_memory(
    first: OllamaStandIn, servers_of: ServersOf, caplog: pytest.LogCaptureFixture
) -> None:
    """A model that is put out again and again is left alone for a while; the state says so, and the log once."""
    caplog.set_level(logging.WARNING, "custom_components.parlor.inference")
    servers = servers_of(_config(first.url), limits=SOON)
    await servers.start()
    for count in (1, 2):
        await first.wait_for("/api/chat", count)
        await _wait_until(servers, lambda state: state.memory == "loaded")
        first.scheduler.unload_all()
    await _wait_until(servers, lambda state: state.memory == "contested")
    looks = len(first.requests["/api/ps"])
    await first.wait_for("/api/ps", looks + 5)
    assert len(first.requests["/api/chat"]) == 2
    assert [STAND_IN.name in record.getMessage() for record in caplog.records] == [True]
    await ask(servers)
    await _wait_until(servers, lambda state: state.memory == "loaded")


async def test_model_that_may_leave(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A model that the user wants kept for a while only is not loaded again when its time is over."""
    servers = servers_of(_config(first.url, keep_alive=0), limits=SOON)
    await servers.start()
    await _wait_until(servers, lambda state: state.memory == "unloaded")
    looks = len(first.requests["/api/ps"])
    await first.wait_for("/api/ps", looks + 5)
    assert len(first.requests["/api/chat"]) == 1


def _is_loaded(servers: ModelServers, model: Model) -> bool:
    look = servers.states[0].look
    return look is not None and look.loaded is not None and full_name(model.name) in look.loaded


def _asked(server: OllamaStandIn) -> list[str]:
    return [request["model"] for request in server.requests["/api/chat"]]


async def test_models_of_agents_are_kept_too(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """The own model of each agent is loaded as the agent needs it, after the server's, and again when it is gone.

    One that the server does not have is left alone, and so is that of an AI task.
    """
    first.library.models.append(SMALL)
    tunings = {
        SMALL.name: Tuning(num_ctx=2048, warm=True),
        "elsewhere:latest": Tuning(warm=True),
        WITHOUT_TOOLS.name: Tuning(),
    }
    servers = servers_of(_config(first.url, tunings=tunings), limits=SOON)
    await servers.start()
    await _wait_until(servers, lambda _state: _is_loaded(servers, SMALL))
    assert _asked(first) == [STAND_IN.name, SMALL.name]
    assert first.requests["/api/chat"][1]["options"] == {"num_ctx": 2048}
    first.scheduler.unload(SMALL)
    await first.wait_for("/api/chat", 3)
    await _wait_until(servers, lambda _state: _is_loaded(servers, SMALL))
    assert _asked(first) == [STAND_IN.name, SMALL.name, SMALL.name]


async def test_model_of_an_agent_that_does_not_load(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server that can not load an agent's model as well is as good as before, and is not pestered."""
    broken = replace(SMALL, capabilities=("embedding",))
    first.library.models.append(broken)
    servers = servers_of(_config(first.url, tunings={broken.name: Tuning(warm=True)}), limits=SOON)
    await servers.start()
    await first.wait_for("/api/chat", 3)
    looks = len(first.requests["/api/ps"])
    await first.wait_for("/api/ps", looks + 5)
    assert _asked(first) == [STAND_IN.name, broken.name, broken.name]
    assert (servers.available, servers.states[0].memory) == (True, "loaded")


async def test_turn_is_not_held_up(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """While a turn runs nothing is loaded beside it."""
    servers = servers_of(_config(first.url), limits=SOON)
    await servers.start()
    await _wait_until(servers, lambda state: state.memory == "loaded")
    first.script(Reply(content="one two", chunk_delay=0.05))
    async for chunk in servers.chat(QUESTION):
        first.scheduler.unload_all()
        if not chunk.done:
            looks = len(first.requests["/api/ps"])
            await first.wait_for("/api/ps", looks + 2)
    assert [request["messages"] for request in first.requests["/api/chat"][:2]] == [[], QUESTION]
    await first.wait_for("/api/chat", 3)


async def test_who_served(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """The last chunk says who answered, with which digest, and how much of the prompt was cached."""
    servers = servers_of(_config(first.url))
    await servers.start()
    await _wait_until(servers, lambda state: state.look is not None)
    prompt = [{"role": "system", "content": "The house has many rooms. " * 50}]
    cached = []
    for _turn in range(2):
        served = [chunk async for chunk in servers.chat([*prompt, *QUESTION], TOOLS)][-1].served
        assert served is not None
        assert (served.server, served.model, served.digest) == ("a", STAND_IN.name, STAND_IN.digest)
        cached.append(served.cached_tokens)
    evaluation = first.evaluations[-1]
    assert cached[0] is None
    assert cached[1] == pytest.approx(evaluation.prompt_tokens - evaluation.computed_tokens, abs=30)


def _stats(tokens: int, seconds: float) -> Stats:
    return Stats(tokens, seconds, 10, 0.1, 0, seconds + 0.1)


@pytest.mark.parametrize(
    ("prompts", "cached"),
    [
        ([(1000, 1.0)], [None]),
        ([(1000, 1.0), (1000, 0.1)], [None, 899]),
        ([(1000, 1.0), (1000, 0.0)], [None, 1000]),
        ([(1000, 0.1), (1000, 1.0), (1000, 0.5)], [None, 0, 495]),
        ([(10, 1.0), (1000, 1.0), (1000, 1.0)], [None, None, 0]),
        ([(1000, 0.0), (1000, 1.0)], [None, None]),
    ],
    ids=["first", "mostly cached", "wholly cached", "learns from a slow one", "short tells nothing", "no time"],
)
def test_cached_tokens(prompts: list[tuple[int, float]], cached: list[int | None]) -> None:
    """The slowest reading is taken for that of a prompt of which nothing was cached."""
    speed = ReadingSpeed()
    assert [speed.cached_tokens(_stats(tokens, seconds)) for tokens, seconds in prompts] == cached


@pytest.mark.parametrize(
    ("looks", "loads"),
    [
        ([(60, False), (60, True)], [120]),
        ([(SETTLED_SECONDS, False), (60, True), (SETTLED_SECONDS, False), (60, True)], [660, 1320]),
        ([(60, True), (60, True), (60, True), (FIRST_PAUSE_SECONDS, True)], [60, 480]),
        ([(60, True), (60, True), (FIRST_PAUSE_SECONDS, True), (1, True), (599, True), (1, True)], [60, 420, 1020]),
        ([(10, True)] * 2 + [(2 * LONGEST_PAUSE_SECONDS, True), (10, True)] * 9, None),
    ],
    ids=["evicted once", "evicted now and then", "evicted again", "pauses grow", "pauses end growing"],
)
def test_warmth(looks: list[tuple[float, bool]], loads: list[float] | None) -> None:
    """Looks are seconds after the one before, and whether the model was gone; it was loaded at the start."""
    now = 0.0
    warmth = Warmth(lambda: now)
    warmth.loaded()
    loaded = []
    for seconds, gone in looks:
        now += seconds
        if warmth.wants_load(gone=gone):
            loaded.append(now)
            warmth.loaded()
    if loads is None:
        assert warmth.pause == LONGEST_PAUSE_SECONDS
    else:
        assert loaded == loads


def test_warmth_of_a_model_that_came_back(hass: HomeAssistant) -> None:
    """A model that something else loaded, and that stayed, is no longer contested."""
    del hass
    now = 0.0
    warmth = Warmth(lambda: now)
    warmth.loaded()
    for _loss in range(2):
        now += 10
        if warmth.wants_load(gone=True):
            warmth.loaded()
    assert warmth.contested
    now += SETTLED_SECONDS
    assert not warmth.wants_load(gone=False)
    assert (warmth.contested, warmth.pause) == (False, 0)
