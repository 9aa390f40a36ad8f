"""Timers through a whole turn with a model."""

from collections.abc import AsyncGenerator

from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.core import HomeAssistant
import pytest

from demo.ollama import Call
from tests.agent.test_timers import Satellite
from tests.talking_house import House, call, calls, says, talking_house


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[House]:
    """Return a house to talk to."""
    async with talking_house(hass) as house:
        yield house
        for timer in list(hass.data[TIMER_DATA].timers):
            hass.data[TIMER_DATA].cancel_timer(timer)


async def test_a_timer_is_one_pass(house: House) -> None:
    """The tool is there once a device keeps timers; the house tells what it did, and how long is left."""
    house.server.script(says("Hello."))
    await house.say("hello")
    device = Satellite(house.hass, "one", "Kitchen").device_id
    house.server.script(calls(Call("timer", {"action": "start", "duration": "10 minutes", "name": "tea"})))
    said = await house.say("wake the tea up after a while of ten minutes", device_id=device)
    assert said.speech == "The tea timer is set for 10 minutes."
    house.server.script(calls(Call("timer", {"action": "status"})))
    said = await house.say("how about the tea?", device_id=device)
    assert said.speech.startswith("The tea timer has ")
    first, *others = [{tool["function"]["name"] for tool in request["tools"]} for request in house.requests]
    assert "timer" not in first
    assert len(others) == 2
    assert all("timer" in names for names in others)


async def test_a_command_waits(house: House) -> None:
    """The model calls for it as if it were for now."""
    house.server.script(calls(call("turn_off", "Counter light")))
    said = await house.say("please make sure the counter light goes off in ten minutes")
    assert said.speech == "I will see to the counter light in 10 minutes."
    assert house.state("Counter light") == "on"
    [timer] = house.hass.data[TIMER_DATA].timers.values()
    assert timer.conversation_command == "make sure the counter light goes off"


async def test_another_time_is_not_possible(house: House) -> None:
    """It is said at once."""
    house.server.script(calls(call("turn_off", "Counter light")))
    said = await house.say("turn off the counter light at eight")
    assert (said.speech, house.state("Counter light")) == ("I cannot do that later yet.", "on")
