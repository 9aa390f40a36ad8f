"""The flow of a conversation agent."""

from collections.abc import Sequence
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_LLM_HASS_API
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..agent.guard import ASKED_BY_DEFAULT, Guarded
from ..const import CONF_ASK_FIRST, CONF_LOCAL_ROUTE
from .check import CheckSteps
from .own_model import OwnModelSteps, own_model_fields

AGENT_TITLE: Final = "Parlor"


class ConversationSubentryFlow(OwnModelSteps, CheckSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]]):
    """Add or change a conversation agent; a model of its own is downloaded and tried as that of a server is."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for what makes this agent differ from another; all of it may stay empty."""
        if user_input is not None and (result := await self._async_take(user_input)) is not None:
            return result
        apis = _api_options(self.hass, self._known.get(CONF_LLM_HASS_API, ()))
        return self._form(_schema(await self._async_options(), apis))

    async_step_reconfigure = async_step_user

    @override
    async def async_step_model(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for another model, everything else as it was typed."""
        return await self.async_step_user()

    @override
    async def async_step_use_model(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Go on with the model, whatever its trial has shown."""
        return self._done()

    @override
    async def _async_use(self) -> SubentryFlowResult:
        return await self.async_step_check()

    @override
    def _done(self) -> SubentryFlowResult:
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=AGENT_TITLE, data=self._typed)
        return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=self._typed)


def _api_options(hass: HomeAssistant, chosen: Sequence[str]) -> list[SelectOptionDict]:
    """Return the LLM APIs that can be added, and those that were chosen and are gone.

    Not Assist: Parlor's tools do the same, and what has to be asked about first is not done unasked.
    """
    names = {api.id: api.name for api in llm.async_get_apis(hass) if api.id != llm.LLM_API_ASSIST}
    known = {**{api_id: api_id for api_id in chosen}, **names}
    return [SelectOptionDict(value=api_id, label=known[api_id]) for api_id in sorted(known)]


def _schema(models: list[SelectOptionDict], apis: list[SelectOptionDict]) -> probatio.Schema:
    """Return the form of a conversation agent; other APIs are asked for only where there are any."""
    asked = SelectSelectorConfig(
        options=list(Guarded), multiple=True, translation_key=CONF_ASK_FIRST, mode=SelectSelectorMode.LIST
    )
    added = SelectSelectorConfig(options=apis, multiple=True, mode=SelectSelectorMode.DROPDOWN)
    return probatio.Schema(
        {
            **own_model_fields(models),
            probatio.Required(CONF_LOCAL_ROUTE, default=True): BooleanSelector(),
            probatio.Required(CONF_ASK_FIRST, default=sorted(ASKED_BY_DEFAULT)): SelectSelector(asked),
            **({probatio.Optional(CONF_LLM_HASS_API): SelectSelector(added)} if apis else {}),
        }
    )
