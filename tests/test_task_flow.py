"""The flow of AI tasks: added, changed, with a model that is there, that is downloaded, or that is refused."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from demo.ollama import CLOUD, STAND_IN, THINKING, VISION, OllamaStandIn
from tests.flow_steps import async_answer
from tests.flow_texts import _translated
from tests.parlor_entry import async_add_parlor, model_server, tasks

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")

NEW = replace(VISION, name="eyes:4b")
NAME = {"name": "Mail clerk"}


@pytest.fixture
async def entry(hass: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Return a Parlor whose model server has several models, and could download one more."""
    async with OllamaStandIn((STAND_IN, VISION, THINKING, CLOUD), registry=(NEW,)) as ollama:
        entry = await async_add_parlor(hass, model_server(ollama.url))
        yield entry
        await hass.config_entries.async_unload(entry.entry_id)


async def _begin(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "ai_task_data"), context={"source": SOURCE_USER}
    )


async def _answer(hass: HomeAssistant, form: Any, typed: dict[str, Any]) -> Any:
    result = await async_answer(hass.config_entries.subentries, form, typed)
    await hass.async_block_till_done()
    return result


ADDED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing but a name": ({}, {}),
    "all": (
        {
            "instructions": "You are {{ ha_name }}'s clerk.",
            "model": VISION.name,
            "temperature": 0.3,
            "tuning": {"num_ctx": 4096.0, "keep_alive": 60.0, "think": False},
        },
        {"tuning": {"num_ctx": 4096, "keep_alive": 60, "think": False}},
    ),
    "a model that is downloaded": ({"model": NEW.name}, {}),
}


@pytest.mark.parametrize(("typed", "kept"), ADDED.values(), ids=ADDED)
async def test_add(hass: HomeAssistant, entry: MockConfigEntry, typed: dict[str, Any], kept: dict[str, Any]) -> None:
    """What was typed is kept, the name as the entity's."""
    form = await _begin(hass, entry)
    assert form["type"] is FlowResultType.FORM
    result = await _answer(hass, form, {**NAME, **typed})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    added = list(entry.subentries.values())[-1]
    assert (added.subentry_type, added.title, added.data) == ("ai_task_data", "Mail clerk", {**typed, **kept})
    assert hass.states.get("ai_task.mail_clerk") is not None


REFUSED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a cloud model": ({"model": CLOUD.name}, {"model": "cloud_refused"}),
    "a model that can not think": (
        {"model": VISION.name, "tuning": {"think": True}},
        {"model": "model_without_thinking"},
    ),
    "a model that nobody has": ({"model": "nobodys:1b"}, {"model": "model_unknown"}),
    "a broken template": ({"instructions": "{{ 1 / 0 }}"}, {"instructions": "template_failed"}),
}


@pytest.mark.parametrize(("typed", "errors"), REFUSED.values(), ids=REFUSED)
async def test_refused(
    hass: HomeAssistant, entry: MockConfigEntry, typed: dict[str, Any], errors: dict[str, str]
) -> None:
    """What can not work is said at its field, and what was typed is still there."""
    result = await _answer(hass, await _begin(hass, entry), {**NAME, **typed})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    suggested = {str(key): (key.description or {}).get("suggested_value") for key in result["data_schema"].schema}
    assert suggested["name"] == "Mail clerk"
    result["errors"] = {}
    assert (await _answer(hass, result, NAME))["type"] is FlowResultType.CREATE_ENTRY


async def test_change(hass: HomeAssistant) -> None:
    """The form is filled in with what is known; a name is given elsewhere."""
    async with OllamaStandIn((STAND_IN, VISION)) as ollama:
        entry = await async_add_parlor(hass, model_server(ollama.url), tasks(model=VISION.name, temperature=0.3))
        form: Any = await hass.config_entries.subentries.async_init(
            (entry.entry_id, "ai_task_data"), context={"source": SOURCE_RECONFIGURE, "subentry_id": "task"}
        )
        suggested = {str(key): (key.description or {}).get("suggested_value") for key in form["data_schema"].schema}
        assert "name" not in suggested
        assert (suggested["model"], suggested["temperature"]) == (VISION.name, 0.3)
        result = await _answer(hass, form, {"model": STAND_IN.name})
        assert result["reason"] == "reconfigure_successful"
        assert entry.subentries["task"].data == {"model": STAND_IN.name}
        await hass.config_entries.async_unload(entry.entry_id)
