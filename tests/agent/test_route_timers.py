"""Sentences about timers and later, said to a whole Parlor whose model server is gone."""

import asyncio
from collections.abc import AsyncGenerator

from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.core import Context, HomeAssistant
import pytest

from tests.agent.house import House, async_full_house
from tests.agent.test_timers import Kept, Satellite, kept
from tests.parlor_entry import agent, async_add_parlor, model_server

AGENT = "conversation.parlor"
NO_MODEL = "I cannot reach the model server."
PASTA: Kept = ("pasta", 540, True)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[tuple[House, Satellite]]:
    """Return the house with a satellite in the kitchen, and Parlor; time stands still for timers."""
    monkeypatch.setattr("time.monotonic_ns", lambda: 1)
    house = await async_full_house(hass)
    entry = await async_add_parlor(hass, model_server(), agent())
    yield house, Satellite(hass, "one", "Kitchen")
    for timer in list(hass.data[TIMER_DATA].timers):
        hass.data[TIMER_DATA].cancel_timer(timer)
    await house.home.async_stop()
    await hass.config_entries.async_unload(entry.entry_id)


async def say(house: House, text: str, device_id: str | None) -> ConversationResult:
    """Say something to a device."""
    return await async_converse(house.hass, text, None, Context(), language="en", agent_id=AGENT, device_id=device_id)


def heard(result: ConversationResult) -> str:
    """Return what was said."""
    speech: str = result.response.speech["plain"]["speech"]
    return speech


STARTS: list[tuple[str, Kept]] = [
    ("set a timer for ten minutes", (None, 600, True)),
    ("Set a 10-minute timer.", (None, 600, True)),
    ("timer for five minutes please", (None, 300, True)),
    ("five minute timer", (None, 300, True)),
    ("start a timer for an hour and a half", (None, 5400, True)),
    ("can you set a timer for 1 hour and 20 minutes?", (None, 4800, True)),
    ("set a pasta timer for nine minutes", PASTA),
    ("set a nine minute pasta timer", PASTA),
    ("set a timer for nine minutes for the pasta", PASTA),
    ("set a timer for pasta for 9 minutes", PASTA),
    ("please start another timer for 30 seconds", (None, 30, True)),
    ("set a timer called roast chicken for two hours", ("roast chicken", 7200, True)),
    ("remind me in 20 minutes to take out the trash", ("take out the trash", 1200, True)),
    ("remind me to call Anna in half an hour", ("call anna", 1800, True)),
    ("count down ninety seconds", (None, 90, True)),
]


@pytest.mark.parametrize(("said", "wanted"), STARTS, ids=[said for said, _ in STARTS])
async def test_a_timer_starts_without_the_model(home: tuple[House, Satellite], said: str, wanted: Kept) -> None:
    """In the words of many people."""
    house, satellite = home
    result = await say(house, said, satellite.device_id)
    assert kept(house) == [wanted]
    assert " is set for " in heard(result)


CHANGES: list[tuple[str, list[Kept] | None, str]] = [
    ("cancel the pasta timer", [], "The pasta timer is cancelled."),
    ("stop my timer", [], "The pasta timer is cancelled."),
    ("cancel all timers", [], "The pasta timer is cancelled."),
    ("cancel the nine minute timer", [], "The pasta timer is cancelled."),
    ("pause the timer", [("pasta", 540, False)], "The pasta timer is paused with 9 minutes left."),
    ("add two minutes to the pasta timer", [("pasta", 660, True)], "The pasta timer has 11 minutes left now."),
    ("give the timer another minute", [("pasta", 600, True)], "The pasta timer has 10 minutes left now."),
    ("take 3 minutes off the pasta timer", [("pasta", 360, True)], "The pasta timer has 6 minutes left now."),
    ("how long is left on the timer", None, "The pasta timer has 9 minutes left."),
    ("how long is left on the pasta timer?", None, "The pasta timer has 9 minutes left."),
    ("how much time is left on my timer", None, "The pasta timer has 9 minutes left."),
    ("how long does the pasta timer have left", None, "The pasta timer has 9 minutes left."),
    ("what is left on the timer", None, "The pasta timer has 9 minutes left."),
    ("when does the timer end?", None, "The pasta timer has 9 minutes left."),
    ("is there a timer running?", None, "The pasta timer has 9 minutes left."),
    ("cancel the egg timer", None, "I could not find the egg timer."),
    ("how long is left on the egg timer", None, "I could not find the egg timer."),
    ("cancel the timer when I leave", None, NO_MODEL),
    ("do not cancel the timer", None, NO_MODEL),
    ("should I cancel the timer?", None, NO_MODEL),
    ("set a timer", None, NO_MODEL),
]


@pytest.mark.parametrize(("said", "left", "told"), CHANGES, ids=[said for said, _, _ in CHANGES])
async def test_a_timer_is_changed_without_the_model(
    home: tuple[House, Satellite], said: str, left: list[Kept] | None, told: str
) -> None:
    """Or nothing happens at all."""
    house, satellite = home
    await say(house, "set a pasta timer for nine minutes", satellite.device_id)
    result = await say(house, said, satellite.device_id)
    assert kept(house) == ([PASTA] if left is None else left)
    assert heard(result) == told


async def test_a_device_without_timers_is_told_so(home: tuple[House, Satellite]) -> None:
    """By Parlor, not by a model."""
    house, _ = home
    assert heard(await say(house, "set a timer for ten minutes", None)) == "This device keeps no timers."
    assert kept(house) == []


async def test_which_timer(home: tuple[House, Satellite]) -> None:
    """Two that may be meant are a question."""
    house, satellite = home
    await say(house, "set a pasta timer for nine minutes", satellite.device_id)
    await say(house, "set a rice timer for twelve minutes", satellite.device_id)
    result = await say(house, "cancel the timer", satellite.device_id)
    assert heard(result) == "Which timer do you mean, the pasta timer or the rice timer?"
    assert result.continue_conversation
    assert len(kept(house)) == 2


LATER = [
    ("turn off the office lamp in ten minutes", "turn off the office lamp"),
    (
        "in ten minutes turn off the lamp and the printer in the office",
        "turn off the lamp and the printer in the office",
    ),
    ("could you please close the bedroom blinds in an hour", "could you please close the bedroom blinds"),
]


@pytest.mark.parametrize(("said", "command"), LATER, ids=[said for said, _ in LATER])
async def test_a_command_waits_without_the_model(home: tuple[House, Satellite], said: str, command: str) -> None:
    """It is kept, and nothing is done yet."""
    house, satellite = home
    before = house.states()
    result = await say(house, said, satellite.device_id)
    assert [one[0] for one in kept(house)] == [command]
    assert heard(result).startswith("I will see to ")
    after = house.states()
    assert {one: after[one] for one in house.devices} == {one: before[one] for one in house.devices}


async def test_a_command_that_waited_is_carried_out(hass: HomeAssistant, socket_enabled: None) -> None:
    """By the same agent, when its time has come."""
    house = await async_full_house(hass)
    entry = await async_add_parlor(hass, model_server(), agent())
    await say(house, "turn off the office lamp in 1 second", None)
    assert hass.states.get("light.office_lamp").state == "on"  # type: ignore[union-attr]
    async with asyncio.timeout(30):
        while hass.states.get("light.office_lamp").state == "on":  # type: ignore[union-attr]
            await asyncio.sleep(0.05)
    assert kept(house) == []
    await house.home.async_stop()
    await hass.config_entries.async_unload(entry.entry_id)
