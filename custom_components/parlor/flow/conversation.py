"""The flow of a conversation agent."""

from collections.abc import Sequence
from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TemplateSelector,
)
import probatio

from ..const import CONF_INSTRUCTIONS, CONF_LOCAL_ROUTE, CONF_TEMPERATURE
from ..data import ordered_servers
from ..inference import InferenceError
from .server import async_check_server, model_options

AGENT_TITLE: Final = "Parlor"


class ConversationSubentryFlow(ConfigSubentryFlow):
    """Add or change a conversation agent."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for what makes this agent differ from another; all of it may stay empty."""
        if user_input is not None:
            if self.source == SOURCE_USER:
                return self.async_create_entry(title=AGENT_TITLE, data=user_input)
            return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=user_input)
        known = None if self.source == SOURCE_USER else self._get_reconfigure_subentry().data
        chosen = known.get(CONF_LLM_HASS_API, ()) if known else ()
        schema = _schema(await self._async_model_options(), _api_options(self.hass, chosen))
        return self.async_show_form(step_id="user", data_schema=self.add_suggested_values_to_schema(schema, known))

    async_step_reconfigure = async_step_user

    async def _async_model_options(self) -> list[SelectOptionDict]:
        """Return the models of the first server; none while it does not answer, since a name can be typed."""
        servers = ordered_servers(self._get_entry())
        if not servers:
            return []
        try:
            models = await async_check_server(self.hass, servers[0].data)
        except InferenceError:  # the server may be down while its agents are changed
            return []
        return model_options([model for model in models if not model.remote])


def _api_options(hass: HomeAssistant, chosen: Sequence[str]) -> list[SelectOptionDict]:
    """Return the LLM APIs that can be added, and those that were chosen and are gone.

    Not Assist: Parlor's tools do the same, and what has to be asked about first is not done unasked.
    """
    names = {api.id: api.name for api in llm.async_get_apis(hass) if api.id != llm.LLM_API_ASSIST}
    known = {**{api_id: api_id for api_id in chosen}, **names}
    return [SelectOptionDict(value=api_id, label=known[api_id]) for api_id in sorted(known)]


def _schema(models: list[SelectOptionDict], apis: list[SelectOptionDict]) -> probatio.Schema:
    """Return the form of a conversation agent; other APIs are asked for only where there are any."""
    model = SelectSelectorConfig(options=models, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    temperature = NumberSelectorConfig(min=0, max=2, step=0.05, mode=NumberSelectorMode.SLIDER)
    added = SelectSelectorConfig(options=apis, multiple=True, mode=SelectSelectorMode.DROPDOWN)
    return probatio.Schema(
        {
            probatio.Optional(CONF_INSTRUCTIONS): TemplateSelector(),
            probatio.Optional(CONF_MODEL): SelectSelector(model),
            probatio.Optional(CONF_TEMPERATURE): NumberSelector(temperature),
            probatio.Required(CONF_LOCAL_ROUTE, default=True): BooleanSelector(),
            **({probatio.Optional(CONF_LLM_HASS_API): SelectSelector(added)} if apis else {}),
        }
    )
