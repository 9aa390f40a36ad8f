"""Parlor's own work for a plain sentence, step by step: understanding it, and resolving a call of the model."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from time import process_time

from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.core import Context, HomeAssistant

from custom_components.parlor.agent.index import index_of
from custom_components.parlor.agent.orders import make_orders
from custom_components.parlor.agent.route import async_route, async_warm
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.home import Home
from custom_components.parlor.inference import ToolCall

from .houses import async_serve, house
from .results import Table, times

_ROUNDS = 15
_NOTHING = ("nothing understood",)

type Work = Callable[[], Awaitable[object]]


async def route_table(sizes: Sequence[int]) -> Table:
    """Return the median milliseconds of processor time of each kind of work, in houses of these sizes."""
    found = [await _async_measure(size) for size in sizes]
    rows = [
        (name, *(f"{times_of[name]:.2f} ms" for times_of in found), times(found[-1][name] / found[0][name]))
        for name in found[0]
    ]
    head = ("Parlor's work for", *(f"{size:,} entities" for size in sizes), "Growth")
    return Table("Step by step", head, tuple(rows))


async def _async_measure(size: int) -> dict[str, float]:
    async with house(size) as (hass, home):
        await async_serve(hass)
        await async_warm(hass, "en")
        found: dict[str, float] = {}
        started = process_time()
        index_of(home, words_for("en"))
        found["the index, once per change"] = (process_time() - started) * 1000
        for name, work in _work(hass, home).items():
            taken = []
            if await work() is None and name not in _NOTHING:
                raise RuntimeError(f"{name} was not understood")
            for _round in range(_ROUNDS):
                started = process_time()
                await work()
                taken.append((process_time() - started) * 1000)
            found[name] = median(taken)
        return found


def _work(hass: HomeAssistant, home: Home) -> Mapping[str, Work]:
    def said(text: str) -> Utterance:
        return Utterance(text, "en", None, None, None, Context())

    def route(text: str) -> Work:
        return lambda: async_route(hass, home, said(text), _input(text), ChatLog(hass, "bench"))

    def order(text: str, target: str) -> Work:
        async def make() -> object:
            return make_orders(hass, home, said(text), [ToolCall("turn_off", {"targets": [target]}, None)])

        return make

    return {
        "a plain command": route("turn off the kitchen ceiling light"),
        "two clauses": route("turn off the kitchen ceiling light and dim the bedroom lights to 30 percent"),
        "an exception": route("turn off the lights in the kitchen except the kitchen ceiling light"),
        "a question": route("which lights are on in the kitchen"),
        "a misheard name": route("turn off the kitchen sealing light"),
        "nothing understood": route("what do you think about the weather on the moon"),
        "a call of the model": order("turn off the kitchen lights", "kitchen lights"),
        "a call with a misheard name": order("turn off the kitchen sealing lite", "kitchen sealing lite"),
        "a call for nothing known": order("turn off the submarine", "submarine"),
    }


def _input(text: str) -> ConversationInput:
    return ConversationInput(
        text=text,
        context=Context(),
        conversation_id="bench",
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id="conversation.parlor",
    )
