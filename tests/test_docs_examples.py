"""The automations of the documentation, pasted into Home Assistant."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
    async_mock_service,
    setup_test_component_platform,
)
import yaml

from demo.ollama import STAND_IN, VISION, OllamaStandIn
from tests.parlor_entry import async_add_parlor, model_server, tasks
from tests.talking_house import CHAT, says, talking_house
from tests.test_ai_task import Eye

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLES: list[dict[str, Any]] = [
    yaml.safe_load(block)
    for page in ("monitoring.md", "ai_task.md")
    for block in re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def _paste(hass: HomeAssistant, alias: str) -> None:
    example = next(example for example in EXAMPLES if example["alias"] == alias)
    assert await async_setup_component(hass, "automation", {"automation": [example]})
    await hass.async_block_till_done(wait_background_tasks=False)
    assert [state.name for state in hass.states.async_all("automation")] == [alias]


async def test_server_that_is_away(hass: HomeAssistant) -> None:
    """The phone is told why."""
    told: list[ServiceCall] = async_mock_service(hass, "notify", "notify")
    hass.states.async_set("binary_sensor.qwen3_4b_connection", "on")
    await _paste(hass, "The model server is away")
    hass.states.async_set("binary_sensor.qwen3_4b_connection", "off", {"last_error": "It sleeps."})
    await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow().replace(year=dt_util.utcnow().year + 1))
    await hass.async_block_till_done()
    assert [call.data["message"] for call in told] == ["It sleeps."]


async def test_slow_turns(hass: HomeAssistant) -> None:
    """A turn that was slow is shown, with the stage that took longest; one that was quick is not."""
    told: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "create")
    async with talking_house(hass, local_route=True) as house:
        await _paste(hass, "Slow turns of the voice agent")
        turns = async_capture_events(hass, "parlor_turn")
        await house.say("turn off the kitchen lights")
        await hass.async_block_till_done(wait_background_tasks=False)
        assert told == []
        slow = {**turns[0].data, "duration": 5000, "stages": {**turns[0].data["stages"], "action": 4800}}
        hass.bus.async_fire("parlor_turn", slow)
        await hass.async_block_till_done(wait_background_tasks=False)
        assert [call.data["message"] for call in told] == ["5000 ms, of these action: 4800 ms"]


@pytest.mark.parametrize("urgent", [True, False])
async def test_sorted_messages(hass: HomeAssistant, *, urgent: bool) -> None:
    """A message that is urgent is shown, and no other."""
    told: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "create")
    async with talking_house(hass, agents=[tasks()]) as house:
        house.server.script(says(json.dumps({"subject": "Grandmother comes", "urgent": urgent, "people": 1})))
        await _paste(hass, "Sort a message")
        hass.bus.async_fire("message_received", {"text": "I am coming today. Grandmother"})
        await hass.async_block_till_done(wait_background_tasks=False)
        assert [call.data["message"] for call in told] == (["Grandmother comes"] if urgent else [])
        assert "I am coming today." in house.requests[0]["messages"][-1]["content"]


async def test_who_is_at_the_door(hass: HomeAssistant) -> None:
    """What the camera shows is told in the model's words."""
    told: list[ServiceCall] = async_mock_service(hass, "notify", "notify")
    setup_test_component_platform(hass, "camera", [Eye()])
    assert await async_setup_component(hass, "camera", {"camera": {"platform": "test"}})
    async with OllamaStandIn((STAND_IN, VISION)) as ollama:
        eyes = tasks("eyes", model=VISION.name)
        eyes["title"] = "Eyes"
        entry = await async_add_parlor(hass, model_server(ollama.url), eyes)
        await ollama.wait_for(CHAT)
        ollama.script(says("A parcel on the mat."))
        await _paste(hass, "Who is at the door")
        hass.states.async_set("binary_sensor.doorbell", "off")
        hass.states.async_set("binary_sensor.doorbell", "on")
        await hass.async_block_till_done(wait_background_tasks=False)
        assert [call.data["message"] for call in told] == ["A parcel on the mat."]
        await hass.config_entries.async_unload(entry.entry_id)
