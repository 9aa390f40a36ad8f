"""The LLM APIs that the user has added to an agent: their tools, and what they tell a model about them."""

import asyncio
from collections.abc import Iterator, Sequence
import json
import logging

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.util import slugify

from ..const import DOMAIN
from ..home import ASSISTANT
from ..inference import JsonObject
from .tools.foreign import ForeignTool

_LOGGER = logging.getLogger(__name__)
_LIMIT = 5.0


class OtherTools:
    """The tools of other APIs as the prompt has them: in one order, and the same until they change.

    `prompt` is what the APIs tell a model, for the prefix. A text that has changed once is likely to change again, and
    is from then on found in `note`, for the context.
    """

    def __init__(self, hass: HomeAssistant, api_ids: Sequence[str]) -> None:
        """Take the ids of the APIs; nothing is known of them before the first refresh."""
        self.tools: tuple[ForeignTool, ...] = ()
        self.prompt = ""
        self.note = ""
        self.revision = 0
        self._hass = hass
        self._api_ids = sorted(set(api_ids))
        self._texts: dict[str, str] = {}
        self._volatile: set[str] = set()
        self._missing: set[str] = set()

    @property
    def schemas(self) -> tuple[JsonObject, ...]:
        """Return the tools as Ollama takes them."""
        return tuple(tool.schema() for tool in self.tools)

    def with_note(self, note: str | None) -> str | None:
        """Return what the caller tells the model together with what the APIs tell it now; None if neither does."""
        return "\n".join(text for text in (note, self.note) if text) or None

    def changes(self, tool_name: str) -> bool:
        """Return whether this is one of the tools, and one that changes something."""
        return any(tool.name == tool_name and not tool.annotations.read_only for tool in self.tools)

    async def async_refresh(self) -> None:
        """Ask the APIs what they have now; one that is missing or fails is left out."""
        if not self._api_ids:
            return
        found = [(api_id, api) for api_id in self._api_ids if (api := await self._async_api(api_id)) is not None]
        tools = tuple(sorted(_tools(found), key=lambda tool: tool.name))
        self._sort_texts(found)
        prompt = "\n".join(text for api_id, text in self._texts.items() if text and api_id not in self._volatile)
        if (prompt, _as_text(tools)) != (self.prompt, _as_text(self.tools)):
            self.tools, self.prompt = tools, prompt
            self.revision += 1

    async def _async_api(self, api_id: str) -> llm.APIInstance | None:
        # Without a device: what is only for some devices must not change the prompt from room to room.
        asked_by = llm.LLMContext(DOMAIN, Context(), self._hass.config.language, ASSISTANT, None)
        try:
            async with asyncio.timeout(_LIMIT):
                api = await llm.async_get_api(self._hass, api_id, asked_by)
        except Exception as error:  # noqa: BLE001
            # Its integration is not loaded, is slow, or raises whatever it raises: the agent does without it.
            if api_id not in self._missing:
                _LOGGER.warning("The LLM API %s is not available: %s", api_id, error)
            self._missing.add(api_id)
            return None
        self._missing.discard(api_id)
        return api

    def _sort_texts(self, found: Sequence[tuple[str, llm.APIInstance]]) -> None:
        texts = {api_id: api.api_prompt.strip() for api_id, api in found}
        self._volatile |= {
            api_id for api_id, text in texts.items() if text != self._texts.get(api_id, text) and self._texts[api_id]
        }
        self._texts = texts
        self.note = "\n".join(text for api_id, text in texts.items() if api_id in self._volatile)


def _tools(found: Sequence[tuple[str, llm.APIInstance]]) -> Iterator[ForeignTool]:
    """Yield the tools; their names begin with their API's, so that none is like another or like one of Parlor's."""
    names: set[str] = set()
    for api_id, api in found:
        for tool in api.tools:
            name = f"{slugify(api.api.name)}__{slugify(tool.name, separator='_')}"
            while name in names:
                name += "_"
            try:
                yield ForeignTool(name, api_id, tool, api.custom_serializer)
            except Exception:
                # A schema that can not be told in JSON; every integration writes its own.
                _LOGGER.exception("The tool %s can not be described to a model", name)
                continue
            names.add(name)


def _as_text(tools: Sequence[ForeignTool]) -> str:
    return json.dumps([tool.schema() for tool in tools], sort_keys=True, default=str)
