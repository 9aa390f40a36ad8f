"""What chat and generate have in common: a prompt is read, a reply is made and sent in chunks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from .engine import Brain, Engine, Run
from .library import Library
from .models import Model
from .prompt import Prompt, fit
from .reply import Plan, Reply, plan
from .script import Script, Stream, pause, send_raw
from .settings import Settings, keep_alive_of
from .structured import in_format
from .wire import ApiError, JsonObject, expect, json_response, timestamp

# Turns a message's members (content, thinking, tool_calls) into a chunk's.
type Shape = Callable[[JsonObject], JsonObject]


@dataclass(frozen=True, slots=True)
class Task:
    """A request that was understood: what is to be completed, and the shape of the answer's chunks."""

    body: JsonObject
    messages: Sequence[JsonObject]
    tools: Sequence[JsonObject]
    shape: Shape

    def chunk(self, model: Model, message: JsonObject) -> JsonObject:
        """Return one chunk that is not the last."""
        return {
            "model": self.body["model"],
            **model.remote(),
            "created_at": timestamp(),
            **self.shape(message),
            "done": False,
        }


@dataclass(frozen=True, slots=True)
class _Answer:
    """A reply about to be sent."""

    task: Task
    model: Model
    reply: Reply
    plan: Plan
    run: Run

    def last(self, message: JsonObject) -> JsonObject:
        """Return the chunk that ends the answer, with its figures and the calls that waited for it."""
        if self.plan.last_calls:
            message["tool_calls"] = list(self.plan.last_calls)
        ending = {"done": True, "done_reason": self.plan.done_reason}
        return self.task.chunk(self.model, message) | ending | self.run.finish(self.plan) | self.reply.extra


class Completion:
    """Answers a task: by script if a reply is queued, by the brain otherwise."""

    def __init__(self, library: Library, engine: Engine, script: Script, brain: Brain) -> None:
        """Keep the parts needed."""
        self._library = library
        self._engine = engine
        self._script = script
        self._brain = brain

    async def answer(self, request: web.Request, task: Task) -> web.StreamResponse:
        """Answer one task; without messages the model is only loaded or unloaded. Raises ApiError for refusals."""
        model = self._library.find(task.body["model"])
        if not task.messages and keep_alive_of(task.body) == 0:
            self._engine.scheduler.unload(model)
            return _loaded(task, model, "unload")
        _check_capabilities(task, model)
        settings = self._library.settings(task.body, model)
        if not task.messages:
            async with self._engine.scheduler.use(model, settings):
                return _loaded(task, model, "load")
        prompt = fit(
            task.messages, task.tools, num_ctx=settings.num_ctx, truncate=settings.truncate, shift=settings.shift
        )
        async with self._engine.run(model, prompt, settings) as run:
            reply = self._reply(request, task, model, prompt, settings)
            if reply.is_raw:
                return await send_raw(request, reply)
            style = reply.style or model.style
            planned = plan(reply, style, with_calls=bool(task.tools), limit=_limit(settings, prompt))
            await pause(reply.delay)
            answer = _Answer(task, model, reply, planned, run)
            if task.body.get("stream") is False:
                return await _send_whole(answer)
            return await _send(request, answer)

    def _reply(self, request: web.Request, task: Task, model: Model, prompt: Prompt, settings: Settings) -> Reply:
        """Return what to say: the fault in force, else the script's next reply, else what the brain makes of it."""
        scripted: Reply | None = request.get("fault") or self._script.take_reply(prefill=settings.limit == 1)
        if scripted is not None:
            return scripted
        reply = in_format(self._brain(prompt.messages, prompt.tools), task.body.get("format"))
        thinks = "thinking" in model.capabilities and task.body.get("think") is not False
        return reply if thinks else replace(reply, thinking="")


def check_body(body: JsonObject) -> None:
    """Raise ApiError for what chat and generate requests have in common, if it is wrong."""
    expect(body, "model", str, "string")
    expect(body, "stream", bool, "bool")
    if not body.get("model"):
        raise ApiError(400, "model is required")
    wanted = body.get("format")
    if wanted not in (None, "", "json") and not isinstance(wanted, dict):
        raise ApiError(500, f'invalid format: "{wanted}"; expected "json" or a valid JSON Schema object')


def _check_capabilities(task: Task, model: Model) -> None:
    """Raise ApiError for what the request wants and the model cannot."""
    name = task.body["model"]
    if task.body.get("think") and "thinking" not in model.capabilities:
        raise ApiError(400, f'"{name}" does not support thinking')
    if "completion" not in model.capabilities:
        kind = "chat" if "messages" in task.body else "generate"
        raise ApiError(400, f'"{name}" does not support {kind}')
    pictures = [picture for message in task.messages for picture in message.get("images") or ()]
    if pictures and "vision" not in model.capabilities:
        raise ApiError(400, "this model is missing data required for image input")
    if task.tools and "tools" not in model.capabilities:
        raise ApiError(400, f"{model.full_name} does not support tools")


def _limit(settings: Settings, prompt: Prompt) -> int | None:
    """Return the most tokens a reply may have: what was asked for, and without shifting what the context leaves."""
    if settings.shift:
        return settings.limit
    left = max(1, settings.num_ctx - len(prompt.tokens))
    return left if settings.limit is None else min(left, settings.limit)


def _loaded(task: Task, model: Model, reason: str) -> web.Response:
    """Return the answer to a request that only loads or unloads."""
    return json_response(task.chunk(model, {"content": ""}) | {"done": True, "done_reason": reason})


async def _send(request: web.Request, answer: _Answer) -> web.StreamResponse:
    """Stream an answer."""
    stream = Stream(request, answer.reply)
    for frame in answer.plan.frames:
        await answer.run.spend(frame.tokens)
        if frame.message:
            await stream.send(answer.task.chunk(answer.model, frame.message) | answer.reply.extra)
    if answer.reply.error_line is not None:
        await stream.send({"error": answer.reply.error_line})
    elif not answer.reply.no_done:
        await stream.send(answer.last({"content": ""}))
    return await stream.end()


async def _send_whole(answer: _Answer) -> web.Response:
    """Send the answer as one JSON object."""
    if answer.reply.error_line is not None:
        raise ApiError(500, answer.reply.error_line)
    await answer.run.spend(answer.plan.tokens)
    messages = [frame.message for frame in answer.plan.frames]
    message: JsonObject = {"content": "".join(message.get("content", "") for message in messages)}
    if thinking := "".join(message.get("thinking", "") for message in messages):
        message["thinking"] = thinking
    if calls := [call for message in messages for call in message.get("tool_calls", ())]:
        message["tool_calls"] = calls
    return json_response(answer.last(message))
