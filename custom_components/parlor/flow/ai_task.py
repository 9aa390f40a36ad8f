"""The flow of AI tasks."""

from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector
import probatio

from .own_model import OwnModelSteps, own_model_fields

TASK_TITLE: Final = "Parlor AI Task"


class TaskSubentryFlow(OwnModelSteps):
    """Add or change an entity for AI tasks; a model of its own is downloaded where it is not installed."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a name, and for what differs from what the model server is set up with; all of it may stay empty."""
        if user_input is not None and (result := await self._async_take(user_input)) is not None:
            return result
        name = {probatio.Required(CONF_NAME, default=TASK_TITLE): TextSelector()} if self.source == SOURCE_USER else {}
        return self._form(probatio.Schema({**name, **own_model_fields(await self._async_options())}))

    async_step_reconfigure = async_step_user

    async def async_step_model(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for another model, everything else as it was typed."""
        return await self.async_step_user()

    @override
    async def _async_use(self) -> SubentryFlowResult:
        return self._done()

    @override
    def _done(self) -> SubentryFlowResult:
        data = {key: value for key, value in self._typed.items() if key != CONF_NAME}
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=self._typed[CONF_NAME].strip() or TASK_TITLE, data=data)
        return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=data)
