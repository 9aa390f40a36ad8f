"""Who may not see or control an entity in Home Assistant may not do so by voice."""

from collections.abc import AsyncGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import chat_session
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from tests.agent.guarded_house import Guarded, guarded_house
from tests.talking_house import call, calls, says

POLICY = {
    "entities": {
        "entity_ids": {
            "light.hall": {"read": True, "control": True},
            "cover.blinds": {"read": True},
            "cover.garage": {"read": True},
        }
    }
}


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Guarded]:
    """Return a guarded house with a model."""
    async with guarded_house(hass, model=True, local_route=True) as house:
        yield house


@pytest.fixture
async def guest(hass: HomeAssistant) -> MockUser:
    """Return a user who may switch one light and see two covers, by Home Assistant's own rules."""
    user = MockUser(name="Guest")
    user.add_to_hass(hass)
    user.mock_policy(POLICY)
    return user


async def test_the_context_tells_only_what_the_user_may_see(house: Guarded, guest: MockUser) -> None:
    """Names are known to all; states are not."""
    assert house.server
    house.server.script(says("I cannot tell."), says("It is locked."))
    await house.say("tell me about the doors of this house", user=guest.id)
    await house.say("tell me about the doors of this house", conversation_id=None)
    limited, full = (request["messages"][-1]["content"] for request in house.requests)
    assert "Hall light: on" in limited
    assert "Garage door: closed" in limited
    assert "Front door: locked" not in limited
    assert "House alarm" not in limited
    assert "Front door: locked" in full
    assert "House alarm: armed away" in full


async def test_what_was_sent_ahead_is_not_used_where_it_tells_too_much(house: Guarded, guest: MockUser) -> None:
    """While somebody is still speaking nobody knows who it is."""
    assert house.server
    entity = house.house.hass.data["conversation"].get_entity("conversation.parlor")
    assert entity is not None
    house.server.script(says("Hello."))
    await house.say("well, hello")
    for user, told in ((guest.id, False), (None, True)):
        with chat_session.async_get_chat_session(house.house.hass, house.conversation_id):
            await entity.async_prepare("en")
            await house.house.hass.async_block_till_done()
            house.server.script(says("I see."))
            await house.say("what do you know", user=user)
        assert ("Front door: locked" in house.requests[-1]["messages"][-1]["content"]) is told
        assert house.turns[-1].record.prefilled is told


ASKED = {
    "a state": "is the front door locked",
    "states": "are all the doors locked",
    "what is open": "which covers are closed",
}


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
async def test_questions_are_answered_from_what_the_user_may_see(house: Guarded, guest: MockUser, text: str) -> None:
    """The local route leaves it to the model, which knows no more."""
    assert house.server
    house.server.script(says("I cannot tell."))
    said = await house.say(text, user=guest.id)
    assert (said.route, said.speech) == ("model", "I cannot tell.")


async def test_a_tool_reads_only_what_the_user_may_see(house: Guarded, guest: MockUser) -> None:
    """Neither states nor history."""
    assert house.server
    house.server.script(calls(call("get_state", "Front door", "Garage door")), says("The garage door is closed."))
    await house.say("could you look at the doors for me", user=guest.id)
    assert '{"states":["Garage door: closed"]}' in house.requests[-1]["messages"][-1]["content"]


COMMANDS = {
    "may": ("turn off the hall light", "The hall light is off.", ["light.turn_off"]),
    "may only look": ("close the kitchen blinds", "You may not change the kitchen blinds.", []),
    "may not": ("lock the front door", "You may not change the front door.", []),
    "may not, and it is guarded": ("open the garage door", "You may not change the garage door.", []),
    "a scene": ("activate the evening scene", "You may not change the evening.", []),
    "both": (
        "turn off the hall light and close the kitchen blinds",
        "The hall light is off, but you may not change the kitchen blinds.",
        ["light.turn_off"],
    ),
}


@pytest.mark.parametrize(("text", "reply", "services"), COMMANDS.values(), ids=COMMANDS)
async def test_commands(house: Guarded, guest: MockUser, text: str, reply: str, services: list[str]) -> None:
    """What the user may not do is not even tried, and not asked about; the rest is done."""
    said = await house.say(text, user=guest.id)
    assert (said.speech, said.continued) == (reply, False)
    assert house.called() == services


async def test_nobody_and_who_is_gone(house: Guarded, guest: MockUser) -> None:
    """A user that does not exist, or not any more, may do nothing."""
    assert (await house.say("turn off the hall light", user="nobody")).speech == "You may not change the hall light."
    await house.house.hass.auth.async_deactivate_user(guest)
    assert (await house.say("turn off the hall light", user=guest.id)).speech == "You may not change the hall light."
    assert house.called() == []
