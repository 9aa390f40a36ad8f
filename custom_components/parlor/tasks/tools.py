"""The tools of the API that a caller hands over with a task."""

import asyncio
from contextlib import suppress
import json
import logging
from typing import Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
import probatio

from ..agent.tools.foreign import ForeignTool
from ..inference import JsonObject, ToolCall

_LOGGER = logging.getLogger(__name__)
_LIMIT: Final = 30.0
_MOST_TEXT: Final = 6000


class TaskTools:
    """The tools of an API, as the model has them, and what comes of a call."""

    def __init__(self, api: llm.APIInstance | None) -> None:
        """Describe the tools to a model; one that can not be described is left out."""
        self._api = api
        self._tools = {tool.name: tool for tool in _described(api)} if api else {}

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._tools)

    @property
    def names(self) -> frozenset[str]:
        """Return what the model may call."""
        return frozenset(self._tools)

    @property
    def schemas(self) -> tuple[JsonObject, ...]:
        """Return the tools as Ollama takes them."""
        return tuple(tool.schema() for tool in self._tools.values())

    def inputs(self, calls: tuple[ToolCall, ...]) -> list[llm.ToolInput]:
        """Return calls as the chat log has them: with the tools' own names of fields, where they can be told."""
        return [self._input(call) for call in calls]

    async def async_call(self, wanted: llm.ToolInput) -> llm.ToolResult:
        """Call a tool, and return what it returns or what went wrong: a model is told either."""
        if self._api is None or wanted.tool_name not in self._tools:
            return _failed(f"There is no tool {wanted.tool_name}. There are: {', '.join(sorted(self._tools))}.")
        try:
            async with asyncio.timeout(_LIMIT):
                return await self._api.async_call_tool(wanted)
        except TimeoutError:
            # It may wait for another machine.
            return _failed(f"{wanted.tool_name} did not answer.")
        except (HomeAssistantError, probatio.Invalid) as error:
            # It does not take the arguments, or failed.
            return _failed(str(error) or type(error).__name__)
        except Exception as error:
            # Integrations raise what their libraries raise; the task goes on, and the model is told.
            _LOGGER.exception("The tool %s failed", wanted.tool_name)
            return _failed(str(error) or type(error).__name__)

    def _input(self, call: ToolCall) -> llm.ToolInput:
        arguments = call.arguments if isinstance(call.arguments, dict) else {}
        if tool := self._tools.get(call.name):
            # Where it does not take them, it says so when it is called.
            with suppress(probatio.Invalid):
                arguments = tool.takes(arguments)
        # Called here and not by the chat log, which would end the task with whatever a tool raises.
        return llm.ToolInput(tool_name=call.name, tool_args=arguments, external=True)


def told(result: llm.ToolResult) -> str:
    """Return a result as the model reads it, which leaves room for its answer."""
    text = json.dumps(dict(result.data), ensure_ascii=False, separators=(",", ":"), default=str)
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]} ... (more was left out)"


def _failed(words: str) -> llm.ToolResult:
    return llm.ToolResult(data={"error": words}, error=True)


def _described(api: llm.APIInstance) -> list[ForeignTool]:
    described = []
    for tool in api.tools:
        try:
            described.append(ForeignTool(tool.name, api.api.id, tool, api.custom_serializer))
        except Exception:
            # A schema that can not be told in JSON; every integration writes its own.
            _LOGGER.exception("The tool %s can not be described to a model", tool.name)
    return described
