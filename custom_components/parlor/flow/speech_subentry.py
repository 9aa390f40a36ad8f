"""The flows of ears and of a voice."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from ..const import (
    CONF_FALLBACK,
    CONF_LANGUAGES,
    CONF_SPEAKER,
    CONF_SPEED,
    CONF_URI,
    FALLBACK_PREFIX,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from ..network import consent_data, consent_in
from ..speech import SpeechAddressRefused
from ..speech.languages import LANGUAGE_NAMES, WHISPER_LANGUAGES
from .speech import SpeechSteps, async_address_selector

_SPEED: Final = NumberSelectorConfig(min=0.5, max=2.0, step=0.05, mode=NumberSelectorMode.SLIDER)
_MANNER: Final[Mapping[probatio.Marker, Selector[Any]]] = {
    probatio.Optional(CONF_SPEED, default=1.0): NumberSelector(_SPEED),
    probatio.Optional(CONF_SPEAKER): TextSelector(),
}
_HEARING: Final[Mapping[probatio.Marker, Selector[Any]]] = {
    probatio.Optional(CONF_LANGUAGES, default=list): SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=code, label=LANGUAGE_NAMES.get(code, code)) for code in WHISPER_LANGUAGES],
            multiple=True,
            sort=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
}

SPEECH_TITLES: Final = {SUBENTRY_STT: "Parlor ears", SUBENTRY_TTS: "Parlor voice"}


class _SpeechSubentryFlow(SpeechSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ConfigSubentryFlow):
    """Add or change one kind of speech."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Start without anything known."""
        return await self.async_step_speech()

    async def async_step_reconfigure(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Start with what is set up."""
        self._known_speech = known = dict(self._get_reconfigure_subentry().data)
        self._allowed = {
            known[key]: consent_in(known, prefix)
            for key, prefix in ((CONF_URI, ""), (CONF_FALLBACK, FALLBACK_PREFIX))
            if key in known
        }
        return await self.async_step_speech()

    async def _async_step_last(
        self, step_id: str, fields: Mapping[probatio.Marker, Selector[Any]], user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        """Ask what is asked wherever speech runs, and for a server that steps in when that one fails."""
        data = self._speech[self._subentry_type]
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                errors = await self._async_try_fallback(user_input, self._subentry_type, data.get(CONF_URI))
            except SpeechAddressRefused as error:  # the user may know better, or want it nevertheless
                return await self._async_ask_to_allow(
                    error, partial(self._async_step_last, step_id, fields), user_input
                )
            if not errors:
                consent = consent_data(self._allowed_at(user_input.get(CONF_FALLBACK, "")), FALLBACK_PREFIX)
                return self._finish({**data, **user_input, **consent})
        schema = probatio.Schema({**fields, probatio.Optional(CONF_FALLBACK): await async_address_selector(self.hass)})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or self._known_speech),
            errors=errors,
            description_placeholders={"uri": (user_input or {}).get(CONF_FALLBACK, "")},
            last_step=True,
        )

    def _finish(self, data: dict[str, Any]) -> SubentryFlowResult:
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=SPEECH_TITLES[self._subentry_type], data=data)
        return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=data)


class EarsSubentryFlow(_SpeechSubentryFlow):
    """Add or change ears."""

    _kinds: ClassVar[tuple[str, ...]] = (SUBENTRY_STT,)

    async def async_step_hearing(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which languages are spoken."""
        return await self._async_step_last("hearing", _HEARING, user_input)

    @override
    async def _async_speech_done(self) -> SubentryFlowResult:
        return await self.async_step_hearing()


class VoiceSubentryFlow(_SpeechSubentryFlow):
    """Add or change a voice."""

    _kinds: ClassVar[tuple[str, ...]] = (SUBENTRY_TTS,)

    async def async_step_manner(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the voice speaks."""
        return await self._async_step_last("manner", _MANNER, user_input)

    @override
    async def _async_speech_done(self) -> SubentryFlowResult:
        return await self.async_step_manner()
