"""The flow of a conversation agent."""

from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_MODEL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import TemplateError
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
from homeassistant.helpers.template import Template
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
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None and (problem := _template_error(self.hass, user_input.get(CONF_INSTRUCTIONS))):
            errors[CONF_INSTRUCTIONS] = "template_failed"
            placeholders["error"] = problem
        elif user_input is not None:
            if self.source == SOURCE_USER:
                return self.async_create_entry(title=AGENT_TITLE, data=user_input)
            return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=user_input)
        known = None if self.source == SOURCE_USER else self._get_reconfigure_subentry().data
        schema = _schema(await self._async_model_options())
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or known),
            errors=errors,
            description_placeholders=placeholders,
        )

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


def _template_error(hass: HomeAssistant, template: str | None) -> str | None:
    """Return why instructions do not render; None if they do."""
    try:
        Template(template or "", hass).async_render({"ha_name": hass.config.location_name}, parse_result=False)
    except TemplateError as error:
        # Whatever a user can write into a template.
        return str(error)
    return None


def _schema(models: list[SelectOptionDict]) -> probatio.Schema:
    """Return the form of a conversation agent."""
    model = SelectSelectorConfig(options=models, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    temperature = NumberSelectorConfig(min=0, max=2, step=0.05, mode=NumberSelectorMode.SLIDER)
    return probatio.Schema(
        {
            probatio.Optional(CONF_INSTRUCTIONS): TemplateSelector(),
            probatio.Optional(CONF_MODEL): SelectSelector(model),
            probatio.Optional(CONF_TEMPERATURE): NumberSelector(temperature),
            probatio.Required(CONF_LOCAL_ROUTE, default=True): BooleanSelector(),
        }
    )
