"""The flow of a conversation agent."""

from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_MODEL
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

from ..agent.guard import ASKED_BY_DEFAULT, Guarded
from ..const import CONF_ASK_FIRST, CONF_INSTRUCTIONS, CONF_LOCAL_ROUTE, CONF_TEMPERATURE
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
        schema = _schema(await self._async_model_options())
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


def _schema(models: list[SelectOptionDict]) -> probatio.Schema:
    """Return the form of a conversation agent."""
    model = SelectSelectorConfig(options=models, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    temperature = NumberSelectorConfig(min=0, max=2, step=0.05, mode=NumberSelectorMode.SLIDER)
    asked = SelectSelectorConfig(
        options=list(Guarded), multiple=True, translation_key=CONF_ASK_FIRST, mode=SelectSelectorMode.LIST
    )
    return probatio.Schema(
        {
            probatio.Optional(CONF_INSTRUCTIONS): TemplateSelector(),
            probatio.Optional(CONF_MODEL): SelectSelector(model),
            probatio.Optional(CONF_TEMPERATURE): NumberSelector(temperature),
            probatio.Required(CONF_LOCAL_ROUTE, default=True): BooleanSelector(),
            probatio.Required(CONF_ASK_FIRST, default=sorted(ASKED_BY_DEFAULT)): SelectSelector(asked),
        }
    )
