"""From one server to the next: when, how soon, and what is never done twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
import math
from time import monotonic

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.inference import (
    ChatChunk,
    InferenceError,
    Limits,
    ModelMissing,
    ModelServers,
    ServerConfig,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
)
from demo.ollama import STAND_IN, WITHOUT_TOOLS, OllamaStandIn, Reply, faults
from tests.inference.wire import CALM, OUT_OF_MEMORY, QUESTION, ServersOf, ask, failure

# Silence is looked into soon; a model that thinks may take as long as it likes.
ALERT = replace(CALM, silence=0.05, alive=0.3)
# Below the limits of a slow model in CALM and above those of a look: who is slower has waited for the wrong one.
SOON = 15


class Listener:
    """What a turn keeps of a reply: the words, which it can forget unless some of them were spoken."""

    def __init__(self, *, spoken: bool = False) -> None:
        """Begin with nothing."""
        self.words: list[str] = []
        self.spoken = spoken

    def forget(self) -> bool:
        """Forget the words."""
        if not self.spoken:
            self.words = []
        return not self.spoken

    async def listen(self, servers: ModelServers) -> str:
        """Return the words of a reply."""
        async for chunk in servers.chat(QUESTION, forget=self.forget):
            self.words.append(chunk.content)
        return "".join(self.words)


MIDDLE: dict[str, Reply] = {
    "cut": Reply(content="It is warm", die_after=1),
    "silent": Reply(content="It is warm", hang_after=1),
    "error line": Reply(content="It is warm", error_line=OUT_OF_MEMORY),
    "rubbish": Reply(raw_bytes=(b'{"message":{"content":"It"},"done":false}\n', b"rubbish\n")),
    "cloud": Reply(content="It is warm", extra={"remote_host": "https://ollama.com:443"}),
}


@pytest.mark.parametrize("reply", MIDDLE.values(), ids=MIDDLE)
async def test_death_in_the_middle(
    reply: Reply, first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """A reply that breaks off before anything came of it is begun anew by the next server."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=replace(CALM, next_chunk=0.2))
    first.script(reply)
    assert await Listener().listen(servers) == "second"
    assert not servers.states[0].available
    assert len(first.requests["/api/chat"]) == len(second.requests["/api/chat"]) == 1


async def test_death_after_words_were_spoken(
    first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """What has been spoken can not be taken back, so the reply ends there."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    first.script(MIDDLE["cut"])
    with pytest.raises(StreamBroken):
        await Listener(spoken=True).listen(servers)
    assert second.received == []


async def test_death_of_all(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """Where every server breaks off, the first one's failure is raised, and each was asked once."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    first.script(MIDDLE["cut"])
    second.script(MIDDLE["error line"])
    with pytest.raises(StreamBroken) as broken:
        await Listener().listen(servers)
    assert broken.value.placeholders["url"] == first.url
    assert len(first.requests["/api/chat"]) == len(second.requests["/api/chat"]) == 1


@pytest.mark.parametrize("chunks", [0, 1], ids=["before the first word", "in the middle"])
async def test_server_that_falls_asleep(
    chunks: int, first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """A server that answers nothing any more is given up long before a slow model would be."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=ALERT)
    assert await ask(servers) == "first"
    first.script(Reply(content="It is warm", hang_after=chunks))
    first.fail(faults.hang(), path="/api/version")
    started = monotonic()
    assert await Listener().listen(servers) == "second"
    assert monotonic() - started < SOON
    error = servers.states[0].last_error
    assert isinstance(error, ServerTooSlow)
    assert "does not answer anything any more" in error.placeholders["error"]


async def test_server_that_thinks(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """A slow model on a server that is there is waited for."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=replace(ALERT, first_chunk=20))
    first.script(Reply(content="at last", delay=0.5))
    assert await ask(servers) == "at last"
    assert len(first.requests["/api/ps"]) > 1


async def test_model_that_was_evicted(second: OllamaStandIn, servers_of: ServersOf) -> None:
    """A model that has to be loaded first is waited for longer than one that is loaded."""
    limits = replace(ALERT, first_chunk=0.3, first_chunk_last=20)
    async with OllamaStandIn(load_seconds=1, brain=lambda *_: Reply(content="loaded")) as loading:
        servers = servers_of(loading.url, second.url, model=STAND_IN.name, limits=limits)
        assert await ask(servers) == "loaded"
        loading.script(Reply(content="too late", delay=math.inf))
        assert await ask(servers) == "second"
        assert isinstance(servers.states[0].last_error, ServerTooSlow)


async def test_server_that_is_busy_loading(second: OllamaStandIn, servers_of: ServersOf) -> None:
    """A server that can not even list its models, but is there, is given the time of one that loads."""
    limits = replace(ALERT, alive=0.1, first_chunk=0.3, first_chunk_last=20)
    async with OllamaStandIn(brain=lambda *_: Reply(content="loaded", delay=1)) as busy:
        busy.fail(faults.hang(), path="/api/ps")
        assert await ask(servers_of(busy.url, second.url, model=STAND_IN.name, limits=limits)) == "loaded"


async def test_last_server_is_waited_for(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Where nobody else could be asked, patience costs nothing."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, first_chunk=0.05, first_chunk_last=20))
    first.script(Reply(content="slow", delay=0.5))
    assert await ask(servers) == "slow"


async def test_proxy_that_knows_one_path(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A proxy that lets only replies through does not make a slow model a dead one."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=ALERT)
    for path in ("/api/ps", "/api/status", "/api/version"):
        first.fail(Reply(status=403, body=b"<html>no</html>"), path=path)
    first.script(Reply(content="slow", delay=0.4))
    await servers.start()
    assert await ask(servers) == "slow"
    assert servers.states[0].cloud is None


@pytest.mark.parametrize(
    ("own", "usual", "limits"),
    [
        ({}, Limits(), (2, 20, 60, 180)),
        ({"connect_limit": 1, "first_limit": 5, "total_limit": 30}, Limits(), (1, 5, 60, 30)),
        ({"first_limit": 90.0}, Limits(), (2, 90, 90, 180)),
    ],
    ids=["the usual ones", "shorter", "longer than the last server's"],
)
def test_limits_of_a_server(own: dict[str, float], usual: Limits, limits: Sequence[float]) -> None:
    """Each server may have limits of its own."""
    config = ServerConfig("a", "http://10.0.0.1", None, True, "m", **own)  # type: ignore[arg-type]
    found = config.limits(usual)
    assert (found.connect, found.first_chunk, found.first_chunk_last, found.total) == limits


def test_usual_limits() -> None:
    """A dead server costs a turn a few seconds, and a slow one less than a conversation's patience."""
    usual = Limits()
    assert usual.connect <= 2
    assert usual.silence + usual.alive <= 5
    assert usual.first_chunk <= 20 < usual.first_chunk_last


async def _second_reply(servers: ModelServers, model: str) -> list[ChatChunk]:
    return [chunk async for chunk in servers.chat(QUESTION, model=model)]


async def test_own_model_of_the_next_server(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """Where the server that has an agent's model is down, the next one uses its own."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    second.library.models = [STAND_IN]
    first.fail(path="/api/chat")
    await _second_reply(servers, WITHOUT_TOOLS.name)
    assert second.requests["/api/chat"][-1]["model"] == STAND_IN.name


async def test_model_that_no_server_has(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """A name that none of them knows is told, and not got round."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    with pytest.raises(ModelMissing):
        await _second_reply(servers, "absent:latest")
    assert servers.available


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Reply(drop=True), StreamBroken),
        (failure(503, "server busy, please try again.  maximum pending requests exceeded"), None),
        (Reply(status=502, body=b""), ServerUnreachable),
    ],
    ids=["cut", "busy", "gateway"],
)
async def test_no_flapping(
    fault: Reply, error: type[InferenceError] | None, first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """A server that fails is left out until it was looked at; one that is only busy is asked again at once."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    first.fail(fault, path="/api/chat")
    for _ in range(3):
        assert await ask(servers) == "second"
    assert len(first.requests["/api/chat"]) == (3 if error is None else 1)
    assert type(servers.states[0].last_error) is (error or type(None))


@pytest.mark.parametrize(
    ("cloud", "passes_on"), [("on", True), ("signed_out", True), ("disabled", False)], ids=["on", "signed out", "off"]
)
async def test_cloud_switch(hass: HomeAssistant, servers_of: ServersOf, cloud: str, passes_on: bool) -> None:
    """Whether a server would pass on what is meant for others' computers is known, and told when it changes."""
    async with OllamaStandIn(cloud=cloud) as server:  # type: ignore[arg-type]  # a column of the table
        servers = servers_of(server.url, model=STAND_IN.name, limits=replace(CALM, check=0.02))
        told: list[bool | None] = []
        servers.add_listener(lambda: told.append(servers.states[0].cloud))
        await servers.start()
        while passes_on not in told:
            await asyncio.sleep(0.01)
        server.library.cloud = "on" if cloud == "disabled" else "disabled"
        while told[-1] is passes_on:
            await asyncio.sleep(0.01)
        assert list(dict.fromkeys(told)) == [passes_on, not passes_on]
    await hass.async_block_till_done()
