"""Requests sent ahead while the speaker is still speaking, so that the server has read the prompt by then."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..inference import InferenceError
from .context import ContextBlock
from .prompt import Prefix

_LOGGER = logging.getLogger(__name__)
_USABLE_FOR = 15.0


@dataclass(frozen=True, slots=True)
class _Prefill:
    prefix: Prefix
    block: ContextBlock
    at: float
    task: asyncio.Task[None]


class Prefills:
    """The prefills under way, one per conversation, and what they said."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without any."""
        self._hass = hass
        self._under_way: dict[str, _Prefill] = {}

    @callback
    def begin(
        self, conversation_id: str, prefix: Prefix, block: ContextBlock, request: Coroutine[Any, Any, None]
    ) -> asyncio.Task[None]:
        """Send a prefill in the background; returns its task, which never fails."""
        self.take(conversation_id, prefix)
        task = self._hass.async_create_background_task(_quietly(request), "parlor prefill")
        self._under_way[conversation_id] = _Prefill(prefix, block, self._hass.loop.time(), task)
        return task

    @callback
    def take(self, conversation_id: str, prefix: Prefix) -> ContextBlock | None:
        """End the prefill of a conversation, and return the context that it sent if that is fresh enough to go on with.

        A server works on one request at a time, and a prefill that is ended leaves behind what it has read so far.
        """
        if (prefill := self._under_way.pop(conversation_id, None)) is None:
            return None
        prefill.task.cancel()
        fresh = prefill.prefix is prefix and self._hass.loop.time() - prefill.at <= _USABLE_FOR
        return prefill.block if fresh else None

    @callback
    def stop(self) -> None:
        """End all prefills."""
        for prefill in self._under_way.values():
            prefill.task.cancel()
        self._under_way.clear()


async def _quietly(request: Coroutine[Any, Any, None]) -> None:
    try:
        await request
    except InferenceError as error:
        # Any failure of a server: the turn that follows meets it too, and says so.
        _LOGGER.debug("Prefill failed: %s", error.detail)
