"""The AI task entity: asked by Home Assistant's own action, over HTTP, with what models do with such questions."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
import io
import json
from pathlib import Path
from typing import Any, override

from homeassistant.components.ai_task import AITaskEntityFeature, async_generate_data
from homeassistant.components.camera import Camera
from homeassistant.components.conversation import AssistantContent, ToolResultContent
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, llm
from homeassistant.setup import async_setup_component
from homeassistant.util.json import JsonObjectType
from PIL import Image
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, setup_test_component_platform

from custom_components.parlor.inference import (
    ContextFull,
    InferenceError,
    ModelMissing,
    ModelWithoutTools,
    ModelWithoutVision,
    ServerUnreachable,
)
from custom_components.parlor.tasks import TaskError, TaskRecord
from custom_components.parlor.tasks.errors import AnswerTooLong, AnswerUnfit, NoAnswer, NoEndOfCalls, NoPicture
from demo.ollama import STAND_IN, THINKING, VISION, WITHOUT_TOOLS, Call, OllamaStandIn, Reply
from tests.parlor_entry import async_add_parlor, model_server, tasks
from tests.talking_house import CHAT, House, call, calls, says, talking_house

TASK = "ai_task.parlor_ai_task"
STRUCTURE = {
    "title": {"selector": {"text": None}, "required": True, "description": "What it is about"},
    "count": {"selector": {"number": {"min": 0, "max": 10}}},
}
JSON = '{"title": "Post", "count": 2}'
DATA = {"title": "Post", "count": 2}


@dataclass(slots=True)
class Office:
    """A home with AI tasks, and the server that does them."""

    hass: HomeAssistant
    server: OllamaStandIn
    entry: MockConfigEntry

    async def ask(self, instructions: str = "What came by mail?", **more: Any) -> Any:
        """Call the action, and return the data of its response."""
        response = await self.hass.services.async_call(
            "ai_task",
            "generate_data",
            {"task_name": "mail", "entity_id": TASK, "instructions": instructions, **more},
            blocking=True,
            return_response=True,
        )
        assert isinstance(response, dict)
        return response["data"]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Return the requests of tasks, without the one that loads the model."""
        return [request for request in self.server.requests[CHAT] if request["messages"]]

    @property
    def last(self) -> TaskRecord:
        """Return the figures of the last task."""
        record: TaskRecord = self.entry.runtime_data.tasks["task"].records[-1]
        return record


@asynccontextmanager
async def office(hass: HomeAssistant, server: dict[str, Any] | None = None, **data: Any) -> AsyncGenerator[Office]:
    """Set up Parlor with AI tasks with this subentry data."""
    models = (STAND_IN, VISION, WITHOUT_TOOLS, THINKING, replace(STAND_IN, name="of-tasks:4b"))
    async with OllamaStandIn(models) as stand_in:
        entry = await async_add_parlor(hass, model_server(stand_in.url, **(server or {})), tasks(**data))
        await stand_in.wait_for(CHAT)
        yield Office(hass, stand_in, entry)
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let every test here open sockets on this machine."""


@pytest.fixture
async def at_work(hass: HomeAssistant) -> AsyncGenerator[Office]:
    """Return AI tasks as set-up makes them."""
    async with office(hass) as at_work:
        yield at_work


async def test_tasks_are_an_entity_and_a_service(at_work: Office) -> None:
    """Named by its device, for data with attachments."""
    entry = er.async_get(at_work.hass).async_get(TASK)
    assert entry is not None
    assert (entry.unique_id, entry.config_subentry_id, entry.original_name) == ("task", "task", None)
    device = dr.async_get(at_work.hass).async_get(entry.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert device.name == "Parlor AI Task"
    state = at_work.hass.states.get(TASK)
    assert state is not None
    assert state.attributes["supported_features"] == (
        AITaskEntityFeature.GENERATE_DATA | AITaskEntityFeature.SUPPORT_ATTACHMENTS
    )


async def test_text(at_work: Office) -> None:
    """A task without a structure is answered in words, without what the model thought."""
    at_work.server.script(says("<think>Let me see.</think>Two letters."))
    assert await at_work.ask() == "Two letters."
    [request] = at_work.requests
    assert request["messages"][-1] == {"role": "user", "content": "What came by mail?"}
    assert request.keys().isdisjoint({"tools", "format"})
    assert request["options"].keys() == {"num_ctx", "num_predict"}
    assert (at_work.last.error, len(at_work.last.passes), at_work.last.structured) == (None, 1, False)


async def test_data(at_work: Office) -> None:
    """A structure is what the server holds the model to; the answer comes back as data."""
    at_work.server.script(says(JSON))
    assert await at_work.ask(structure=STRUCTURE) == DATA
    [request] = at_work.requests
    assert request["format"]["required"] == ["title"]
    assert request["format"]["properties"]["count"] == {"type": "number", "minimum": 0.0, "maximum": 10.0}
    assert json.dumps(request["format"]) in request["messages"][0]["content"]


async def test_data_of_the_plain_rules(at_work: Office) -> None:
    """What the stand-in makes of a schema by itself fits the structure."""
    data = await at_work.ask(structure=STRUCTURE)
    assert data.keys() == {"title", "count"}
    assert len(at_work.requests) == 1


async def test_settings(hass: HomeAssistant) -> None:
    """An own model is run as its tuning says, and left out of the memory after five minutes unless that says more."""
    async with office(hass, model="of-tasks:4b", temperature=0.3, instructions="You are {{ 'brief' }}.") as at_work:
        await at_work.ask()
        [request] = at_work.requests
        assert (request["model"], request["keep_alive"], request["options"]["temperature"]) == ("of-tasks:4b", 300, 0.3)
        assert request["messages"][0]["content"].endswith("You are brief.")


async def test_tuning(hass: HomeAssistant) -> None:
    """An own model thinks, stays and sees as much as its settings say; what it thinks is not in the answer."""
    tuning = {"num_ctx": 4096, "keep_alive": 60, "think": True}
    async with office(hass, model=THINKING.name, tuning=tuning) as at_work:
        at_work.server.script(Reply(thinking="Let me see.", content="Two letters."))
        assert await at_work.ask() == "Two letters."
        [request] = at_work.requests
        assert (request["think"], request["keep_alive"], request["options"]["num_ctx"]) == (True, 60, 4096)


REPAIRED: dict[str, tuple[Reply, str]] = {
    "nothing": (says(""), "It is empty."),
    "prose": (says("Two letters came."), "There is no JSON object in it."),
    "half an object": (says('{"title": "Po'), "There is no JSON object in it."),
    "wrong shape": (says('{"title": "Post", "count": 20}'), "too large"),
    "the schema itself": (says(json.dumps({"type": "object", "properties": {"title": {"type": "string"}}})), "schema"),
    "cut off": (Reply(content=JSON, done_reason="length"), "too long"),
}


@pytest.mark.parametrize(("reply", "told"), REPAIRED.values(), ids=REPAIRED)
async def test_an_answer_is_repaired(at_work: Office, reply: Reply, told: str) -> None:
    """A model is told once what is wrong with its answer."""
    at_work.server.script(reply, says(JSON))
    assert await at_work.ask(structure=STRUCTURE) == DATA
    first, second = at_work.requests
    assert second["messages"][:2] == first["messages"]
    assert told in second["messages"][-1]["content"]
    assert second["format"] == first["format"]
    assert (at_work.last.error, len(at_work.last.passes)) == (None, 2)


FAILURES: dict[str, tuple[Reply, dict[str, Any] | None, type[TaskError]]] = {
    "no words": (says(""), None, NoAnswer),
    "only thoughts": (says("<think>Hm.</think>"), None, NoAnswer),
    "no data": (says(""), STRUCTURE, NoAnswer),
    "prose": (says("Two letters came."), STRUCTURE, AnswerUnfit),
    "wrong shape": (says('{"count": 2}'), STRUCTURE, AnswerUnfit),
    "words without end": (says("and so on " * 10_000), None, AnswerTooLong),
    "data without end": (says('{"title": "' + "and so on " * 10_000), STRUCTURE, AnswerTooLong),
}


@pytest.mark.parametrize(("reply", "structure", "error"), FAILURES.values(), ids=FAILURES)
async def test_an_answer_that_stays_unusable(
    at_work: Office, reply: Reply, structure: dict[str, Any] | None, error: type[TaskError]
) -> None:
    """A model that does not do better the second time is given up, and the caller told why."""
    at_work.server.script(reply, reply)
    more: dict[str, Any] = {"structure": structure} if structure else {}
    with pytest.raises(error) as raised:
        await at_work.ask(**more)
    assert "parlor-stand-in" in str(raised.value)
    assert len(at_work.requests) == 2
    assert at_work.last.error == error.key


async def test_instructions_that_are_too_long(at_work: Office) -> None:
    """What does not fit into the context is not sent, where it would lose its beginning without a word."""
    with pytest.raises(ContextFull):
        await at_work.ask("and so on " * 10_000)
    assert not at_work.requests


async def test_server_is_down(hass: HomeAssistant) -> None:
    """Without a model server there is no data, and a clear word."""
    await async_add_parlor(hass, model_server(), tasks())
    with pytest.raises(ServerUnreachable, match="model server"):
        await Office(hass, OllamaStandIn(), hass.config_entries.async_entries("parlor")[0]).ask()


async def test_model_is_missing(hass: HomeAssistant) -> None:
    """A model that nobody has is named."""
    async with office(hass, model="never-pulled") as at_work:
        with pytest.raises(ModelMissing, match="never-pulled"):
            await at_work.ask()


# Pictures


class Eye(Camera):
    """Be a camera."""

    _attr_name = _attr_unique_id = "Door"

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes:
        return _picture()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(out, "JPEG")
    return out.getvalue()


def _attachment(content_id: str, kind: str = "image/jpeg") -> dict[str, str]:
    return {"media_content_id": content_id, "media_content_type": kind}


async def test_camera(hass: HomeAssistant) -> None:
    """What a camera sees now is shown to a model that can look at it."""
    setup_test_component_platform(hass, "camera", [Eye()])
    assert await async_setup_component(hass, "camera", {"camera": {"platform": "test"}})
    async with office(hass, model=VISION.name) as at_work:
        at_work.server.script(says("A parcel."))
        attachments = [_attachment("media-source://camera/camera.door")]
        assert await at_work.ask("What is at the door?", attachments=attachments) == "A parcel."
        [picture] = at_work.requests[0]["messages"][-1]["images"]
        assert Image.open(io.BytesIO(base64.b64decode(picture))).size == (320, 240)
        assert at_work.last.pictures == 1


async def test_media_folder(hass: HomeAssistant, tmp_path: Path) -> None:
    """A picture of the media folder is shown; anything else that lies there is refused before anything is sent."""
    (tmp_path / "door.jpg").write_bytes(_picture())
    (tmp_path / "door.mp4").write_bytes(b"film")
    hass.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(hass, "media_source", {})
    async with office(hass, model=VISION.name) as at_work:
        door = "media-source://media_source/local/door"
        await at_work.ask(attachments=[_attachment(f"{door}.jpg")])
        with pytest.raises(NoPicture, match="video/mp4"):
            await at_work.ask(attachments=[_attachment(f"{door}.mp4", "video/mp4")])
        assert len(at_work.requests) == 1
        assert at_work.last.error == "task_no_picture"


async def test_model_without_vision(hass: HomeAssistant, tmp_path: Path) -> None:
    """A model that sees nothing is not shown anything; turns go on as before."""
    (tmp_path / "door.jpg").write_bytes(_picture())
    hass.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(hass, "media_source", {})
    async with office(hass) as at_work:
        with pytest.raises(ModelWithoutVision, match="pictures"):
            await at_work.ask(attachments=[_attachment("media-source://media_source/local/door.jpg")])
        assert not at_work.requests
        assert at_work.entry.runtime_data.servers.available


# Tools


class Post(llm.Tool):
    """Say how many letters there are."""

    name = "post__count"
    description = "Count the letters in a box"
    parameters = probatio.Schema({probatio.Required("box"): int})
    integration = "post"

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        box = self.parameters(tool_input.tool_args)["box"]
        if box == 7:
            raise RuntimeError("the box is broken")
        data: JsonObjectType = {"letters": box * 2}
        return llm.ToolResult(data=data)


class PostApi(llm.API):
    """The post office."""

    @override
    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        return llm.APIInstance(self, "There are boxes.", llm_context, [Post()])


async def _ask_with_tools(at_work: Office, **more: Any) -> Any:
    return await async_generate_data(
        at_work.hass,
        task_name="mail",
        entity_id=TASK,
        instructions="How many letters are in box 1?",
        llm_api=PostApi(hass=at_work.hass, id="post", name="Post"),
        **more,
    )


async def test_tools(at_work: Office) -> None:
    """The tools of the caller are called, and what they return is in the chat log."""
    at_work.server.script(calls(Call("post__count", {"box": "1"})), says("Two."))
    result = await _ask_with_tools(at_work)
    assert result.data == "Two."
    first, second = at_work.requests
    assert [tool["function"]["name"] for tool in first["tools"]] == ["post__count"]
    assert "There are boxes." in first["messages"][0]["content"]
    assert second["messages"][-1]["content"] == '{"letters":2}'
    log = at_work.hass.data[DATA_CHAT_LOGS][result.conversation_id]
    assert [type(one) for one in log.content[2:]] == [AssistantContent, ToolResultContent, AssistantContent]
    assert at_work.last.tools == ("post__count",)


CALLS: dict[str, tuple[Reply, str]] = {
    "printed": (says('<tool_call>{"name": "post__count", "arguments": {"box": 1}}</tool_call>'), '{"letters":2}'),
    "unknown": (calls(Call("post__burn", {})), "There is no tool post__burn."),
    "arguments that do not fit": (calls(Call("post__count", {"box": "green"})), "error"),
    "arguments that are text": (
        calls(Call("post__count", wire={"function": {"name": "post__count", "arguments": "1"}})),
        "error",
    ),
    "a tool that fails": (calls(Call("post__count", {"box": 7})), "the box is broken"),
}


@pytest.mark.parametrize(("reply", "told"), CALLS.values(), ids=CALLS)
async def test_odd_calls(at_work: Office, reply: Reply, told: str) -> None:
    """Whatever a model makes of a tool, it is told what came of it, and may go on."""
    at_work.server.script(reply, says("Well."))
    assert (await _ask_with_tools(at_work)).data == "Well."
    assert told in at_work.requests[1]["messages"][-1]["content"]


async def test_tools_and_data(at_work: Office) -> None:
    """With tools and a structure the model calls freely, and only its answer is held to the structure."""
    at_work.server.script(calls(Call("post__count", {"box": 1})), says("There are two."), says(JSON))
    structure = probatio.Schema({probatio.Required("title"): str, probatio.Required("count"): int})
    assert (await _ask_with_tools(at_work, structure=structure)).data == DATA
    assert [("tools" in request, "format" in request) for request in at_work.requests] == [
        (True, False),
        (True, False),
        (False, True),
    ]


async def test_calls_without_end(at_work: Office) -> None:
    """A model that only calls is given up."""
    at_work.server.script(*[calls(Call("post__count", {"box": 1}))] * 20)
    with pytest.raises(NoEndOfCalls):
        await _ask_with_tools(at_work)
    assert len(at_work.requests) == 10


async def test_tools_with_a_model_that_has_none(hass: HomeAssistant) -> None:
    """A model without tools says so; turns go on with theirs."""
    async with office(hass, model=WITHOUT_TOOLS.name) as at_work:
        with pytest.raises(ModelWithoutTools):
            await _ask_with_tools(at_work)
        assert at_work.entry.runtime_data.servers.available


# Turns


async def test_a_turn_does_not_wait_for_a_task(hass: HomeAssistant) -> None:
    """Somebody who speaks is answered at once; the task is done after that, and nobody notices."""
    async with talking_house(hass, agents=[tasks()]) as house:
        house.server.script(
            Reply(chunks=("half ", "done"), hang_after=1), calls(call("turn_off", "Counter light")), says("done")
        )
        at_work = Office(hass, house.server, house.entry)
        task = asyncio.create_task(at_work.ask())
        async with asyncio.timeout(60):
            await _wait_for_task(house)
            said = await house.say("make the counter dark please")
            assert said.error is None
            assert house.state("Counter light") == "off"
            assert await task == "done"
        words = [request["messages"][-1]["content"].rpartition("\n")[2] for request in house.requests]
        assert words == ["What came by mail?", "make the counter dark please", "What came by mail?"]


async def _wait_for_task(house: House) -> None:
    """Wait until the server has begun with something that no prefill is."""
    while not house.requests:
        await house.server.wait_for(CHAT, len(house.server.requests[CHAT]) + 1)


async def test_unloading_ends_a_task(at_work: Office) -> None:
    """Nothing is left running, and the caller is told."""
    at_work.server.script(Reply(chunks=("half ", "done"), hang_after=1))
    before = len(at_work.server.requests[CHAT])
    task = asyncio.create_task(at_work.ask())
    await at_work.server.wait_for(CHAT, before + 1)
    await at_work.hass.config_entries.async_unload(at_work.entry.entry_id)
    with pytest.raises(InferenceError):
        await task
    await at_work.server.wait_cancelled()


# Figures


async def test_figures(at_work: Office) -> None:
    """The last task's figures can be had as sensors, which are off, and are in the diagnostics; no words are."""
    registry = er.async_get(at_work.hass)
    keys = ("task_duration", "task_passes", "task_tokens_read", "task_tokens_written")
    ids = [registry.async_get_entity_id("sensor", "parlor", f"task_{key}") for key in keys]
    assert all(entity_id and registry.entities[entity_id].disabled for entity_id in ids)
    for entity_id in ids:
        registry.async_update_entity(entity_id or "", disabled_by=None)
    await at_work.hass.config_entries.async_reload(at_work.entry.entry_id)
    await at_work.hass.async_block_till_done()
    at_work.server.script(says("Two secret letters."))
    await at_work.ask()
    await at_work.hass.async_block_till_done()
    states = {key: at_work.hass.states.get(entity_id or "") for key, entity_id in zip(keys, ids, strict=True)}
    values = {key: float(state.state) for key, state in states.items() if state}
    assert values["task_passes"] == 1
    assert values["task_tokens_read"] == at_work.server.evaluations[-1].prompt_tokens
    assert values["task_tokens_written"] > 0
    assert values["task_duration"] > 0
