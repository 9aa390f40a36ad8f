"""Names, rooms, floors and kinds find what is meant, and nothing else."""

from collections.abc import Sequence

from homeassistant.helpers import area_registry as ar, floor_registry as fr
import pytest

from custom_components.parlor.agent.index import index_of
from custom_components.parlor.agent.near import slip_of
from custom_components.parlor.agent.search import Aim, Found, Missing, NotSaid, Several, Unfit, WhichRoom
from custom_components.parlor.agent.targets import find
from custom_components.parlor.agent.tools import TOOLS
from custom_components.parlor.agent.words import words_for
from tests.agent.house import House, bare_house

__all__ = ["bare_house"]

LONG = "Lamp " + "x" * 300
# entity id, name, area, aliases, attributes
STREET: list[tuple[str, str, str | None]] = [
    ("light.one", "Lamp", "Bedroom"),
    ("light.two", "Lamp", "Office"),
    ("light.three", 'Tim "the" light', "Living Room"),
    ("light.four", "Reading\nlight", "Living Room"),
    ("light.five", "💡", "Hallway"),
    ("light.six", LONG, "Hallway"),
    ("light.seven", "The Big Light", "Kitchen"),
    ("light.eight", "Lampe à l'entrée", "Hallway"),
    ("light.nine", "Strip 1", "Kitchen"),
    ("light.ten", "Strip 2", "Kitchen"),
    ("light.kitchen", "Kitchen", "Kitchen"),
    ("switch.freezer", "Garage freezer", None),
    ("switch.heater", "Bathroom heater", None),
    ("switch.washer", "Washing machine plug", "Hallway"),
    ("sensor.washer", "Washing machine", "Hallway"),
    ("climate.one", "Bedroom thermostat", "Bedroom"),
    ("climate.two", "Office thermostat", "Office"),
    ("media_player.tv", "Samsung", "Living Room"),
    ("cover.blind", "Left blind", "Bedroom"),
]


def _shown(results: Sequence[object]) -> object:
    """Return what was found in few words."""
    (result,) = results
    match result:
        case Found():
            return {entity.entity_id for entity in result.entities}
        case Several():
            return [entity.entity_id for entity in result.entities]
        case WhichRoom():
            return ("room?", *result.places)
        case Missing():
            return f"no {result.text}"
        case Unfit():
            return f"unfit {result.entity.entity_id}"
        case _:
            return result


async def furnish(house: House) -> None:
    """Put everything of the street into the house."""
    for entity_id, name, area in STREET:
        attributes = {"device_class": "tv"} if entity_id == "media_player.tv" else {}
        house.sensor(entity_id, name, area, "on", attributes)
    fr.async_get(house.hass).async_create("Attic Floor", level=2, aliases={"under the roof"})
    await house.hass.async_block_till_done()


EVERY_LIGHT = {entity_id for entity_id, _, _ in STREET if entity_id.startswith("light")}
KITCHEN = {"light.kitchen", "light.seven", "light.nine", "light.ten"}
CASES: list[tuple[str, str, str, str | None, object]] = [
    # target, words, tool, speaker's area, found
    ("Bedroom / Lamp", "x", "turn_off", None, {"light.one"}),
    ("bedroom lamp", "x", "turn_off", None, {"light.one"}),
    ("lamp in the bedroom", "x", "turn_off", None, {"light.one"}),
    ("the LAMP", "x", "turn_off", None, ["light.one", "light.two"]),
    ("lamp", "x", "turn_off", "Office", {"light.two"}),
    ("lamp", "turn off the lamp in the bedroom", "turn_off", "Office", {"light.one"}),
    ('Tim "the" light', "x", "turn_off", None, {"light.three"}),
    ("tim the light", "x", "turn_off", None, {"light.three"}),
    ("tim", "x", "turn_off", None, {"light.three"}),
    ("Reading light", "x", "turn_off", None, {"light.four"}),
    ("reading\nlight", "x", "turn_off", None, {"light.four"}),
    ("💡", "x", "turn_off", None, {"light.five"}),
    (LONG, "x", "turn_off", None, "no " + LONG),
    (LONG[:100], "x", "turn_off", None, {"light.six"}),
    ("big light", "x", "turn_off", None, {"light.seven"}),
    ("LAMPE À L\u2019ENTRÉE", "x", "turn_off", None, {"light.eight"}),
    ("strip 1", "x", "turn_off", None, {"light.nine"}),
    ("strip 3", "x", "turn_off", None, "no strip 3"),
    ("strip", "x", "turn_off", None, ["light.nine", "light.ten"]),
    ("kitchen", "x", "turn_off", None, {"light.kitchen"}),
    ("kitchen lights", "x", "turn_off", None, KITCHEN),
    ("lights of the kitchen", "x", "turn_off", None, KITCHEN),
    ("kitchen strip 2", "x", "turn_off", None, {"light.ten"}),
    ("bathroom", "turn off the bathroom", "turn_off", None, {"switch.heater"}),
    ("garage", "turn off the lights in the garage", "turn_off", None, "no garage"),
    ("garage", "turn off the garage freezer", "turn_off", None, {"switch.freezer"}),
    ("garage lights", "x", "turn_off", None, "no garage lights"),
    ("washing machine", "turn off the washing machine", "turn_off", None, {"switch.washer"}),
    ("washing machine", "x", "get_state", None, {"sensor.washer"}),
    ("thermostat", "x", "set_climate", None, ["climate.one", "climate.two"]),
    ("heating", "x", "set_climate", "Bedroom", {"climate.one"}),
    ("bedroom", "x", "set_climate", None, {"climate.one"}),
    ("TV", "x", "turn_off", None, {"media_player.tv"}),
    ("tv", "turn off the tv", "turn_off", "Kitchen", {"media_player.tv"}),
    ("left blind", "x", "turn_off", None, "unfit cover.blind"),
    ("left blind", "x", "set_light", None, "unfit cover.blind"),
    ("blinds", "x", "set_cover", None, {"cover.blind"}),
    ("curtains", "x", "set_cover", None, {"cover.blind"}),
    ("garage door", "x", "set_cover", None, "no garage door"),
    ("cover.blind", "x", "turn_on", None, "unfit cover.blind"),
    ("light.bedroom_lamp", "x", "turn_on", None, {"light.one"}),
    ("light.cellar", "x", "turn_on", None, "no cellar"),
    ("upstairs", "x", "turn_off", None, {"light.two", "light.one"}),
    ("upper floor lights", "x", "turn_off", None, "no upper floor lights"),
    (
        "downstairs lights",
        "x",
        "turn_off",
        "Bedroom",
        KITCHEN | {f"light.{n}" for n in ("three", "four", "five", "six", "eight")},
    ),
    ("attic floor", "x", "turn_off", None, "no light"),
    ("under the roof", "x", "turn_off", None, "no light"),
    ("basement", "x", "turn_off", None, "no basement"),
    ("lights here", "x", "turn_off", "Kitchen", KITCHEN),
    ("this room", "x", "turn_off", "Kitchen", KITCHEN),
    ("lights here", "x", "turn_off", None, "no lights here"),
    ("lights", "x", "turn_off", "Bedroom", {"light.one"}),
    ("lights", "x", "turn_off", None, ("room?", "Hallway", "Kitchen", "Living Room", "Bedroom", "Office")),
    ("all the lights", "turn off the light", "turn_off", "Kitchen", NotSaid()),
    ("everything", "turn off everything in the kitchen", "turn_off", None, KITCHEN),
    ("all lights", "turn off all the kitchen lights", "turn_off", None, KITCHEN),
    ("all lights", "turn off the lights in the house", "turn_off", None, EVERY_LIGHT),
    ("all", "lights off all over", "turn_off", None, EVERY_LIGHT),
    ("lamp, please", "x", "turn_off", "Office", {"light.two"}),
    ("every light", "turn off every light in the office", "turn_off", None, {"light.two"}),
    (
        "house",
        "turn off all lights in ten minutes",
        "turn_off",
        None,
        "no ten",
    ),
    ("kitchen and everything", "x", "turn_off", None, {"light.kitchen"}),
    ("bedroom lights", "turn off the lights in the ballroom", "turn_off", None, "no ballroom"),
    ("bedroom lights", "turn off the lights in the bedrum", "turn_off", None, {"light.one"}),
    ("Bedrom", "x", "turn_off", None, {"light.one"}),
    ("bedrom lights", "x", "turn_off", None, {"light.one"}),
    ("Strop 1", "x", "turn_off", None, {"light.nine"}),
    ("fan", "x", "turn_off", None, "no fan"),
    ("fan in the kitchen", "x", "turn_off", None, "no fan"),
    ("", "x", "turn_off", None, "no "),
    ("...", "x", "turn_off", None, "no ..."),
]


@pytest.mark.timeout(300)
async def test_names_of_an_odd_house(bare_house: House) -> None:
    """Each target means what it should, in a house with odd names."""
    await furnish(bare_house)
    wrong = []
    for target, text, tool_name, area, expected in CASES:
        (tool,) = [tool for tool in TOOLS if tool.name == tool_name]
        index = index_of(bare_house.home, words_for("en"))
        utterance = bare_house.says(text, area=area)
        aim = Aim(index, utterance, tool.domains, tool.usual, tool.broad, reads=tool.annotations.read_only)
        found = _shown(list(find(target, aim))[:1])
        if found != expected:
            wrong.append((target, text, area, found, expected))
    assert not wrong


async def test_parts_are_found_one_by_one(bare_house: House) -> None:
    """A target that names two things is two targets."""
    await furnish(bare_house)
    index = index_of(bare_house.home, words_for("en"))
    aim = Aim(index, bare_house.says("x"), frozenset({"light"}), frozenset({"light"}), frozenset({"light"}))
    bedroom, kitchen, garage = find("bedroom, kitchen lights & the garage", aim)
    assert isinstance(bedroom, Found)
    assert isinstance(kitchen, Found)
    assert isinstance(garage, Missing)


async def test_index_follows_the_house(bare_house: House) -> None:
    """The index is built once per survey, and again after a change."""
    await furnish(bare_house)
    words = words_for("en-GB")
    index = index_of(bare_house.home, words)
    assert index_of(bare_house.home, words) is index
    areas = ar.async_get(bare_house.hass)
    areas.async_update(areas.async_get_or_create("Office").id, aliases={"study"})
    await bare_house.hass.async_block_till_done()
    assert index_of(bare_house.home, words).places[("study",)].area_name == "Office"


@pytest.mark.parametrize(
    ("said", "known", "slip"),
    [
        ("kitchn", "kitchen", True),
        ("kitchenn", "kitchen", True),
        ("kitchem", "kitchen", True),
        ("kitcehn", "kitchen", True),
        ("kitchen light", "kitchen light", False),
        ("kitchen lihgt", "kitchen light", True),
        ("bathroom", "bedroom", False),
        ("annas lamp", "hannas lamp", False),
        ("hall", "hell", False),
        ("strip1", "strip2", False),
        ("kitchen", "kitchen light", False),
        ("kitchn lihgt", "kitchen light", False),
        ("lamps", "lamp", False),
        ("corner", "corners", True),
    ],
)
def test_slips(said: str, known: str, *, slip: bool) -> None:
    """One letter inside one long word."""
    assert slip_of(tuple(said.split()), tuple(known.split())) is slip
