"""What the stand-in shares with an Ollama server out of sight: prefix cache, context, queue, reloads, speed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from demo.ollama import STAND_IN, Call, Model, OllamaStandIn, Reply
from demo.ollama.cache import PrefixCache
from demo.ollama.models import Attention
from demo.ollama.prompt import render, tokenize
from tests.demo.ollama_house import HOUSE, TOOLS, messages
from tests.demo.ollama_wire import Json, ask, chat, connection

pytestmark = pytest.mark.usefixtures("socket_enabled")

SLIDING = replace(STAND_IN, attention="sliding")
WITHOUT_RAM = replace(STAND_IN, ram_cache=False)
TURN = messages("is the front door open")
SUMMARY = [{"role": "system", "content": "Sum up the day. " * 40}, {"role": "user", "content": "now"}]

# What all prompts have in common: "<|im_start|>system\n".
BEGINNING = 6

_LONG = 100


def _computed(cache: PrefixCache, *prompts: Sequence[str]) -> list[int]:
    """Return how many tokens each prompt needs computed, one after the other."""
    computed = []
    for prompt in prompts:
        slot, kept = cache.take(prompt)
        slot.tokens = list(prompt)
        cache.give_back(slot)
        computed.append(len(prompt) - kept)
    return computed


def _prompt(head: str, length: int = _LONG, tail: str = "") -> list[str]:
    """Return a prompt of so many tokens, and those of a tail."""
    return [f"{head}{number}" for number in range(length)] + list(tail)


CACHES: list[tuple[str, Attention, bool, list[list[str]], list[int]]] = [
    ("the same again", "full", True, [_prompt("a"), _prompt("a")], [100, 1]),
    ("an extension", "full", False, [_prompt("a"), _prompt("a", tail="xyz")], [100, 3]),
    ("another end", "full", False, [_prompt("a", tail="xyz"), _prompt("a", tail="uvw")], [103, 3]),
    ("alternating with memory", "full", True, [_prompt("a"), _prompt("b"), _prompt("a")], [100, 100, 1]),
    ("alternating without", "full", False, [_prompt("a"), _prompt("b"), _prompt("a")], [100, 100, 100]),
    ("a window, extended", "sliding", False, [_prompt("a"), _prompt("a", tail="xyz")], [100, 3]),
    ("a window, cut", "sliding", False, [_prompt("a", tail="xyz"), _prompt("a", tail="uvw")], [103, 3 + 64]),
    ("a window, cut early", "sliding", False, [_prompt("a", 10, "xyz"), _prompt("a", 10, "uvw")], [13, 13]),
]


@pytest.mark.parametrize(
    ("attention", "ram", "prompts", "computed"), [case[1:] for case in CACHES], ids=[case[0] for case in CACHES]
)
def test_cache(attention: Attention, ram: bool, prompts: list[list[str]], computed: list[int]) -> None:
    """A prompt is computed from where the cache differs from it."""
    cache = PrefixCache(slots=1, attention=attention, num_batch=64, ram=ram)
    assert _computed(cache, *prompts) == computed


def test_slots() -> None:
    """With two slots two conversations keep their prefixes; a busy slot is not taken."""
    cache = PrefixCache(slots=2, attention="full", num_batch=64, ram=False)
    assert _computed(cache, _prompt("a"), _prompt("b"), _prompt("a"), _prompt("b")) == [100, 100, 1, 1]
    slot, kept = cache.take(_prompt("a"))
    assert kept == _LONG - 1
    assert cache.take(_prompt("a"))[1] == 0
    cache.give_back(slot)


def _tokens(sent: list[dict[str, Any]], tools: Sequence[Json] = ()) -> int:
    return len(tokenize(render(sent, tools)))


def test_prompt_tokens() -> None:
    """The prompt holds system text, tools and messages, calls included."""
    call = {"function": {"name": "turn_on", "arguments": {"targets": ["Kitchen"]}}}
    sent: list[dict[str, Any]] = [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
    ]
    assert render(sent, [{"type": "function"}]) == (
        '<|im_start|>system\nS\n\n# Tools\n<tools>\n{"type": "function"}\n</tools><|im_end|>\n'
        "<|im_start|>user\nU<|im_end|>\n"
        '<|im_start|>assistant\n<tool_call>{"name": "turn_on", "arguments": {"targets": ["Kitchen"]}}</tool_call>'
        "<|im_end|>\n<|im_start|>assistant\n"
    )
    assert tokenize("It's 21.5 °C, 1234 lights") == [
        *("It", "'s", " 21", ".", "5", " ", "°", "C", ",", " 123", "4", " ", "lights")
    ]


async def test_a_turn_after_its_prefill_computes_the_words_only() -> None:
    """What a prefill sent ahead is not computed again, though the count is that of the whole prompt."""
    async with OllamaStandIn() as server:
        body: Json = {"model": STAND_IN.name, "tools": TOOLS}
        opened = TURN[1]["content"].split("\n</context>")[0]
        prefill = [TURN[0], {"role": "user", "content": opened}]
        await ask(server, "POST", "/api/chat", body | {"messages": prefill, "options": {"num_predict": 1}})
        turn = (await ask(server, "POST", "/api/chat", body | {"messages": TURN})).lines[-1]
        evaluation = server.evaluations[-1]
        assert evaluation.prompt_tokens == turn["prompt_eval_count"] == _tokens(TURN, TOOLS)
        rest = f"{TURN[1]['content'].removeprefix(opened)}<|im_end|>\n<|im_start|>assistant\n"
        assert evaluation.computed_tokens == len(tokenize(rest))


@pytest.mark.parametrize(
    ("model", "again"),
    [(STAND_IN, 1), (WITHOUT_RAM, _tokens(TURN) - BEGINNING), (SLIDING, 1 + 512)],
    ids=["memory", "no memory", "sliding window"],
)
async def test_another_prompt_between(model: Model, again: int) -> None:
    """A summary between two turns costs a second prefill where nothing but the slot keeps the first."""
    async with OllamaStandIn((model,)) as server:
        for sent in (TURN, SUMMARY, TURN):
            await ask(server, "POST", "/api/chat", {"model": model.name, "messages": sent})
        assert server.evaluations[-1].computed_tokens == again


async def test_the_reply_is_cached() -> None:
    """The next turn of a conversation computes neither the turn before nor its reply."""
    async with OllamaStandIn() as server:
        server.script(Reply(tool_calls=(Call("turn_on", {"targets": ["Kitchen"]}),)))
        body: Json = {"model": STAND_IN.name, "messages": TURN, "tools": TOOLS}
        await ask(server, "POST", "/api/chat", body)
        call = {"function": {"name": "turn_on", "arguments": {"targets": ["Kitchen"]}}}
        told = [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": '{"ok":true}'}]
        await ask(server, "POST", "/api/chat", body | {"messages": [*TURN, *told]})
        rest = '<|im_end|>\n<|im_start|>tool\n{"ok":true}<|im_end|>\n<|im_start|>assistant\n'
        # The last ">" of the call runs into what follows it.
        assert server.evaluations[-1].computed_tokens == len(tokenize(f">{rest}"))


async def test_old_messages_go_first() -> None:
    """A history that does not fit loses its oldest messages, never the system's nor the last."""
    history = [{"role": "user", "content": f"{number} " + "word " * 50} for number in range(10)]
    sent = [{"role": "system", "content": HOUSE}, *history, TURN[1]]
    num_ctx = _tokens(TURN) + 150
    seen: list[list[str]] = []

    def brain(left: Sequence[Json], _tools: Sequence[Json]) -> Reply:
        seen.append([message["content"] for message in left])
        return Reply(content="Yes.")

    async with OllamaStandIn(brain=brain) as server:
        body: Json = {"model": STAND_IN.name, "messages": sent}
        last = (await ask(server, "POST", "/api/chat", body | {"options": {"num_ctx": num_ctx}})).lines[-1]
        assert last["prompt_eval_count"] <= num_ctx
        assert seen[-1] == [HOUSE, history[-1]["content"], TURN[1]["content"]]


async def test_overflow() -> None:
    """A last message that does not fit loses everything around it, or is refused where the model cannot shift."""
    long = [{"role": "system", "content": HOUSE}, {"role": "user", "content": "word " * 500}]
    async with OllamaStandIn((STAND_IN, replace(STAND_IN, name="rigid", shift=False))) as server:
        body: Json = {"messages": long, "tools": TOOLS, "options": {"num_ctx": 200}}
        last = (await ask(server, "POST", "/api/chat", body | {"model": STAND_IN.name})).lines[-1]
        assert last["prompt_eval_count"] == 105
        for more in ({"model": "rigid"}, {"model": STAND_IN.name, "shift": False}):
            refused = await ask(server, "POST", "/api/chat", body | more)
            assert refused.status == 400
            assert refused.json["error"].startswith("the prompt is longer than the context length currently available")


async def test_no_shift_ends_the_reply_at_the_context() -> None:
    """Without shifting a reply is as long as the context lets it be."""
    async with OllamaStandIn() as server:
        server.script(Reply(content="word " * 500))
        lines = (await chat(server, "hello", shift=False, options={"num_ctx": 64})).lines
        assert lines[-1]["done_reason"] == "length"
        assert lines[-1]["prompt_eval_count"] + lines[-1]["eval_count"] == 64


@pytest.mark.parametrize(
    ("options", "reloads"),
    [
        ({}, False),
        ({"temperature": 0.1, "num_predict": 5, "seed": 1}, False),
        ({"num_ctx": 4096, "num_batch": 512}, False),
        ({"num_ctx": 8192}, True),
        ({"num_batch": 64}, True),
        ({"num_gpu": 0}, True),
        ({"num_thread": 2}, True),
        ({"use_mmap": True}, True),
    ],
)
async def test_reload(options: Json, reloads: bool) -> None:
    """Options of the runner load the model anew, which empties its cache; options of the sampler do not."""
    async with OllamaStandIn() as server:
        await chat(server, "hello")
        last = (await chat(server, "hello", options=options)).lines[-1]
        assert (server.scheduler.loads == 2) is reloads
        assert ("load_duration" in last) is reloads
        assert (server.evaluations[-1].computed_tokens == server.evaluations[0].computed_tokens) is reloads


async def test_context_is_bounded_by_the_model() -> None:
    """More context than the model was made for is not given."""
    async with OllamaStandIn() as server:
        await chat(server, "hello", options={"num_ctx": 1_000_000})
        assert (await ask(server, "GET", "/api/ps")).json["models"][0]["context_length"] == STAND_IN.context_length


async def test_most_models_loaded() -> None:
    """The model that was idle longest makes room."""
    models = [replace(STAND_IN, name=f"m{number}:latest") for number in range(3)]
    async with OllamaStandIn(models, max_loaded=2) as server:
        for model in models:
            await chat(server, "hello", model=model.name)
        loaded = (await ask(server, "GET", "/api/ps")).json["models"]
        assert [entry["name"] for entry in loaded] == ["m1:latest", "m2:latest"]


async def test_one_after_the_other() -> None:
    """A request waits for the one before it, and runs when that one's connection closes."""
    async with OllamaStandIn() as server, asyncio.timeout(20):
        server.script(Reply(content="never", hang_after=0))
        body: Json = {"model": STAND_IN.name, "messages": TURN}
        async with connection(server, "POST", "/api/chat", body):
            waiting = asyncio.create_task(chat(server, "hello"))
            await server.wait_for("/api/chat", 2)
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert (await waiting).status == 200
        await server.wait_cancelled()
        assert server.cancelled == 1


async def test_two_at_once() -> None:
    """With two slots two requests run side by side."""
    async with OllamaStandIn(num_parallel=2) as server, asyncio.timeout(20):
        server.script(Reply(content="never", hang_after=0))
        body: Json = {"model": STAND_IN.name, "messages": TURN}
        async with connection(server, "POST", "/api/chat", body):
            assert (await chat(server, "hello")).status == 200


async def test_a_cancelled_prefill_keeps_what_it_computed() -> None:
    """The batches that were computed before the connection closed are not computed again."""
    async with OllamaStandIn(prefill_rate=1000) as server, asyncio.timeout(20):
        body: Json = {"model": STAND_IN.name, "messages": TURN, "options": {"num_batch": 32}}
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await ask(server, "POST", "/api/chat", body)
        await server.wait_cancelled()
        server.speed.prefill = 0
        await ask(server, "POST", "/api/chat", body)
        first, second = server.evaluations
        assert first.computed_tokens == first.prompt_tokens
        assert second.computed_tokens < first.computed_tokens


async def test_full_queue() -> None:
    """Requests that would wait for a load beyond the queue's length are refused."""
    async with OllamaStandIn(load_seconds=0.3, max_queue=1) as server, asyncio.timeout(20):
        answers = await asyncio.gather(*(chat(server, "hello") for _ in range(3)))
        assert sorted(answer.status for answer in answers) == [200, 200, 503]
        refused = next(answer for answer in answers if answer.status == 503)
        assert refused.json["error"] == "server busy, please try again.  maximum pending requests exceeded"


async def test_speed() -> None:
    """The figures of a slow model are those of its speed."""
    async with OllamaStandIn(prefill_rate=10_000, decode_rate=1000, load_seconds=0.05) as server:
        last = (await chat(server, "hello")).lines[-1]
        assert last["prompt_eval_duration"] == last["prompt_eval_count"] * 100_000
        assert last["eval_duration"] == last["eval_count"] * 1_000_000
        assert last["load_duration"] >= 50_000_000
        assert last["total_duration"] >= sum(
            last[name] for name in ("load_duration", "prompt_eval_duration", "eval_duration")
        )
