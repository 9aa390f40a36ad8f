"""The scripts: started by a button or by voice, they say what they were made for."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest

from tests.blueprints.house import NOTHING, SPEAKERS, BlueprintHouse, told


async def script(house: BlueprintHouse, name: str, **inputs: Any) -> None:
    """Make a script of a blueprint."""
    use = {"path": f"parlor/{name}.yaml", "input": {"speakers": SPEAKERS, **inputs}}
    assert await async_setup_component(house.hass, "script", {"script": {"tested": {"use_blueprint": use}}})
    await house.settle()


async def run(house: BlueprintHouse, **fields: str) -> None:
    """Run it."""
    await house.hass.services.async_call("script", "tested", fields, blocking=True)
    await house.settle()


async def test_a_summary(house: BlueprintHouse) -> None:
    """Each time that it is asked for, with the focus of the moment, and also where there is nothing to tell."""
    house.summaries += [told("The gate is open."), NOTHING]
    await script(house, "summary_aloud", hours=6)
    await run(house, focus="the garden")
    await run(house)
    assert house.said == ["The gate is open.", "There is nothing to report."]
    assert [asked["focus"] for asked in house.asked] == ["the garden", ""]
    assert house.asked[0]["hours"] == 6


async def test_a_summary_that_fails(house: BlueprintHouse) -> None:
    """Whoever started the script is told, and the next time it works."""
    house.summaries += [HomeAssistantError("no"), told("The gate is open.")]
    await script(house, "summary_aloud")
    with pytest.raises(HomeAssistantError):
        await run(house)
    await run(house)
    assert house.said == ["The gate is open."]


async def test_an_answer(house: BlueprintHouse) -> None:
    """What the agent answers is said."""
    await script(house, "ask_and_say", question="What time is it?")
    await run(house)
    assert ["12:00" in said for said in house.said] == [True]
