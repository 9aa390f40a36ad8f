"""What calls do to the house, judged by the states of all of it, and what is said of it."""

from typing import Any

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.core import ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.parlor.agent.deeds import async_perform
from custom_components.parlor.agent.facts import FactKind
from custom_components.parlor.agent.replies import compose
from custom_components.parlor.inference import ToolCall
from tests.agent.house import House, HouseCover, bare_house, house

__all__ = ["bare_house", "house"]

type Call = tuple[str, Any]


KITCHEN_OFF = {"light.kitchen_ceiling": "off", "light.kitchen_counter": "off"}
LIVING_OFF = {"light.living_room_lamp": "off", "light.living_room_ceiling": "off"}
UPSTAIRS_OFF = {
    "light.bedroom_ceiling": "off",
    "light.bedside_lamp": "off",
    "light.office_lamp": "off",
    "light.office_ceiling": "off",
}

# name, words, calls, area of the speaker, states that change ("*": to anything), reply
COMMANDS: list[tuple[str, str, list[Call], str | None, dict[str, str], str | None]] = [
    (
        "two deeds",
        "turn off the kitchen lights and set the thermostat to twenty degrees",
        [
            ("turn_off", {"targets": ["Kitchen"], "kind": "light"}),
            ("set_climate", {"targets": ["Thermostat"], "temperature": 20}),
        ],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off and the thermostat is set to 20 degrees.",
    ),
    (
        "area and kind in one target",
        "turn off the kitchen lights",
        [("turn_off", {"targets": ["kitchen lights"]})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "a room without a kind is its lights",
        "turn the kitchen off",
        [("turn_off", {"targets": ["Kitchen"]})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "lights in the room",
        "turn off the lights in the kitchen",
        [("turn_off", {"targets": ["lights in the kitchen"]})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "a floor",
        "turn off all the lights upstairs",
        [("turn_off", {"targets": ["Upstairs"], "kind": "light"})],
        None,
        UPSTAIRS_OFF,
        "The lights upstairs are off.",
    ),
    (
        "all is only said of a floor",
        "turn off all the lights upstairs",
        [("turn_off", {"targets": ["all lights"]})],
        None,
        UPSTAIRS_OFF,
        "The lights upstairs are off.",
    ),
    (
        "all lights",
        "turn off all the lights",
        [("turn_off", {"targets": ["all"], "kind": "light"})],
        None,
        {**KITCHEN_OFF, **UPSTAIRS_OFF, **LIVING_OFF, "light.hallway": "off"},
        "All the lights are off.",
    ),
    (
        "all lights, the kind only in the speaker's words",
        "switch all the lights off",
        [("turn_off", {"targets": ["all"]})],
        None,
        {**KITCHEN_OFF, **UPSTAIRS_OFF, **LIVING_OFF, "light.hallway": "off"},
        "All the lights are off.",
    ),
    (
        "everything in a room",
        "turn off everything in the office",
        [("turn_off", {"targets": ["Office"]})],
        None,
        {"light.office_lamp": "off", "light.office_ceiling": "off", "switch.printer": "off", "fan.office_fan": "off"},
        "The office lights, the office fan and the printer are off.",
    ),
    (
        "all was not said",
        "turn off the lights",
        [("turn_off", {"targets": ["all"], "kind": "light"})],
        "Kitchen",
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "the lights, where the speaker is",
        "turn off the lights",
        [("turn_off", {"targets": ["lights"]})],
        "Kitchen",
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "the lights, by kind alone",
        "turn off the lights",
        [("turn_off", {"kind": "light"})],
        "Kitchen",
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "here",
        "turn off the lights in here",
        [("turn_off", {"targets": ["here"], "kind": "light"})],
        "Kitchen",
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "the lights, the speaker anywhere",
        "turn off the lights",
        [("turn_off", {"targets": ["lights"]})],
        None,
        {},
        "Which lights do you mean? Please name a room.",
    ),
    (
        "here, the speaker anywhere",
        "turn off the lights here",
        [("turn_off", {"targets": ["here"]})],
        None,
        {},
        "Which room do you mean?",
    ),
    (
        "percent",
        "set the living room lamp to thirty percent",
        [("set_light", {"targets": ["Living room lamp"], "brightness": 30})],
        None,
        {},
        "The living room lamp is at 30 percent.",
    ),
    (
        "a byte for the percent",
        "set the living room lamp to thirty percent",
        [("set_light", {"targets": ["Living room lamp"], "brightness": 77})],
        None,
        {},
        "The living room lamp is at 30 percent.",
    ),
    (
        "color",
        "set the bedroom lights to red",
        [("set_light", {"targets": ["Bedroom"], "color": "red"})],
        None,
        {},
        "The bedroom lights are red.",
    ),
    (
        "color and brightness",
        "make the bedside lamp blue at 40 percent",
        [("set_light", {"targets": ["bedside lamp"], "color": "blue", "brightness": "40%"})],
        None,
        {},
        "The bedside lamp is blue at 40 percent.",
    ),
    (
        "warm white",
        "make the bedside lamp warm white",
        [("set_light", {"targets": ["Bedside lamp"], "color_temp": "warm white"})],
        None,
        {},
        "The bedside lamp is warm white.",
    ),
    (
        "kelvin",
        "set the office lamp to 4000 kelvin",
        [("set_light", {"targets": ["office lamp"], "color_temp": 4000})],
        None,
        {},
        "The office lamp is at 4000 kelvin.",
    ),
    (
        "a light that has no colors is left out",
        "make the lights in the office white",
        [("set_light", {"targets": ["Office"], "color": "white"})],
        None,
        {},
        "The office lamp is white.",
    ),
    (
        "a light that has no colors",
        "make the hallway light red",
        [("set_light", {"targets": ["Hallway light"], "color": "red"})],
        None,
        {},
        None,
    ),
    (
        "dark",
        "dim the counter light to zero",
        [("set_light", {"targets": ["Counter light"], "brightness": 0})],
        None,
        {"light.kitchen_counter": "off"},
        "The counter light is off.",
    ),
    (
        "blinds",
        "close the blinds in the bedroom",
        [("set_cover", {"targets": ["Bedroom"], "action": "close", "kind": "blind"})],
        None,
        {"cover.bedroom_blinds": "closing"},
        "The bedroom blinds are closing.",
    ),
    (
        "curtains called blinds",
        "close the living room blinds",
        [("set_cover", {"targets": ["living room blinds"], "action": "close"})],
        None,
        {"cover.living_room_curtains": "closing"},
        "The living room curtains are closing.",
    ),
    (
        "half way",
        "set the office blinds to half",
        [("set_cover", {"targets": ["Office blinds"], "position": "half"})],
        None,
        {},
        "The office blinds are at 50 percent.",
    ),
    (
        "a cover that cannot stop half way",
        "set the living room curtains to 50 percent",
        [("set_cover", {"targets": ["Living room curtains"], "position": 50})],
        None,
        {},
        None,
    ),
    (
        "open already",
        "open the bedroom blinds",
        [("set_cover", {"targets": ["Bedroom blinds"], "action": "open"})],
        None,
        {"cover.bedroom_blinds": "opening"},
        "The bedroom blinds are opening.",
    ),
    (
        "stop",
        "stop the blinds in the office",
        [("set_cover", {"targets": ["Office blinds"], "action": "stop"})],
        None,
        {},
        "The office blinds are not moving.",
    ),
    (
        "lamp in the office",
        "turn off the lamp in the office",
        [("turn_off", {"targets": ["lamp in the office"]})],
        None,
        {"light.office_lamp": "off"},
        "The office lamp is off.",
    ),
    (
        "lamp in the office, the model says less",
        "turn off the lamp in the office",
        [("turn_off", {"targets": ["lamp"]})],
        None,
        {"light.office_lamp": "off"},
        "The office lamp is off.",
    ),
    (
        "lamp in the office, the model names the room",
        "turn off the lamp in the office",
        [("turn_off", {"targets": ["Office"], "kind": "light"})],
        None,
        {"light.office_lamp": "off"},
        "The office lamp is off.",
    ),
    (
        "the lamp, where the speaker is",
        "turn off the lamp",
        [("turn_off", {"targets": ["lamp"]})],
        "Bedroom",
        {"light.bedside_lamp": "off"},
        "The bedside lamp is off.",
    ),
    (
        "which lamp",
        "turn off the lamp",
        [("turn_off", {"targets": ["lamp"]})],
        "Kitchen",
        {},
        "Which lamp do you mean, the living room lamp, the bedside lamp or the office lamp?",
    ),
    (
        "which lamp: nothing else is done",
        "turn off the lamp and the television",
        [("turn_off", {"targets": ["Television"]}), ("turn_off", {"targets": ["lamp"]})],
        None,
        {},
        "Which lamp do you mean, the living room lamp, the bedside lamp or the office lamp?",
    ),
    (
        "an alias",
        "turn off the tv",
        [("turn_off", {"targets": ["TV"]})],
        None,
        {"switch.television": "off"},
        "The television is off.",
    ),
    (
        "an entity id",
        "turn off the coffee maker",
        [("turn_off", {"entity_id": "switch.coffee_machine"})],
        None,
        {"switch.coffee_machine": "off"},
        "The coffee machine is off.",
    ),
    (
        "an invented entity id",
        "turn off the kitchen lights",
        [("light.turn_off", {"entity_id": "light.kitchen_lights"})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "two names",
        "turn off the kitchen ceiling light and the counter light",
        [("turn_off", {"targets": ["Kitchen ceiling light", "Counter light"]})],
        None,
        KITCHEN_OFF,
        "The kitchen ceiling light and the counter light are off.",
    ),
    (
        "two calls of one kind",
        "turn off the television and the printer",
        [("turn_off", {"targets": ["Television"]}), ("turn_off", {"targets": ["Printer"]})],
        None,
        {"switch.television": "off", "switch.printer": "off"},
        "The television and the printer are off.",
    ),
    (
        "two rooms in one target",
        "turn off the lights in the kitchen and the hallway",
        [("turn_off", {"targets": "kitchen and hallway", "kind": "light"})],
        None,
        {**KITCHEN_OFF, "light.hallway": "off"},
        "The kitchen lights and the hallway light are off.",
    ),
    (
        "the same call twice",
        "turn off the printer",
        [("turn_off", {"targets": ["Printer"]}), ("HassTurnOff", {"name": "Printer"})],
        None,
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    (
        "on already",
        "turn on the television",
        [("turn_on", {"targets": ["Television"]})],
        None,
        {},
        "The television is already on.",
    ),
    (
        "off and on",
        "turn off the television and then on again",
        [("turn_off", {"targets": ["Television"]}), ("turn_on", {"targets": ["Television"]})],
        None,
        {},
        "The television is on.",
    ),
    (
        "no garage",
        "turn off the lights in the garage",
        [("turn_off", {"targets": ["Garage"], "kind": "light"})],
        "Kitchen",
        {},
        "I could not find a garage.",
    ),
    (
        "no garage, the model says all",
        "turn off all the lights in the garage",
        [("turn_off", {"targets": ["all"], "kind": "light"})],
        "Kitchen",
        {},
        "I could not find a garage.",
    ),
    (
        "no garage, the model says lights",
        "turn off the lights in the garage",
        [("turn_off", {"targets": ["lights"]})],
        "Kitchen",
        {},
        "I could not find a garage.",
    ),
    (
        "no garage between all and lights",
        "turn off all the garage lights",
        [("turn_off", {"targets": ["all lights"]})],
        "Kitchen",
        {},
        "I could not find a garage.",
    ),
    (
        "the garage is missing, the kitchen is not",
        "turn off the lights in the kitchen and the garage",
        [("turn_off", {"targets": ["Kitchen"], "kind": "light"}), ("turn_off", {"targets": ["Garage"]})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off, but I could not find a garage.",
    ),
    (
        "not exposed",
        "turn on the attic light",
        [("turn_on", {"targets": ["Attic light"]})],
        None,
        {},
        "There is no light called attic light.",
    ),
    (
        "not exposed, by id",
        "turn off the server",
        [("turn_off", {"targets": ["switch.server"]})],
        None,
        {},
        "I could not find a server.",
    ),
    (
        "no fan in the kitchen",
        "turn off the fan in the kitchen",
        [("turn_off", {"targets": ["Kitchen"], "kind": "fan"})],
        None,
        {},
        "There is no fan in the kitchen.",
    ),
    (
        "a slip of the pen",
        "turn off the kitchen lights",
        [("turn_off", {"targets": ["Kitchn"], "kind": "light"})],
        None,
        KITCHEN_OFF,
        "The kitchen lights are off.",
    ),
    (
        "a lock is no switch",
        "turn off the front door lock",
        [("turn_off", {"targets": ["Front door lock"]})],
        None,
        {},
        None,
    ),
    (
        "a blind is no switch",
        "turn on the bedroom blinds",
        [("turn_on", {"targets": ["Bedroom blinds"]})],
        None,
        {},
        None,
    ),
    (
        "a question",
        "is the kitchen light on?",
        [("turn_on", {"targets": ["Kitchen"], "kind": "light"})],
        None,
        {},
        None,
    ),
    (
        "a polite request",
        "Could you turn off the printer?",
        [("turn_off", {"targets": ["Printer"]})],
        None,
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    (
        "too hot",
        "set the thermostat to 90 degrees",
        [("set_climate", {"targets": ["thermostat"], "temperature": 90})],
        None,
        {},
        None,
    ),
    (
        "words for degrees",
        "set the heating to twenty one and a half degrees",
        [("climate__set_temperature", {"name": "heating", "temperature": "twenty one and a half degrees"})],
        None,
        {},
        "The thermostat is set to 21.5 degrees.",
    ),
    (
        "mode",
        "turn the heating off",
        [("set_climate", {"targets": ["heating"], "mode": "OFF"})],
        None,
        {"climate.thermostat": "off"},
        "The thermostat is off.",
    ),
    (
        "mode and temperature",
        "heat to 22",
        [("set_climate", {"targets": ["heating"], "hvac_mode": "heating", "temperature": "22°C"})],
        None,
        {},
        "The thermostat is set to heating at 22 degrees.",
    ),
    (
        "no such mode",
        "cool the house",
        [("set_climate", {"targets": ["Thermostat"], "mode": "cool"})],
        None,
        {},
        None,
    ),
    (
        "a scene",
        "movie night please",
        [("activate_scene", {"name": "Movie night"})],
        None,
        {"scene.movie_night": "*"},
        "The movie night has been activated.",
    ),
    (
        "fans",
        "turn off the fans",
        [("turn_off", {"targets": ["fans"]})],
        "Office",
        {"fan.office_fan": "off"},
        "The office fan is off.",
    ),
    (
        "plugs stay on when the room goes off",
        "turn off the living room",
        [("turn_off", {"targets": ["living room"]})],
        None,
        LIVING_OFF,
        "The living room lights are off.",
    ),
    (
        "only reading",
        "what is the temperature in the bedroom",
        [("get_state", {"targets": ["Bedroom"], "kind": "temperature"})],
        None,
        {},
        None,
    ),
]


@pytest.mark.parametrize("row", [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS])
async def test_commands(house: House, row: tuple[str, list[Call], str | None, dict[str, str], str | None]) -> None:
    """The whole house ends in the expected state, and the reply says what is so."""
    text, calls, area, changed, speech = row
    before = house.states()
    outcome = await house.perform(text, *calls, area=area)
    after = house.states()
    seen = {entity_id: state for entity_id, state in after.items() if before[entity_id] != state}
    assert {key: "*" if changed.get(key) == "*" else state for key, state in seen.items()} == changed
    assert compose(outcome, "en") == speech


async def test_cover_arrives(house: House) -> None:
    """A blind that stands where it should be is already so; one on the way is not yet there."""
    house.devices["cover.office_blinds"].arrive(0)
    outcome = await house.perform(
        "close the office blinds", ("set_cover", {"targets": ["Office blinds"], "action": "close"})
    )
    assert compose(outcome, "en") == "The office blinds are closing."
    house.devices["cover.office_blinds"].deaf = True
    house.devices["cover.office_blinds"].arrive(0)
    outcome = await house.perform("shut the blinds", ("set_cover", {"targets": ["Office blinds"], "action": "shut"}))
    assert compose(outcome, "en") == "The office blinds are already closed."


@pytest.mark.parametrize(
    ("name", "device_class", "call", "reply"),
    [
        ("Garage door", CoverDeviceClass.GARAGE, {"action": "open"}, "Shall I open the garage door?"),
        ("Garage door", None, {"action": "open"}, "Shall I open the garage door?"),
        ("Garage door", None, {"position": 60}, "Shall I set the garage door to 60 percent?"),
        ("Garage door", None, {"change": 10}, "Shall I set the garage door to 60 percent?"),
        ("Garage door", None, {"position": 20}, "The garage door is at 20 percent."),
        ("Garage door", None, {"action": "close"}, "The garage door is closing."),
        ("Drive", CoverDeviceClass.GATE, {"targets": ["Kitchen"], "action": "open"}, "Shall I open the drive?"),
        ("Garage door", CoverDeviceClass.GARAGE, {"action": "stop"}, "The garage door is not moving."),
        ("Kitchen shutter", CoverDeviceClass.SHUTTER, {"action": "open"}, "The kitchen shutter is opening."),
    ],
    ids=["garage", "by name", "further", "a bit", "less", "close", "gate in the room", "stop", "shutter"],
)
async def test_ways_into_the_house_are_opened_after_a_yes(
    house: House, name: str, device_class: CoverDeviceClass | None, call: dict[str, Any], reply: str
) -> None:
    """Garage doors and gates are not opened before; they may be closed and stopped."""
    device = HouseCover(device_class)
    await house.add("cover.way_in", device, name, "Kitchen")
    device.arrive(50)
    before = house.states()
    outcome = await house.perform("move it", ("set_cover", {"targets": [name], **call}))
    assert compose(outcome, "en") == reply
    assert outcome.question is None or (house.states() == before and device.current_cover_position == 50)


async def test_way_in_is_left_out_of_a_room(house: House) -> None:
    """The covers of a room are closed without its garage door."""
    await house.add("cover.way_in", HouseCover(CoverDeviceClass.GARAGE), "Garage door", "Bedroom")
    outcome = await house.perform(
        "close all the covers in the bedroom", ("set_cover", {"targets": ["Bedroom"], "action": "close"})
    )
    assert house.states()["cover.way_in"] == "open"
    assert compose(outcome, "en") == "The bedroom blinds are closing."


async def test_user_without_permission(house: House, hass_read_only_user: MockUser) -> None:
    """The speaker's permissions hold, for changing and for looking."""
    utterance = house.says("turn off the printer", user=hass_read_only_user.id)
    call = ToolCall("turn_off", {"targets": ["Printer"]}, None)
    outcome = await async_perform(house.hass, house.home, utterance, [call], patience=0.01)
    assert house.states()["switch.printer"] == "on"
    assert outcome.facts[0].kind is FactKind.DENIED
    assert compose(outcome, "en") == "You may not change the printer."
    read = ToolCall("get_state", {"targets": ["Printer"]}, None)
    seen = await async_perform(house.hass, house.home, utterance, [read])
    assert seen.results[0].data == {"states": ["Printer: on"]}
    hass_read_only_user.mock_policy({})
    unseen = await async_perform(house.hass, house.home, utterance, [read])
    assert unseen.results[0].data == {"states": []}
    nobody = house.says("is the printer on", user="nobody")
    assert (await async_perform(house.hass, house.home, nobody, [read])).results[0].data == {"states": []}


async def test_context_reaches_the_services(house: House) -> None:
    """What happens is booked on the speaker."""
    utterance = house.says("turn off the printer")
    await async_perform(house.hass, house.home, utterance, [ToolCall("turn_off", {"targets": ["Printer"]}, None)])
    state = house.hass.states.get("switch.printer")
    assert state is not None
    assert state.context is utterance.context


async def test_thermostat_that_is_off_stays_off(house: House) -> None:
    """A temperature set on a thermostat that is off does not heat, and the reply says so."""
    calls = [("set_climate", {"targets": ["Thermostat"], "mode": "off"})]
    await house.perform("turn the heating off", *calls)
    outcome = await house.perform(
        "set the heating to 20", ("set_climate", {"targets": ["Thermostat"], "temperature": 20})
    )
    assert compose(outcome, "en") == "The thermostat is set to 20 degrees, but turned off."


async def test_two_thousand_lights(bare_house: House) -> None:
    """A very large house: one light of two thousand is found, and all of a floor."""
    for number in range(2000):
        area = ("Kitchen", "Bedroom", "Office", "Hallway")[number % 4]
        bare_house.sensor(f"light.l{number}", f"Lamp {number}", area, "on", {})
    switched: list[str] = []

    async def turn_off(call: ServiceCall) -> None:
        switched.extend(call.data["entity_id"])
        for entity_id in call.data["entity_id"]:
            bare_house.hass.states.async_set(entity_id, "off")

    bare_house.hass.services.async_register("light", "turn_off", turn_off)
    outcome = await bare_house.perform("turn off lamp 1234", ("turn_off", {"targets": ["lamp 1234"]}))
    assert switched == ["light.l1234"]
    assert compose(outcome, "en") == "Lamp 1234 is off."
    switched.clear()
    outcome = await bare_house.perform("turn off the lights upstairs", ("turn_off", {"targets": ["Upstairs"]}))
    assert len(switched) == 1000
    assert compose(outcome, "en") == "The lights upstairs are off."
    assert len(outcome.results[0].data["states"]) == 60
    read = await bare_house.perform("which lights are on", ("get_state", {"targets": ["lights"]}))
    assert read.results[0].data["more"] == 1940
