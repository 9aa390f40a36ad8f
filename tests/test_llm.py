"""Parlor's tools, called by other agents through Assist."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from tests.agent.house import House, async_full_house
from tests.agent.whole_house import expose_all
from tests.parlor_entry import async_add_parlor

OFFERED = {"offer_tools": True}


@pytest.fixture
async def house(hass: HomeAssistant) -> House:
    """Return the house, with helpers and a list."""
    house = await async_full_house(hass)
    await house.home.async_stop()
    settings = {"target": {"name": "Boost", "min": 0, "max": 10, "step": 1, "initial": 3}}
    assert await async_setup_component(hass, "input_number", {"input_number": settings})
    async_expose_entity(hass, "conversation", "input_number.target", True)
    assert await async_setup_component(hass, "llm", {})
    return house


def context(platform: str = "mcp_server", **more: Any) -> llm.LLMContext:
    """Return the context of another agent."""
    fields: dict[str, Any] = {"context": Context(), "language": "en", "assistant": "conversation", "device_id": None}
    return llm.LLMContext(platform, **{**fields, **more})


async def names(hass: HomeAssistant, **more: Any) -> list[str]:
    """Return the names of Parlor's tools that an agent gets."""
    api = await llm.async_get_api(hass, "assist", context(**more))
    return [tool.name for tool in api.tools if tool.name.startswith("parlor")]


async def use(hass: HomeAssistant, name: str, arguments: dict[str, Any], **more: Any) -> llm.ToolResult:
    """Call a tool as another agent does."""
    api = await llm.async_get_api(hass, "assist", context(**more))
    return await api.async_call_tool(llm.ToolInput(tool_name=name, tool_args=arguments))


async def test_nothing_is_offered_unless_the_user_wants_so(hass: HomeAssistant, house: House) -> None:
    """It would make every agent's prompt longer."""
    await async_add_parlor(hass)
    assert await names(hass) == []


async def test_what_is_offered(hass: HomeAssistant, house: House, caplog: pytest.LogCaptureFixture) -> None:
    """What Assist lacks; nothing that has to be asked about; nothing to Parlor's own agents or without exposure."""
    entry = await async_add_parlor(hass, options=OFFERED)
    offered = ["parlor__look_up", "parlor__set_climate", "parlor__set_fan", "parlor__set_value"]
    assert await names(hass) == offered
    assert await names(hass, platform="parlor") == []
    assert await names(hass, assistant="ai_task") == []
    other = await llm.async_get_api(hass, ["assist"], context("openai_conversation"))
    listed = [tool.name for tool in other.tools]
    assert len(set(listed)) == len(listed)
    await hass.config_entries.async_unload(entry.entry_id)
    assert await names(hass) == []
    assert "parlor" not in "".join(record.message for record in caplog.records if "LLM" in record.message)


async def test_the_listing_says_what_a_tool_does(hass: HomeAssistant, house: House) -> None:
    """As the MCP server lists it: title, schema as JSON, annotations."""
    await async_add_parlor(hass, options=OFFERED)
    api = await llm.async_get_api(hass, "assist", context())
    tools = {tool.name: tool for tool in api.tools}
    schemas = {
        name: probatio.to_openapi(tool.parameters, custom_serializer=api.custom_serializer, openapi_version="3.1.0")
        for name, tool in tools.items()
        if name.startswith("parlor")
    }
    assert schemas["parlor__look_up"]["properties"]["targets"] == {
        "type": "array",
        "items": {"type": "string"},
        "description": "names of devices, areas or floors",
    }
    assert all("targets" in schema["required"] for schema in schemas.values())
    read_only = {name for name in schemas if tools[name].annotations.read_only}
    assert read_only == {"parlor__look_up"}
    assert not any(tools[name].annotations.destructive or tools[name].annotations.open_world for name in schemas)
    assert all(tools[name].title and tools[name].integration == "parlor" for name in schemas)


CALLS: dict[str, tuple[str, dict[str, Any], str, str, bool]] = {
    "a temperature": (
        "set_climate",
        {"targets": ["Thermostat"], "temperature": 21},
        "climate.thermostat",
        "Thermostat: heat, set to 21 °C",
        False,
    ),
    "a helper": ("set_value", {"targets": ["Boost"], "value": "5"}, "input_number.target", "Boost: 5", False),
    "one more": ("set_value", {"targets": ["Boost"], "change": 1}, "input_number.target", "Boost: 4", False),
    "by entity id": ("set_value", {"entity_id": "input_number.target", "value": 7}, "input_number.target", "7", False),
    "out of range": ("set_value", {"targets": ["Boost"], "value": "50"}, "", "values from 0 to 10", True),
    "unknown": ("set_climate", {"targets": ["Sauna"], "temperature": 21}, "", 'no "Sauna"', True),
    "all were not said": ("set_fan", {"targets": ["all fans"], "speed": 10}, "", "did not say all", True),
    "a lock": ("set_climate", {"targets": ["Front door lock"], "temperature": 21}, "", "is a lock", True),
    "no arguments": ("set_fan", {}, "", "needs targets", True),
    "several": ("set_fan", {"targets": ["fan"], "speed": 10}, "", "Which fan do you mean", True),
}


@pytest.mark.parametrize(("name", "arguments", "changed", "told", "error"), CALLS.values(), ids=CALLS)
async def test_a_call(
    hass: HomeAssistant,
    house: House,
    name: str,
    arguments: dict[str, Any],
    changed: str,
    told: str,
    error: bool,
) -> None:
    """It does what it says, and the result tells what is so; what is wrong is told as well."""
    await async_add_parlor(hass, options=OFFERED)
    before = {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}
    result = await use(hass, f"parlor__{name}", arguments)
    after = {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}
    assert [one for one in after if before[one] != after[one]] == ([changed] if changed else [])
    assert result.error is error
    assert told in str(result.data)
    assert house.hass is hass


async def test_the_users_rights_hold(hass: HomeAssistant, house: House) -> None:
    """Who may not set it in Home Assistant may not do so through another agent."""
    await async_add_parlor(hass, options=OFFERED)
    user = MockUser(name="Guest").add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {"fan.office_fan": True}}})
    arguments = {"targets": ["Thermostat"], "temperature": 25}
    result = await use(hass, "parlor__set_climate", arguments, context=Context(user_id=user.id))
    assert result.error
    assert "Thermostat: the user may not control it" in str(result.data)
    assert hass.states.get("climate.thermostat").attributes["temperature"] == 18  # type: ignore[union-attr]


async def test_lists_are_read(hass: HomeAssistant, house: House) -> None:
    """What Assist's own tools do not read, or not in words."""
    await async_add_parlor(hass, options=OFFERED)
    hass.states.async_set("weather.home", "sunny", {"friendly_name": "Home weather", "temperature": 21})
    expose_all(hass)
    result = await use(hass, "parlor__look_up", {"targets": ["Home weather"], "period": "today"})
    assert result.data == {"Home weather": ["now: sunny, 21"]}
