"""The stand-in's endpoints, as seen on the wire and by Ollama's own client."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import pairwise
import json
from typing import Any

import ollama
import pytest

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
)
from tests.demo.ollama_house import TOOLS, messages
from tests.demo.ollama_wire import Json, ask, chat

pytestmark = pytest.mark.usefixtures("socket_enabled")

NATIVE = Model(name="native:7b", style="native")
TO_PULL = Model(name="new:latest", size=1000)
BOTH = "turn off the kitchen lights and set the thermostat to twenty degrees"
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
async def server() -> AsyncGenerator[OllamaStandIn]:
    """Return a running stand-in with a model of every kind."""
    models = (STAND_IN, WITHOUT_TOOLS, NATIVE, THINKING, EMBEDDING_ONLY, CLOUD)
    async with OllamaStandIn(models, registry=(TO_PULL,)) as stand_in:
        yield stand_in


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/", 200, "Ollama is running"),
        ("HEAD", "/", 200, ""),
        ("GET", "/api/version", 200, '{"version":"0.32.15"}'),
        ("HEAD", "/api/version", 200, ""),
        ("GET", "/api/status", 200, '{"cloud":{"disabled":false,"source":"none"}}'),
        ("GET", "/api/ps", 200, '{"models":[]}'),
        ("GET", "/api/chat", 405, "405 method not allowed"),
        ("POST", "/api/tags", 405, "405 method not allowed"),
        ("POST", "/api/delete", 405, "405 method not allowed"),
        ("GET", "/nothing", 404, "404 page not found"),
    ],
)
async def test_plain_endpoints(server: OllamaStandIn, method: str, path: str, status: int, text: str) -> None:
    """What has no body is answered at once, wrong methods and paths as Ollama does."""
    answer = await ask(server, method, path)
    assert (answer.status, answer.text) == (status, text)


async def test_lists_and_descriptions(server: OllamaStandIn) -> None:
    """Ollama's own client can read what is said of the models."""
    client = ollama.AsyncClient(host=server.url)
    tags = await client.list()
    assert [model.model for model in tags.models] == [
        "parlor-stand-in:latest",
        "parlor-stand-in-plain:latest",
        "native:7b",
        "parlor-stand-in-thinking:latest",
        "parlor-stand-in-embed:latest",
        "parlor-stand-in:cloud",
    ]
    assert tags.models[0].details is not None
    assert tags.models[0].details.family == "stand-in"
    assert len(tags.models[0].digest or "") == 64
    shown = await client.show("parlor-stand-in")
    assert shown.capabilities == ["completion", "tools"]
    assert (shown.modelinfo or {})["stand-in.context_length"] == 40_960
    with pytest.raises(ollama.ResponseError, match="model 'missing' not found"):
        await client.show("missing")


async def test_capabilities_and_cloud_in_lists(server: OllamaStandIn) -> None:
    """What Ollama's own client drops is on the wire: capabilities, and where a cloud model runs."""
    entries = {entry["name"]: entry for entry in (await ask(server, "GET", "/api/tags")).json["models"]}
    assert entries["parlor-stand-in:latest"]["capabilities"] == ["completion", "tools"]
    assert "remote_host" not in entries["parlor-stand-in:latest"]
    assert entries["parlor-stand-in:cloud"]["remote_host"] == "https://ollama.com:443"
    shown = (await ask(server, "POST", "/api/show", {"model": "parlor-stand-in:cloud"})).json
    assert shown["remote_model"] == "parlor-stand-in"


async def test_rendered_calls(server: OllamaStandIn) -> None:
    """A rendered model sends each call in a chunk of its own, before the last one."""
    body = {"model": "parlor-stand-in", "messages": messages(BOTH), "tools": TOOLS}
    answer = await ask(server, "POST", "/api/chat", body)
    assert (answer.status, answer.content_type) == (200, "application/x-ndjson")
    first, second, last = answer.lines
    assert [line["done"] for line in answer.lines] == [False, False, True]
    assert first["message"]["content"] == ""
    assert first["message"]["tool_calls"][0]["function"] == {
        "index": 0,
        "name": "turn_off",
        "arguments": {"targets": ["Kitchen"], "kind": "light"},
    }
    assert second["message"]["tool_calls"][0]["function"]["index"] == 1
    ids = [line["message"]["tool_calls"][0]["id"] for line in (first, second)]
    assert len(set(ids)) == 2
    assert all(call_id.startswith("call_") and len(call_id) == 13 for call_id in ids)
    assert "tool_calls" not in last["message"]
    assert last["done_reason"] == "stop"


async def test_native_calls(server: OllamaStandIn) -> None:
    """A native model sends all calls in the last chunk."""
    body = {"model": "native:7b", "messages": messages(BOTH), "tools": TOOLS}
    (last,) = (await ask(server, "POST", "/api/chat", body)).lines
    assert last["done"] is True
    assert [call["function"]["name"] for call in last["message"]["tool_calls"]] == ["turn_off", "set_climate"]


async def test_calls_need_tools(server: OllamaStandIn) -> None:
    """Without tools in the request there are no calls, scripted or not."""
    server.script(Reply(content="Well.", tool_calls=(Call("turn_on", {"targets": ["Kitchen"]}),)))
    lines = (await chat(server, "turn on the kitchen")).lines
    assert not any("tool_calls" in line["message"] for line in lines)


async def test_whole_answer(server: OllamaStandIn) -> None:
    """With stream false everything comes as one JSON object."""
    server.script(Reply(content="One moment.", tool_calls=(Call("turn_on", {"targets": ["Kitchen"]}),)))
    body: Json = {"model": "parlor-stand-in", "messages": messages("x"), "tools": TOOLS, "stream": False}
    answer = await ask(server, "POST", "/api/chat", body)
    assert answer.content_type == "application/json"
    assert answer.json["message"]["content"] == "One moment."
    assert answer.json["message"]["tool_calls"][0]["function"]["arguments"] == {"targets": ["Kitchen"]}
    assert answer.json["done"] is True


async def test_words_are_streamed(server: OllamaStandIn) -> None:
    """Content comes a word a chunk, and Ollama's own client puts it together."""
    client = ollama.AsyncClient(host=server.url)
    parts = [
        part.message.content or ""
        async for part in await client.chat("parlor-stand-in", messages("is the front door open"), stream=True)
    ]
    assert parts == ["No,", " the", " front", " door", " is", " closed.", ""]


async def test_figures(server: OllamaStandIn) -> None:
    """The last chunk has the figures; what is zero is left out."""
    first = (await chat(server, "hello")).lines[-1]
    again = (await chat(server, "hello")).lines[-1]
    counted = {"total_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"}
    assert counted | {"load_duration"} <= first.keys()
    assert counted <= again.keys()
    assert "load_duration" not in again
    assert again["prompt_eval_count"] == first["prompt_eval_count"]
    assert again["prompt_eval_duration"] < first["prompt_eval_duration"]


@pytest.mark.parametrize(
    ("think", "thinks"), [({}, True), ({"think": True}, True), ({"think": False}, False)], ids=["unset", "on", "off"]
)
async def test_thinking(server: OllamaStandIn, think: Json, thinks: bool) -> None:
    """A thinking model thinks unless told not to, in chunks without content."""
    body = {"model": "parlor-stand-in-thinking", "messages": messages("is the front door open"), **think}
    lines = (await ask(server, "POST", "/api/chat", body)).lines
    thoughts = [line["message"] for line in lines if "thinking" in line["message"]]
    assert bool(thoughts) is thinks
    assert all(thought["content"] == "" for thought in thoughts)
    assert "".join(line["message"]["content"] for line in lines) == "No, the front door is closed."


@pytest.mark.parametrize(
    ("options", "content", "reason"),
    [
        ({"num_predict": 1}, "No,", "length"),
        ({"num_predict": 4}, "No, the front", "length"),
        ({"num_predict": 0}, "No, the front door is closed.", "stop"),
        ({"num_predict": -1}, "No, the front door is closed.", "stop"),
        ({"num_predict": 100}, "No, the front door is closed.", "stop"),
    ],
)
async def test_num_predict(server: OllamaStandIn, options: Json, content: str, reason: str) -> None:
    """A reply ends at its limit."""
    body = {"model": "parlor-stand-in", "messages": messages("is the front door open"), "options": options}
    lines = (await ask(server, "POST", "/api/chat", body)).lines
    said = "".join(line["message"]["content"] for line in lines)
    assert said.removesuffix(",") == content.removesuffix(",")
    assert lines[-1]["done_reason"] == reason


async def test_limit_inside_a_call(server: OllamaStandIn) -> None:
    """A call that the limit cuts is lost, in both styles."""
    for model in ("parlor-stand-in", "native:7b"):
        body: Json = {"model": model, "messages": messages(BOTH), "tools": TOOLS, "options": {"num_predict": 1}}
        lines = (await ask(server, "POST", "/api/chat", body)).lines
        assert not any("tool_calls" in line["message"] for line in lines)
        assert lines[-1]["done_reason"] == "length"
        assert lines[-1]["eval_count"] == 1


async def test_load_and_unload(server: OllamaStandIn) -> None:
    """Requests without messages load and unload; ps tells what is loaded."""
    loaded = await ask(server, "POST", "/api/chat", {"model": "parlor-stand-in", "options": {"num_ctx": 2048}})
    assert loaded.content_type == "application/json"
    assert (loaded.json["done"], loaded.json["done_reason"]) == (True, "load")
    (entry,) = (await ask(server, "GET", "/api/ps")).json["models"]
    assert (entry["name"], entry["context_length"]) == ("parlor-stand-in:latest", 2048)
    unloaded = await ask(server, "POST", "/api/chat", {"model": "parlor-stand-in", "keep_alive": 0})
    assert unloaded.json["done_reason"] == "unload"
    assert (await ask(server, "GET", "/api/ps")).json == {"models": []}


@pytest.mark.parametrize(
    ("keep_alive", "loaded"),
    [(None, True), (60, True), (-1, True), ("5m", True), ("-1m", True), ("1h30m", True), (0, False), ("0s", False)],
)
async def test_keep_alive(server: OllamaStandIn, keep_alive: float | str | None, loaded: bool) -> None:
    """A model stays loaded as long as it was asked to."""
    await chat(server, "hello", keep_alive=keep_alive)
    assert bool((await ask(server, "GET", "/api/ps")).json["models"]) is loaded


async def test_generate(server: OllamaStandIn) -> None:
    """The endpoint for a single prompt has its words in another place."""
    server.script(Reply(content="One two."))
    answer = await ask(server, "POST", "/api/generate", {"model": "parlor-stand-in", "prompt": "count", "system": "s"})
    assert [line["response"] for line in answer.lines] == ["One", " two.", ""]
    assert answer.lines[-1]["done_reason"] == "stop"
    loaded = await ask(server, "POST", "/api/generate", {"model": "parlor-stand-in"})
    assert loaded.json["done_reason"] == "load"


async def test_embeddings(server: OllamaStandIn) -> None:
    """Texts that share words are closer than others."""
    client = ollama.AsyncClient(host=server.url)
    model = EMBEDDING_ONLY.name
    answer = await client.embed(model, ["the kitchen light", "the kitchen lamp", "ventilation everywhere"])
    light, lamp, other = answer.embeddings
    assert sum(a * b for a, b in zip(light, lamp, strict=True)) > sum(a * b for a, b in zip(light, other, strict=True))
    old = await ask(server, "POST", "/api/embeddings", {"model": model, "prompt": "the kitchen light"})
    assert old.json["embedding"] == pytest.approx(light)
    too_long: Json = {"model": model, "input": "word " * 100, "truncate": False, "options": {"num_ctx": 16}}
    refused = await ask(server, "POST", "/api/embed", too_long)
    assert (refused.status, refused.json["error"]) == (400, "the input length exceeds the context length")


async def test_pull(server: OllamaStandIn) -> None:
    """A pull tells its progress by layers; afterwards the model is there."""
    lines = (await ask(server, "POST", "/api/pull", {"model": "new"})).lines
    statuses = [line["status"] for line in lines]
    assert statuses[0] == "pulling manifest"
    assert statuses[-3:] == ["verifying sha256 digest", "writing manifest", "success"]
    layers = [line for line in lines if "digest" in line]
    assert layers[0]["digest"].startswith("sha256:")
    assert layers[0]["status"] == f"pulling {layers[0]['digest'].removeprefix('sha256:')[:12]}"
    assert "completed" not in layers[0]
    for line, after in pairwise(layers):
        if line["digest"] == after["digest"]:
            assert line.get("completed", 0) < after["completed"] <= after["total"]
        else:
            assert line["completed"] == line["total"]
    assert (await ask(server, "POST", "/api/show", {"model": "new:latest"})).status == 200


async def test_pull_goes_on(server: OllamaStandIn) -> None:
    """A pull that was broken off goes on where it stopped."""
    whole = (await ask(server, "POST", "/api/pull", {"model": "new"})).lines
    again = (await ask(server, "POST", "/api/pull", {"model": "new"})).lines
    assert len(again) < len(whole)
    assert [line["completed"] for line in again if "digest" in line] == [900, 90, 10]


async def test_pull_of_nothing(server: OllamaStandIn) -> None:
    """A failed pull has status 200 when streamed, as the first line was sent already."""
    answer = await ask(server, "POST", "/api/pull", {"model": "nothing"})
    assert answer.status == 200
    assert answer.lines == [{"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"}]
    assert (await ask(server, "POST", "/api/pull", {"model": "nothing", "stream": False})).status == 500
    done = await ask(server, "POST", "/api/pull", {"model": "new", "stream": False})
    assert done.json == {"status": "success"}


async def test_delete(server: OllamaStandIn) -> None:
    """A deleted model is gone."""
    client = ollama.AsyncClient(host=server.url)
    assert (await client.delete("native:7b")).status == "success"
    with pytest.raises(ollama.ResponseError) as caught:
        await client.delete("native:7b")
    assert caught.value.status_code == 404


def _asking(model: str = "parlor-stand-in", **more: Any) -> Json:
    return {"model": model, "messages": HELLO, **more}


ERRORS: list[tuple[str, Json | bytes, int, str]] = [
    ("chat", b"", 400, "missing request body"),
    ("chat", b"{", 400, "invalid character in request body"),
    ("chat", b"[]", 400, "json: cannot unmarshal array"),
    ("chat", {"messages": HELLO}, 400, "model is required"),
    ("chat", _asking(model="x"), 404, "model 'x' not found"),
    ("chat", {"model": 1}, 400, "json: cannot unmarshal number"),
    ("chat", {"model": "parlor-stand-in", "messages": "hello"}, 400, "json: cannot unmarshal string"),
    ("chat", {"model": "parlor-stand-in", "messages": ["hello"]}, 400, "json: cannot unmarshal"),
    ("generate", {"model": "x", "prompt": "hello"}, 404, "model 'x' not found"),
    ("show", {"model": "x"}, 404, "model 'x' not found"),
    ("show", {}, 400, "model is required"),
    (
        "chat",
        _asking(model="parlor-stand-in-plain", tools=TOOLS),
        400,
        "registry.ollama.ai/library/parlor-stand-in-plain:latest does not support tools",
    ),
    ("chat", _asking(think=True), 400, '"parlor-stand-in" does not support thinking'),
    ("chat", _asking(model="parlor-stand-in-embed"), 400, '"parlor-stand-in-embed" does not support chat'),
    ("embed", {"model": "parlor-stand-in", "input": "x"}, 400, '"parlor-stand-in" does not support embeddings'),
    ("embed", {"model": "parlor-stand-in-embed", "input": 5}, 400, "invalid input type"),
    ("chat", _asking(options={"num_ctx": "8192"}), 500, 'option "num_ctx" must be of type integer'),
    ("chat", _asking(options={"num_ctx": True}), 500, 'option "num_ctx" must be of type integer'),
    ("chat", _asking(options={"temperature": "hot"}), 500, 'option "temperature" must be of type float32'),
    ("chat", _asking(options={"use_mmap": 1}), 500, 'option "use_mmap" must be of type boolean'),
    ("chat", _asking(options={"stop": "x"}), 500, 'option "stop" must be of type array'),
    ("chat", _asking(options=[1]), 400, "json: cannot unmarshal value"),
    ("chat", _asking(format="xml"), 500, 'invalid format: "xml"; expected "json" or a valid JSON Schema object'),
    ("chat", _asking(keep_alive="5"), 400, 'time: missing unit in duration "5"'),
    ("chat", _asking(keep_alive="soon"), 400, 'time: invalid duration "soon"'),
    ("chat", _asking(model="parlor-stand-in:cloud"), 401, "unauthorized"),
    ("chat", _asking(model="qwen:235b-cloud"), 401, "unauthorized"),
]


@pytest.mark.parametrize(("endpoint", "body", "status", "error"), ERRORS)
async def test_errors(server: OllamaStandIn, endpoint: str, body: Json | bytes, status: int, error: str) -> None:
    """What Ollama refuses is refused with its status and words, as a JSON body."""
    answer = await ask(server, "POST", f"/api/{endpoint}", body)
    assert (answer.status, answer.content_type) == (status, "application/json")
    assert answer.json["error"].startswith(error)


async def test_unknown_options_pass(server: OllamaStandIn) -> None:
    """An option that Ollama does not know is left aside."""
    assert (await chat(server, "hello", options={"quality": "best"})).status == 200


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("json", {"answer": "Four."}),
        ({"properties": {"a": {"type": "integer", "minimum": 3}, "b": {"type": "string"}}}, {"a": 3, "b": "Four."}),
        ({"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2}, ["x", "x"]),
        ({"properties": {"a": {"anyOf": [{"type": "null"}, {"type": "string"}]}}}, {"a": None}),
        ({"properties": {"a": {"const": 7}, "b": {"type": ["boolean", "null"]}}}, {"a": 7, "b": False}),
    ],
)
async def test_format(wanted: str | Json, value: object) -> None:
    """A reply in a format is JSON that the schema allows."""
    async with OllamaStandIn(brain=lambda *_: Reply(content="Four.")) as server:
        lines = (await chat(server, "two and two", format=wanted)).lines
        assert json.loads("".join(line["message"]["content"] for line in lines)) == value


async def test_pictures() -> None:
    """Pictures are base64, and for models with vision only."""
    async with OllamaStandIn((STAND_IN, VISION)) as server:
        for model, picture, status in ((VISION, "AAAA", 200), (VISION, "no!", 400), (STAND_IN, "AAAA", 400)):
            messages = [{"role": "user", "content": "What is it?", "images": [picture]}]
            asked = {"model": model.name, "messages": messages}
            assert (await ask(server, "POST", "/api/chat", asked)).status == status


async def test_cloud() -> None:
    """A cloud model that one is signed in for marks every chunk; without a cloud it is forbidden."""
    async with OllamaStandIn((CLOUD,), cloud="on") as server:
        answer = await ask(server, "POST", "/api/chat", _asking(model=CLOUD.name))
        assert {line["remote_host"] for line in answer.lines} == {"https://ollama.com:443"}
    async with OllamaStandIn((CLOUD,), cloud="disabled") as server:
        assert (await ask(server, "POST", "/api/chat", _asking(model=CLOUD.name))).status == 403
        assert (await ask(server, "GET", "/api/status")).json["cloud"] == {"disabled": True, "source": "env"}


async def test_api_key(server: OllamaStandIn) -> None:
    """With a key set, requests need it as a bearer token."""
    server.api_key = "secret"
    assert (await ask(server, "GET", "/api/tags")).status == 401
    client = ollama.AsyncClient(host=server.url, headers={"Authorization": "Bearer secret"})
    assert (await client.list()).models
    assert server.received[-1].headers["Authorization"] == "Bearer secret"


async def test_same_port_again(server: OllamaStandIn) -> None:
    """A server that was stopped comes back at its address, with nothing loaded."""
    url = server.url
    await chat(server, "hello")
    await server.stop()
    with pytest.raises(ConnectionError):
        await ollama.AsyncClient(host=url).list()
    await server.start()
    assert server.url == url
    assert (await ask(server, "GET", "/api/ps")).json == {"models": []}


async def test_requests_are_recorded(server: OllamaStandIn) -> None:
    """What was asked is kept, by path and in order."""
    await chat(server, "one")
    await chat(server, "two")
    assert [body["messages"][0]["content"] for body in server.requests["/api/chat"]] == ["one", "two"]
    assert (await server.wait_for("/api/chat", 2))["messages"][0]["content"] == "two"
    assert [(request.method, request.path) for request in server.received] == [("POST", "/api/chat")] * 2


async def test_own_brain() -> None:
    """Another brain may take the place of the rules."""
    model = replace(STAND_IN, name="echo:latest")
    async with OllamaStandIn((model,), brain=lambda sent, _: Reply(content=sent[-1]["content"])) as server:
        answer = await ask(server, "POST", "/api/chat", _asking(model="echo", stream=False))
        assert answer.json["message"]["content"] == "hello"
