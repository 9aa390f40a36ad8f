"""Tools of other LLM APIs that the user has given to the agent."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
import json
import logging
from typing import Any, Final, override

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
import probatio

from ...const import DOMAIN
from ...home import ASSISTANT, clean_name
from ...inference import JsonObject
from ..utterance import Utterance
from .base import Errands, FreeTool, UnworkableError

_LOGGER = logging.getLogger(__name__)
_LIMIT: Final = 30.0
_MESSAGE_LENGTH: Final = 300
_MOST_TEXT: Final = 6000


class ForeignTool(FreeTool):
    """A tool of another API; what it returns comes from outside, and is for the model to tell.

    `name` is the one the model knows it by, `api_id` and `tool.name` those of Home Assistant.
    """

    outside = True

    def __init__(self, name: str, api_id: str, tool: llm.Tool, serializer: Callable[[Any], Any] | None) -> None:
        """Describe a tool to the model; raises what the conversion of its schema raises."""
        self.name = name
        self.description = tool.description or tool.title or tool.name
        self.parameters = tool.parameters
        self.annotations = tool.annotations
        self._api_id = api_id
        self._tool_name = tool.name
        parameters = probatio.to_openapi(tool.parameters, custom_serializer=serializer, openapi_version="3.1.0")
        self._described: JsonObject = {
            "type": "function",
            "function": {"name": name, "description": self.description, "parameters": parameters},
        }

    @override
    def schema(self, abilities: object = None) -> JsonObject:
        return self._described

    def takes(self, arguments: JsonObject) -> JsonObject:
        """Return arguments with the fields' own names and types, empty ones and unknown ones left out.

        Raises probatio.Invalid where the tool does not take them.
        """
        parameters = self._described["function"]["parameters"]
        fields: Mapping[str, Any] = parameters.get("properties") or {}
        own = {_plain(name): name for name in fields}
        taken = {}
        for key, value in arguments.items():
            name = own.get(_plain(key))
            if name is None and (fields or parameters.get("additionalProperties") is False):
                continue
            if value is not None and (value != "" or name in parameters.get("required", ())):
                taken[name or key] = _typed(value, fields.get(name or key) or {})
        self.parameters(taken)
        return taken

    @override
    def errands(self, hass: HomeAssistant, utterance: Utterance, arguments: JsonObject) -> Errands:
        async def ask(hass: HomeAssistant, context: Context) -> JsonObject:
            asked_by = llm.LLMContext(DOMAIN, context, utterance.language, ASSISTANT, utterance.device_id)
            return _bounded(await self._async_call(hass, asked_by, arguments))

        return Errands(ask=ask)

    async def _async_call(self, hass: HomeAssistant, asked_by: llm.LLMContext, arguments: JsonObject) -> JsonObject:
        try:
            async with asyncio.timeout(_LIMIT):
                api = await llm.async_get_api(hass, self._api_id, asked_by)
                result = await api.async_call_tool(llm.ToolInput(tool_name=self._tool_name, tool_args=arguments))
        except TimeoutError:
            # It may wait for another server.
            raise UnworkableError(f"{self.name} did not answer") from None
        except (HomeAssistantError, probatio.Invalid) as error:
            # The tool is gone, does not take the arguments, or failed.
            raise UnworkableError(_message(error)) from error
        except Exception as error:
            # Integrations raise what their libraries raise; the turn goes on, and the model is told.
            _LOGGER.exception("The tool %s failed", self.name)
            raise UnworkableError(_message(error)) from error
        data: JsonObject = dict(result.data)
        if result.error:
            raise UnworkableError(clean_name(json.dumps(data, default=str), length=_MESSAGE_LENGTH))
        return data


def _message(error: Exception) -> str:
    return clean_name(str(error), length=_MESSAGE_LENGTH) or type(error).__name__


def _bounded(data: JsonObject) -> JsonObject:
    """Return a result that leaves the model room for its answer."""
    text = json.dumps(data, ensure_ascii=False, default=str)
    return data if len(text) <= _MOST_TEXT else {"result": f"{text[:_MOST_TEXT]} ... (more was left out)"}


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, str(name))).casefold()


def _typed(value: Any, field: Mapping[str, Any]) -> Any:  # noqa: ANN401 # any JSON
    """Return a value as its field's type: text for a number or an object is read, one thing becomes a list of one."""
    kinds = field.get("type")
    listed: Sequence[str] = [kinds] if isinstance(kinds, str) else kinds or ()
    if isinstance(value, str) and "string" not in listed and any(kind in listed for kind in _READ):
        value = _parsed(value)
    if "array" in listed and not isinstance(value, list):
        value = [value]
    options = field.get("enum") or ()
    if value not in options:
        value = next((option for option in options if _plain(str(option)) == _plain(str(value))), value)
    if "integer" in listed and isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if listed == ["string"] and isinstance(value, int | float) else value


_READ: Final = ("number", "integer", "boolean", "object", "array")


def _parsed(text: str) -> Any:  # noqa: ANN401 # any JSON
    try:
        return json.loads(text.casefold() if text.casefold() in ("true", "false") else text)
    except ValueError:
        # Plain text, which may be one item of a list, or what the tool refuses.
        return text
