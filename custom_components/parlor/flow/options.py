"""The options of the entry: which model server is asked first, and what others may hear and use."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..const import CONF_EVENT_WORDS, CONF_OFFER_TOOLS, CONF_SERVER_ORDER
from ..data import ordered_servers


class ParlorOptionsFlow(OptionsFlow):
    """Choose the order of the model servers, what automations are told, and whether other agents get Parlor's tools."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for all of it; servers that are left out come last."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        servers = ordered_servers(self.config_entry)
        options = [SelectOptionDict(value=server.subentry_id, label=server.title) for server in servers]
        config = SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN)
        order = [server.subentry_id for server in servers]
        chosen = self.config_entry.options
        schema = probatio.Schema(
            {
                probatio.Required(CONF_SERVER_ORDER, default=order): SelectSelector(config),
                probatio.Required(CONF_EVENT_WORDS, default=chosen.get(CONF_EVENT_WORDS, False)): BooleanSelector(),
                probatio.Required(CONF_OFFER_TOOLS, default=chosen.get(CONF_OFFER_TOOLS, False)): BooleanSelector(),
            }
        )
        return self.async_show_form(step_id="init", data_schema=schema)
