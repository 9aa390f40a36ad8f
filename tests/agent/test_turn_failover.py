"""Turns whose model server dies on the way, with another one to go on."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from homeassistant.core import Event, HomeAssistant
import pytest

from demo.ollama import STAND_IN, OllamaStandIn, Reply
from tests.parlor_entry import model_server
from tests.talking_house import CHAT, House, call, calls, says, talking_house

COMMAND = "turn off the kitchen lights"
OFF = "The kitchen lights are off."
TURN_OFF = call("turn_off", "Kitchen", kind="light")
LONG = "Because air scatters blue light more than red light. It does so everywhere, and all day long. Nice!"


@pytest.fixture
async def second(socket_enabled: None) -> AsyncGenerator[OllamaStandIn]:
    """Return the server that is asked second."""
    async with OllamaStandIn((STAND_IN,)) as server:
        yield server


@pytest.fixture
async def house(hass: HomeAssistant, second: OllamaStandIn) -> AsyncGenerator[House]:
    """Return a house with two model servers."""
    async with talking_house(hass, agents=(model_server(second.url, "second"),)) as house:
        await second.wait_for(CHAT)
        yield house


@pytest.fixture
def deeds(hass: HomeAssistant) -> list[tuple[str, Any]]:
    """Return a list that gets every service call, with what it is for."""
    made: list[tuple[str, Any]] = []

    async def called(event: Event) -> None:
        made.append((event.data["service"], event.data["service_data"].get("entity_id")))

    hass.bus.async_listen("call_service", called)
    return made


def _turns(server: OllamaStandIn) -> list[Any]:
    return [request for request in server.requests[CHAT] if request["messages"]]


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        ([says("The", die_after=0)], [calls(TURN_OFF)], 1),
        ([says("The kitchen lights are off.", die_after=2)], [calls(TURN_OFF)], 1),
        ([Reply(tool_calls=(TURN_OFF,), style="rendered", die_after=1)], [calls(TURN_OFF)], 1),
        ([Reply(tool_calls=(TURN_OFF,), style="rendered", error_line="model runner stopped")], [calls(TURN_OFF)], 1),
        (
            [calls(call("get_state", "Counter light")), says("It is on", die_after=1)],
            [calls(TURN_OFF)],
            2,
        ),
    ],
    ids=["at once", "in words", "after a call", "an error after a call", "after a look at the states"],
)
async def test_command(
    house: House,
    second: OllamaStandIn,
    deeds: list[tuple[str, Any]],
    first: Sequence[Reply],
    then: Sequence[Reply],
    asked: int,
) -> None:
    """What was asked for is done once, by the server that is left, and nothing of the broken reply is."""
    house.server.script(*first)
    second.script(*then)
    said = await house.say(COMMAND)
    assert (said.speech, said.error) == (OFF, None)
    assert [service for service, _ in deeds] == ["turn_off"]
    assert len(house.requests) == asked
    assert len(_turns(second)) == len(then)
    assert house.state("Counter light") == "off"


async def test_after_the_deed(house: House, second: OllamaStandIn, deeds: list[tuple[str, Any]]) -> None:
    """After a deed nothing is done again: the next server is told of it, and only finds the words."""
    house.server.script(calls(TURN_OFF, call("get_state", "Bedroom temperature")), says("The", die_after=1))
    second.script(says("The bedroom temperature is 21.5 degrees."))
    said = await house.say("turn off the kitchen lights and tell me the bedroom temperature")
    assert said.error is None
    assert OFF.rstrip(".") in said.speech
    assert "21.5" in said.speech
    assert [service for service, _ in deeds] == ["turn_off"]
    [request] = _turns(second)
    assert "tool" in [message["role"] for message in request["messages"]]


async def test_after_words_were_spoken(house: House, second: OllamaStandIn) -> None:
    """What has been spoken can not be taken back, so the next server is not asked."""
    house.server.script(says(LONG, die_after=18))
    said = await house.say("why is the sky blue")
    assert said.error == "failed_to_handle"
    assert said.speech.startswith("Because air")
    assert _turns(second) == []


async def test_the_next_turn(house: House, second: OllamaStandIn) -> None:
    """The next turn goes to the server that is well."""
    house.server.script(says("The", die_after=0))
    second.script(calls(TURN_OFF), says("Yes."))
    await house.say(COMMAND)
    asked = len(house.requests)
    house.server.fail()
    assert (await house.say("is the counter light on")).speech == "Yes."
    assert len(house.requests) == asked
