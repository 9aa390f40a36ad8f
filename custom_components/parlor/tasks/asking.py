"""One request of a task to the model, which gives way to turns, and what the model answers."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Final

from ..agent.record import PassRecord
from ..inference import ChatChunk, ContextFull, JsonObject, ModelServers, ToolCall
from ..inference.thinking import VisibleText
from ..inference.tokens import TokenRatio, estimate_json, estimate_messages

# Less room for an answer than this is not worth asking: so many tokens, or this part of a small context.
_LEAST_ROOM: Final = 512
_LEAST_PART: Final = 8


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """What a user has chosen for tasks.

    `model` is None for the servers' own, `instructions` are a template, `temperature` is None for the model's own.
    """

    model: str | None = None
    instructions: str | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model answers, without its thinking; `cut`: there was no room for the rest."""

    text: str
    calls: tuple[ToolCall, ...]
    cut: bool


class Asking:
    """The requests of one task; `passes` has their figures."""

    def __init__(self, servers: ModelServers, settings: TaskSettings, ratio: TokenRatio, picture_tokens: int) -> None:
        """Ask nothing yet; each request has pictures of about so many tokens."""
        self.passes: list[PassRecord] = []
        self._servers = servers
        self._settings = settings
        self._ratio = ratio
        self._picture_tokens = picture_tokens

    @property
    def model(self) -> str:
        """Return the model that is asked."""
        return self._settings.model or self._servers.model

    async def async_ask(
        self,
        messages: Sequence[JsonObject],
        tools: Sequence[JsonObject] = (),
        response_format: JsonObject | None = None,
    ) -> Answer:
        """Return the whole answer to a request.

        Raises ContextFull before anything is sent where the request leaves no room for an answer, and InferenceError.
        """
        estimated = estimate_messages(messages) + (estimate_json(list(tools)) if tools else 0)
        options: JsonObject = {"num_predict": self._room(estimated)}
        if self._settings.temperature is not None:
            options["temperature"] = self._settings.temperature
        reply = self._servers.chat(
            messages,
            tools,
            model=self._settings.model,
            options=options,
            response_format=response_format,
            background=True,
        )
        return await self._async_read(reply, estimated)

    def _room(self, estimated: int) -> int:
        """Return the tokens that are left for an answer."""
        context = self._servers.context_length_of(self._settings.model)
        room = context - round(estimated * self._ratio.of(self.model)) - self._picture_tokens
        if room < min(_LEAST_ROOM, context // _LEAST_PART):
            raise ContextFull(url=self._servers.url, model=self.model, error=f"{room} of {context} tokens are left")
        return room

    async def _async_read(self, reply: AsyncGenerator[ChatChunk], estimated: int) -> Answer:
        started, first = monotonic(), None
        text = VisibleText()
        calls: list[ToolCall] = []
        last = None
        async with aclosing(reply) as chunks:
            async for chunk in chunks:
                first = first or monotonic() - started
                text.add(chunk.content)
                calls += chunk.tool_calls
                last = chunk
        stats = last.stats if last else None
        self.passes.append(PassRecord(first, monotonic() - started, len(calls), stats, last.served if last else None))
        if stats and not self._picture_tokens:
            self._ratio.learn(self.model, estimated=estimated, reported=stats.prompt_tokens)
        return Answer(text.finish(), tuple(calls), cut=bool(last and last.done_reason == "length"))
