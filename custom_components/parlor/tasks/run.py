"""One AI task: the model asked, its tool calls carried out, its answer checked, and asked once more where it fails."""

from collections.abc import Sequence
import json
from time import monotonic
from typing import Any, Final

from homeassistant.components.ai_task import GenDataTask
from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    SystemContent,
    ToolResultContent,
    UserContent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template

from ..agent.printed_calls import find_printed_calls
from ..inference import InferenceError, JsonObject, ModelServers, ToolCall
from ..inference.tokens import TokenRatio
from .asking import Answer, Asking, TaskSettings
from .errors import AnswerTooLong, AnswerUnfit, AnswerUnusable, NoAnswer, NoEndOfCalls, TaskError
from .pictures import Picture, async_load
from .record import TaskLog, TaskRecord
from .structure import Structure, UnfitError
from .tools import TaskTools, told

# How often the model may call tools before it has to answer, how many at a time, and how often it may answer.
_MOST_ROUNDS: Final = 10
_MOST_CALLS: Final = 10
_MOST_ANSWERS: Final = 2
# How much of an unusable answer the model sees again, in characters.
_MOST_SHOWN: Final = 2000
_OTHER_FAILURE: Final = "other"


class TaskRunner:
    """Run the AI tasks of one entity."""

    def __init__(self, hass: HomeAssistant, servers: ModelServers, settings: TaskSettings, log: TaskLog) -> None:
        """Take the servers to ask, what the user has chosen, and where figures are kept."""
        self._hass = hass
        self._servers = servers
        self._settings = settings
        self._log = log
        self._ratio = TokenRatio()

    async def async_generate(self, agent_id: str, task: GenDataTask, chat_log: ChatLog) -> Any:  # noqa: ANN401 # any JSON
        """Return the data that a task asks for: text, or an object that fits its structure.

        The chat log has the words and pictures of the task, and gets what the model and the tools of the caller say;
        `agent_id` signs that. Raises TaskError and InferenceError, both in the user's language.
        """
        started = monotonic()
        pictures: list[Picture] = []
        error: str | None = _OTHER_FAILURE
        run: _Run | None = None
        try:
            pictures = await async_load(self._hass, task.attachments or ())
            asking = Asking(self._servers, self._settings, self._ratio, sum(picture.tokens for picture in pictures))
            run = _Run(agent_id, chat_log, asking, task)
            data = await run.async_result(self._instructions(), pictures)
            error = None
        except (TaskError, InferenceError) as err:
            # Told to the caller; only which kind it was is kept.
            error = err.key
            raise
        finally:
            self._log.add(
                TaskRecord(
                    started=started,
                    seconds=monotonic() - started,
                    passes=tuple(run.asking.passes) if run else (),
                    tools=tuple(run.called) if run else (),
                    pictures=len(pictures),
                    structured=task.structure is not None,
                    error=error,
                )
            )
        return data

    def _instructions(self) -> str:
        template = Template(self._settings.instructions or "", self._hass)
        return str(template.async_render({"ha_name": self._hass.config.location_name}, parse_result=False))


class _Run:
    """One task under way."""

    def __init__(self, agent_id: str, chat_log: ChatLog, asking: Asking, task: GenDataTask) -> None:
        self.asking = asking
        self.called: list[str] = []
        self._agent_id = agent_id
        self._chat_log = chat_log
        self._tools = TaskTools(chat_log.llm_api)
        serializer = chat_log.llm_api.custom_serializer if chat_log.llm_api else None
        self._structure = None if task.structure is None else Structure(task.structure, serializer)
        self._messages: list[JsonObject] = []

    async def async_result(self, instructions: str, pictures: Sequence[Picture]) -> Any:  # noqa: ANN401 # any JSON
        """Return the answer, after the tools that the model wants."""
        self._open(instructions, pictures)
        answer = await self._async_use_tools() if self._tools else None
        # What a model says after its calls is not held to the structure: it may answer as often again.
        answers_left = _MOST_ANSWERS + (answer is not None)
        while True:
            answers_left -= 1
            if answer is None:
                answer = await self.asking.async_ask(self._messages, response_format=self._format)
            self._note(answer.text)
            try:
                return self._usable(answer)
            except AnswerUnusable as err:
                # The model is told, and asked again.
                if not answers_left:
                    raise
                self._complain(answer, err.told)
            answer = None

    @property
    def _format(self) -> JsonObject | None:
        return self._structure.json_schema if self._structure else None

    def _open(self, instructions: str, pictures: Sequence[Picture]) -> None:
        """Begin with what the system says, and with the task."""
        content = self._chat_log.content
        system_says = [one.content for one in content if isinstance(one, SystemContent)]
        asked = [one.content for one in content if isinstance(one, UserContent)]
        parts = [*system_says[:1], instructions]
        if self._structure is not None:
            schema = json.dumps(self._structure.json_schema, ensure_ascii=False)
            parts.append(f"Answer with one JSON object that follows this schema, and with nothing else:\n{schema}")
        system = "\n".join(filter(None, parts))
        self._chat_log.content[0] = SystemContent(system)
        words: JsonObject = {"role": "user", "content": asked[-1]}
        if pictures:
            words["images"] = [picture.data for picture in pictures]
        self._messages = [{"role": "system", "content": system}, words]

    async def _async_use_tools(self) -> Answer:
        """Carry out calls until the model answers, and return the answer."""
        for _ in range(_MOST_ROUNDS):
            answer = await self.asking.async_ask(self._messages, self._tools.schemas)
            printed = find_printed_calls(answer.text, self._tools.names)
            calls = (answer.calls or printed.calls)[:_MOST_CALLS]
            if not calls:
                return answer
            await self._async_carry_out(calls)
        raise NoEndOfCalls(model=self.asking.model)

    async def _async_carry_out(self, calls: tuple[ToolCall, ...]) -> None:
        inputs = self._tools.inputs(calls)
        self._chat_log.async_add_assistant_content_without_tools(AssistantContent(self._agent_id, tool_calls=inputs))
        made = [{"id": one.id, "function": {"name": one.tool_name, "arguments": dict(one.tool_args)}} for one in inputs]
        self._messages.append({"role": "assistant", "content": "", "tool_calls": made})
        for one in inputs:
            self.called.append(one.tool_name)
            result = await self._tools.async_call(one)
            self._chat_log.async_add_assistant_content_without_tools(
                ToolResultContent(self._agent_id, tool_call_id=one.id, tool_name=one.tool_name, result=result)
            )
            self._messages.append(
                {"role": "tool", "tool_name": one.tool_name, "tool_call_id": one.id, "content": told(result)}
            )

    def _usable(self, answer: Answer) -> Any:  # noqa: ANN401 # any JSON
        """Return the data in an answer. Raises AnswerUnusable, one kind for each reason."""
        model = self.asking.model
        if not answer.text:
            raise NoAnswer("It is empty.", model=model)
        if answer.cut:
            raise AnswerTooLong("It is too long and was cut off. Use fewer words.", model=model)
        if self._structure is None:
            return answer.text
        try:
            return self._structure.read(answer.text)
        except UnfitError as err:
            # Another shape, no JSON, or the schema itself.
            raise AnswerUnfit(str(err), model=model, error=str(err)) from err

    def _note(self, text: str) -> None:
        self._chat_log.async_add_assistant_content_without_tools(AssistantContent(self._agent_id, content=text or None))

    def _complain(self, answer: Answer, problem: str) -> None:
        """Tell the model, and the chat log, what is wrong with its answer."""
        words = f"This answer can not be used: {problem} Answer again."
        self._chat_log.async_add_user_content(UserContent(words))
        self._messages += [
            {"role": "assistant", "content": answer.text[:_MOST_SHOWN]},
            {"role": "user", "content": words},
        ]
