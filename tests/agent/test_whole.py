"""Whether what was heard up to a pause is a whole sentence."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.agent.route import is_whole_sentence
from custom_components.parlor.home import names_to_hear
from tests.agent.house import House, house

__all__ = ["house"]


@pytest.mark.parametrize(
    "text",
    [
        "Turn off the kitchen lights.",
        "Turn off the lights in the kitchen",
        "Set the thermostat to 20 degrees.",
        "Close the bedroom blinds",
        "Turn off the kitchen lights and set the thermostat to 20 degrees.",
        "Is the front door open?",
        "How warm is it in the bedroom?",
    ],
)
async def test_whole(hass: HomeAssistant, house: House, text: str) -> None:
    """One plain reading that hardly goes on."""
    assert is_whole_sentence(hass, house.home, "en", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Turn off",
        "Turn off the",
        "Turn off the light.",
        "Turn off the lights.",
        "Turn off the kitchen.",
        "Turn off everything.",
        "Set the thermostat to",
        "Turn off the kitchen lights and",
        "Tell me a story.",
        "Which lights are on?",
        "Is the",
    ],
)
async def test_may_go_on(hass: HomeAssistant, house: House, text: str) -> None:
    """What may go on, or is not plain, is left to the ears' own patience."""
    assert not is_whole_sentence(hass, house.home, "en", text)


async def test_languages_without_patterns(hass: HomeAssistant, house: House) -> None:
    """Nothing is whole in a language that the local route does not know."""
    assert not is_whole_sentence(hass, house.home, "fi", "Sammuta keittiön valot.")


async def test_names_to_hear(hass: HomeAssistant, house: House) -> None:
    """What is in the speaker's area comes first, then the areas, then all else; nothing twice, nothing endless."""
    bedroom = next(area.id for area in house.home.areas.values() if area.name == "Bedroom")
    house.sensor("sensor.long", "x" * 300, "Bedroom", "1", {})
    await hass.async_block_till_done()
    names = names_to_hear(house.home, bedroom)
    in_bedroom = {
        name for entity in house.home.entities.values() if entity.area_id == bedroom for name in (entity.name,)
    }
    first = names[: names.index("Kitchen")]
    assert {name for name in in_bedroom if len(name) < 40} <= set(first)
    assert "Thermostat" in names[names.index("Kitchen") :]
    assert len(names) == len(set(names))
    assert all(len(name) <= 40 for name in names)
    assert names_to_hear(house.home, None)[0] in {area.name for area in house.home.areas.values()}
