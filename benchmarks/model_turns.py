"""How long Parlor itself works on a turn: python -m benchmarks.model_turns [--turns N] [--profile].

The model answers at once and without a network, and services do nothing but write the state that is asked for; what is
left is Parlor's own work, with Home Assistant's chat log and state machine in it.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
import cProfile
import pstats
from statistics import median
from time import perf_counter
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.conversation.chat_log import async_get_chat_log
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session
from homeassistant.setup import async_setup_component

from benchmarks.houses import house
from custom_components.parlor.agent.assistant import Assistant, Settings
from custom_components.parlor.agent.record import TurnLog
from custom_components.parlor.home import Home
from custom_components.parlor.inference import ChatChunk, JsonObject, ModelServers, ServerConfig, ToolCall

SIZES = (20, 100, 2000)
_NAME_OF_SLOWEST = 30
# What is said, and what the model makes of it.
_CALL = (ToolCall("turn_off", {"targets": ["Kitchen lights"]}, "1"),)
TURNS: Mapping[str, tuple[str, tuple[ToolCall, ...], str]] = {
    "command": ("it is much too bright in the kitchen", _CALL, ""),
    "question": ("is the kitchen window perhaps open", (), "The kitchen window is closed."),
}


class Instant(ModelServers):
    """Servers whose model answers at once."""

    answer: tuple[tuple[ToolCall, ...], str] = ((), "")

    @override
    async def chat(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        model: str | None = None,
        options: Mapping[str, Any] | None = None,
        response_format: JsonObject | str | None = None,
        forget: Callable[[], bool] | None = None,
        background: bool = False,
    ) -> AsyncGenerator[ChatChunk]:
        """Yield the answer that is set."""
        calls, words = self.answer
        yield ChatChunk(words, "", calls, done=True, done_reason="stop", stats=None)

    @override
    async def prefill(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        model: str | None = None,
    ) -> None:
        """Read nothing."""


def main() -> None:
    """Print medians in milliseconds, and how they grow."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.model_turns", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--turns", type=int, default=60, help="turns of each kind in each house")
    parser.add_argument("--profile", action="store_true", help="print what takes the time in the largest house")
    arguments = parser.parse_args()
    print("| turn | " + " | ".join(f"{size:,} entities" for size in SIZES) + " | ratio |")
    print("| --- " * (len(SIZES) + 2) + "|")
    found = {size: asyncio.run(measure(size, arguments.turns)) for size in SIZES}
    for kind in found[SIZES[0]]:
        figures = [median(found[size][kind]) * 1000 for size in SIZES]
        print(
            f"| {kind} | "
            + " | ".join(f"{figure:.1f} ms" for figure in figures)
            + f" | {figures[-1] / figures[0]:.1f} |"
        )
    if arguments.profile:
        profile = cProfile.Profile()
        profile.enable()
        asyncio.run(measure(SIZES[-1], arguments.turns))
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(_NAME_OF_SLOWEST)


async def measure(size: int, turns: int) -> dict[str, list[float]]:
    """Return the seconds of each turn, by kind and route, in a house of so many entities."""
    async with house(size) as (hass, home):
        assert await async_setup_component(hass, "conversation", {})  # noqa: S101 # nothing to measure without
        hass.services.async_register("light", "turn_off", _turn_off(hass))
        config = ServerConfig("a", "http://127.0.0.1:9", None, verify_ssl=True, model="m")
        servers = Instant(hass, [config])
        try:
            return {
                f"{kind}, {'both routes' if local else 'model only'}": await _measured(
                    hass, home, servers, kind, turns, local=local
                )
                for kind in TURNS
                for local in (False, True)
            }
        finally:
            await servers.stop()


async def _measured(
    hass: HomeAssistant, home: Home, servers: Instant, kind: str, turns: int, *, local: bool
) -> list[float]:
    words, calls, answer = TURNS[kind]
    servers.answer = (calls, answer)
    assistant = Assistant(hass, home, servers, Settings(local=local), TurnLog())
    await assistant.async_start()
    seconds = [
        await _turn(hass, assistant, f"{words} {number}" if kind == "question" else words)
        for number in range(turns + 5)
    ]
    assistant.async_stop()
    # The first ones fill caches.
    return seconds[5:]


async def _turn(hass: HomeAssistant, assistant: Assistant, words: str) -> float:
    said = conversation.ConversationInput(words, Context(), None, None, None, "en", "conversation.parlor")
    with chat_session.async_get_chat_session(hass) as session, async_get_chat_log(hass, session, said) as log:
        for state in hass.states.async_all("light"):
            if state.name.startswith("Kitchen"):
                hass.states.async_set(state.entity_id, "on", state.attributes)
        await asyncio.sleep(0)
        started = perf_counter()
        await assistant.async_answer(said, log)
        return perf_counter() - started


def _turn_off(hass: HomeAssistant) -> Any:  # noqa: ANN401 # what Home Assistant takes as a service
    async def turn_off(call: ServiceCall) -> None:
        for entity_id in call.data["entity_id"]:
            if (state := hass.states.get(entity_id)) is not None:
                hass.states.async_set(entity_id, "off", state.attributes, context=call.context)

    return turn_off


if __name__ == "__main__":
    main()
