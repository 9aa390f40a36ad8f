"""The tools' schemas are flat and short, and only what the house has is offered."""

import json

from homeassistant.components.light.const import ColorMode
import pytest

from custom_components.parlor.agent.tools import TOOLS, FreeTool, HomeTool, as_offered, schemas_for, tools_for
from custom_components.parlor.inference import JsonObject
from tests.agent.house import House, HouseFan, HouseLight, HouseScene, bare_house, house

__all__ = ["bare_house", "house"]


async def test_tools_follow_the_exposed_domains(bare_house: House) -> None:
    """No tool without something to use it on, and always the same order."""
    home = bare_house.home
    assert tools_for(home) == ()
    bare_house.sensor("sensor.power", "Power", None, "3", {})
    assert [tool.name for tool in tools_for(home)] == ["get_state", "look_up"]
    bare_house.sensor("cover.blind", "Blind", None, "open", {})
    assert [tool.name for tool in tools_for(home)] == ["get_state", "look_up", "set_cover"]
    await bare_house.add("light.lamp", HouseLight({ColorMode.ONOFF}), "Lamp")
    await bare_house.hass.async_block_till_done()
    names = ["get_state", "look_up", "set_cover", "set_light", "turn_off", "turn_on"]
    assert [tool.name for tool in tools_for(home)] == names
    bare_house.sensor("climate.heat", "Heat", None, "off", {})
    assert [tool.name for tool in tools_for(home)] == sorted([*names, "set_climate"])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_schema_is_what_ollama_takes(tool: HomeTool) -> None:
    """One function with flat parameters, as JSON."""
    schema = tool.schema()
    assert schema["type"] == "function"
    parameters = schema["function"]["parameters"]
    assert parameters["type"] == "object"
    if not isinstance(tool, FreeTool):
        assert "targets" in parameters["required"]
        assert parameters["properties"]["targets"]["type"] == "array"
    assert all(
        field["type"] in {"array", "string", "number", "boolean", "object"}
        for field in parameters["properties"].values()
    )
    assert json.loads(json.dumps(schema)) == schema


def test_all_tools_together_are_short() -> None:
    """Every turn pays for them in prompt tokens, about four characters each."""
    assert len(json.dumps([tool.schema() for tool in TOOLS])) < 7700


async def test_fewer_tools_are_offered_than_there_are(bare_house: House) -> None:
    """Lights and fans are set by turn_on, what was is asked of get_state, and only a button needs to be run."""
    await bare_house.add("light.lamp", HouseLight({ColorMode.HS}), "Lamp")
    await bare_house.add("fan.fan", HouseFan(), "Fan")
    await bare_house.add("scene.night", HouseScene(), "Night")
    bare_house.sensor("cover.blind", "Blind", None, "open", {"supported_features": 15})
    await bare_house.hass.async_block_till_done()
    fields = {
        schema["function"]["name"]: list(schema["function"]["parameters"]["properties"])
        for schema in schemas_for(bare_house.home)
    }
    assert fields == {
        "get_state": ["targets", "period"],
        "set_cover": ["targets", "action", "position", "change"],
        "turn_off": ["targets"],
        "turn_on": ["targets", "speed", "change", "brightness", "color"],
    }
    bare_house.sensor("button.bell", "Bell", None, "unknown", {})
    await bare_house.hass.async_block_till_done()
    assert "run" in [schema["function"]["name"] for schema in schemas_for(bare_house.home)]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("set_light", {"targets": ["Lamp"], "color_temp": "2700"}, ("turn_on", {"targets": ["Lamp"], "color": "2700"})),
        ("set_fan", {"targets": ["Fan"], "speed": 50.0}, ("turn_on", {"targets": ["Fan"], "speed": 50.0})),
        ("look_up", {"targets": ["List"]}, ("get_state", {"targets": ["List"]})),
        ("set_cover", {"targets": ["Blind"]}, ("set_cover", {"targets": ["Blind"]})),
        ("other__tool", {"color_temp": 1}, ("other__tool", {"color_temp": 1})),
    ],
)
def test_the_model_is_told_of_calls_as_it_makes_them(name: str, arguments: JsonObject, told: object) -> None:
    """In the history stands nothing that is not offered."""
    assert as_offered(name, arguments) == told


def test_only_reading_is_harmless() -> None:
    """What changes something says so, and nothing reaches out of the house."""
    assert {tool.name for tool in TOOLS if tool.annotations.read_only} == {
        "get_state",
        "look_up",
    }
    assert not any(tool.annotations.open_world or tool.annotations.destructive for tool in TOOLS)


@pytest.mark.parametrize("domain", ["lock", "cover", "alarm_control_panel"])
def test_switching_spares_what_guards_the_house(domain: str) -> None:
    """Neither turn_on nor turn_off touches locks, covers and alarms."""
    assert not any(domain in tool.domains for tool in TOOLS if tool.name.startswith("turn_"))


def test_fields_that_nothing_can_take_are_not_offered() -> None:
    """A house of plain lamps pays for no colours of fans, slats of blinds or programmes of air conditioners."""
    by_name = {tool.name: tool for tool in TOOLS}
    plain = by_name["set_fan"].schema({"speed"})["function"]["parameters"]["properties"]
    assert set(plain) == {"targets", "speed", "change"}
    every = by_name["set_fan"].schema()["function"]["parameters"]["properties"]
    assert set(every) == {"targets", "speed", "change", "oscillate", "direction", "preset"}
