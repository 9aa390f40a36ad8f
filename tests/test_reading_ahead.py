"""What a server has to read when the words arrive, counted by the stand-in's cache."""

import asyncio
from datetime import timedelta

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import chat_session
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.parlor.agent import ahead
from demo.ollama.models import Attention
from demo.ollama.prompt import tokenize
from tests.talking_house import AGENT, CHAT, House, talking_house

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Small, as it should be where the cache can be cut at checkpoints only: what lies between two of them is read again.
BATCH = 64
CACHES: dict[str, tuple[Attention, int]] = {"full attention": ("full", 0), "sliding window": ("sliding", BATCH)}
COMMAND = "turn off the kitchen lights and turn on the bedside lamp"
QUESTION = "is the counter light on"


async def prepare(house: House) -> None:
    """Prepare as a pipeline does when somebody begins to speak, and wait until the prompt is read."""
    with chat_session.async_get_chat_session(house.hass, "ours"):
        await conversation.async_prepare_agent(house.hass, AGENT, "en")
    tasks = [one.task for one in house.agent._assistant._equipment.prefills._under_way.values()]
    await asyncio.gather(*tasks)


async def read_ahead(house: House, count: int) -> list[str]:
    """Wait until so many requests were sent with nothing said and nothing known; return their system messages."""
    async with asyncio.timeout(20):
        while True:
            sent = [
                request["messages"][0]["content"]
                for request in house.server.requests[CHAT]
                if request["messages"] and request["messages"][-1]["content"] == "<context>"
            ]
            task = house.agent._assistant._ahead._task
            if len(sent) >= count and (task is None or task.done()):
                return sent
            await asyncio.sleep(0.01)


def change(house: House, *entity_ids: str) -> None:
    """Switch lights behind the back of whoever has read their states."""
    for entity_id in entity_ids:
        state = house.hass.states.get(entity_id)
        assert state is not None
        house.hass.states.async_set(entity_id, "off" if state.state == "on" else "on", state.attributes)


@pytest.mark.parametrize("changed", [(), ("light.counter_light", "light.bedside_lamp")], ids=["nothing", "two lights"])
@pytest.mark.parametrize("words", [COMMAND, QUESTION], ids=["command", "question"])
@pytest.mark.parametrize(("attention", "again"), CACHES.values(), ids=CACHES)
async def test_little_is_left_to_read_when_the_words_arrive(
    hass: HomeAssistant, attention: Attention, again: int, words: str, changed: tuple[str, ...]
) -> None:
    """The words and 20 tokens, and 12 for each state that changed while they were spoken."""
    async with talking_house(hass, attention=attention, server={"num_batch": BATCH}) as house:
        await read_ahead(house, 1)
        await prepare(house)
        change(house, *changed)
        before = len(house.server.evaluations)
        await house.say(words, conversation_id="ours")
        [turn] = house.server.evaluations[before:]
        assert turn.computed_tokens <= len(tokenize(words)) + 20 + 12 * len(changed) + again
        assert house.turns[-1].record.prefilled


@pytest.mark.parametrize(("attention", "again"), CACHES.values(), ids=CACHES)
async def test_a_turn_without_a_warning_finds_the_prefix_read(
    hass: HomeAssistant, attention: Attention, again: int
) -> None:
    """Typed words come at once; what never changes was read when Home Assistant had started."""
    async with talking_house(hass, attention=attention, server={"num_batch": BATCH}) as house:
        await read_ahead(house, 1)
        await house.say(QUESTION)
        [request] = house.requests
        turn = house.server.evaluations[-1]
        assert turn.computed_tokens <= len(tokenize(request["messages"][-1]["content"])) + 20 + again
        assert turn.computed_tokens < turn.prompt_tokens / 2


async def test_a_house_that_changed_is_read_again_once_it_is_quiet(hass: HomeAssistant) -> None:
    """Many changes at once are read once, and states are no changes."""
    async with talking_house(hass) as house:
        [first] = await read_ahead(house, 1)
        assert "Attic light" not in first
        change(house, "light.counter_light")
        await hass.async_block_till_done()
        assert house.agent._assistant._ahead._timer is None
        attic = next(state.entity_id for state in hass.states.async_all() if state.name == "Attic light")
        for exposed in (True, False, True):
            async_expose_entity(hass, "conversation", attic, exposed)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=ahead.QUIET_SECONDS + 1))
        _, second = await read_ahead(house, 2)
        assert "Attic light" in second
        await asyncio.sleep(0.05)
        assert len(await read_ahead(house, 2)) == 2


async def test_a_server_that_is_back_reads_the_prompt_again(hass: HomeAssistant) -> None:
    """What it had read is gone."""
    async with talking_house(hass) as house:
        await read_ahead(house, 1)
        house.server.fail(times=1, path=CHAT)
        said = await house.say(QUESTION)
        assert said.error is not None
        while not house.entry.runtime_data.servers.available:
            await asyncio.sleep(0.01)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=ahead.QUIET_SECONDS + 1))
        await read_ahead(house, 2)
