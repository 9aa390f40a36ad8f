"""The tools' schemas are flat and short, and only what the house has is offered."""

import json

from homeassistant.components.light.const import ColorMode
import pytest

from custom_components.parlor.agent.tools import TOOLS, FreeTool, HomeTool, tools_for
from tests.agent.house import House, HouseLight, bare_house, house

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
