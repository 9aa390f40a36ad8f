"""The conversation entity: set up, spoken to in a stream, and sent ahead of the words."""

import asyncio
from collections.abc import AsyncGenerator
import math
from typing import Any

from homeassistant.components import conversation
from homeassistant.components.conversation import ConversationEntityFeature
from homeassistant.components.conversation.chat_log import async_get_chat_log
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, chat_session, device_registry as dr, entity_registry as er
import pytest

from custom_components.parlor.agent import prefill
from custom_components.parlor.agent.route import patterns
from demo.ollama import Reply
from tests.parlor_entry import agent
from tests.talking_house import AGENT, CHAT, House, says, talking_house

QUESTION = "is the counter light on"
LONG = ("Because air scatters blue light more. ", "It scatters red light less than that. ", "And so on", " and on.")


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[House]:
    """Return a house to talk to."""
    async with talking_house(hass) as house:
        yield house


async def test_every_agent_is_an_entity_and_a_service(house: House) -> None:
    """Named by its device, able to control the home, in any language."""
    hass = house.hass
    entry = er.async_get(hass).async_get(AGENT)
    assert entry is not None
    assert (entry.unique_id, entry.config_subentry_id, entry.original_name) == ("agent", "agent", None)
    device = dr.async_get(hass).async_get(entry.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert (device.name, device.entry_type) == ("Parlor", dr.DeviceEntryType.SERVICE)
    state = hass.states.get(AGENT)
    assert state is not None
    assert state.attributes["supported_features"] == ConversationEntityFeature.CONTROL
    assert house.agent.supported_languages == "*"
    assert house.agent.supports_streaming


@pytest.mark.usefixtures("socket_enabled")
async def test_a_start_reads_one_language(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent is there as soon as the home's own language is; another is read when it is first spoken."""
    monkeypatch.setattr(patterns, "_READ", {})
    async with talking_house(hass, local_route=True) as house:
        assert patterns.is_read("en")
        assert not patterns.is_read("de")
        assert (await house.say("Schalte die Lampe im Büro aus", language="de")).speech
        assert patterns.is_read("de")
        assert not patterns.is_read("fr")
        await house.agent.async_prepare("fr")
        assert patterns.is_read("fr")


@pytest.mark.usefixtures("socket_enabled")
async def test_an_agent_asks_as_its_settings_say(hass: HomeAssistant) -> None:
    """Its own model, temperature and instructions; what would make a server load a model again is the server's."""
    async with talking_house(
        hass, model="qwen-of-the-house:4b", temperature=0.3, instructions="Be {{ 'brief' }}."
    ) as house:
        await house.say(QUESTION)
        [request] = house.requests
        assert request["model"] == "qwen-of-the-house:4b"
        assert request["options"]["temperature"] == 0.3
        assert request["options"]["num_ctx"] == 8192
        assert "\nBe brief.\n" in request["messages"][0]["content"]


@pytest.mark.usefixtures("socket_enabled")
async def test_agents_can_differ(hass: HomeAssistant) -> None:
    """Two subentries are two entities with turns of their own."""
    async with talking_house(hass, agents=(agent("second", temperature=0.9, local_route=False),)) as house:
        await house.say(QUESTION)
        await conversation.async_converse(hass, QUESTION, None, Context(), agent_id="conversation.parlor_2")
        assert [request["options"].get("temperature") for request in house.requests] == [None, 0.9]
        assert len(house.agent.turns.records) == 1


class Heard:
    """What a pipeline hears of a turn."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.deltas: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def listen(self, _log: conversation.ChatLog, delta: dict[str, Any]) -> None:
        """Write a delta down."""
        self.deltas.append(delta)
        self._news.set()

    async def until(self, count: int) -> None:
        """Wait until so many deltas were heard."""
        while len(self.deltas) < count:
            self._news.clear()
            await self._news.wait()


async def start_turn(house: House, text: str, heard: Heard) -> asyncio.Task[Any]:
    """Say something as a pipeline does, and return the turn's task."""

    async def turn() -> Any:
        request = conversation.ConversationInput(text, Context(), "ours", None, None, "en", AGENT)
        with (
            chat_session.async_get_chat_session(house.hass, "ours") as session,
            async_get_chat_log(house.hass, session, request, chat_log_delta_listener=heard.listen),
        ):
            return await house.say(text, conversation_id="ours")

    return house.hass.async_create_task(turn())


async def test_an_answer_is_released_while_the_model_still_writes(house: House) -> None:
    """Sentence by sentence, once there is as much as Home Assistant needs to begin to speak."""
    heard = Heard()
    house.server.script(Reply(chunks=LONG, hang_after=3))
    turn = await start_turn(house, "why is the sky blue", heard)
    await heard.until(3)
    assert heard.deltas == [{"role": "assistant"}, {"content": LONG[0].strip()}, {"content": f" {LONG[1].strip()}"}]
    turn.cancel()
    await house.server.wait_cancelled()


async def test_nothing_is_released_of_a_command_before_the_model_is_done(house: House) -> None:
    """It may still be a lie."""
    heard = Heard()
    house.server.script(Reply(chunks=LONG, hang_after=3))
    before = len(house.server.requests[CHAT])
    turn = await start_turn(house, "turn off the kitchen lights", heard)
    await house.server.wait_for(CHAT, before + 1)
    await asyncio.sleep(0.1)
    assert heard.deltas == []
    turn.cancel()
    await house.server.wait_cancelled()


async def test_deeds_are_heard_as_deltas(house: House) -> None:
    """Calls, results and the reply, as the pipeline takes them."""
    heard = Heard()
    await (await start_turn(house, "turn on the bedside lamp", heard))
    roles = [delta.get("role") for delta in heard.deltas]
    assert roles == ["assistant", "tool_result", "assistant", None]
    assert heard.deltas[-1] == {"content": "The bedside lamp is on."}


def satellite(hass: HomeAssistant, name: str, area: str, state: str = "listening") -> str:
    """Add a satellite to an area and return its entity id."""
    registry = er.async_get(hass)
    entry = registry.async_get_or_create("assist_satellite", "test", name, object_id_base=name)
    found = ar.async_get(hass).async_get_area_by_name(area)
    assert found is not None
    registry.async_update_entity(entry.entity_id, area_id=found.id)
    hass.states.async_set(entry.entity_id, state)
    return entry.entity_id


async def prepare(house: House, conversation_id: str | None = "ours") -> None:
    """Let the agent prepare as a pipeline does when somebody begins to speak."""
    with chat_session.async_get_chat_session(house.hass, conversation_id):
        await conversation.async_prepare_agent(house.hass, AGENT, "en")


async def prefilled(house: House) -> dict[str, Any]:
    """Return the prefill that was sent, once it is over."""
    await under_way(house)
    return prefills(house)[-1]


async def under_way(house: House) -> None:
    """Wait until no prefill is under way."""
    tasks = [one.task for one in house.agent._assistant._equipment.prefills._under_way.values()]
    await asyncio.gather(*tasks)


def prefills(house: House) -> list[dict[str, Any]]:
    """Return all prefills that were sent."""
    return [
        request
        for request in house.server.requests[CHAT]
        if request["messages"] and request["options"].get("num_predict") == 1
    ]


async def hanging_prefill(house: House) -> None:
    """Prepare with a server that takes for ever."""
    house.server.script(Reply(for_prefill=True, delay=math.inf))
    before = len(house.server.requests[CHAT])
    await prepare(house)
    await house.server.wait_for(CHAT, before + 1)


def check_prefix(sent: dict[str, Any], asked: dict[str, Any]) -> None:
    """Compare a prefill with the request of its turn."""
    *before, last = sent["messages"]
    assert asked["messages"][: len(before)] == before
    assert len(asked["messages"]) == len(before) + 1
    assert asked["messages"][-1]["content"].startswith(f"{last['content']}\n")
    assert asked["tools"] == sent["tools"]
    assert asked["options"] | {"num_predict": 1} == sent["options"]
    assert {**asked, "messages": 0, "options": 0} == {**sent, "messages": 0, "options": 0}


async def test_a_turn_goes_on_where_its_prefill_ended(house: House) -> None:
    """The prefill is the turn's request without the words, history included."""
    await house.say("turn off the kitchen lights", conversation_id="ours")
    await prepare(house)
    sent = await prefilled(house)
    await house.say(QUESTION, conversation_id="ours")
    check_prefix(sent, house.requests[-1])
    assert house.requests[-1]["messages"][-1]["content"] == f"{sent['messages'][-1]['content']}\n</context>\n{QUESTION}"
    assert house.turns[-1].record.prefilled


async def test_what_changed_since_the_prefill_comes_after_it(house: House) -> None:
    """As do place and note where the prefill did not know them."""
    await prepare(house)
    sent = await prefilled(house)
    thermometer = house.hass.states.get("sensor.bedroom_temperature")
    assert thermometer is not None
    house.hass.states.async_set(thermometer.entity_id, "23", thermometer.attributes)
    kitchen = satellite(house.hass, "kitchen", "Kitchen")
    await house.say(QUESTION, conversation_id="ours", satellite_id=kitchen, extra_system_prompt="Hello")
    [asked] = house.requests
    check_prefix(sent, asked)
    added = asked["messages"][-1]["content"].removeprefix(sent["messages"][-1]["content"])
    assert added == (f"\nSpeaker: Kitchen, Downstairs\nNote: Hello\nBedroom temperature: 23 °C\n</context>\n{QUESTION}")


async def test_the_only_satellite_that_listens_is_the_speakers(house: House) -> None:
    """Its area is in the prefill; the turn that comes from it goes on."""
    kitchen = satellite(house.hass, "kitchen", "Kitchen")
    satellite(house.hass, "bedroom", "Bedroom", "idle")
    await prepare(house)
    sent = await prefilled(house)
    assert "\nSpeaker: Kitchen, Downstairs\n" in sent["messages"][-1]["content"]
    await house.say(QUESTION, conversation_id="ours", satellite_id=kitchen)
    check_prefix(sent, house.requests[-1])


async def test_a_prefill_with_the_wrong_place_is_not_gone_on_with(house: House) -> None:
    """The context says the right one only."""
    satellite(house.hass, "kitchen", "Kitchen")
    await prepare(house)
    await prefilled(house)
    bedroom = satellite(house.hass, "bedroom", "Bedroom")
    await house.say(QUESTION, conversation_id="ours", satellite_id=bedroom)
    assert house.requests[-1]["messages"][-1]["content"].count("Speaker:") == 1
    assert "\nSpeaker: Bedroom, Upstairs\n" in house.requests[-1]["messages"][-1]["content"]
    assert not house.turns[-1].record.prefilled


async def test_of_two_satellites_that_listen_none_is_taken(house: House) -> None:
    """Nobody knows which one it is."""
    satellite(house.hass, "kitchen", "Kitchen")
    satellite(house.hass, "bedroom", "Bedroom")
    await prepare(house)
    assert "Speaker" not in (await prefilled(house))["messages"][-1]["content"]


async def test_the_device_that_was_spoken_to_tells_the_place(house: House) -> None:
    """Where there is no satellite; a device that is gone tells none."""
    devices, areas = dr.async_get(house.hass), ar.async_get(house.hass)
    device = devices.async_get_or_create(config_entry_id=house.entry.entry_id, identifiers={("test", "tablet")})
    bedroom = areas.async_get_area_by_name("Bedroom")
    assert bedroom is not None
    devices.async_update_device(device.id, area_id=bedroom.id)
    await house.say(QUESTION, device_id=device.id)
    await house.say(QUESTION, device_id="gone")
    first, second = (request["messages"][-1]["content"] for request in house.requests)
    assert "\nSpeaker: Bedroom, Upstairs\n" in first
    assert "Speaker" not in second


async def test_an_old_prefill_is_not_gone_on_with(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time and its states are too."""
    await prepare(house)
    await prefilled(house)
    monkeypatch.setattr(prefill, "_USABLE_FOR", -1.0)
    await house.say(QUESTION, conversation_id="ours")
    assert not house.turns[-1].record.prefilled


async def test_a_prefill_of_another_house_is_not_gone_on_with(house: House) -> None:
    """The prefix has changed."""
    await prepare(house)
    await prefilled(house)
    er.async_get(house.hass).async_update_entity("light.bedside_lamp", name="Reading lamp")
    await house.hass.async_block_till_done()
    await house.say(QUESTION, conversation_id="ours")
    assert not house.turns[-1].record.prefilled
    assert "Reading lamp" in house.requests[-1]["messages"][0]["content"]


async def test_a_turn_ends_its_prefill(house: House) -> None:
    """The server has nothing else to do than to answer."""
    await hanging_prefill(house)
    assert (await house.say(QUESTION, conversation_id="ours")).speech
    await house.server.wait_cancelled()
    assert house.turns[-1].record.prefilled


async def test_two_rooms_at_once(house: House) -> None:
    """Who is still speaking does not hold up who has spoken, and is read ahead for all the same, before any task."""
    house.server.script(Reply(for_prefill=True, delay=math.inf))
    before = len(house.server.requests[CHAT])
    await prepare(house, "bedroom")
    await house.server.wait_for(CHAT, before + 1)
    async with asyncio.timeout(60):
        kitchen = house.say(QUESTION, conversation_id="kitchen")
        hallway = house.say("is the hallway light on", conversation_id="hallway")
        said = await asyncio.gather(kitchen, hallway)
        assert [one.error for one in said] == [None, None]
        # The prefill of the bedroom was given up for the others, and is made again.
        sent = await prefilled(house)
        await house.say("how warm is the bedroom", conversation_id="bedroom")
    asked = house.server.requests[CHAT][before:]
    kinds = ["prefill" if request["options"].get("num_predict") == 1 else "turn" for request in asked]
    assert kinds == ["prefill", "turn", "turn", "prefill", "turn"]
    check_prefix(sent, asked[-1])
    assert [len(request["messages"]) for request in asked if request in house.requests] == [2, 2, 2]
    assert [turn.record.prefilled for turn in house.turns] == [False, False, True]
    assert house.server.cancelled == 1


async def test_a_second_prefill_takes_the_place_of_the_first(house: House) -> None:
    """Somebody began to speak again."""
    await hanging_prefill(house)
    await prepare(house)
    await house.server.wait_cancelled()
    await prefilled(house)
    await house.say(QUESTION, conversation_id="ours")
    assert house.turns[-1].record.prefilled


async def test_unloading_ends_a_prefill(house: House) -> None:
    """Nothing is left running."""
    await hanging_prefill(house)
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.server.wait_cancelled()
    assert house.entry.state is ConfigEntryState.NOT_LOADED


async def test_a_prefill_that_fails_says_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The turn says it, if it still fails then."""
    house.server.script(Reply(for_prefill=True, status=500, error="out of memory"))
    await prepare(house)
    await prefilled(house)
    assert "Prefill failed" in caplog.text
    house.server.script(says("Yes."))
    assert (await house.say(QUESTION, conversation_id="ours")).speech == "Yes."


async def test_without_a_conversation_nothing_is_sent_ahead(house: House) -> None:
    """Nobody knows where the turn will come from."""
    await conversation.async_prepare_agent(house.hass, AGENT, "en")
    await under_way(house)
    assert prefills(house) == []


@pytest.mark.usefixtures("socket_enabled")
async def test_what_does_not_fit_is_not_sent_ahead(hass: HomeAssistant) -> None:
    """The turn says so."""
    async with talking_house(hass, server={"num_ctx": 600}) as house:
        await prepare(house)
        await under_way(house)
        assert prefills(house) == []


async def test_the_trace_of_a_turn_has_its_figures(house: House) -> None:
    """Tokens and seconds of each pass."""
    conversation.trace.async_clear_traces()
    await house.say(QUESTION)
    [trace] = conversation.trace.async_get_traces()
    [detail] = [event["data"] for event in trace.as_dict()["events"] if event["event_type"] == "agent_detail"]
    assert detail["pass"] == 1
    assert detail["stats"]["prompt_tokens"] > 0
