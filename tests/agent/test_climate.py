"""Thermostats, air conditioners, water heaters and humidifiers, on Home Assistant's own entities."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.agent.whole_house import changes, demo_house, shown, spoken

type Fields = dict[str, Any]

# name, words, fields of the call, what is shown otherwise afterwards, reply
CASES: list[tuple[str, str, Fields, dict[str, Fields], str]] = [
    (
        "one temperature",
        "set the hvac to 23 degrees",
        {"targets": ["Hvac"], "temperature": "23 degrees"},
        {"climate.hvac": {"temperature": 23.0}},
        "The hvac is set to 23 degrees.",
    ),
    (
        "warmer",
        "make the hvac a bit warmer",
        {"targets": ["Hvac"], "change": "warmer"},
        {"climate.hvac": {"temperature": 21.5}},
        "The hvac is set to 21.5 degrees.",
    ),
    (
        "two degrees cooler, the sign lost",
        "make the hvac two degrees cooler",
        {"targets": ["Hvac"], "change": 2},
        {"climate.hvac": {"temperature": 19.0}},
        "The hvac is set to 19 degrees.",
    ),
    (
        "a range",
        "keep the ecobee between 19 and 25 degrees",
        {"targets": ["Ecobee"], "low": 19, "high": 25},
        {"climate.ecobee": {"target_temp_low": 19.0, "target_temp_high": 25.0}},
        "The ecobee is set to 19 to 25 degrees.",
    ),
    (
        "a range made warmer",
        "make the ecobee one degree warmer",
        {"targets": ["Ecobee"], "change": 1},
        {"climate.ecobee": {"target_temp_low": 22.0, "target_temp_high": 25.0}},
        "The ecobee is set to 22 to 25 degrees.",
    ),
    ("no range there", "keep the heat pump at 19 to 25", {"targets": ["HeatPump"], "low": 19, "high": 25}, {}, ""),
    ("upside down", "keep the ecobee at 25 to 19", {"targets": ["Ecobee"], "low": 25, "high": 19}, {}, ""),
    ("one degree for a range", "set the ecobee to 20", {"targets": ["Ecobee"], "temperature": 20}, {}, ""),
    (
        "preset",
        "set the ecobee to away",
        {"targets": ["Ecobee"], "preset": "Away"},
        {"climate.ecobee": {"preset_mode": "away"}},
        "The ecobee is set to away.",
    ),
    (
        "fan mode and swing",
        "set the fan of the hvac to auto low and let it swing",
        {"targets": ["Hvac"], "fan_mode": "auto low", "swing_mode": "auto"},
        {"climate.hvac": {"fan_mode": "auto_low", "swing_mode": "auto"}},
        "The hvac has the fan at auto low and has the swing at auto.",
    ),
    (
        "humidity",
        "set the humidity of the hvac to sixty percent",
        {"targets": ["Hvac"], "humidity": 60},
        {"climate.hvac": {"humidity": 60}},
        "The hvac is set to 60 percent humidity.",
    ),
    (
        "mode and temperature",
        "set the hvac to heat at 22",
        {"targets": ["Hvac"], "mode": "dry", "temperature": 22},
        {"climate.hvac": {"state": "dry", "temperature": 22.0}},
        "The hvac is set to drying at 22 degrees.",
    ),
    (
        "off",
        "turn the hvac off",
        {"targets": ["Hvac"], "mode": "off", "temperature": 0},
        {"climate.hvac": {"state": "off"}},
        "The hvac is off.",
    ),
    ("a preset it has not", "set the ecobee to party", {"targets": ["Ecobee"], "preset": "party"}, {}, ""),
    (
        "water heater",
        "set the water heater to 50 degrees",
        {"targets": ["Demo Water Heater Celsius"], "temperature": 50},
        {"water_heater.demo_water_heater_celsius": {"temperature": 50.0}},
        "The demo water heater celsius is set to 50 degrees.",
    ),
    (
        "water heater's mode",
        "set the water heater to high demand",
        {"targets": ["Demo Water Heater Celsius"], "mode": "high demand"},
        {"water_heater.demo_water_heater_celsius": {"state": "high_demand", "operation_mode": "high_demand"}},
        "The demo water heater celsius is set to high demand.",
    ),
    (
        "humidifier",
        "set the dehumidifier to fifty percent",
        {"targets": ["Dehumidifier"], "humidity": 50},
        {"humidifier.dehumidifier": {"humidity": 50}},
        "The dehumidifier is set to 50 percent humidity.",
    ),
    (
        "humidifier's mode",
        "set the hygrostat to eco",
        {"targets": ["Hygrostat"], "mode": "eco"},
        {"humidifier.hygrostat": {"mode": "eco"}},
        "The hygrostat is set to eco.",
    ),
    ("too hot", "set the hvac to 90 degrees", {"targets": ["Hvac"], "temperature": 90}, {}, ""),
]


@pytest.mark.parametrize(
    ("said", "fields", "expected", "reply"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_climate(hass: HomeAssistant, said: str, fields: Fields, expected: dict[str, Fields], reply: str) -> None:
    """What was asked for is set, nothing else is, and an argument that does not suit is told to the model."""
    async with demo_house(hass, "climate", "humidifier", "water_heater") as house:
        before = shown(hass)
        outcome = await house.perform(said, ("set_climate", fields))
        new = changes(before, shown(hass))
        assert {one: {name: new[one].get(name) for name in wanted} for one, wanted in expected.items()} == expected
        assert new.keys() == expected.keys()
        assert (spoken(outcome) or "") == reply
        assert outcome.results[0].error is not bool(expected)


async def test_generic_thermostat_and_hygrostat(hass: HomeAssistant) -> None:
    """Real controllers: the heater runs when it is told to heat to more than there is."""
    hass.states.async_set("sensor.room", "18", {"unit_of_measurement": "°C"})
    hass.states.async_set("sensor.moisture", "40", {"unit_of_measurement": "%"})
    config: dict[str, Any] = {
        "input_boolean": {"heater": {}, "mist": {}},
        "generic_hygrostat": {"name": "Mist", "humidifier": "input_boolean.mist", "target_sensor": "sensor.moisture"},
        "climate": {
            "platform": "generic_thermostat",
            "name": "Den",
            "heater": "input_boolean.heater",
            "target_sensor": "sensor.room",
            "target_temp": 17,
            "initial_hvac_mode": "off",
        },
    }
    async with demo_house(hass, **config) as house:
        outcome = await house.perform(
            "heat the den to 21", ("set_climate", {"targets": ["Den"], "mode": "heat", "temperature": 21})
        )
        assert hass.states.get("input_boolean.heater").state == "on"  # type: ignore[union-attr]
        assert spoken(outcome) == "The den is set to heating at 21 degrees."
        outcome = await house.perform(
            "set the mist to 55 percent", ("set_humidity", {"targets": ["Mist"], "humidity": 55})
        )
        assert hass.states.get("input_boolean.mist").state == "on"  # type: ignore[union-attr]
        assert spoken(outcome) == "The mist is set to 55 percent humidity."
