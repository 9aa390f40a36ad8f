"""The flow of one model server: its address, its model, and what is tuned about it."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_MODEL, CONF_URL
from homeassistant.helpers.selector import BooleanSelector, NumberSelector, NumberSelectorConfig, NumberSelectorMode
import probatio

from ..const import CONF_KEEP_ALIVE, CONF_NUM_BATCH, CONF_NUM_CTX, CONF_THINK, SUBENTRY_MODEL_SERVER
from .server import ServerSteps, server_title

_SMALLEST_CONTEXT: Final = 2048
_LARGEST_CONTEXT: Final = 1_048_576
_LARGEST_BATCH: Final = 16_384
_FOREVER: Final = -1
_YEAR: Final = 365 * 24 * 60 * 60


def _whole_number(least: int, most: int, unit: str | None = None) -> probatio.All[Any]:
    """Return a validator of a whole number within bounds, shown as a box."""
    config = NumberSelectorConfig(min=least, max=most, step=1, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return probatio.All(NumberSelector(config), probatio.Coerce(int))


_TUNING_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_NUM_CTX): _whole_number(_SMALLEST_CONTEXT, _LARGEST_CONTEXT),
        probatio.Optional(CONF_NUM_BATCH): _whole_number(1, _LARGEST_BATCH),
        probatio.Required(CONF_KEEP_ALIVE): _whole_number(_FOREVER, _YEAR, "s"),
        probatio.Required(CONF_THINK): BooleanSelector(),
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
    async def _async_server_done(self) -> SubentryFlowResult:
        if self._is_known_already(self._server):
            return self.async_abort(reason="already_configured")
        return await self.async_step_tuning()

    async def async_step_tuning(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the model is loaded."""
        if user_input is None:
            return self.async_show_form(
                step_id="tuning",
                data_schema=self.add_suggested_values_to_schema(_TUNING_SCHEMA, self._server),
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
