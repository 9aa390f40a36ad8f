"""The steps that find a model server and choose one of its models."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_API_KEY, CONF_MODEL, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio
from yarl import URL

from ..const import CONF_KEEP_ALIVE, CONF_NUM_CTX, CONF_THINK
from ..inference import InferenceError, InstalledModel, Limits, OllamaClient
from ..inference.config import DEFAULT_NUM_CTX, KEEP_FOREVER
from .address import OLLAMA_PORT, ollama_url

DEFAULT_URL: Final = f"http://localhost:{OLLAMA_PORT}"

KEY_SELECTOR: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))

_SERVER_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_URL, default=DEFAULT_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.URL)),
        probatio.Optional(CONF_API_KEY): KEY_SELECTOR,
        probatio.Optional(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)

# Whoever waits for a form is more patient than whoever waits for the light.
LIMITS: Final = Limits(connect=5.0)

_DEFAULTS: Final = {CONF_KEEP_ALIVE: KEEP_FOREVER, CONF_THINK: False}

# The field that an error is about; any other is about the whole form.
_FIELD_OF_ERROR: Final = {
    "address_refused": CONF_URL,
    "invalid_url": CONF_URL,
    "not_ollama": CONF_URL,
    "unauthorized": CONF_API_KEY,
}


class ServerSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Ask for a model server (step user) and one of its models (step model)."""

    def __init__(self) -> None:
        """Start without a server."""
        super().__init__()
        self._server: dict[str, Any] = {}
        self._models: list[InstalledModel] = []
        self._warned_about: str | None = None

    @abstractmethod
    async def _async_server_done(self) -> ResultT:
        """Go on with the data of a model server subentry in `_server`."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for the address of a model server and try it."""
        failure: dict[str, str] = {}
        if user_input is not None:
            server, self._models, failure = await _async_look_up(self.hass, self._server, user_input)
            if not failure:
                self._server = server
                return await self.async_step_model()
        # A key that was stored is never sent to the browser; an empty field keeps it.
        known = {key: value for key, value in self._server.items() if key != CONF_API_KEY}
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(_SERVER_SCHEMA, user_input or known),
            errors=errors_of(failure),
            description_placeholders={"default_url": DEFAULT_URL, "error": "", "url": "", "model": "", **failure},
        )

    async def async_step_model(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which of the server's models shall speak; warn once of one that can not call tools."""
        errors: dict[str, str] = {}
        if user_input is not None:
            chosen = next(model for model in self._models if model.name == user_input[CONF_MODEL])
            if problem := self._problem(chosen):
                errors[CONF_MODEL] = problem
            else:
                self._server = _DEFAULTS | {CONF_NUM_CTX: _context(chosen)} | self._server | {CONF_MODEL: chosen.name}
                return await self._async_server_done()
        wanted = (user_input or self._server).get(CONF_MODEL)
        return self.async_show_form(
            step_id="model",
            data_schema=_model_schema(self._models, wanted),
            errors=errors,
            description_placeholders={"url": self._server[CONF_URL], "model": wanted or ""},
        )

    def _problem(self, chosen: InstalledModel) -> str | None:
        """Return the error for a model that is refused, or that is warned of for the first time."""
        if chosen.remote:
            return "cloud_refused"
        if chosen.calls_tools or self._warned_about == chosen.name:
            return None
        self._warned_about = chosen.name
        return "model_without_tools"


async def async_check_server(hass: HomeAssistant, server: Mapping[str, Any]) -> list[InstalledModel]:
    """Return the models of the server that a subentry's data describe, the most useful first.

    Raises InferenceError for each way in which it can fail.
    """
    verify_ssl = server.get(CONF_VERIFY_SSL, True)
    client = OllamaClient(hass, server[CONF_URL], server.get(CONF_API_KEY), verify_ssl, limits=LIMITS)
    try:
        return await client.models()
    finally:
        await client.aclose()


def server_title(server: Mapping[str, Any]) -> str:
    """Return what a model server subentry is called."""
    url = URL(server[CONF_URL])
    return f"{server[CONF_MODEL]} ({url.host}:{url.port})"


def model_options(models: list[InstalledModel]) -> list[SelectOptionDict]:
    """Return the choices among installed models, each with its size and quantisation as far as they are known."""
    return [SelectOptionDict(value=model.name, label=_label(model)) for model in models]


def errors_of(failure: Mapping[str, str]) -> dict[str, str]:
    """Return the errors of a form from what is wrong with a server; nothing where nothing is."""
    return {_FIELD_OF_ERROR.get(failure["key"], "base"): failure["key"]} if failure else {}


def _model_schema(models: list[InstalledModel], wanted: str | None) -> probatio.Schema:
    """Return the form that chooses a model; the wanted one, or else the first, is chosen already."""
    config = SelectSelectorConfig(options=model_options(models), mode=SelectSelectorMode.DROPDOWN)
    names = [model.name for model in models]
    default = wanted if wanted in names else names[0]
    return probatio.Schema({probatio.Required(CONF_MODEL, default=default): SelectSelector(config)})


async def _async_look_up(
    hass: HomeAssistant, before: Mapping[str, Any], user_input: Mapping[str, Any]
) -> tuple[dict[str, Any], list[InstalledModel], dict[str, str]]:
    """Return the server as typed in, its models, and what is wrong ("key" and placeholders; empty: nothing)."""
    try:
        url = ollama_url(user_input[CONF_URL])
    except ValueError:  # not an address
        return {}, [], {"key": "invalid_url"}
    server = {**before, CONF_URL: url, CONF_VERIFY_SSL: user_input[CONF_VERIFY_SSL]}
    if url != before.get(CONF_URL):
        # A key belongs to its server, and to nobody else.
        server.pop(CONF_API_KEY, None)
    if key := user_input.get(CONF_API_KEY, "").strip():
        server[CONF_API_KEY] = key
    try:
        models = await async_check_server(hass, server)
    except InferenceError as error:  # each way in which a server can fail has an error of its own
        return server, [], {"key": error.key, **error.placeholders}
    return server, models, {} if models else {"key": "no_models"}


def _context(model: InstalledModel) -> int:
    """Return how many tokens of context to ask for: the usual number, or all of a model made for fewer."""
    return min(DEFAULT_NUM_CTX, model.context_length or DEFAULT_NUM_CTX)


def _label(model: InstalledModel) -> str:
    """Return a model's name with what is known of its size."""
    size = f"{model.size_bytes / 1e9:.1f} GB" if model.size_bytes else ""
    facts = ", ".join(fact for fact in (model.parameter_size, model.quantization, size) if fact)
    return f"{model.name} ({facts})" if facts else model.name
