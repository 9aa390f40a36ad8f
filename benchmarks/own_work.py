"""Measure Parlor's own work per turn, all but the model and the services, in houses of 100 and of 2,000 entities.

Run with `python -m benchmarks.own_work`. Prints the median of each kind of work in milliseconds of processor time, that
other programs do not lengthen, and how much more it is in the large house.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import logging
from statistics import median
import sys
from time import process_time

from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.parlor.agent.index import index_of
from custom_components.parlor.agent.orders import make_orders
from custom_components.parlor.agent.route import async_route, async_warm, load_patterns
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.home import Home
from custom_components.parlor.inference import ToolCall

SIZES = (100, 2000)
_ROUNDS = 15
_NOTHING = ("nothing understood",)
_KINDS = ("light", "switch", "fan", "cover", "sensor")
_THINGS = ("ceiling", "desk", "corner", "window", "shelf", "bed", "door", "floor", "wall", "table")
_SPOKEN = {"light": "light", "switch": "plug", "fan": "fan", "cover": "blind", "sensor": "sensor"}

type Work = Callable[[], Awaitable[object]]


async def async_house(hass: HomeAssistant, size: int) -> Home:
    """Return a house with so many exposed entities in rooms of ten."""
    await async_setup_component(hass, "homeassistant", {})
    await async_setup_component(hass, "conversation", {})
    await async_setup_component(hass, "intent", {})
    await hass.async_block_till_done()
    entities = er.async_get(hass)
    for at in range(size):
        room = ar.async_get(hass).async_get_or_create(f"Room {at // 10}")
        domain, thing = _KINDS[at % len(_KINDS)], _THINGS[at % len(_THINGS)]
        entry = entities.async_get_or_create(domain, "bench", str(at), suggested_object_id=f"bench_{at}")
        entities.async_update_entity(entry.entity_id, area_id=room.id)
        name = f"{room.name} {thing} {_SPOKEN[domain]}"
        attributes: dict[str, object] = {"friendly_name": name}
        if domain == "light":
            attributes |= {"supported_color_modes": ["brightness"], "color_mode": "brightness", "brightness": 200}
        hass.states.async_set(entry.entity_id, "20" if domain == "sensor" else "on", attributes)
        async_expose_entity(hass, "conversation", entry.entity_id, True)  # noqa: FBT003 # as Home Assistant has it
    home = Home(hass)
    await home.async_start()
    return home


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
        "a plain command": route("turn off the room 5 ceiling light"),
        "two clauses": route("turn off the room 5 ceiling light and dim the room 7 lights to 30 percent"),
        "an exception": route("turn off the lights in room 4 except the room 4 ceiling light"),
        "a question": route("which lights are on in room 3"),
        "a misheard name": route("turn off the room 5 sealing light"),
        "nothing understood": route("what do you think about the weather on the moon"),
        "a call of the model": order("turn off the room 6 lights", "room 6 lights"),
        "a call with a misheard name": order("turn off the room 5 sealing lite", "room 5 sealing lite"),
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


async def async_measure(size: int) -> dict[str, float]:
    """Return the median milliseconds of each kind of work in a house of this size."""
    async with async_test_home_assistant() as hass:
        home = await async_house(hass, size)
        await async_warm(hass, "en")
        times: dict[str, float] = {}
        started = process_time()
        index_of(home, words_for("en"))
        times["the index, once per change"] = (process_time() - started) * 1000
        for name, work in _work(hass, home).items():
            taken = []
            if await work() is None and name not in _NOTHING:
                raise RuntimeError(f"{name} was not understood")
            for _round in range(_ROUNDS):
                started = process_time()
                await work()
                taken.append((process_time() - started) * 1000)
            times[name] = median(taken)
        await home.async_stop()
        await hass.async_stop(force=True)
        return times


async def _async_main() -> None:
    load_patterns()
    logging.disable(logging.CRITICAL)
    small, large = [await async_measure(size) for size in SIZES]
    print(f"{'':32}{SIZES[0]:>8}{SIZES[1]:>8}  ratio")
    for name, milliseconds in small.items():
        print(f"{name:32}{milliseconds:8.2f}{large[name]:8.2f}{large[name] / milliseconds:7.1f}")


if __name__ == "__main__":
    asyncio.run(_async_main())
    sys.exit(0)
