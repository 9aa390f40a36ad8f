"""The flow of a conversation agent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.exceptions import TemplateError
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
from homeassistant.helpers.template import Template
import probatio

from ..agent.guard import ASKED_BY_DEFAULT, Guarded
from ..const import (
    CONF_ASK_FIRST,
    CONF_INSTRUCTIONS,
    CONF_KEEP_ALIVE,
    CONF_LOCAL_ROUTE,
    CONF_NUM_CTX,
    CONF_TEMPERATURE,
    CONF_THINK,
    CONF_TUNING,
)
from ..data import ordered_servers
from ..inference import InferenceError, InstalledModel
from ..inference.models import full_name, is_cloud_name
from .check import CheckSteps
from .client import async_check_server
from .download import DownloadSteps
from .fields import CONTEXT, KEEP_ALIVE
from .models import installed_options, suggested_models, suggested_options

AGENT_TITLE: Final = "Parlor"

_TUNING_SCHEMA: Final = probatio.Schema(
    {
        probatio.Optional(CONF_NUM_CTX): CONTEXT,
        probatio.Optional(CONF_KEEP_ALIVE): KEEP_ALIVE,
        probatio.Optional(CONF_THINK, default=False): BooleanSelector(),
    }
)


class ConversationSubentryFlow(
    DownloadSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    CheckSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    ConfigSubentryFlow,
):
    """Add or change a conversation agent; a model of its own is downloaded and tried as that of a server is."""

    def __init__(self) -> None:
        """Start with nothing typed."""
        super().__init__()
        self._typed: dict[str, Any] = {}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for what makes this agent differ from another; all of it may stay empty."""
        problem = _template_error(self.hass, (user_input or {}).get(CONF_INSTRUCTIONS))
        if user_input is not None:
            self._typed = user_input
            model = user_input.get(CONF_MODEL, "").strip()
            if problem is None and (not model or model == self._known.get(CONF_MODEL)):
                return self._done()
            if problem is None:
                return await self._async_take(model)
        failure, self._failure = self._failure, {}
        errors = {CONF_MODEL: failure["key"]} if failure else {}
        if problem is not None:
            errors[CONF_INSTRUCTIONS], failure = "template_failed", {"error": problem}
        apis = _api_options(self.hass, self._known.get(CONF_LLM_HASS_API, ()))
        schema = _schema(await self._async_options(), apis)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, self._typed or self._known),
            errors=errors,
            description_placeholders={"error": "", "model": "", "url": "", **failure},
        )

    async_step_reconfigure = async_step_user

    @override
    async def async_step_model(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for another model, everything else as it was typed."""
        return await self.async_step_user()

    async def async_step_downloaded(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Try the model that has been downloaded."""
        return await self.async_step_check()

    @override
    async def async_step_use_model(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Go on with the model, whatever its trial has shown."""
        return self._done()

    @property
    def _known(self) -> Mapping[str, Any]:
        """Return what the agent is set up with."""
        return {} if self.source == SOURCE_USER else self._get_reconfigure_subentry().data

    async def _async_take(self, model: str) -> SubentryFlowResult:
        """Try a model of the first server, which downloads it if need be; without a server the name has to do."""
        if is_cloud_name(model):
            self._failure = {"key": "cloud_refused", "model": model}
            return await self.async_step_user()
        models = await self._async_models()
        if models is None:
            return self._done()
        tuning = self._typed.get(CONF_TUNING, {})
        self._server = {**ordered_servers(self._get_entry())[0].data, **tuning, CONF_MODEL: model}
        chosen = next((one for one in models if full_name(one.name) == full_name(model)), None)
        if chosen and (chosen.remote or (tuning.get(CONF_THINK) and not chosen.thinks)):
            self._failure = {"key": "cloud_refused" if chosen.remote else "model_without_thinking", "model": model}
            return await self.async_step_user()
        return await (self.async_step_check() if chosen else self.async_step_download())

    async def _async_options(self) -> list[SelectOptionDict]:
        """Return the models that can be chosen, those to be downloaded last; any name can be typed besides."""
        models = await self._async_models()
        if models is None:
            return []
        suggested = await self.hass.async_add_executor_job(suggested_models)
        at_home = [model for model in models if not model.remote]
        return [*installed_options(at_home), *suggested_options(suggested, models)]

    async def _async_models(self) -> Sequence[InstalledModel] | None:
        """Return the models of the first server; None while it does not answer, and where there is none."""
        servers = ordered_servers(self._get_entry())
        if not servers:
            return None
        try:
            return await async_check_server(self.hass, servers[0].data)
        except InferenceError:  # the server may be down while its agents are changed
            return None

    def _done(self) -> SubentryFlowResult:
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=AGENT_TITLE, data=self._typed)
        return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=self._typed)


def _template_error(hass: HomeAssistant, template: str | None) -> str | None:
    """Return why instructions do not render; None if they do."""
    try:
        Template(template or "", hass).async_render({"ha_name": hass.config.location_name}, parse_result=False)
    except TemplateError as error:
        # Whatever a user can write into a template.
        return str(error)
    return None


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
    asked = SelectSelectorConfig(
        options=list(Guarded), multiple=True, translation_key=CONF_ASK_FIRST, mode=SelectSelectorMode.LIST
    )
    added = SelectSelectorConfig(options=apis, multiple=True, mode=SelectSelectorMode.DROPDOWN)
    return probatio.Schema(
        {
            probatio.Optional(CONF_INSTRUCTIONS): TemplateSelector(),
            probatio.Optional(CONF_MODEL): SelectSelector(model),
            probatio.Optional(CONF_TUNING): section(_TUNING_SCHEMA, {"collapsed": True}),
            probatio.Optional(CONF_TEMPERATURE): NumberSelector(temperature),
            probatio.Required(CONF_LOCAL_ROUTE, default=True): BooleanSelector(),
            probatio.Required(CONF_ASK_FIRST, default=sorted(ASKED_BY_DEFAULT)): SelectSelector(asked),
            **({probatio.Optional(CONF_LLM_HASS_API): SelectSelector(added)} if apis else {}),
        }
    )
