"""The steps that find a model server and choose one of its models."""

from abc import abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.const import CONF_API_KEY, CONF_HEADERS, CONF_MODEL, CONF_URL, CONF_VERIFY_SSL
from homeassistant.data_entry_flow import FlowContext, FlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio
from yarl import URL

from ..const import CONF_ALLOW_SHARED, CONF_ALLOWED_ADDRESS, CONF_KEEP_ALIVE, CONF_NUM_CTX, CONF_THINK
from ..inference import AddressRefused, InferenceError, InstalledModel
from ..inference.config import DEFAULT_NUM_CTX, KEEP_FOREVER
from ..inference.models import full_name, is_cloud_name
from .address import ollama_url
from .check import CheckSteps
from .client import async_check_server
from .consent import Refusal
from .download import DownloadSteps
from .find import DEFAULT_URL, async_find_server
from .headers import KEPT, headers_text, read_headers
from .models import installed_options, suggested_models, suggested_options

KEY_SELECTOR: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
HEADERS_SELECTOR: Final = TextSelector(TextSelectorConfig(multiline=True, autocomplete="off"))

_DEFAULTS: Final = {CONF_KEEP_ALIVE: KEEP_FOREVER, CONF_THINK: False}
_TUNING: Final = (CONF_NUM_CTX, CONF_KEEP_ALIVE, CONF_THINK)

# What belongs to one address, and goes nowhere else with the next one.
_OF_THE_ADDRESS: Final = (CONF_API_KEY, CONF_HEADERS, CONF_ALLOW_SHARED, CONF_ALLOWED_ADDRESS)

# The field that an error is about; any other is about the whole form.
_FIELD_OF_ERROR: Final = {
    "address_refused": CONF_URL,
    "certificate_refused": CONF_VERIFY_SSL,
    "invalid_headers": CONF_HEADERS,
    "invalid_url": CONF_URL,
    "not_ollama": CONF_URL,
    "unauthorized": CONF_API_KEY,
}


class ServerSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    DownloadSteps[ContextT, ResultT, HandlerT], CheckSteps[ContextT, ResultT, HandlerT]
):
    """Ask for a model server (step user) and one of its models (step model), which is downloaded and tried."""

    def __init__(self) -> None:
        """Start without a server."""
        super().__init__()
        self._models: list[InstalledModel] = []
        self._typed: dict[str, Any] = {}
        self._refusal: Refusal | None = None
        self._tuned: dict[str, Any] | None = None

    @abstractmethod
    async def _async_server_done(self) -> ResultT:
        """Go on with the data of a model server subentry in `_server`."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for the address of a model server and try it."""
        if user_input is None:
            return await self._async_ask_for_server({})
        self._typed = user_input
        try:
            self._server = _read(self._server, user_input)
        except ValueError as error:  # what was typed is no address, or no headers
            return await self._async_ask_for_server({"key": str(error)})
        return await self._async_try_server()

    async def async_step_shared(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask once whether addresses that private networks across the internet use may be used."""
        return self._ask_to_allow("shared")

    async def async_step_allow_shared(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with these addresses allowed."""
        self._server[CONF_ALLOW_SHARED] = True
        return await self._async_try_server()

    async def async_step_elsewhere(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say what it means to send words to an address outside of the home, and ask whether that is wanted."""
        return self._ask_to_allow("elsewhere")

    async def async_step_allow_elsewhere(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with this one address allowed."""
        if self._refusal is not None:
            self._server[CONF_ALLOWED_ADDRESS] = self._refusal.address
        return await self._async_try_server()

    @override
    async def async_step_model(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which model shall speak: one of the server's, or one that it downloads first."""
        failure, self._failure = self._failure, {}
        wanted: str = (user_input or self._server).get(CONF_MODEL, "")
        if user_input is not None:
            chosen = find_model(self._models, wanted)
            if is_cloud_name(wanted) or (chosen and chosen.remote):
                failure = {"key": "cloud_refused", "model": wanted}
            elif chosen is not None:
                return await self._async_take(chosen)
            elif wanted.strip():
                self._server[CONF_MODEL] = wanted.strip()
                return await self.async_step_download()
        suggested = await self.hass.async_add_executor_job(suggested_models)
        options = [*installed_options(self._models), *suggested_options(suggested, self._models)]
        names = [option["value"] for option in options]
        config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN, custom_value=True)
        default = wanted or names[0]
        return self.async_show_form(
            step_id="model",
            data_schema=probatio.Schema({probatio.Required(CONF_MODEL, default=default): SelectSelector(config)}),
            errors={CONF_MODEL: failure["key"]} if failure else {},
            description_placeholders={"error": "", "model": wanted, **failure, "url": self._server[CONF_URL]},
        )

    async def async_step_downloaded(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with the model that has been downloaded."""
        try:
            self._models = await async_check_server(self.hass, self._server)
        except InferenceError as error:  # the server is gone just now; the model is there the next time
            self._failure = {"key": error.key, **error.placeholders}
            return await self.async_step_model()
        if chosen := find_model(self._models, self._server[CONF_MODEL]):
            return await self._async_take(chosen)
        self._failure = {"key": "model_missing", "model": self._server[CONF_MODEL]}
        return await self.async_step_model()

    @override
    async def async_step_use_model(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with the model, whatever its trial has shown."""
        return await self._async_server_done()

    async def _async_ask_for_server(self, failure: Mapping[str, str]) -> ResultT:
        known = {key: value for key, value in self._server.items() if key not in _OF_THE_ADDRESS}
        known[CONF_HEADERS] = headers_text(self._server.get(CONF_HEADERS, {}))
        if CONF_API_KEY in self._server:
            known[CONF_API_KEY] = KEPT
        url = self._typed.get(CONF_URL) or known.get(CONF_URL) or await async_find_server(self.hass)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(_server_schema(url), self._typed or known),
            errors=errors_of(failure),
            description_placeholders={"default_url": DEFAULT_URL, "error": "", "url": "", "model": "", **failure},
        )

    async def _async_try_server(self) -> ResultT:
        """Go on with the models of the server, or with what is wrong with it."""
        try:
            self._models = await async_check_server(self.hass, self._server)
        except AddressRefused as error:
            # Not at home; the user may know better, or want it nevertheless.
            self._refusal = Refusal.of(error.addresses)
            return await (self.async_step_shared() if self._refusal.shared else self.async_step_elsewhere())
        except InferenceError as error:  # each way in which a server can fail has an error of its own
            return await self._async_ask_for_server({"key": error.key, **error.placeholders})
        return await self.async_step_model()

    async def _async_take(self, chosen: InstalledModel) -> ResultT:
        """Try a model that is installed, with what the user has tuned; not with what suited another that was tried."""
        if self._tuned is None:
            self._tuned = {key: self._server[key] for key in _TUNING if key in self._server}
        usual = _DEFAULTS | {CONF_NUM_CTX: _context(chosen)}
        self._server = {**self._server, **usual, **self._tuned, CONF_MODEL: chosen.name}
        self._server[CONF_THINK] &= chosen.thinks
        return await self.async_step_check()

    def _ask_to_allow(self, step_id: str) -> ResultT:
        return self.async_show_menu(
            step_id=step_id,
            menu_options=[f"allow_{step_id}", "user"],
            description_placeholders={
                "url": self._server[CONF_URL],
                "address": self._refusal.address if self._refusal else "",
            },
        )


def server_title(server: Mapping[str, Any]) -> str:
    """Return what a model server subentry is called."""
    url = URL(server[CONF_URL])
    return f"{server[CONF_MODEL]} ({url.host}:{url.port})"


def errors_of(failure: Mapping[str, str]) -> dict[str, str]:
    """Return the errors of a form from what is wrong with a server; nothing where nothing is."""
    return {_FIELD_OF_ERROR.get(failure["key"], "base"): failure["key"]} if failure else {}


def _server_schema(url: str) -> probatio.Schema:
    """Return the form that asks for a server."""
    return probatio.Schema(
        {
            probatio.Required(CONF_URL, default=url): TextSelector(TextSelectorConfig(type=TextSelectorType.URL)),
            probatio.Optional(CONF_API_KEY): KEY_SELECTOR,
            probatio.Optional(CONF_HEADERS): HEADERS_SELECTOR,
            probatio.Optional(CONF_VERIFY_SSL, default=True): BooleanSelector(),
        }
    )


def _read(before: Mapping[str, Any], user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a server as it was typed. Raises ValueError with the key of what is wrong."""
    try:
        typed = URL(ollama_url(user_input[CONF_URL]))
    except ValueError as error:
        raise ValueError("invalid_url") from error
    url = str(typed.with_user(None))
    server = {**before, CONF_URL: url, CONF_VERIFY_SSL: user_input.get(CONF_VERIFY_SSL, True)}
    if url != before.get(CONF_URL):
        for key in _OF_THE_ADDRESS:
            server.pop(key, None)
    try:
        headers = read_headers(user_input.get(CONF_HEADERS, ""), server.pop(CONF_HEADERS, {}))
    except ValueError as error:
        raise ValueError("invalid_headers") from error
    if typed.user:
        # Addresses are shown and logged, so this is no place for a password.
        secret = b64encode(f"{typed.user}:{typed.password or ''}".encode()).decode()
        headers["Authorization"] = f"Basic {secret}"
    if headers:
        server[CONF_HEADERS] = headers
    key = user_input.get(CONF_API_KEY, "").strip()
    if key != KEPT:
        server.pop(CONF_API_KEY, None)
        server |= {CONF_API_KEY: key} if key else {}
    return server


def find_model(models: list[InstalledModel], name: str) -> InstalledModel | None:
    """Return the installed model that is meant by a name."""
    return next((model for model in models if full_name(model.name) == full_name(name)), None)


def _context(model: InstalledModel) -> int:
    """Return how many tokens of context to ask for: the usual number, or all of a model made for fewer."""
    return min(DEFAULT_NUM_CTX, model.context_length or DEFAULT_NUM_CTX)
