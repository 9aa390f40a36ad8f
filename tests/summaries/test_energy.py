"""Energy, gas and water, with Home Assistant's own energy dashboard."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.summaries.sheet import Direction, Figure
from tests.summaries.past_house import PastHouse, async_remember, past_house, texts

DAY = "2026-11-22"
GRID, NIGHT, SUN, GAS, WASHER = (
    f"sensor.{name}" for name in ("grid_day", "grid_night", "solar", "gas", "washing_machine")
)
SHOWN: dict[str, dict[str, Any]] = {
    entity_id: {
        "friendly_name": entity_id.partition(".")[2].replace("_", " ").capitalize(),
        "device_class": "gas" if entity_id == GAS else "energy",
        "unit_of_measurement": unit,
        "state_class": "total_increasing",
    }
    for entity_id, unit in {GRID: "kWh", NIGHT: "Wh", SUN: "kWh", GAS: "m³", WASHER: "kWh"}.items()
}
# What each counted an hour, and the week before.
COUNTED = {GRID: (0.5, 0.25), NIGHT: (100.0, 100.0), SUN: (2.0, 2.0), GAS: (0.1, 0.4), WASHER: (0.12, 0.0)}


async def _async_meters(house: PastHouse) -> None:
    """Let every meter count for five weeks, today other than before."""
    start = house.at(f"{DAY} 08:00")
    for entity_id, (today, before) in COUNTED.items():
        unit = SHOWN[entity_id]["unit_of_measurement"]
        earlier = [before * at for at in range(35 * 24)]
        await async_remember(house.hass, entity_id, start - timedelta(days=35), earlier, unit=unit, counts=True)
        now = [earlier[-1] + today * (at + 1) for at in range(10)]
        await async_remember(house.hass, entity_id, start, now, unit=unit, counts=True)


async def _async_dashboard(hass: HomeAssistant) -> None:
    hass.config.components.add("energy")
    grid: dict[str, Any] = {"type": "grid", "stat_energy_to": None, "stat_cost": None, "cost_adjustment_day": 0}
    price: dict[str, Any] = {"entity_energy_price": None, "number_energy_price": None}
    manager = await async_get_manager(hass)
    sources: list[Any] = [
        {**grid, "stat_energy_from": GRID},
        {**grid, "stat_energy_from": NIGHT},
        {"type": "solar", "stat_energy_from": SUN, "config_entry_solar_forecast": None},
        {"type": "gas", "stat_energy_from": GAS, "stat_cost": None, **price},
    ]
    device: Any = {"stat_consumption": WASHER, "name": "The washer"}
    await manager.async_update({"energy_sources": sources, "device_consumption": [device]})


GRIDS = "From the grid: 6 kWh; more than the 3.5 kWh that are usual on a Sunday."
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the whole dashboard": (
        {},
        [
            GRIDS,
            "From the sun: 20 kWh; about the 20 kWh that are usual on a Sunday.",
            "Gas: 1 m³; less than the 4 m³ that are usual on a Sunday.",
            "The washer: 1.2 kWh.",
        ],
    ),
    "what was asked for": (
        {"entity_ids": frozenset({SUN})},
        ["From the sun: 20 kWh; about the 20 kWh that are usual on a Sunday."],
    ),
    "a long period": (
        {"start": "2026-11-19 08:00"},
        [
            "From the grid: 31.2 kWh; about as in the weeks before with 28.7 kWh on average.",
        ],
    ),
}


@pytest.mark.parametrize(("fields", "told"), CASES.values(), ids=CASES.keys())
async def test_the_dashboard(
    recorder_mock: object,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    fields: dict[str, Any],
    told: list[str],
) -> None:
    """Sources of a kind are told together, in kilowatt hours, beside what is usual."""
    async with past_house(hass, freezer, SHOWN, [(f"{DAY} 17:59", entity_id, "1") for entity_id in SHOWN]) as house:
        await _async_meters(house)
        await _async_dashboard(hass)
        found = texts(await house.async_sheet(sections=("energy",), **fields), "energy")
        assert found[: len(told)] == told


async def test_without_a_dashboard(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Each energy sensor is told, the one that counted most first."""
    async with past_house(hass, freezer, SHOWN, [(f"{DAY} 17:59", entity_id, "1") for entity_id in SHOWN]) as house:
        await _async_meters(house)
        sheet = await house.async_sheet(sections=("energy",))
        assert [text.partition(";")[0] for text in texts(sheet, "energy")] == [
            "The solar: 20 kWh",
            "The grid day: 5 kWh",
            "The washing machine: 1.2 kWh.",
            "The grid night: 1 kWh",
        ]
        first, second = sheet.facts[:2]
        assert first.direction is None
        assert second.direction is Direction.UP
        assert second.figures == (Figure(5, "kWh"), Figure(2.5, "kWh"))
