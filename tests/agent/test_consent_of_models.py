"""A model may call for what guards the house; only the user says yes to it."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.agent.guarded_house import ASKS, UNLOCK, UNLOCKED, Guarded, guarded_house
from tests.talking_house import call, calls, says


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Guarded]:
    """Return a guarded house whose model server is gone."""
    async with guarded_house(hass) as house:
        yield house


@pytest.fixture
async def model_house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Guarded]:
    """Return a guarded house whose every sentence goes to the model."""
    async with guarded_house(hass, model=True) as house:
        yield house


MODELS = {
    "its own name": call("lock", "Front door", action="unlock"),
    "a service": call("lock.unlock", "lock.front"),
    "a prefix": call("HassUnlock", "Front door"),
    "a state": call("lock", "Front door", state="unlocked"),
    "open": call("lock", "Front door", action="open"),
    "printed words": call("unlock_door", "front door"),
}


@pytest.mark.parametrize("made", MODELS.values(), ids=MODELS)
async def test_a_model_calls_and_the_user_says_yes(model_house: Guarded, made: Any) -> None:
    """One pass of the model asks; the yes needs none."""
    house = model_house
    assert house.server
    house.server.script(calls(made))
    asked = await house.say(UNLOCK)
    assert asked.continued
    assert asked.speech in (ASKS, "Shall I open the front door?")
    assert house.called() == []
    done = await house.say("yes")
    assert done.speech in (UNLOCKED, "The front door is open.")
    assert len(house.requests) == 1
    # What the model is told afterwards is what happened.
    house.server.script(says("Yes."))
    await house.say("thanks")
    results = [one["content"] for one in house.requests[-1]["messages"] if one["role"] == "tool"]
    assert [("asked_user" in one, '"ok":true' in one) for one in results] == [(True, False), (False, True)]


async def test_a_model_cannot_say_yes(model_house: Guarded) -> None:
    """Neither in words, nor by calling again, in one pass or in several."""
    house = model_house
    assert house.server
    made = call("lock", "Front door", action="unlock")
    house.server.script(calls(made, made, content="yes"))
    assert (await house.say(UNLOCK)).speech == ASKS
    house.server.script(says("Yes, do it."))
    await house.say("hm")
    house.server.script(calls(made))
    assert (await house.say("please")).speech == ASKS
    assert house.called() == []


async def test_a_yes_that_nothing_waits_for_goes_to_the_model(model_house: Guarded) -> None:
    """What the model then calls for is asked about as ever."""
    house = model_house
    assert house.server
    house.server.script(says("Shall I open the front door for you?"))
    assert (await house.say("somebody is there")).continued
    house.server.script(calls(call("lock", "Front door", action="unlock")))
    assert (await house.say("yes")).speech == ASKS
    assert house.called() == []
    assert (await house.say("yes")).speech == UNLOCKED


NAMES: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "a service of a lock": ("lock.lock", {"entity_id": "lock.back"}, {"lock.back": "locked"}),
    "a door": ("lock_door", {"door": "x", "name": "Back door lock"}, {"lock.back": "locked"}),
    "a state of a lock": ("lock", {"targets": "Back door lock", "lock_state": "Locked"}, {"lock.back": "locked"}),
    "a service of an alarm": (
        "alarm_control_panel.alarm_arm_home",
        {"entity_id": "alarm_control_panel.house"},
        {"alarm_control_panel.house": "armed_home"},
    ),
    "an alarm by its mode": ("arm_alarm", {"arm_mode": "night"}, {"alarm_control_panel.house": "armed_night"}),
    "an alarm with a code": (
        "alarm",
        {"targets": ["House alarm"], "action": "armed home", "code": "1234"},
        {"alarm_control_panel.house": "armed_home"},
    ),
    "a service of a valve": ("valve.close_valve", {"entity_id": "valve.water"}, {"valve.water": "closed"}),
    "a valve to a position": ("set_valve_position", {"valve": "x", "name": "Garden water", "position": 0}, {}),
    "a garage door": ("close_garage_door", {"name": "Garage door"}, {"cover.garage": "closing"}),
    "a siren": ("siren.turn_on", {"entity_id": "siren.roof"}, {"siren.roof": "on"}),
}


@pytest.mark.parametrize(("name", "arguments", "states"), NAMES.values(), ids=NAMES)
async def test_names_of_tools(house: Guarded, name: str, arguments: dict[str, Any], states: dict[str, str]) -> None:
    """What models call the tools, and what they write into the fields, is understood."""
    things = house.house
    things.devices["lock.back"].set(locked=False)
    things.devices["cover.garage"].arrive(100)
    before = house.states()
    outcome = await things.perform("make it so", (name, arguments))
    assert not outcome.results[0].error
    assert outcome.question is None
    after = house.states()
    assert {entity_id: after[entity_id] for entity_id in states} == states
    assert {key for key in after if after[key] != before[key]} <= set(states)
