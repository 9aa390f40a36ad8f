"""The steps that give Parlor ears and a voice."""

from abc import abstractmethod
import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowResult
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from ..const import (
    CONF_FALLBACK,
    CONF_PLACE,
    CONF_URI,
    CONF_VOICE,
    CONF_WHISPER,
    PLACE_LOCAL,
    PLACE_NONE,
    PLACE_SERVER,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from ..network import consent_data
from ..speech import (
    ServerInfo,
    SpeechAddressRefused,
    SpeechError,
    async_ensure_environment,
    async_environment_ready,
    async_local_speech_supported,
)
from .address import wyoming_uri
from .find_speech import async_found_speech_servers
from .progress import async_seen
from .speech_consent import SpeechConsentSteps
from .voices import VOICES, WHISPER_AUTO, has_voice, has_whisper, is_path, voice_for, whisper_options


class SpeechSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    SpeechConsentSteps[ContextT, ResultT, HandlerT]
):
    """Ask where speech is heard and spoken, for one or both kinds of subentry."""

    _kinds: ClassVar[tuple[str, ...]] = (SUBENTRY_STT, SUBENTRY_TTS)

    def __init__(self) -> None:
        """Start without ears and voice."""
        super().__init__()
        self._speech: dict[str, dict[str, Any]] = {}
        self._installation: asyncio.Task[Path] | None = None
        self._install_error = ""

    @abstractmethod
    async def _async_speech_done(self) -> ResultT:
        """Go on with the data of each kind of subentry in `_speech`."""

    async def async_step_speech(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask on which machine speech runs."""
        if user_input is None:
            schema = _place_schema(await self._async_places(), self._known_speech.get(CONF_PLACE))
            return self.async_show_form(step_id="speech", data_schema=schema)
        if user_input[CONF_PLACE] == PLACE_LOCAL:
            return await self.async_step_speech_local()
        if user_input[CONF_PLACE] == PLACE_SERVER:
            return await self.async_step_speech_server()
        self._speech = {}
        return await self._async_speech_done()

    async def async_step_speech_local(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for the models that run on this machine."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self.hass.async_add_executor_job(_missing_files, user_input)
            if not errors:
                fields = {SUBENTRY_STT: CONF_WHISPER, SUBENTRY_TTS: CONF_VOICE}
                self._speech = {
                    kind: {CONF_PLACE: PLACE_LOCAL, fields[kind]: user_input[fields[kind]]} for kind in self._kinds
                }
                return await self._async_install_or_go_on()
        models = await self.hass.async_add_executor_job(whisper_options)
        schema = _local_schema(self.hass, self._kinds, models)
        return self.async_show_form(
            step_id="speech_local",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or self._known_speech),
            errors=errors,
        )

    async def async_step_speech_server(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for the address of a Wyoming server and try it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                errors = await self._async_try_speech_server(user_input[CONF_URI])
            except SpeechAddressRefused as error:  # the user may know better, or want it nevertheless
                return await self._async_ask_to_allow(error, self.async_step_speech_server, user_input)
            if not errors:
                return await self._async_speech_done()
        return self.async_show_form(
            step_id="speech_server",
            data_schema=self.add_suggested_values_to_schema(
                probatio.Schema({probatio.Required(CONF_URI): await async_address_selector(self.hass)}),
                user_input or self._known_speech,
            ),
            errors=errors,
            description_placeholders={
                "uri": (user_input or {}).get(CONF_URI, ""),
                "example": "tcp://192.168.1.20:10300",
            },
        )

    async def async_step_speech_install(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Install the speech libraries and show how far that is."""
        if self._installation is None:
            installing = async_seen(async_ensure_environment(self.hass, self.async_update_progress))
            self._installation = self.hass.async_create_task(installing, "parlor speech installation")
        if not self._installation.done():
            return self.async_show_progress(
                step_id="speech_install", progress_action="speech_install", progress_task=self._installation
            )
        installation, self._installation = self._installation, None
        try:
            await installation
        except SpeechError as error:  # no network, no space, or no packages for this machine
            self._install_error = (error.translation_placeholders or {}).get("message", error.key)
            return self.async_show_progress_done(next_step_id="speech_install_failed")
        return self.async_show_progress_done(next_step_id="speech_installed")

    async def async_step_speech_install_failed(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Say why the installation failed, then ask again where speech runs."""
        if user_input is not None:
            return await self.async_step_speech()
        return self.async_show_form(
            step_id="speech_install_failed",
            data_schema=probatio.Schema({}),
            description_placeholders={"error": self._install_error},
        )

    async def async_step_speech_installed(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on after the installation."""
        return await self._async_speech_done()

    async def _async_places(self) -> list[str]:
        """Return where speech can run: here only where its libraries exist, and nowhere only where that is a choice."""
        local = [PLACE_LOCAL] if await async_local_speech_supported(self.hass) else []
        return [*local, PLACE_SERVER, *([PLACE_NONE] if len(self._kinds) > 1 else [])]

    async def _async_install_or_go_on(self) -> ResultT:
        """Install the speech libraries unless they are there."""
        if await async_environment_ready(self.hass):
            return await self._async_speech_done()
        return await self.async_step_speech_install()

    async def _async_try_speech_server(self, text: str) -> dict[str, str]:
        """Keep what a server can do of what is asked; return the errors where that is nothing.

        Raises SpeechAddressRefused.
        """
        try:
            uri = wyoming_uri(text)
            able = _able(await self._async_describe(uri))
        except ValueError:  # not an address
            return {CONF_URI: "speech_bad_address"}
        except SpeechAddressRefused:  # this one is a question
            raise
        except SpeechError as error:  # each way in which a server can fail has an error of its own
            return {CONF_URI: error.key}
        server = {CONF_PLACE: PLACE_SERVER, CONF_URI: uri, **consent_data(self._allowed_at(uri))}
        self._speech = {kind: dict(server) for kind in self._kinds if able[kind]}
        return {} if self._speech else {CONF_URI: "speech_not_offered"}

    async def _async_try_fallback(self, user_input: dict[str, Any], kind: str, first: str | None) -> dict[str, str]:
        """Try the address of a fallback, if there is one, and write it out in full; return what is wrong with it.

        Raises SpeechAddressRefused.
        """
        if not (text := user_input.pop(CONF_FALLBACK, "").strip()):
            return {}
        user_input[CONF_FALLBACK] = text
        try:
            user_input[CONF_FALLBACK] = uri = wyoming_uri(text)
            able = _able(await self._async_describe(uri))
        except ValueError:  # not an address
            return {CONF_FALLBACK: "speech_bad_address"}
        except SpeechAddressRefused:  # this one is a question
            raise
        except SpeechError as error:  # each way in which a server can fail has an error of its own
            return {CONF_FALLBACK: error.key}
        if uri == first:
            return {CONF_FALLBACK: "fallback_is_first"}
        return {} if able[kind] else {CONF_FALLBACK: "speech_not_offered"}


async def async_address_selector(hass: HomeAssistant) -> SelectSelector | TextSelector:
    """Return the field for the address of a speech server: to be typed, or one of those that announce themselves."""
    if found := await async_found_speech_servers(hass):
        return SelectSelector(SelectSelectorConfig(options=found, custom_value=True, mode=SelectSelectorMode.DROPDOWN))
    return TextSelector()


def _able(info: ServerInfo) -> dict[str, bool]:
    return {SUBENTRY_STT: info.hears, SUBENTRY_TTS: info.speaks}


def _place_schema(places: list[str], known: str | None) -> probatio.Schema:
    """Return the form that asks where speech runs."""
    config = SelectSelectorConfig(options=places, mode=SelectSelectorMode.LIST, translation_key="place")
    default = known if known in places else places[0]
    return probatio.Schema({probatio.Required(CONF_PLACE, default=default): SelectSelector(config)})


def _local_schema(
    hass: HomeAssistant, kinds: tuple[str, ...], whisper_models: list[SelectOptionDict]
) -> probatio.Schema:
    """Return the form that asks for the models of this machine: known names, or any other name or path."""
    whisper = SelectSelectorConfig(
        options=whisper_models,
        custom_value=True,
        mode=SelectSelectorMode.DROPDOWN,
        translation_key="whisper",
    )
    voice = SelectSelectorConfig(options=list(VOICES), custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    fields = {
        SUBENTRY_STT: (CONF_WHISPER, WHISPER_AUTO, whisper),
        SUBENTRY_TTS: (CONF_VOICE, voice_for(hass.config.language, hass.config.country), voice),
    }
    asked = [fields[kind] for kind in kinds]
    return probatio.Schema(
        {probatio.Required(field, default=default): SelectSelector(config) for field, default, config in asked}
    )


def _missing_files(user_input: dict[str, Any]) -> dict[str, str]:
    """Return an error for each path that leads to no model; names are looked up by the speech process. Blocks."""
    checks: dict[str, tuple[Callable[[Path], bool], str]] = {
        CONF_WHISPER: (has_whisper, "whisper_missing"),
        CONF_VOICE: (has_voice, "voice_missing"),
    }
    return {
        field: error
        for field, (is_there, error) in checks.items()
        if is_path(value := user_input.get(field, "")) and not is_there(Path(value))
    }
