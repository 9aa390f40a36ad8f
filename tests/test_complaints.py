"""What people complain about in other voice agents, each said to a whole Parlor: here it can not happen.

The house, the conversation and the HTTP server are real; the model says what a bad one would. Each row is judged by
the states of the whole house, the reply and the microphone. docs/promises.md lists the same complaints.
"""

import asyncio
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
from demo.ollama import Reply
from demo.ollama.prompt import render, tokenize
from tests.agent.guarded_house import guarded_house
from tests.complaint_rows import OFF, TABLE
from tests.talking_house import AGENT, House, call, calls, says, talking_house

PROJECT = Path(__file__).parent.parent
PROMISES = PROJECT / "docs" / "promises.md"

pytestmark = pytest.mark.usefixtures("socket_enabled")

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
