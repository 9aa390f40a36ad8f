"""Calls in the shapes of other agents and of Home Assistant, judged by what the house does."""

from typing import Any

import pytest

from custom_components.parlor.agent.facts import FactKind
from tests.agent.house import House, house
from tests.agent.whole_house import spoken

__all__ = ["house"]

type Call = tuple[str, Any]

BEDSIDE = "light.bedside_lamp"
DEEDS: dict[str, tuple[str, list[Call], dict[str, str], str]] = {
    "hex": (
        "make the bedside lamp red",
        [("set_light", {"targets": ["Bedside lamp"], "color": "#FF0000"})],
        {},
        "The bedside lamp is red.",
    ),
    "numbers": (
        "make the bedside lamp blue",
        [("light.turn_on", {"entity_id": BEDSIDE, "rgb_color": [0, 0, 255]})],
        {},
        "The bedside lamp is blue.",
    ),
    "mireds": (
        "make the bedside lamp warmer",
        [("light.turn_on", {"entity_id": BEDSIDE, "color_temp": 370})],
        {},
        "The bedside lamp is at 2703 kelvin.",
    ),
    "byte": (
        "dim the office lamp",
        [("light.turn_on", {"entity_id": "light.office_lamp", "brightness": 128})],
        {},
        "The office lamp is at 50 percent.",
    ),
    "a list of services": (
        "turn off the printer and the office lamp",
        [
            (
                "execute_services",
                {
                    "list": [
                        {"domain": "switch", "service": "turn_off", "service_data": {"entity_id": "switch.printer"}},
                        {"domain": "light", "service": "turn_off", "target": {"entity_id": "light.office_lamp"}},
                    ]
                },
            )
        ],
        {"switch.printer": "off", "light.office_lamp": "off"},
        "The printer and the office lamp are off.",
    ),
    "the same call twice": (
        "turn off the printer",
        [("turn_off", {"targets": ["Printer"]}), ("switch.turn_off", {"name": "Printer"})],
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    "a kind in the tool's name": (
        "turn off the kitchen lights",
        [("turn_off_lights", {"area": "Kitchen"})],
        {"light.kitchen_ceiling": "off", "light.kitchen_counter": "off"},
        "The kitchen lights are off.",
    ),
    "an entity id made up of the name": (
        "turn off the printer",
        [("turn_off", {"entity_id": "switch.office_printer"})],
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    "targets alone": (
        "turn off the printer",
        [("turn_off", ["Printer"])],
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    "broken JSON": (
        "turn off the printer",
        [("turn_off", '{targets: ["Printer"]')],
        {"switch.printer": "off"},
        "The printer is off.",
    ),
    "a scene by its name": ("movie night", [("scene.movie_night", {})], {}, "The movie night has been activated."),
}


@pytest.mark.parametrize(("said", "made", "changed", "told"), DEEDS.values(), ids=DEEDS)
async def test_it_is_done(house: House, said: str, made: list[Call], changed: dict[str, str], told: str) -> None:
    """What was meant, and told as what it is."""
    before = house.states()
    outcome = await house.perform(said, *made)
    after = house.states()
    assert {one: state for one, state in after.items() if before[one] != state and "scene" not in one} == changed
    assert spoken(outcome) == told
    assert {fact.kind for fact in outcome.facts} == {FactKind.DONE}


async def test_no_service_that_parlor_does_not_have(house: House) -> None:
    """Only what there is a tool for can be called."""
    before = house.states()
    calls = [("call_service", {"domain": domain, "service": name}) for domain, name in SERVICES]
    outcome = await house.perform("do it", *calls)
    assert house.states() == before
    assert [result.error for result in outcome.results] == [True, True, True]
    assert "there is no tool" in outcome.results[0].data["error"]


SERVICES = [("homeassistant", "restart"), ("shell_command", "rm"), ("hassio", "host_reboot")]
