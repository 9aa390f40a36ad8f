"""What is done and said where a device is deaf, slow or gone, or a service fails."""

import asyncio
from typing import Any

import pytest

from custom_components.parlor.agent.deeds import async_perform
from custom_components.parlor.agent.facts import FactKind
from custom_components.parlor.agent.replies import compose
from custom_components.parlor.inference import ToolCall
from tests.agent.house import House, bare_house, broken, house

__all__ = ["bare_house", "house"]

type Call = tuple[str, Any]


async def test_nothing_is_said_of_a_device_that_does_not_answer(house: House) -> None:
    """A deaf device is named, and the rest is reported as it is."""
    house.devices["light.kitchen_counter"].deaf = True
    outcome = await house.perform("turn off the kitchen lights", ("turn_off", {"targets": ["Kitchen"]}))
    assert house.states()["light.kitchen_ceiling"] == "off"
    assert house.states()["light.kitchen_counter"] == "on"
    assert [fact.kind for fact in outcome.facts] == [FactKind.DONE, FactKind.NO_ANSWER]
    assert compose(outcome, "en") == "The kitchen ceiling light is off, but the counter light did not respond."
    assert outcome.results[0].data["no_answer"] == ["Counter light"]


async def test_group_of_which_one_is_deaf(house: House) -> None:
    """Where most of a group did as told, the group is spoken of."""
    house.devices["light.office_lamp"].deaf = True
    outcome = await house.perform("turn off all the lights upstairs", ("turn_off", {"targets": ["Upstairs"]}))
    assert compose(outcome, "en") == "The lights upstairs are off, but the office lamp did not respond."


@pytest.mark.parametrize(
    ("error", "speech"),
    [
        (broken("The radio is off."), "Sorry, the printer could not be changed: The radio is off."),
        (RuntimeError("boom <b>"), "Sorry, the printer could not be changed: boom b."),
        (ValueError(), "Sorry, the printer could not be changed: ValueError."),
    ],
    ids=["home assistant error", "bug", "bug without words"],
)
async def test_failed_service_is_told(house: House, error: Exception, speech: str) -> None:
    """What a service raises is a fact, whatever it raises."""
    house.devices["switch.printer"].error = error
    outcome = await house.perform("turn off the printer", ("turn_off", {"targets": ["Printer"]}))
    assert house.states()["switch.printer"] == "on"
    assert compose(outcome, "en") == speech
    assert not outcome.retry


async def test_one_failure_does_not_hide_the_others(house: House) -> None:
    """Two sentences: what is so, and what failed."""
    house.devices["switch.printer"].error = broken()
    outcome = await house.perform(
        "turn off the printer and the television", ("turn_off", {"targets": ["Printer", "Television"]})
    )
    assert house.states()["switch.television"] == "off"
    assert compose(outcome, "en") == (
        "The television is off. Sorry, the printer could not be changed: The radio is off."
    )


async def test_failing_scene(house: House) -> None:
    """A scene shows nothing, so only its service tells."""
    house.devices["scene.movie_night"].error = broken()
    outcome = await house.perform("movie night", ("turn_on", {"targets": ["Movie night"]}))
    assert [fact.kind for fact in outcome.facts] == [FactKind.FAILED]


async def test_slow_service_is_not_waited_for(house: House) -> None:
    """The reply comes after the limit; the service goes on by itself."""
    waiting, release = asyncio.Event(), asyncio.Event()

    async def slow(**_: Any) -> None:
        waiting.set()
        await release.wait()

    house.devices["switch.printer"].async_turn_off = slow
    turn = asyncio.create_task(
        async_perform(
            house.hass,
            house.home,
            house.says("turn off the printer"),
            [ToolCall("turn_off", {"targets": ["Printer"]}, None)],
            service_limit=0.01,
            patience=0.01,
        )
    )
    await waiting.wait()
    outcome = await turn
    assert compose(outcome, "en") == "The printer did not respond."
    release.set()
    await house.hass.async_block_till_done()


async def test_state_that_comes_late_is_waited_for(house: House) -> None:
    """A device that reports its state after its service has returned is believed."""
    device = house.devices["switch.printer"]

    async def later(**_: Any) -> None:
        def report() -> None:
            device._attr_is_on = False
            device.async_write_ha_state()

        house.hass.loop.call_later(0.02, report)

    device.async_turn_off = later
    outcome = await house.perform("turn off the printer", ("turn_off", {"targets": ["Printer"]}), patience=30)
    assert compose(outcome, "en") == "The printer is off."


async def test_unavailable_device_is_not_waited_for(house: House) -> None:
    """A device that is away cannot answer: thirty seconds of patience would be wasted."""
    device = house.devices["switch.printer"]
    device._attr_available = False
    device.async_write_ha_state()
    async with asyncio.timeout(10):
        outcome = await house.perform("turn off the printer", ("turn_off", {"targets": ["Printer"]}), patience=30)
    assert compose(outcome, "en") == "The printer did not respond."
    assert outcome.results[0].changes[0].after == "unavailable"


async def test_changes_are_recorded_in_words(house: House) -> None:
    """Each touched entity is recorded before and after, for an undo."""
    outcome = await house.perform(
        "set the counter light to 20 percent", ("set_light", {"targets": ["Counter light"], "brightness": 20})
    )
    (change,) = outcome.results[0].changes
    assert (change.entity_id, change.name) == ("light.kitchen_counter", "Counter light")
    assert (change.before, change.after) == ("on, 100%", "on, 20%")
    assert outcome.results[0].data == {"ok": True, "states": ["Counter light: on, 20%"]}
