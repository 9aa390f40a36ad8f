"""How many tokens a model has to read: python -m benchmarks.prompt_size [--counter FILE].

A counter is a Python file with a function ``tokens(request) -> list``, which takes the body of a request to /api/chat
and returns the tokens of its prompt. Without one they are counted as the stand-in for a model does.
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import runpy
from typing import Any, cast

from homeassistant.core import HomeAssistant

from benchmarks.houses import house
from custom_components.parlor.agent.context import (
    ContextBlock,
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
from demo.ollama.prompt import render, tokenize

type Counter = Callable[[dict[str, Any]], Sequence[str]]

SIZES = (20, 100, 500, 2000)
COMMAND = "turn off the kitchen lights and set the bedroom heating to twenty degrees"
QUESTION = "is the window in the kitchen open"
_COLUMNS = ("entities", "house told by", "tools", "prefix", "cold command", "cold question", "warm command", "1 change")


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

    def row(self) -> list[str]:
        """Return the figures as a row of the table."""
        figures = (self.tools, self.prefix, self.command, self.question, self.warm, self.changed)
        return [f"{self.entities:,}", self.detail.name.lower(), *(f"{figure:,}" for figure in figures)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.prompt_size", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--counter", help="a Python file with a function tokens(request)")
    path = parser.parse_args().counter
    count = cast("Counter", runpy.run_path(path)["tokens"]) if path else _tokens
    sizes = [asyncio.run(measure(entities, count)) for entities in SIZES]
    _print_row(_COLUMNS)
    _print_row(["---"] * len(_COLUMNS))
    for size in sizes:
        _print_row(size.row())


async def measure(entities: int, count: Counter) -> Size:
    """Return the sizes of requests in a house with so many exposed entities, spoken to from its first room."""
    async with house(entities) as (hass, home):
        instructions = Instructions(hass, None)
        await instructions.async_start()
        config = ServerConfig("a", "http://127.0.0.1:9", None, verify_ssl=True, model="m")
        servers = ModelServers(hass, [config])
        try:
            return _measured(hass, home, Prompt(home, servers, instructions), count)
        finally:
            await servers.stop()


def _measured(hass: HomeAssistant, home: Home, prompt: Prompt, count: Counter) -> Size:
    prefix = prompt.prefix()
    tools = list(prefix.tools)
    area_id = next(iter(home.areas))
    sent = open_context(hass, home, area_id=area_id, note=None, words="", budget=prompt.budget.states)

    def request(last: dict[str, Any]) -> Sequence[str]:
        return count({"messages": prompt.messages(prefix, (), last), "tools": tools})

    def cold(words: str, *, asks: bool) -> int:
        named, budget = told_of(prefix, prompt.budget, words, asks=asks)
        block = open_context(hass, home, area_id=area_id, note=None, words=named, budget=budget)
        return len(request(user_message(block, words)))

    def warm() -> int:
        named, budget = told_of(prefix, prompt.budget, COMMAND, asks=False)
        block = continue_context(hass, home, sent, area_id=area_id, note=None, words=named, budget=budget)
        read = request(user_message(block, COMMAND))
        return len(read) - common_prefix(request(prefill_message(sent)), read)

    before = warm()
    _change(hass, sent)
    system = {"role": "system", "content": prefix.system}
    return Size(
        entities=len(home.entities),
        detail=prefix.detail,
        tools=len(count({"messages": [system], "tools": tools})) - len(count({"messages": [system], "tools": []})),
        prefix=len(count({"messages": [system], "tools": tools})),
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


def _tokens(request: dict[str, Any]) -> Sequence[str]:
    return tokenize(render(request["messages"], request["tools"]))


def _print_row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
