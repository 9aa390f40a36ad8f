"""Work that nobody waits to hear, and never in the way of a turn."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from custom_components.parlor.inference import JsonObject, ModelMissing, ModelServers, ServerBusy, ServerFailed
from custom_components.parlor.inference.right_of_way import MOST_BEGINNINGS
from demo.ollama import STAND_IN, OllamaStandIn, Reply
from tests.inference.wire import CALM, NEVER, OUT_OF_MEMORY, QUESTION, ServersOf, ask, failure

TASK = [{"role": "user", "content": "Sum up the day."}]
# Quiet comes soon, and a wait for it ends only in the test that is about that.
BRISK = replace(CALM, quiet=0.02)


async def do(servers: ModelServers, **more: object) -> str:
    """Return the words of a reply to background work."""
    return "".join([chunk.content async for chunk in servers.chat(TASK, background=True, **more)])  # type: ignore[arg-type]


def asked(server: OllamaStandIn) -> list[str]:
    """Return what the requests to a server said last, in order: a prefill's words in brackets."""
    return [_told(body) for body in server.requests["/api/chat"]]


def _told(body: JsonObject) -> str:
    words = str(body["messages"][-1]["content"])
    return f"({words})" if body["options"].get("num_predict") == 1 else words


SAID = QUESTION[0]["content"]
WORK = TASK[0]["content"]


async def test_turn_ends_background_work(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A turn does not wait for background work, which is done from its beginning once the turn is over."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=BRISK)
    first.script(Reply(chunks=("half ", "done"), hang_after=1))
    work = asyncio.create_task(do(servers))
    await first.wait_for("/api/chat")
    async with asyncio.timeout(20):
        assert await ask(servers) == "first"
        await first.wait_cancelled()
        assert await work == "first"
    assert asked(first) == [WORK, SAID, WORK]
    assert servers.available


async def test_prefill_ends_background_work(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Somebody is speaking, so what is read for them does not wait for background work either."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=BRISK)
    first.script(NEVER)
    work = asyncio.create_task(do(servers))
    await first.wait_for("/api/chat")
    async with asyncio.timeout(20):
        await servers.prefill(QUESTION)
        assert await work == "first"
    assert asked(first) == [WORK, f"({SAID})", WORK]


async def test_background_work_waits(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Background work begins neither while a turn or a prefill runs nor right after it."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=BRISK)
    first.script(Reply(chunks=("a", "b"), hang_after=1), replace(NEVER, for_prefill=True))
    prefill = asyncio.create_task(servers.prefill(QUESTION))
    await first.wait_for("/api/chat")
    work = asyncio.create_task(do(servers))
    turn = asyncio.create_task(ask(servers))
    await first.wait_for("/api/chat", 2)
    await asyncio.sleep(BRISK.quiet * 3)
    assert asked(first) == [f"({SAID})", SAID]
    turn.cancel()
    async with asyncio.timeout(20):
        await prefill
        assert await work == "first"
    assert asked(first) == [f"({SAID})", SAID, f"({SAID})", WORK]


async def test_background_work_waits_for_the_pause_after_a_turn(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """What follows a turn soon, the next sentence of a conversation, does not find background work begun."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(CALM, quiet=60))
    await ask(servers)
    work = asyncio.create_task(do(servers))
    await asyncio.sleep(0.05)
    assert asked(first) == [SAID]
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def test_no_end_of_turns(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Background work that turns have ended again and again is given up, and says so."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(BRISK, quiet=0.001))
    work = asyncio.create_task(do(servers))
    async with asyncio.timeout(20):
        for times in range(MOST_BEGINNINGS):
            first.script(NEVER)
            await first.wait_for("/api/chat", 2 * times + 1)
            await ask(servers)
        with pytest.raises(ServerBusy) as raised:
            await work
    assert raised.value.placeholders == {
        "url": first.url,
        "model": STAND_IN.name,
        "error": "conversations came first again and again",
    }
    assert servers.available


async def test_a_turn_without_end(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Background work does not wait for ever."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=replace(BRISK, load=0.1))
    first.script(NEVER)
    turn = asyncio.create_task(ask(servers))
    await first.wait_for("/api/chat")
    with pytest.raises(ServerBusy, match="busy"):
        await do(servers)
    turn.cancel()
    assert asked(first) == [SAID]


async def test_a_server_without_turns_does_it(
    first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """Where turns leave no time on one server, the next one does the work."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=replace(BRISK, load=0.1))
    first.script(NEVER)
    turn = asyncio.create_task(ask(servers))
    await first.wait_for("/api/chat")
    assert await do(servers) == "second"
    turn.cancel()


async def test_nothing_is_told_before_the_end(
    first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf
) -> None:
    """A reply that breaks off in its middle is begun anew by the next server, as nobody has heard any of it."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name, limits=BRISK)
    first.script(Reply(chunks=("half ", "done"), die_after=1))
    assert await do(servers) == "second"


@dataclass(frozen=True)
class Failing:
    """What a server does, what is raised then, and whether turns are told to ask another server."""

    reply: Reply | None
    error: type[Exception]
    lost: bool = False
    model: str | None = None


FAILURES = {
    "server fails": Failing(failure(500, OUT_OF_MEMORY), ServerFailed, lost=True),
    "server is busy": Failing(failure(503, "server busy, please try again"), ServerBusy),
    "own model is missing": Failing(None, ModelMissing, model="never-pulled"),
}


@pytest.mark.parametrize("failing", FAILURES.values(), ids=FAILURES)
async def test_failures(failing: Failing, first: OllamaStandIn, servers_of: ServersOf) -> None:
    """What goes wrong is told as it is to turns, and remembered if a turn would meet it too."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=BRISK)
    if failing.reply:
        first.script(failing.reply)
    with pytest.raises(failing.error):
        await do(servers, model=failing.model)
    assert servers.available is not failing.lost


async def test_stop_ends_background_work(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Work that runs when the servers stop ends with them."""
    servers = servers_of(first.url, model=STAND_IN.name, limits=BRISK)
    first.script(NEVER)
    work = asyncio.create_task(do(servers))
    await first.wait_for("/api/chat")
    async with asyncio.timeout(20):
        await servers.stop()
        with pytest.raises(ServerBusy):
            await work
        await first.wait_cancelled()
