"""Valid calls out of what small models send, or an error that says what would be valid."""

from typing import Any

import pytest

from custom_components.parlor.agent.repair import Broken, Repaired, repair
from custom_components.parlor.agent.service_calls import unpacked
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
        ("turn_on_light", "turn_on", {"kind": "light"}),
        ("turn_off_the_lights", "turn_off", {"kind": "light"}),
        ("switchFanOn", "turn_on", {"kind": "fan"}),
        ("lights_off", "turn_off", {"kind": "light"}),
        ("turn_device_off", "turn_off", {}),
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
        (["Lamp", "Fan"], ["Lamp", "Fan"]),
        ('["Lamp"]', ["Lamp"]),
        ('```json\n{"targets": ["Lamp"]}\n```', ["Lamp"]),
        ('{targets: ["Lamp"]}', ["Lamp"]),
        ('{"targets": ["Lamp"', ["Lamp"]),
        ('{"targets": ["Lamp [left]", "Fan"]', ["Lamp [left]", "Fan"]),
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
        (128, "half as bright", 50),
        ("204", "", 80),
        ([50], "", 50),
        ({"value": 50, "unit": "%"}, "", 50),
        (77, "from 30 percent to 77 percent", 77),
        (80, "to 30 percent", 80),
    ],
)
def test_percentages(value: Any, text: str, percent: float) -> None:
    """A byte or a share of one is read as the percentage that the speaker named, and as no other."""
    assert repaired("set_light", {**LAMP, "brightness": value}, text) == ("set_light", {**LAMP, "brightness": percent})


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("color", "red", "red"),
        ("color", "#F00", "#ff0000"),
        ("color", "0xff8000", "#ff8000"),
        ("hex_color", "FF8000", "#ff8000"),
        ("rgb_color", [255, 0, 0], "#ff0000"),
        ("rgb", "255, 0, 0", "#ff0000"),
        ("color", "rgb(0, 128, 255)", "#0080ff"),
        ("color", "[255, 0, 0]", "#ff0000"),
        ("color", {"r": 0, "g": 0, "b": 255}, "#0000ff"),
        ("color", {"red": 0, "green": 255, "blue": 0}, "#00ff00"),
        ("hs_color", [240, 100], "#0000ff"),
        ("xy_color", [0.7, 0.299], "#ff0005"),
        ("rgbw_color", [255, 0, 0, 0], "#ff0000"),
        ("color", "octarine", "octarine"),
    ],
)
def test_colors(field: str, value: Any, read: str) -> None:
    """A colour is a name, or anything that Home Assistant has numbers for."""
    assert repaired("set_light", {**LAMP, field: value}) == ("set_light", {**LAMP, "color": read})


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("color_temp", 370, "2703"),
        ("color_temp", "250 mireds", "4000"),
        ("color_temp", "2700 K", "2700 K"),
        ("color_temp_kelvin", 4000, "4000"),
        ("color_temp", "warm white", "warm white"),
    ],
)
def test_color_temperatures(field: str, value: Any, read: str) -> None:
    """Small figures are mireds."""
    assert repaired("set_light", {**LAMP, field: value}) == ("set_light", {**LAMP, "color_temp": read})


@pytest.mark.parametrize(
    ("name", "arguments", "tool", "more"),
    [
        ("media_player.volume_set", {"volume_level": 0.3}, "media", {"volume": 30.0}),
        ("set_volume", {"volume_level": 30}, "media", {"volume": 30.0}),
        ("HassFanSetSpeed", {"percentage": 40}, "set_fan", {"speed": 40.0}),
        ("cover.open_cover_tilt", {}, "set_cover", {"tilt": 100.0}),
        ("HassHumidifierSetpoint", {"humidity": 50}, "set_climate", {"humidity": 50.0}),
        ("HassHumidifierMode", {"mode": "eco"}, "set_climate", {"mode": "eco"}),
        ("media_player.volume_mute", {}, "media", {"action": "mute"}),
        ("climate.set_swing_mode", {"swing_mode": "both"}, "set_climate", {"swing": "both"}),
    ],
)
def test_services_as_tools(name: str, arguments: dict[str, Any], tool: str, more: dict[str, Any]) -> None:
    """A service of Home Assistant, or one of its intents, with its own fields."""
    assert repaired(name, {**LAMP, **arguments}) == (tool, {**LAMP, **more})


def test_what_stands_beside_a_name_is_the_calls() -> None:
    """Unless the targets differ in it: one call can not do both."""
    lamps = [{"name": "Lamp", "brightness": 30}, {"name": "Spot", "brightness": 30}]
    assert repaired("set_light", {"devices": lamps}) == ("set_light", {"targets": ["Lamp", "Spot"], "brightness": 30})
    lamps[1]["brightness"] = 60
    assert repaired("set_light", {"devices": lamps}) == ("set_light", {"targets": ["Lamp", "Spot"]})


SERVICES: dict[str, tuple[str, Any, list[tuple[str, Any]]]] = {
    "domain and service": (
        "call_service",
        {"domain": "light", "service": "turn_off", "entity_id": "light.a"},
        [("light.turn_off", {"entity_id": "light.a"})],
    ),
    "action and data": (
        "HassCallService",
        {"action": "light.turn_on", "target": {"entity_id": "light.a"}, "data": {"brightness_pct": 30}},
        [("light.turn_on", {"target": {"entity_id": "light.a"}, "data": {"brightness_pct": 30}})],
    ),
    "a list": (
        "execute_services",
        {
            "list": [
                {"domain": "light", "service": "turn_off", "service_data": {"entity_id": "light.a"}},
                {"domain": "fan", "service": "turn_on", "service_data": {"entity_id": "fan.b"}},
            ]
        },
        [
            ("light.turn_off", {"service_data": {"entity_id": "light.a"}}),
            ("fan.turn_on", {"service_data": {"entity_id": "fan.b"}}),
        ],
    ),
    "as text": (
        "execute_service",
        '{"service": "light.turn_off", "entity_id": "light.a"}',
        [("light.turn_off", {"entity_id": "light.a"})],
    ),
    "a script by its name": (
        "script.good_night",
        {"loud": True},
        [("run", {"targets": ["script.good_night"], "fields": {"loud": True}})],
    ),
    "a scene by its name": ("scene__movie", {}, [("run", {"targets": ["scene.movie"]})]),
    "a script's service": (
        "script.turn_on",
        {"entity_id": "script.a"},
        [("script.turn_on", {"entity_id": "script.a"})],
    ),
    "no service": ("call_service", {"targets": ["Lamp"]}, [("call_service", {"targets": ["Lamp"]})]),
    "another tool": ("turn_on", LAMP, [("turn_on", LAMP)]),
}


@pytest.mark.parametrize(("name", "arguments", "expected"), SERVICES.values(), ids=SERVICES)
def test_service_calls_are_unpacked(name: str, arguments: Any, expected: list[tuple[str, Any]]) -> None:
    """Each service is a call of its own, under the service's name."""
    found = list(unpacked([ToolCall(name, arguments, "7")]))
    assert [(call.name, call.arguments) for call in found] == expected
    assert {call.id for call in found} == {"7"}


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
        ("turn_on", '["Lamp", 3]', "must be one JSON object"),
        ("turn_on", '"lamp"', "must be one JSON object"),
        ("turn_on", "x" * 20_000, "must be one JSON object"),
        ("turn_on", 7, "must be one JSON object"),
        ("turn_on", {}, "turn_on needs targets"),
        ("turn_on", "null", "turn_on needs targets"),
        ("turn_on", {**LAMP, "kind": "kitchen"}, "there is no kind kitchen; the kinds are light, switch"),
        ("set_light", {**LAMP, "brightness": 300}, "brightness must be a percentage from 0 to 100, not 300"),
        ("set_climate", {**LAMP, "temperature": [20, 21]}, "temperature must be a number"),
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
    """Models write English whatever is spoken; numbers in words of such a language are not known."""
    call = ToolCall("HassTurnOff", {"name": "Lampe", "domain": "light"}, None)
    result = repair(call, TOOLS, words_for("fi"), "Lamppu pois")
    assert isinstance(result, Repaired)
    assert result.arguments == {"targets": ["Lampe"], "kind": "light"}
    spelled = ToolCall("set_climate", {"targets": ["Heizung"], "temperature": "kaksikymmentä"}, None)
    assert isinstance(repair(spelled, TOOLS, words_for("fi"), ""), Broken)
