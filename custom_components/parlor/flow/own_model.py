"""What the flows of conversation agents and AI tasks share: instructions, and a model of their own."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_MODEL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
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

from ..const import CONF_INSTRUCTIONS, CONF_KEEP_ALIVE, CONF_NUM_CTX, CONF_TEMPERATURE, CONF_THINK, CONF_TUNING
from ..data import ordered_servers
from ..inference import InferenceError, InstalledModel
from ..inference.models import full_name, is_cloud_name
from .client import async_check_server
from .download import DownloadSteps
from .fields import CONTEXT, KEEP_ALIVE
from .models import installed_options, suggested_models, suggested_options

_TUNING_SCHEMA: Final = probatio.Schema(
    {
        probatio.Optional(CONF_NUM_CTX): CONTEXT,
        probatio.Optional(CONF_KEEP_ALIVE): KEEP_ALIVE,
        probatio.Optional(CONF_THINK, default=False): BooleanSelector(),
    }
)


class OwnModelSteps(DownloadSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ConfigSubentryFlow):
    """Ask for what is said to a model and which one it is (step user); one that is not there is downloaded."""

    def __init__(self) -> None:
        """Start with nothing typed."""
        super().__init__()
        self._typed: dict[str, Any] = {}
        self._template_problem: str | None = None

    async def async_step_downloaded(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Use the model that has been downloaded."""
        return await self._async_use()

    @abstractmethod
    async def _async_use(self) -> SubentryFlowResult:
        """Go on with the model of `_server`, which is there now."""

    @abstractmethod
    def _done(self) -> SubentryFlowResult:
        """Keep what was typed."""

    @property
    def _known(self) -> Mapping[str, Any]:
        """Return what the subentry is set up with."""
        return {} if self.source == SOURCE_USER else self._get_reconfigure_subentry().data

    async def _async_take(self, typed: dict[str, Any]) -> SubentryFlowResult | None:
        """Go on with what was typed; None where something has to be typed otherwise.

        The model is one of the first server, which downloads it if need be; without a server the name has to do.
        """
        self._typed = typed
        self._template_problem = _template_error(self.hass, typed.get(CONF_INSTRUCTIONS))
        if self._template_problem is not None:
            return None
        model = typed.get(CONF_MODEL, "").strip()
        if not model or model == self._known.get(CONF_MODEL):
            return self._done()
        if is_cloud_name(model):
            self._failure = {"key": "cloud_refused", "model": model}
            return None
        models = await self._async_models()
        if models is None:
            return self._done()
        tuning = typed.get(CONF_TUNING, {})
        self._server = {**ordered_servers(self._get_entry())[0].data, **tuning, CONF_MODEL: model}
        chosen = next((one for one in models if full_name(one.name) == full_name(model)), None)
        if chosen and (chosen.remote or (tuning.get(CONF_THINK) and not chosen.thinks)):
            self._failure = {"key": "cloud_refused" if chosen.remote else "model_without_thinking", "model": model}
            return None
        return await (self._async_use() if chosen else self.async_step_download())

    def _form(self, schema: probatio.Schema) -> SubentryFlowResult:
        """Show the form, with what was wrong with what was typed."""
        failure, self._failure = self._failure, {}
        problem, self._template_problem = self._template_problem, None
        errors = {CONF_MODEL: failure["key"]} if failure else {}
        if problem is not None:
            errors[CONF_INSTRUCTIONS], failure = "template_failed", {"error": problem}
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, self._typed or self._known),
            errors=errors,
            description_placeholders={"error": "", "model": "", "url": "", **failure},
        )

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


def own_model_fields(models: list[SelectOptionDict]) -> dict[Any, Any]:
    """Return the fields that say what is told to a model, which one it is, and how it is run."""
    model = SelectSelectorConfig(options=models, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    temperature = NumberSelectorConfig(min=0, max=2, step=0.05, mode=NumberSelectorMode.SLIDER)
    return {
        probatio.Optional(CONF_INSTRUCTIONS): TemplateSelector(),
        probatio.Optional(CONF_MODEL): SelectSelector(model),
        probatio.Optional(CONF_TUNING): section(_TUNING_SCHEMA, {"collapsed": True}),
        probatio.Optional(CONF_TEMPERATURE): NumberSelector(temperature),
    }


def _template_error(hass: HomeAssistant, template: str | None) -> str | None:
    """Return why instructions do not render; None if they do."""
    try:
        Template(template or "", hass).async_render({"ha_name": hass.config.location_name}, parse_result=False)
    except TemplateError as error:
        # Whatever a user can write into a template.
        return str(error)
    return None
