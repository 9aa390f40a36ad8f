"""Valid calls out of what small models send, or an error that says what would be valid."""

from typing import Any

import pytest

from custom_components.parlor.agent.repair import Broken, Repaired, repair
from custom_components.parlor.agent.tools import TOOLS
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.inference import ToolCall


def repaired(name: str, arguments: Any, text: str = "") -> tuple[str, dict[str, Any]] | str:
    """Return the tool and the arguments after repair, or the error's message."""
    result = repair(ToolCall(name, arguments, None), TOOLS, words_for("en"), text)
    return (result.tool.name, result.arguments) if isinstance(result, Repaired) else result.message


LAMP = {"targets": ["Lamp"]}


@pytest.mark.parametrize(
    ("name", "tool", "more"),
    [
        ("turn_on", "turn_on", {}),
        ("HassTurnOn", "turn_on", {}),
        ("intent__HassTurnOff", "turn_off", {}),
        ("turnOn", "turn_on", {}),
        ("TurnOff", "turn_off", {}),
        ("TURN-OFF", "turn_off", {}),
        (" turn on ", "turn_on", {}),
        ("light.turn_on", "turn_on", {"kind": "light"}),
        ("light__turn_off", "turn_off", {"kind": "light"}),
        ("fan_turn_off", "turn_off", {"kind": "fan"}),
        ("homeassistant.turn_on", "turn_on", {}),
        ("functions.turn_on", "turn_on", {}),
        ("parlor__turn_off", "turn_off", {}),
        ("server7.turn_off", "turn_off", {}),
        ("switch_on", "turn_on", {}),
        ("homeassistant__GetLiveContext", "get_state", {}),
        ("get_temperature", "get_state", {"kind": "temperature"}),
    ],
)
def test_tool_names(name: str, tool: str, more: dict[str, str]) -> None:
    """A tool is found by what models call it; a domain before its name is a kind."""
    assert repaired(name, LAMP) == (tool, {**LAMP, **more})


@pytest.mark.parametrize(
    ("name", "arguments", "tool", "more"),
    [
        ("light__HassLightSet", {"brightness": 40}, "set_light", {"brightness": 40.0}),
        ("climate__HassClimateSetTemperature", {"temperature": 20}, "set_climate", {"temperature": 20.0}),
        ("set_temperature", {"value": 20}, "set_climate", {"temperature": 20.0}),
        ("open_cover", {}, "set_cover", {"action": "open"}),
        ("cover.close_cover", {}, "set_cover", {"action": "close"}),
        ("set_cover", {"state": "closed"}, "set_cover", {"action": "close"}),
        ("set_light", {"state": "off"}, "turn_off", {}),
        ("set_light", {"power": "ON", "color": ""}, "turn_on", {}),
        ("set_light", {"state": "on", "color": "red"}, "set_light", {"color": "red"}),
        ("control", {"command": "turn_off"}, "turn_off", {}),
        ("turn_on", {"brightness": 30}, "set_light", {"brightness": 30.0}),
        ("turn_on", {"rgb_color": "red"}, "set_light", {"color": "red"}),
        ("turn_on", {"target_temperature": 21}, "set_climate", {"temperature": 21.0}),
        ("set_light", {"temperature": "warm white"}, "set_light", {"color_temp": "warm white"}),
        ("set_light", {"kelvin": 2700}, "set_light", {"color_temp": "2700"}),
        ("set_climate", {"temperature": 20, "brightness": 5}, "set_climate", {"temperature": 20.0}),
    ],
)
def test_tools_told_by_their_arguments(name: str, arguments: dict[str, Any], tool: str, more: dict[str, Any]) -> None:
    """Arguments that belong to one tool settle which is meant; those that belong to none are dropped."""
    assert repaired(name, {**LAMP, **arguments}) == (tool, {**LAMP, **more})


@pytest.mark.parametrize(
    ("arguments", "text", "tool", "more", "instead"),
    [
        ({"brightness": 30}, "", "set_light", {"brightness": 30.0}, []),
        ({"color": "2700 K"}, "", "set_light", {"color": "2700 K"}, []),
        ({"change": -10}, "dim it a bit", "set_light", {"change": -10.0}, ["set_fan"]),
        ({"speed": 50}, "", "set_fan", {"speed": 50.0}, []),
        ({"direction": "reverse"}, "", "set_fan", {"direction": "reverse"}, []),
        ({"brightness": 100}, "turn on the lamp", "turn_on", {}, []),
        ({"brightness": "100%", "color": "red"}, "turn the lamp red", "set_light", {"color": "red"}, []),
        ({"brightness": 100}, "turn the lamp to a hundred percent", "set_light", {"brightness": 100.0}, []),
        ({"brightness": 100}, "turn the lamp to maximum", "set_light", {"brightness": 100.0}, []),
        ({"brightness": None, "color": ""}, "turn on the lamp", "turn_on", {}, []),
    ],
)
def test_turning_on_sets_too(
    arguments: dict[str, Any], text: str, tool: str, more: dict[str, Any], instead: list[str]
) -> None:
    """Lights and fans are offered as fields of turn_on; what a model fills in unasked is dropped."""
    result = repair(ToolCall("turn_on", {**LAMP, **arguments}, None), TOOLS, words_for("en"), text)
    assert isinstance(result, Repaired)
    assert (result.tool.name, result.arguments) == (tool, {**LAMP, **more})
    assert [other.tool.name for other in result.instead] == instead


@pytest.mark.parametrize(
    ("arguments", "tool"),
    [
        ({}, "get_state"),
        ({"period": "last night"}, "look_up"),
        ({"period": ""}, "get_state"),
        ({"date": "today"}, "look_up"),
    ],
)
def test_states_of_a_period_are_looked_up(arguments: dict[str, str], tool: str) -> None:
    """One tool is offered for what is and for what was."""
    found = repaired("get_state", {**LAMP, **arguments})
    assert found[0] == tool


@pytest.mark.parametrize(
    ("arguments", "targets"),
    [
        ({"targets": ["Lamp", "Fan"]}, ["Lamp", "Fan"]),
        ({"targets": "Lamp"}, ["Lamp"]),
        ({"targets": '["Lamp", "Fan"]'}, ["Lamp", "Fan"]),
        ({"targets": "['Lamp']"}, ["Lamp"]),
        ({"targets": ["Lamp", "Lamp", "", None]}, ["Lamp"]),
        ({"targets": [{"name": "Lamp", "domain": "light"}]}, ["Lamp"]),
        ({"targets": {"anything": "Lamp"}}, ["Lamp"]),
        ({"entity_id": ["light.a", "light.b"]}, ["light.a", "light.b"]),
        ({"target": {"entity_id": "light.a"}}, ["light.a"]),
        ({"name": "Lamp"}, ["Lamp"]),
        ({"entityName": "Lamp"}, ["Lamp"]),
        ({"name": "Lamp", "area": "Office"}, ["Office / Lamp"]),
        ({"name": "Office lamp", "area": "office"}, ["Office lamp"]),
        ({"name": "Lamp", "area": "null", "floor": ""}, ["Lamp"]),
        ({"area": "Office"}, ["Office"]),
        ({"area": ["Office", "Kitchen"]}, ["Office", "Kitchen"]),
        ({"parameters": {"targets": ["Lamp"]}}, ["Lamp"]),
        ({"arguments": '{"targets": ["Lamp"]}', "reason": "because"}, ["Lamp"]),
        ('{"targets": ["Lamp"]}', ["Lamp"]),
        ("{'targets': ['Lamp']}", ["Lamp"]),
        ('{"targets": ["Lamp",],}', ["Lamp"]),
        ('"{\\"targets\\": [\\"Lamp\\"]}"', ["Lamp"]),
        ({"targets": "[not a list"}, ["[not a list"]),
    ],
)
def test_targets(arguments: Any, targets: list[str]) -> None:
    """Targets are found under every name and in every shape that models give them."""
    assert repaired("turn_off", arguments) == ("turn_off", {"targets": targets})


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("light", "light"),
        ("Lights", "light"),
        ("media_player", "media player"),
        ("blinds", "blind"),
        ("lamps", "lamps"),
        (["light"], "light"),
        ("", None),
        ("any", None),
        (None, None),
        ("devices", None),
    ],
)
def test_kinds(kind: Any, known: str | None) -> None:
    """A kind is a domain or a word for one; words that mean any kind are dropped."""
    expected = {**LAMP, "kind": known} if known else LAMP
    assert repaired("turn_off", {**LAMP, "kind": kind}) == ("turn_off", expected)


def test_kind_alone_is_the_target() -> None:
    """What is to be turned off is then the lights, wherever the speaker is."""
    assert repaired("turn_off", {"kind": "light"}) == ("turn_off", {"kind": "light", "targets": ["lights"]})


@pytest.mark.parametrize(
    ("value", "text", "percent"),
    [
        (30, "", 30),
        ("30", "", 30),
        ("30%", "", 30),
        ("30 percent", "", 30),
        ("thirty percent", "", 30),
        ("one hundred percent", "", 100),
        ("half", "", 50),
        ("Maximum", "", 100),
        ("about thirty", "", 30),
        (0, "", 0),
        (1, "to one percent", 1),
        (77, "to thirty percent", 30),
        (76, "to 30%", 30),
        (0.3, "to 30 percent", 30),
        (77, "to 77 percent", 77),
        (255, "full blast", 100),
        (77, "from 30 percent to 77 percent", 77),
        (80, "to 30 percent", 80),
    ],
)
def test_percentages(value: Any, text: str, percent: float) -> None:
    """A byte or a share of one is read as the percentage that the speaker named, and as no other."""
    assert repaired("set_light", {**LAMP, "brightness": value}, text) == ("set_light", {**LAMP, "brightness": percent})


@pytest.mark.parametrize(
    ("value", "degrees"),
    [
        (20, 20),
        (20.5, 20.5),
        ("20", 20),
        ("20 degrees", 20),
        ("21,5 °C", 21.5),
        ("-3", -3),
        ("twenty degrees", 20),
        ("twenty one", 21),
        ("twenty-one and a half", 21.5),
        ("twenty point five", 20.5),
        ("set it to nineteen", 19),
        ("one hundred and", 100),
    ],
)
def test_numbers(value: Any, degrees: float) -> None:
    """Numbers come as figures, with units, or spelled out."""
    assert repaired("set_climate", {**LAMP, "temperature": value}) == ("set_climate", {**LAMP, "temperature": degrees})


@pytest.mark.parametrize(
    ("mode", "read"), [("HEAT", "heat"), ("heating", "heat"), ("fan only", "fan_only"), ("eco mode", "eco_mode")]
)
def test_modes(mode: str, read: str) -> None:
    """Modes have synonyms; an unknown one is left for the thermostat to judge."""
    assert repaired("set_climate", {**LAMP, "mode": mode}) == ("set_climate", {**LAMP, "mode": read})


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("fly", LAMP, "there is no tool fly; the tools are add_event, "),
        ("turn_on", "turn on the lamp", "the arguments of turn_on must be one JSON object"),
        ("turn_on", '["Lamp"]', "must be one JSON object"),
        ("turn_on", '"lamp"', "must be one JSON object"),
        ("turn_on", "x" * 20_000, "must be one JSON object"),
        ("turn_on", 7, "must be one JSON object"),
        ("turn_on", {}, "turn_on needs targets"),
        ("turn_on", "null", "turn_on needs targets"),
        ("turn_on", {**LAMP, "kind": "kitchen"}, "there is no kind kitchen; the kinds are light, switch"),
        ("set_light", {**LAMP, "brightness": 128}, "brightness must be a percentage from 0 to 100, not 128"),
        ("set_light", {**LAMP, "brightness": 0.3}, "brightness must be a percentage"),
        ("set_light", {**LAMP, "brightness": -5}, "brightness must be a percentage"),
        ("set_light", {**LAMP, "brightness": "bright"}, "brightness must be a number, not bright"),
        ("set_climate", {**LAMP, "temperature": True}, "temperature must be a number"),
        ("set_climate", {**LAMP, "temperature": "warm"}, "temperature must be a number"),
        ("set_climate", {**LAMP, "temperature": "point five"}, "temperature must be a number"),
        ("set_climate", {**LAMP, "temperature": "twenty thirty forty point twenty"}, "temperature must be a number"),
        ("set_cover", {**LAMP, "action": "explode"}, "set_cover: "),
    ],
)
def test_broken_calls(name: str, arguments: Any, message: str) -> None:
    """What cannot be repaired says what would be valid."""
    result = repair(ToolCall(name, arguments, None), TOOLS, words_for("en"), "")
    assert isinstance(result, Broken)
    assert message in result.message


def test_language_without_words_is_helped_in_english() -> None:
    """Models write English field names whatever is spoken; numbers in words are then not known."""
    call = ToolCall("HassTurnOff", {"name": "Lampe", "domain": "light"}, None)
    result = repair(call, TOOLS, words_for("de-CH"), "Lampe aus")
    assert isinstance(result, Repaired)
    assert result.arguments == {"targets": ["Lampe"], "kind": "light"}
    spelled = ToolCall("set_climate", {"targets": ["Heizung"], "temperature": "zwanzig"}, None)
    assert isinstance(repair(spelled, TOOLS, words_for("de-CH"), ""), Broken)
