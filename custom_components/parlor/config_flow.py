"""Set-up of Parlor: a model server, ears, a voice and an assistant in one flow."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_API_KEY, CONF_HEADERS, CONF_URL
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, callback
from homeassistant.helpers.selector import BooleanSelector
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio

from . import migration
from .const import (
    CONF_PLACE,
    CONF_PREFERRED,
    CONF_SUBENTRY_ID,
    CONF_URI,
    DOMAIN,
    PLACE_SERVER,
    SUBENTRY_AI_TASK,
    SUBENTRY_CONVERSATION,
    SUBENTRY_MODEL_SERVER,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from .data import ordered_servers
from .flow.ai_task import TASK_TITLE, TaskSubentryFlow
from .flow.client import async_check_server
from .flow.conversation import AGENT_TITLE, ConversationSubentryFlow
from .flow.headers import headers_text, read_headers
from .flow.model_server import ModelServerSubentryFlow
from .flow.options import ParlorOptionsFlow
from .flow.server import HEADERS_SELECTOR, KEY_SELECTOR, ServerSteps, server_title
from .flow.speech import SpeechSteps
from .flow.speech_subentry import SPEECH_TITLES, EarsSubentryFlow, VoiceSubentryFlow
from .inference import InferenceError

_IPV4: Final = 4
_ASSISTANT_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_PREFERRED, default=True): BooleanSelector()})
_KEY_SCHEMA: Final = probatio.Schema(
    {probatio.Optional(CONF_API_KEY): KEY_SELECTOR, probatio.Optional(CONF_HEADERS): HEADERS_SELECTOR}
)


class ParlorConfigFlow(
    ServerSteps[ConfigFlowContext, ConfigFlowResult, str],
    SpeechSteps[ConfigFlowContext, ConfigFlowResult, str],
    ConfigFlow,
    domain=DOMAIN,
):
    """Set up Parlor."""

    VERSION = migration.VERSION
    MINOR_VERSION = migration.MINOR_VERSION

    # The model server that is changed, or wants another key
    _subentry: ConfigSubentry

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the flow of each kind of subentry."""
        return {
            SUBENTRY_MODEL_SERVER: ModelServerSubentryFlow,
            SUBENTRY_CONVERSATION: ConversationSubentryFlow,
            SUBENTRY_AI_TASK: TaskSubentryFlow,
            SUBENTRY_STT: EarsSubentryFlow,
            SUBENTRY_TTS: VoiceSubentryFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> ParlorOptionsFlow:
        """Return the flow of the options."""
        return ParlorOptionsFlow()

    @override
    async def _async_server_done(self) -> ConfigFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            return self._change_server(self._get_reconfigure_entry(), self._server, "reconfigure_successful")
        return await self.async_step_speech()

    @override
    async def _async_speech_done(self) -> ConfigFlowResult:
        return await self.async_step_assistant()

    async def async_step_assistant(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether Parlor's assistant shall be the one that is used unless another is chosen."""
        if user_input is None:
            return self.async_show_form(step_id="assistant", data_schema=_ASSISTANT_SCHEMA, last_step=True)
        subentries = [
            _subentry(SUBENTRY_MODEL_SERVER, server_title(self._server), self._server),
            _subentry(SUBENTRY_CONVERSATION, AGENT_TITLE, {}),
            _subentry(SUBENTRY_AI_TASK, TASK_TITLE, {}),
            *(_subentry(kind, SPEECH_TITLES[kind], data) for kind, data in self._speech.items()),
        ]
        return self.async_create_entry(title="Parlor", data=user_input, subentries=subentries)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Begin with the speech server that was found; which model server it goes with only the user knows."""
        # One offer is enough, however many servers there are.
        await self.async_set_unique_id(DOMAIN)
        uri = f"tcp://{discovery_info.ip_address.compressed}:{discovery_info.port}"
        if discovery_info.ip_address.version != _IPV4:
            uri = f"tcp://[{discovery_info.ip_address.compressed}]:{discovery_info.port}"
        self._known_speech = {CONF_PLACE: PLACE_SERVER, CONF_URI: uri}
        name = discovery_info.name.removesuffix(f".{discovery_info.type}")
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_user()

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the model server where there is one; several are each changed in their own place."""
        servers = ordered_servers(self._get_reconfigure_entry())
        if len(servers) != 1:
            return self.async_abort(reason="not_one_server")
        self._subentry = servers[0]
        self._server = dict(servers[0].data)
        return await self.async_step_user(user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Start with the model server that refused its key."""
        server = self._get_reauth_entry().subentries.get(entry_data[CONF_SUBENTRY_ID])
        if server is None:
            return self.async_abort(reason="server_removed")
        self._subentry = server
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for another key, or other headers, and try them."""
        errors: dict[str, str] = {}
        failure: dict[str, str] = {}
        known: dict[str, str] = self._subentry.data.get(CONF_HEADERS) or {}
        if user_input is not None:
            key = user_input.get(CONF_API_KEY, "").strip()
            server = {**self._subentry.data, **({CONF_API_KEY: key} if key else {})}
            try:
                server[CONF_HEADERS] = read_headers(user_input.get(CONF_HEADERS, ""), known)
                await async_check_server(self.hass, server)
            except ValueError:  # what was typed is no header
                errors = {CONF_HEADERS: "invalid_headers"}
            except InferenceError as error:  # the key is wrong as well, or the server is down by now
                errors = {"base": error.key}
                failure = error.placeholders
            else:
                return self._change_server(self._get_reauth_entry(), server, "reauth_successful")
        suggested = user_input or {CONF_HEADERS: headers_text(known)}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(_KEY_SCHEMA, suggested),
            errors=errors,
            description_placeholders={"error": "", "model": "", **failure, "url": self._subentry.data[CONF_URL]},
        )

    def _change_server(self, entry: ConfigEntry, server: dict[str, Any], reason: str) -> ConfigFlowResult:
        """Change the data of the model server at hand; the entry reloads itself where they differ."""
        self.hass.config_entries.async_update_subentry(entry, self._subentry, data=server, title=server_title(server))
        return self.async_abort(reason=reason, translation_domain=HOMEASSISTANT_DOMAIN)


def _subentry(kind: str, title: str, data: Mapping[str, Any]) -> ConfigSubentryData:
    """Return one subentry to make along with the entry."""
    return ConfigSubentryData(subentry_type=kind, title=title, data=data, unique_id=None)
