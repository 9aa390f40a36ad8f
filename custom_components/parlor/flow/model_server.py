"""The flow of one model server: its address, its model, and what is tuned about it."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_MODEL, CONF_URL
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, NumberSelector, NumberSelectorConfig, NumberSelectorMode
import probatio

from ..const import (
    CONF_CONNECT_LIMIT,
    CONF_FIRST_LIMIT,
    CONF_KEEP_ALIVE,
    CONF_LIMITS,
    CONF_NUM_BATCH,
    CONF_NUM_CTX,
    CONF_THINK,
    CONF_TOTAL_LIMIT,
    SUBENTRY_MODEL_SERVER,
)
from ..inference.config import DEFAULT_LIMITS
from .fields import BATCH, CONTEXT, KEEP_ALIVE
from .server import ServerSteps, find_model, server_title


def _seconds(least: float, most: float) -> NumberSelector:
    """Return a selector of a limit in seconds."""
    config = NumberSelectorConfig(min=least, max=most, step=0.5, mode=NumberSelectorMode.BOX)
    config["unit_of_measurement"] = "s"
    return NumberSelector(config)


_LIMITS_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_CONNECT_LIMIT, default=DEFAULT_LIMITS.connect): _seconds(0.5, 30),
        probatio.Required(CONF_FIRST_LIMIT, default=DEFAULT_LIMITS.first_chunk): _seconds(1, 600),
        probatio.Required(CONF_TOTAL_LIMIT, default=DEFAULT_LIMITS.total): _seconds(5, 3600),
    }
)
_TUNING_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_NUM_CTX): CONTEXT,
        probatio.Optional(CONF_NUM_BATCH): BATCH,
        probatio.Required(CONF_KEEP_ALIVE): KEEP_ALIVE,
        probatio.Required(CONF_THINK): BooleanSelector(),
        probatio.Optional(CONF_LIMITS): section(_LIMITS_SCHEMA, {"collapsed": True}),
    }
)


class ModelServerSubentryFlow(
    ServerSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ConfigSubentryFlow
):
    """Add or change a model server."""

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Start with what the server is set up with."""
        self._server = dict(self._get_reconfigure_subentry().data)
        return await self.async_step_user(user_input)

    @override
    async def async_step_check(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Try the model, unless it is set up already."""
        if self._is_known_already(self._server):
            return self.async_abort(reason="already_configured")
        return await super().async_step_check(user_input)

    @override
    async def _async_server_done(self) -> SubentryFlowResult:
        return await self.async_step_tuning()

    async def async_step_tuning(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the model is loaded, and how long is waited for it."""
        chosen = find_model(self._models, self._server[CONF_MODEL])
        refused = user_input is not None and user_input[CONF_THINK] and chosen is not None and not chosen.thinks
        if user_input is None or refused:
            return self.async_show_form(
                step_id="tuning",
                data_schema=self.add_suggested_values_to_schema(_TUNING_SCHEMA, user_input or self._server),
                errors={CONF_THINK: "model_without_thinking"} if refused else {},
                description_placeholders={"model": self._server[CONF_MODEL]},
            )
        self._server.pop(CONF_NUM_BATCH, None)
        server = self._server | user_input
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=server_title(server), data=server)
        return self.async_update_and_abort(
            self._get_entry(), self._get_reconfigure_subentry(), title=server_title(server), data=server
        )

    def _is_known_already(self, server: Mapping[str, Any]) -> bool:
        """Return whether another subentry asks the same model of the same server."""
        mine = None if self.source == SOURCE_USER else self._reconfigure_subentry_id
        return any(
            (other.data[CONF_URL], other.data[CONF_MODEL]) == (server[CONF_URL], server[CONF_MODEL])
            for other in self._get_entry().subentries.values()
            if other.subentry_type == SUBENTRY_MODEL_SERVER and other.subentry_id != mine
        )
