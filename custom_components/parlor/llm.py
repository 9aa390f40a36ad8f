"""LLM platform: tools of Parlor's that Assist lacks, for every other agent, if the user wants so.

What the user said is not known here. So there is nothing among them that needs a spoken yes: no locks, no covers, no
scripts.
"""

from typing import Final, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import llm
import probatio

from .agent.deeds import async_perform
from .agent.facts import FactKind
from .agent.place import speaker_area
from .agent.tools import HomeTool, tools_for
from .agent.utterance import Utterance
from .const import CONF_OFFER_TOOLS, DOMAIN
from .data import ParlorConfigEntry
from .home import ASSISTANT, Home
from .inference import ToolCall

_TITLES: Final = {
    "add_event": "Add calendar event",
    "look_up": "Look up lists, events, forecasts and history",
    "set_climate": "Set climate in full",
    "set_fan": "Set fan in full",
    "set_value": "Set helper or device setting",
}
_DONE: Final = frozenset({FactKind.DONE, FactKind.ALREADY, FactKind.UNDER_WAY})
_TARGETS: Final = "names of devices, areas or floors"


@callback
def async_get_tools(hass: HomeAssistant, llm_context: llm.LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for what is exposed; None where they are not offered, and for Parlor's own agents."""
    entries: list[ParlorConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if api_id != llm.LLM_API_ASSIST or llm_context.platform == DOMAIN or llm_context.assistant != ASSISTANT:
        return None
    if not entries or not entries[0].options.get(CONF_OFFER_TOOLS, False):
        return None
    home = entries[0].runtime_data.home
    tools: list[llm.Tool] = [ParlorTool(home, tool) for tool in tools_for(home) if tool.name in _TITLES]
    return LLMTools(tools=tools) if tools else None


class ParlorTool(llm.Tool):
    """One of Parlor's tools, as another agent calls it."""

    integration = DOMAIN

    def __init__(self, home: Home, tool: HomeTool) -> None:
        """Offer a tool for what is exposed."""
        self.name = f"{DOMAIN}__{tool.name}"
        self.title = _TITLES[tool.name]
        self.description = tool.description
        self.parameters = _described(tool)
        self.annotations = tool.annotations
        self._home = home
        self._tool = tool

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        """Carry out a call; what went wrong, or has to be asked, is in the result."""
        utterance = Utterance(
            text="",
            language=llm_context.language or hass.config.language,
            area_id=speaker_area(hass, llm_context.device_id, None),
            device_id=llm_context.device_id,
            satellite_id=None,
            context=llm_context.context or Context(),
        )
        call = ToolCall(self._tool.name, tool_input.tool_args, None)
        outcome = await async_perform(hass, self._home, utterance, [call])
        if outcome.question:
            return llm.ToolResult(data={"error": f"Nothing was done. Ask the user: {outcome.question}"}, error=True)
        [result] = outcome.results
        failed = bool(outcome.facts) and not any(fact.kind in _DONE for fact in outcome.facts)
        return llm.ToolResult(data=result.data, error=result.error or failed)


def _described(tool: HomeTool) -> probatio.Schema:
    """Return the parameters with a word on targets, which Parlor's own instructions explain."""
    fields = {
        probatio.Required("targets", description=_TARGETS) if field == "targets" else field: kind
        for field, kind in tool.parameters.schema.items()
    }
    return probatio.Schema(fields)
