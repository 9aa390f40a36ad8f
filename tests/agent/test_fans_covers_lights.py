"""Fans in full, slats, and "a bit more", on Home Assistant's own demo entities."""

from typing import Any

from homeassistant.core import HomeAssistant, callback
import pytest

from tests.agent.whole_house import changes, demo_house, shown, spoken

type Call = tuple[str, dict[str, Any]]

# name, words, call, what is shown otherwise afterwards, reply
FANS: list[tuple[str, str, Call, dict[str, dict[str, Any]], str]] = [
    (
        "speed",
        "set the ceiling fan to full speed",
        ("set_fan", {"targets": ["Ceiling Fan"], "speed": "full"}),
        {"fan.ceiling_fan": {"state": "on", "percentage": 100}},
        "The ceiling fan is at 100 percent.",
    ),
    (
        "a speed it has not is told as the one it took",
        "set the living room fan to fifty percent",
        ("set_fan", {"targets": ["Living Room Fan"], "percentage": 50}),
        {"fan.living_room_fan": {"state": "on", "percentage": 50}},
        "The living room fan is at 50 percent.",
    ),
    (
        "speed and swing at once",
        "set the living room fan to 66 percent and let it swing",
        ("set_fan", {"targets": ["Living Room Fan"], "speed": 66, "oscillate": "true"}),
        {"fan.living_room_fan": {"state": "on", "percentage": 66, "oscillating": True}},
        "The living room fan is at 66 percent and is oscillating.",
    ),
    (
        "direction",
        "let the living room fan blow backwards",
        ("set_fan", {"targets": ["Living Room Fan"], "direction": "backwards"}),
        {"fan.living_room_fan": {"direction": "reverse"}},
        "The living room fan is blowing in reverse.",
    ),
    (
        "a preset, however it is written",
        "put the preset only limited fan to sleep mode",
        ("set_fan", {"targets": ["Preset Only Limited Fan"], "preset_mode": "Sleep"}),
        {"fan.preset_only_limited_fan": {"state": "on", "preset_mode": "sleep"}},
        "The preset only limited fan is set to sleep.",
    ),
    (
        "turn_on with a preset is a fan's",
        "turn on the preset only limited fan on auto",
        ("turn_on", {"targets": ["Preset Only Limited Fan"], "preset_mode": "auto"}),
        {"fan.preset_only_limited_fan": {"state": "on", "preset_mode": "auto"}},
        "The preset only limited fan is set to auto.",
    ),
    (
        "no such preset",
        "set the limited fan to party",
        ("set_fan", {"targets": ["Preset Only Limited Fan"], "preset": "party"}),
        {},
        "",
    ),
    (
        "no such ability",
        "let the ceiling fan swing",
        ("set_fan", {"targets": ["Ceiling Fan"], "oscillate": True}),
        {},
        "",
    ),
    ("nothing to set", "set the ceiling fan", ("set_fan", {"targets": ["Ceiling Fan"]}), {}, ""),
]


@pytest.mark.parametrize(
    ("said", "call", "expected", "reply"), [case[1:] for case in FANS], ids=[case[0] for case in FANS]
)
async def test_fans(hass: HomeAssistant, said: str, call: Call, expected: dict[str, Any], reply: str) -> None:
    """Fans do what is asked for, and no other changes."""
    async with demo_house(hass, "fan") as house:
        before = shown(hass)
        outcome = await house.perform(said, call)
        new = changes(before, shown(hass))
        assert {entity_id: {**new.get(entity_id, {}), **wanted} for entity_id, wanted in expected.items()} == new
        assert (spoken(outcome) or "") == reply
        assert bool(expected) != outcome.results[0].error


# name, words, call, brightness percent of the kitchen and the ceiling lights before and after, reply
LIGHTS: list[tuple[str, str, Call, tuple[int, int], tuple[int, int], str]] = [
    (
        "by a figure",
        "make the kitchen lights ten percent brighter",
        ("set_light", {"targets": ["Kitchen Lights"], "change": 10}),
        (50, 70),
        (60, 70),
        "The kitchen lights are at 60 percent.",
    ),
    (
        "the sign that the model forgot",
        "dim the kitchen lights by ten percent",
        ("set_light", {"targets": ["Kitchen Lights"], "change": 10}),
        (50, 70),
        (40, 70),
        "The kitchen lights are at 40 percent.",
    ),
    (
        "a word for a change",
        "make the kitchen lights a bit darker",
        ("set_light", {"targets": ["Kitchen Lights"], "change": "a bit darker"}),
        (50, 70),
        (40, 70),
        "The kitchen lights are at 40 percent.",
    ),
    (
        "a change in the field of the value",
        "brighten the kitchen lights by twenty percent",
        ("set_light", {"targets": ["Kitchen Lights"], "brightness": 20}),
        (50, 70),
        (70, 70),
        "The kitchen lights are at 70 percent.",
    ),
    (
        "a value in the field of the change",
        "dim the kitchen lights to twenty percent",
        ("set_light", {"targets": ["Kitchen Lights"], "change": -20}),
        (50, 70),
        (20, 70),
        "The kitchen lights are at 20 percent.",
    ),
    (
        "each from where it is",
        "make the kitchen lights and the ceiling lights brighter",
        ("set_light", {"targets": ["Kitchen Lights", "Ceiling Lights"], "change": "+20"}),
        (50, 70),
        (70, 90),
        "The kitchen lights are at 70 percent and the ceiling lights are at 90 percent.",
    ),
    (
        "those that are on",
        "make all the lights dimmer",
        ("set_light", {"targets": ["all"], "change": -20}),
        (50, 70),
        (30, 50),
        "The ceiling lights and the kitchen lights are dimmer.",
    ),
    (
        "to dim is not to turn off",
        "dim the kitchen lights",
        ("set_light", {"targets": ["Kitchen Lights"], "change": -20}),
        (10, 70),
        (1, 70),
        "The kitchen lights are at 1 percent.",
    ),
    (
        "as bright as can be already",
        "make the kitchen lights brighter",
        ("set_light", {"targets": ["Kitchen Lights"], "change": 20}),
        (100, 70),
        (100, 70),
        "The kitchen lights are already at 100 percent.",
    ),
]


@pytest.mark.parametrize(
    ("said", "call", "levels", "reply"),
    [(*case[1:3], case[3:5], case[5]) for case in LIGHTS],
    ids=[case[0] for case in LIGHTS],
)
async def test_brighter_and_dimmer(
    hass: HomeAssistant, said: str, call: Call, levels: tuple[tuple[int, int], tuple[int, int]], reply: str
) -> None:
    """A change starts from the brightness that each lamp has."""
    start, end = levels
    async with demo_house(hass, "light") as house:
        lights = ("light.kitchen_lights", "light.ceiling_lights")
        others = [one for one in hass.states.async_entity_ids("light") if one not in lights]
        await hass.services.async_call("light", "turn_off", {"entity_id": others}, blocking=True)
        for entity_id, percent in zip(lights, start, strict=True):
            await hass.services.async_call(
                "light", "turn_on", {"entity_id": entity_id, "brightness_pct": percent}, blocking=True
            )
        before = shown(hass)
        outcome = await house.perform(said, call)
        after = shown(hass)
        assert tuple(round(after[one]["brightness"] / 2.55) for one in lights) == end
        assert set(changes(before, after)) == {
            one for one, was, is_ in zip(lights, start, end, strict=True) if was != is_
        }
        assert spoken(outcome) == reply


# name, words, call, what is shown otherwise at once, reply
COVERS: list[tuple[str, str, Call, dict[str, str], str]] = [
    (
        "slats",
        "tilt the pergola roof to eighty percent",
        ("set_cover", {"targets": ["Pergola Roof"], "tilt": 80}),
        {"cover.pergola_roof": "set_cover_tilt_position"},
        "The pergola roof",
    ),
    (
        "further open",
        "open the hall window by twenty percent",
        ("set_cover", {"targets": ["Hall Window"], "change": 20}),
        {"cover.hall_window": "set_cover_position"},
        "The hall window is moving to 30 percent.",
    ),
    (
        "no slats",
        "tilt the hall window to half",
        ("set_cover", {"targets": ["Hall Window"], "tilt": 50}),
        {},
        "",
    ),
    (
        "a garage door asks first",
        "open the garage door",
        ("set_cover", {"targets": ["Garage Door"], "action": "open"}),
        {},
        "Shall I open the garage door?",
    ),
]


# The demo's covers count seconds until they have arrived.
@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize(
    ("said", "call", "services", "reply"), [case[1:] for case in COVERS], ids=[case[0] for case in COVERS]
)
async def test_covers(hass: HomeAssistant, said: str, call: Call, services: dict[str, str], reply: str) -> None:
    """Slats and relative positions; what a cover cannot do is not tried."""
    async with demo_house(hass, "cover") as house:
        called: dict[str, str] = {}
        hass.bus.async_listen(
            "call_service",
            callback(
                lambda event: called.update(
                    dict.fromkeys(event.data["service_data"]["entity_id"], event.data["service"])
                )
            ),
        )
        outcome = await house.perform(said, call, patience=3)
        assert called == services
        assert (spoken(outcome) or "").startswith(reply)
