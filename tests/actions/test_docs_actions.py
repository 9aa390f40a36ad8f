"""The automations of the documentation of the actions, pasted into Home Assistant."""

from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from demo.ollama import Reply
from tests.loud_house import CEILING, loud_house, until
from tests.talking_house import talking_house

PAGE = Path(__file__).parent.parent.parent / "docs" / "actions.md"
EXAMPLES: list[dict[str, Any]] = [
    yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def paste(hass: HomeAssistant, alias: str) -> None:
    """Set up one of the examples."""
    example = next(example for example in EXAMPLES if example["alias"] == alias)
    assert await async_setup_component(hass, "automation", {"automation": [example]})
    await hass.async_block_till_done(wait_background_tasks=False)
    assert [state.name for state in hass.states.async_all("automation")] == [alias]


async def test_a_question(hass: HomeAssistant) -> None:
    """The phone is told the answer; of a failure it is not told."""
    told = async_mock_service(hass, "notify", "notify")
    async with talking_house(hass) as house:
        await paste(hass, "The washing is done")
        house.server.script(Reply(content="It stays dry."), Reply(status=500, error="out of memory"))
        for _time in range(2):
            hass.states.async_set("sensor.washing_machine", "washing")
            hass.states.async_set("sensor.washing_machine", "done")
            await hass.async_block_till_done(wait_background_tasks=False)
    assert [call.data["message"] for call in told] == ["The washing is done. It stays dry.", "The washing is done."]


async def test_an_announcement(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is heard in the rooms that are named."""
    async with loud_house(hass, monkeypatch, tmp_path) as house:
        await paste(hass, "Dinner is ready")
        kitchen = ar.async_get(hass).async_create("Kitchen")
        er.async_get(hass).async_update_entity(CEILING, area_id=kitchen.id)
        hass.bus.async_fire("dinner_is_ready")
        await until(lambda: house.ceiling.texts)
        assert house.ceiling.texts == ["Dinner is ready."]
