"""What Parlor's prompt is made of, in houses of every size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.parlor.agent.context import (
    ContextBlock,
    Occasion,
    continue_context,
    open_context,
    prefill_message,
    user_message,
)
from custom_components.parlor.agent.instructions import Instructions
from custom_components.parlor.agent.prefix import told_of
from custom_components.parlor.agent.prompt import Prompt
from custom_components.parlor.home import Detail, Home
from custom_components.parlor.inference import ModelServers, ServerConfig
from demo.ollama.cache import common_prefix

from .houses import house
from .results import Table
from .tasks import HOUSE_TASKS
from .tokens import tokens

COMMAND, QUESTION = (task.words for task in HOUSE_TASKS)
_COLUMNS = ("Entities", "House told by", "Tools", "Prefix", "Cold command", "Cold question", "Warm command", "1 change")
_NOTE = (
    "*Prefix*: instructions, house list and tools, read once. *Warm*: what is left of the command when its context was"
    " read while it was spoken. *1 change*: what one state that changed in the meantime adds."
)


@dataclass(frozen=True, slots=True)
class Size:
    """Tokens of the requests in one house; the warm ones are what is left to read after a prefill."""

    entities: int
    detail: Detail
    tools: int
    prefix: int
    command: int
    question: int
    warm: int
    changed: int

    def row(self) -> tuple[str, ...]:
        """Return the figures as a row of the table."""
        figures = (self.tools, self.prefix, self.command, self.question, self.warm, self.changed)
        return (f"{self.entities:,}", self.detail.name.lower(), *(f"{figure:,}" for figure in figures))


async def parlor_table(sizes: Sequence[int]) -> Table:
    """Return the table for houses with so many exposed entities."""
    rows = [(await measure(entities)).row() for entities in sizes]
    return Table("What Parlor's prompt is made of, in tokens", _COLUMNS, tuple(rows), _NOTE)


async def measure(entities: int) -> Size:
    """Return the sizes of requests in a house with so many exposed entities, spoken to from its first room."""
    async with house(entities) as (hass, home):
        instructions = Instructions(hass, None)
        await instructions.async_start()
        config = ServerConfig("a", "http://127.0.0.1:9", None, verify_ssl=True, model="m")
        servers = ModelServers(hass, [config])
        try:
            return _measured(hass, home, Prompt(home, servers, instructions))
        finally:
            await servers.stop()


def _measured(hass: HomeAssistant, home: Home, prompt: Prompt) -> Size:
    prefix = prompt.prefix()
    tools = list(prefix.tools)
    area_id = next(iter(home.areas))
    sent = open_context(hass, home, Occasion(area_id=area_id, note=None, words="", budget=prompt.budget.states))

    def request(last: dict[str, Any]) -> Sequence[str]:
        return tokens({"messages": prompt.messages(prefix, (), last), "tools": tools})

    def cold(words: str, *, asks: bool) -> int:
        named, budget = told_of(prefix, prompt.budget, words, asks=asks)
        block = open_context(hass, home, Occasion(area_id=area_id, note=None, words=named, budget=budget))
        return len(request(user_message(block, words)))

    def warm() -> int:
        named, budget = told_of(prefix, prompt.budget, COMMAND, asks=False)
        block = continue_context(hass, home, sent, Occasion(area_id=area_id, note=None, words=named, budget=budget))
        read = request(user_message(block, COMMAND))
        return len(read) - common_prefix(request(prefill_message(sent)), read)

    before = warm()
    _change(hass, sent)
    system = {"role": "system", "content": prefix.system}
    return Size(
        entities=len(home.entities),
        detail=prefix.detail,
        tools=len(tokens({"messages": [system], "tools": tools})) - len(tokens({"messages": [system], "tools": []})),
        prefix=len(tokens({"messages": [system], "tools": tools})),
        command=cold(COMMAND, asks=False),
        question=cold(QUESTION, asks=True),
        warm=before,
        changed=warm() - before,
    )


def _change(hass: HomeAssistant, block: ContextBlock) -> None:
    """Switch the first thing that the context tells of and that can be on or off."""
    told = [state for entity_id in block.states if (state := hass.states.get(entity_id))]
    one = next(state for state in told if state.state in ("on", "off"))
    hass.states.async_set(one.entity_id, "off" if one.state == "on" else "on", one.attributes)
