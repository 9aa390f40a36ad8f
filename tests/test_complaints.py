"""What people complain about in other voice agents, each said to a whole Parlor: here it can not happen.

The house, the conversation and the HTTP server are real; the model says what a bad one would. Each row is judged by
the states of the whole house, the reply and the microphone. docs/promises.md lists the same complaints.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import async_get_pipelines, async_update_pipeline
from homeassistant.components.conversation.chat_log import async_get_chat_log
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, chat_session, device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.parlor.const import DOMAIN
from demo.ollama import Call, Reply
from demo.ollama.prompt import render, tokenize
from tests.agent.guarded_house import guarded_house
from tests.talking_house import AGENT, House, call, calls, says, talking_house

PROJECT = Path(__file__).parent.parent
PROMISES = PROJECT / "docs" / "promises.md"

pytestmark = pytest.mark.usefixtures("socket_enabled")

OFF = "turn off the kitchen lights"
KITCHEN = {"Kitchen ceiling light": "off", "Counter light": "off"}
DONE = "The kitchen lights are off."
NOTHING = "Sorry, nothing was changed."
WHICH = "Which light do you mean, the hallway light, the counter light, the kitchen ceiling light or the bedside lamp?"
TURN_OFF = call("turn_off", "Kitchen lights")
PRINTED = '{"name": "turn_off", "arguments": {"targets": ["Kitchen lights"]}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One conversation: what is said, what the model answers, and what must come of it.

    `changes` are the states at the end of all that is then otherwise than before. `hears` is the last reply. `passes`
    is how often the model was asked, None if that is all the same. `room` is where the speaker is.
    """

    say: str | Sequence[str]
    model: Sequence[Reply] = ()
    hears: str
    changes: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    passes: int | None = None
    room: str | None = None
    local: bool = False


TABLE: Mapping[str, Mapping[str, Row]] = {
    "it says that it is done, and nothing was done": {
        "a claim": Row(say=OFF, model=[says("I have turned off the kitchen lights.")] * 2, hears=NOTHING, passes=2),
        "a claim beside a question": Row(
            say=OFF, model=[says("Done! Shall I turn on the bedside lamp?")] * 2, hears=NOTHING
        ),
        "a claim that is made good": Row(
            say=OFF, model=[says("The lights are off now."), calls(TURN_OFF)], changes=KITCHEN, hears=DONE, passes=2
        ),
        "a device that does not obey": Row(
            say="turn on the hallway light",
            model=[calls(call("turn_on", "Hallway light"))],
            hears="The hallway light did not respond.",
        ),
        "a deed of which half was done": Row(
            say="turn on the hallway light and the bedside lamp",
            model=[calls(call("turn_on", "Hallway light", "Bedside lamp"))],
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on, but the hallway light did not respond.",
        ),
        "a tool that does not exist": Row(
            say="order a pizza",
            model=[calls(Call("order_pizza", {})), *[says("I have ordered a pizza.")] * 2],
            hears=NOTHING,
        ),
    },
    "a tool call is read out as text": {
        "JSON": Row(say=OFF, model=[says(PRINTED)], changes=KITCHEN, hears=DONE, passes=1),
        "fenced JSON": Row(say=OFF, model=[says(f"```json\n{PRINTED}\n```")], changes=KITCHEN, hears=DONE, passes=1),
        "tags": Row(say=OFF, model=[says(f"<tool_call>{PRINTED}</tool_call>")], changes=KITCHEN, hears=DONE, passes=1),
        "Python": Row(
            say=OFF, model=[says('turn_off(targets=["Kitchen lights"])')], changes=KITCHEN, hears=DONE, passes=1
        ),
    },
    "it acts where it was only asked": {
        "is it on": Row(
            say="is the bedside lamp on?",
            model=[calls(call("turn_on", "Bedside lamp")), says("No, the bedside lamp is off.")],
            hears="No, the bedside lamp is off.",
        ),
        "is it off": Row(
            say="is the counter light off?",
            model=[calls(call("turn_off", "Counter light")), *[says("Yes, the counter light is off.")] * 2],
            hears="The counter light is on.",
        ),
        "without the model": Row(
            say="is the bedside lamp on?", local=True, hears="No, the bedside lamp is off.", passes=0
        ),
    },
    "an unknown room means the whole house": {
        "the model takes all": Row(
            say="turn off the lights in the cellar",
            model=[calls(call("turn_off", "all"))] * 2,
            hears="I could not find a cellar.",
        ),
        "the model takes every room": Row(
            say="turn off the lights in the cellar",
            model=[calls(call("turn_off", "Kitchen", "Bedroom", "Hallway"))] * 2,
            hears="I could not find a cellar.",
        ),
        "the model takes another room": Row(
            say="turn on the lights in the bedroom",
            model=[calls(call("turn_on", "Hallway lights")), calls(call("turn_on", "Bedroom lights"))],
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on.",
        ),
    },
    "the wrong one of several of a name": {
        "none is guessed": Row(
            say="turn off the light",
            model=[calls(call("turn_off", "light"))],
            hears=WHICH,
            asks=True,
        ),
        "the answer finishes it": Row(
            say=["turn off the light", "the counter light"],
            model=[calls(call("turn_off", "light"))],
            changes={"Counter light": "off"},
            hears="The counter light is off.",
        ),
        "the speaker's room tells": Row(
            say="turn on the lamp",
            model=[calls(call("turn_on", "lamp"))],
            room="Bedroom",
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on.",
        ),
    },
    "a room's lights take the coffee machine along": {
        "the room alone": Row(
            say=["turn on the coffee machine", OFF],
            model=[calls(call("turn_on", "Coffee machine")), calls(call("turn_off", "Kitchen"))],
            changes={**KITCHEN, "Coffee machine": "on"},
            hears=DONE,
        ),
        "named by the model": Row(
            say=["turn on the coffee machine", OFF],
            model=[
                calls(call("turn_on", "Coffee machine")),
                calls(TURN_OFF, call("turn_off", "Coffee machine")),
                says(""),
            ],
            changes={**KITCHEN, "Coffee machine": "on"},
            hears=DONE,
        ),
    },
    "its thinking is spoken": {
        "in tags": Row(
            say="why is the sky blue",
            model=[says("<think>The user asks about the sky.</think>Because of the air.")],
            hears="Because of the air.",
        ),
        "in tags that never open": Row(
            say="why is the sky blue",
            model=[says("The user asks about the sky.</think>Because of the air.")],
            hears="Because of the air.",
        ),
        "before a call": Row(
            say=OFF,
            model=[calls(TURN_OFF, content="<think>I should call turn_off.</think>")],
            changes=KITCHEN,
            hears=DONE,
        ),
    },
    "asterisks, headings and emoji are spoken": {
        "marks": Row(
            say="what can I cook",
            model=[says("## Ideas\n\n**Soup** with *leek* 🍲 is good.")],
            hears="Ideas. Soup with leek is good.",
        ),
        "entity ids": Row(
            say="which lamp is by the bed",
            model=[says("That is `light.bedside_lamp`.")],
            hears="That is Bedside lamp.",
        ),
    },
    "the microphone opens for nothing, or stays shut": {
        "a question of the house opens it": Row(
            say="turn off the light",
            model=[calls(call("turn_off", "light"))],
            hears=WHICH,
            asks=True,
        ),
        "an answer does not": Row(
            say="why is the sky blue", model=[says("Because of the air.")], hears="Because of the air."
        ),
        "a deed does not": Row(say=OFF, model=[calls(TURN_OFF)], changes=KITCHEN, hears=DONE),
        "a question of the model opens it": Row(
            say="tell me a story", model=[says("What shall it be about?")], hears="What shall it be about?", asks=True
        ),
    },
    "it worked, and there was no response": {
        "no word after the call": Row(
            say=OFF, model=[calls(TURN_OFF), says("")], changes=KITCHEN, hears=DONE, passes=1
        ),
        "an empty answer": Row(say="why is the sky blue", model=[says("")], hears="Sorry, I did not understand that."),
        "calls without end": Row(
            say="what is on",
            model=[calls(call("get_state", "Kitchen"))] * 10,
            hears="Sorry, I could not finish that.",
            passes=6,
        ),
    },
    "plain sentences are caught too often, or not at all": {
        "a misheard name": Row(say="turn off the kitchn lites", local=True, changes=KITCHEN, hears=DONE, passes=0),
        "two things at once": Row(
            say="turn off the kitchen lights and set the thermostat to 21 degrees",
            local=True,
            changes=KITCHEN,
            hears="The kitchen lights are off and the thermostat is set to 21 degrees.",
            passes=0,
        ),
        "a condition is not left out": Row(
            say="turn off the kitchen lights if nobody is at home",
            local=True,
            model=[says("I can not do that on a condition.")],
            hears="I can not do that on a condition.",
        ),
        "what is no command": Row(
            say="I like how the kitchen lights turn off",
            local=True,
            model=[says("I am glad to hear that.")],
            hears="I am glad to hear that.",
        ),
    },
    'a short "no" or "stop" is not heard': {
        "no": Row(say=["turn off the light", "no"], model=[calls(call("turn_off", "light"))], hears="Okay.", passes=1),
        "never mind": Row(
            say=["turn off the light", "never mind"], model=[calls(call("turn_off", "light"))], hears="Okay.", passes=1
        ),
    },
}
_ROWS = [(complaint, row) for complaint, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(("complaint", "name"), _ROWS, ids=[f"{complaint}: {name}" for complaint, name in _ROWS])
async def test_it_cannot_happen_here(hass: HomeAssistant, complaint: str, name: str) -> None:
    """The house does what was said and nothing else, and the reply is what is so."""
    row = TABLE[complaint][name]
    async with talking_house(hass, local_route=row.local) as house:
        house.server.script(*row.model)
        before = _states(house)
        conversation_id = None
        for text in [row.say] if isinstance(row.say, str) else row.say:
            said = await house.say(text, conversation_id=conversation_id, device_id=_device(house, row.room))
            conversation_id = said.result.conversation_id
        await hass.async_block_till_done()
        after = _states(house)
        assert said.speech == row.hears
        assert {one: state for one, state in after.items() if state != before[one]} == row.changes
        assert said.result.continue_conversation is row.asks
        assert row.passes in (None, len(house.requests))


def _states(house: House) -> dict[str, str]:
    own = {"conversation", "sensor", "event", "binary_sensor", "update", "stt", "tts"}
    return {state.name: state.state for state in house.hass.states.async_all() if state.domain not in own}


def _device(house: House, room: str | None) -> str | None:
    if room is None:
        return None
    area = ar.async_get(house.hass).async_get_or_create(room)
    devices = dr.async_get(house.hass)
    device = devices.async_get_or_create(config_entry_id=house.entry.entry_id, identifiers={(DOMAIN, room)})
    devices.async_update_device(device.id, area_id=area.id)
    return device.id


async def test_the_prompt_is_too_long_for_many_things(hass: HomeAssistant) -> None:
    """Of five hundred things the prompt tells what is needed, and the one that was named is found."""
    async with talking_house(hass) as house:
        for number in range(500):
            hass.states.async_set(f"light.more_{number}", "off", {"friendly_name": f"Spot {number}"})
            async_expose_entity(hass, "conversation", f"light.more_{number}", True)
        await hass.async_block_till_done()
        house.server.script(says("No, it is off."))
        said = await house.say("is spot 417 on?")
        assert said.speech == "No, it is off."
        [request] = house.requests
        assert "Spot 417: off" in request["messages"][-1]["content"]
        assert len(tokenize(render(request["messages"], request["tools"]))) <= 2500


async def test_the_server_cuts_the_instructions_off(hass: HomeAssistant) -> None:
    """What does not fit is never sent: it is said, with figures for who can mend it."""
    async with talking_house(hass, server={"num_ctx": 600}) as house:
        await hass.async_block_till_done()
        said = await house.say(OFF)
        assert (said.speech, house.requests) == ("Sorry, that was too much for the language model.", [])
        assert any(domain == DOMAIN for domain, _ in ir.async_get(hass).issues)


async def test_the_time_breaks_the_cache(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Hours later, with other states and from another room, all of the prefix is the same."""
    async with talking_house(hass) as house:
        house.server.script(says("Hello."), says("Hello."))
        await house.say("hello there")
        freezer.tick(timedelta(hours=5))
        hass.states.async_set("light.counter_light", "off", hass.states.get("light.counter_light").attributes)  # type: ignore[union-attr]
        await house.say("hello there", device_id=_device(house, "Bedroom"))
        first, second = house.requests
        assert (first["messages"][0], first["tools"]) == (second["messages"][0], second["tools"])
        assert first["messages"][-1] != second["messages"][-1]


async def test_nothing_is_heard_before_the_whole_answer_is_there(hass: HomeAssistant) -> None:
    """The first sentences are given to the voice while the model still writes."""
    sentences = ("The sky is blue because air scatters blue light more. ", "Red light passes through it. ", "So")
    heard: list[dict[str, Any]] = []
    released = asyncio.Event()

    def listen(_log: conversation.ChatLog, delta: dict[str, Any]) -> None:
        heard.append(delta)
        if delta.get("content"):
            released.set()

    async with talking_house(hass) as house:
        house.server.script(Reply(chunks=sentences, hang_after=3))
        request = conversation.ConversationInput("why is the sky blue", Context(), "ours", None, None, "en", AGENT)

        async def turn() -> None:
            with (
                chat_session.async_get_chat_session(hass, "ours") as session,
                async_get_chat_log(hass, session, request, chat_log_delta_listener=listen),
            ):
                await house.say(request.text, conversation_id="ours")

        task = hass.async_create_task(turn())
        async with asyncio.timeout(20):
            await released.wait()
        assert heard[1]["content"] == sentences[0].strip()
        task.cancel()
        await house.server.wait_cancelled()


async def test_home_assistants_sentences_come_before_the_agent(hass: HomeAssistant) -> None:
    """A pipeline that lets them is told of, with a fix."""
    assert await async_setup_component(hass, "repairs", {})
    async with talking_house(hass):
        [pipeline] = [one for one in async_get_pipelines(hass) if one.conversation_engine == AGENT]
        assert not pipeline.prefer_local_intents
        await async_update_pipeline(hass, pipeline, prefer_local_intents=True)
        await hass.async_block_till_done()
        issues = ir.async_get(hass).issues
        assert any(issue.is_fixable for (domain, key), issue in issues.items() if "local_intents" in key)


@pytest.mark.parametrize("local", [True, False], ids=["without the model", "with the model"])
async def test_a_door_opens_to_a_sentence(hass: HomeAssistant, local: bool) -> None:
    """It wants a spoken yes; no, silence and another topic leave it locked."""
    async with guarded_house(hass, model=True, local_route=local) as house:
        assert house.server
        for answer, state in {"no": "locked", "turn off the hall light": "locked", "yes": "unlocked"}.items():
            house.server.script(
                *([] if local else [calls(call("lock", "Front door", action="unlock"))]),
                *([calls(call("turn_off", "Hall light"))] if answer.startswith("turn") and not local else []),
            )
            said = await house.say("unlock the front door", conversation_id=None)
            assert (said.continued, house.states()["lock.front"]) == (True, "locked")
            await house.say(answer)
            assert house.states()["lock.front"] == state


async def test_nobody_is_held_back(hass: HomeAssistant) -> None:
    """Who may not do something in Home Assistant may not do it by voice."""
    guest = MockUser(name="Guest")
    guest.add_to_hass(hass)
    guest.mock_policy({"entities": {"entity_ids": {"light.hall": True}}})
    async with guarded_house(hass, model=True, local_route=True) as house:
        await house.say("unlock the front door", user=guest.id)
        await house.say("yes", user=guest.id)
        assert house.states()["lock.front"] == "locked"
        await house.say("turn off the hall light", user=guest.id, conversation_id=None)
        assert house.states()["light.hall"] == "off"


def test_the_promises_are_written_down() -> None:
    """Every complaint of the table stands in docs/promises.md, and every test that is named there exists."""
    text = PROMISES.read_text("utf-8")
    assert [complaint for complaint in TABLE if complaint.casefold() not in text.casefold()] == []
    named = {part.strip("`") for line in text.splitlines() if line.startswith("|") for part in line.split("`")}
    paths = [part for part in named if part.startswith("tests/")]
    assert len(paths) > len(TABLE) // 2
    for path in paths:
        file, _, test = path.partition("::")
        assert (PROJECT / file).exists(), path
        assert not test or f"def {test}(" in (PROJECT / file).read_text("utf-8"), path
