"""Reading a prompt ahead of a turn, and never in its way."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace

import pytest

from custom_components.parlor.inference import ServerFailed
from demo.ollama import STAND_IN, OllamaStandIn, Reply
from tests.inference.wire import NEVER, OUT_OF_MEMORY, QUESTION, TOOLS, ServersOf, ask, failure


async def test_prefill(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A prefill has the server read the prompt, so that the turn that begins with it computes less."""
    servers = servers_of(first.url, model=STAND_IN.name)
    prompt = [{"role": "system", "content": "The house has many rooms. " * 50}, {"role": "user", "content": "Context"}]
    await servers.prefill(prompt, TOOLS)
    _ = [chunk async for chunk in servers.chat([*prompt[:1], *QUESTION], TOOLS)]
    filled, turn = first.evaluations
    assert filled.computed_tokens == filled.prompt_tokens
    assert turn.computed_tokens < turn.prompt_tokens / 4
    assert first.requests["/api/chat"][0]["options"]["num_predict"] == 1


async def test_turn_ends_prefill(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A turn does not wait for prefills: it ends them, and they are made once it is over, for those who still want."""
    servers = servers_of(first.url, model=STAND_IN.name)
    first.script(replace(NEVER, for_prefill=True))
    prefills = [asyncio.create_task(servers.prefill(QUESTION, TOOLS)) for _ in range(2)]
    await first.wait_for("/api/chat", 2)
    async with asyncio.timeout(20):
        assert await ask(servers) == "first"
        assert await asyncio.gather(*prefills) == [None, None]
        await first.wait_cancelled(2)
    limits = [body["options"].get("num_predict") for body in first.requests["/api/chat"]]
    assert limits == [1, 1, None, 1, 1]
    assert servers.available


async def test_prefill_waits_for_turn(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """A prefill starts once the last turn is over, also when that was left early."""
    servers = servers_of(first.url, model=STAND_IN.name)
    first.script(Reply(chunks=("a", "b"), hang_after=1))
    async with aclosing(servers.chat(QUESTION)) as turn:
        await anext(turn)
        prefill = asyncio.create_task(servers.prefill(QUESTION))
        async with aclosing(servers.chat(QUESTION)) as waiting:
            queued = asyncio.create_task(anext(waiting))
            await first.wait_for("/api/chat", 2)
            queued.cancel()
            with suppress(asyncio.CancelledError):
                await queued
        await asyncio.sleep(0.05)
        assert [body["options"] for body in first.requests["/api/chat"]] == [{"num_ctx": 8192}] * 2
    async with asyncio.timeout(20):
        await prefill
    assert first.requests["/api/chat"][2]["options"] == {"num_ctx": 8192, "num_predict": 1}


async def test_prefill_cancelled(first: OllamaStandIn, servers_of: ServersOf) -> None:
    """Cancelling a prefill ends it at the server."""
    servers = servers_of(first.url, model=STAND_IN.name)
    first.script(replace(NEVER, for_prefill=True))
    prefill = asyncio.create_task(servers.prefill(QUESTION))
    await first.wait_for("/api/chat")
    prefill.cancel()
    with pytest.raises(asyncio.CancelledError):
        await prefill
    async with asyncio.timeout(20):
        await first.wait_cancelled()
    assert servers.available


async def test_prefill_fails(first: OllamaStandIn, second: OllamaStandIn, servers_of: ServersOf) -> None:
    """A prefill that fails says so, and the turn goes to the next server at once."""
    servers = servers_of(first.url, second.url, model=STAND_IN.name)
    first.fail(failure(500, OUT_OF_MEMORY), path="/api/chat")
    with pytest.raises(ServerFailed):
        await servers.prefill(QUESTION)
    assert await ask(servers) == "second"
    assert len(first.requests["/api/chat"]) == 1
