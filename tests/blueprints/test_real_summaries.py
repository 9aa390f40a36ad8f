"""A blueprint with the real summary behind it, by the real clock."""

from pathlib import Path

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from tests.blueprints.house import SPEAKERS
from tests.loud_house import loud_house, until
from tests.parlor_entry import agent, model_server

WINDOW = "binary_sensor.kitchen_window"


@pytest.mark.usefixtures("socket_enabled")
async def test_evening_round_up(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is open in the house is said, also while no model server answers."""
    async with loud_house(hass, monkeypatch, tmp_path, model_server(), agent(), preferred=True) as house:
        await hass.services.async_call("parlor", "install_blueprints", {}, blocking=True)
        er.async_get(hass).async_get_or_create("binary_sensor", "test", "window", object_id_base="kitchen window")
        async_expose_entity(hass, "conversation", WINDOW, should_expose=True)
        hass.states.async_set(WINDOW, "on", {"friendly_name": "Kitchen window", "device_class": "window"})
        use = {"path": "parlor/evening_round_up.yaml", "input": {"speakers": SPEAKERS}}
        config = {"id": "tested", "alias": "Tested", "use_blueprint": use}
        assert await async_setup_component(hass, "automation", {"automation": [config]})
        await hass.services.async_call("automation", "trigger", {"entity_id": "automation.tested"})
        await until(lambda: house.ceiling.texts)
        [said] = house.ceiling.texts
        assert "kitchen window" in said.lower()
        await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
