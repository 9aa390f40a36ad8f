"""The flows of ears and of a voice."""

from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryFlow, SubentryFlowContext, SubentryFlowResult
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode, TextSelector
import probatio

from ..const import CONF_SPEAKER, CONF_SPEED, SUBENTRY_STT, SUBENTRY_TTS
from .speech import SpeechSteps

_SPEED: Final = NumberSelectorConfig(min=0.5, max=2.0, step=0.05, mode=NumberSelectorMode.SLIDER)
_MANNER_SCHEMA: Final = probatio.Schema(
    {
        probatio.Optional(CONF_SPEED, default=1.0): NumberSelector(_SPEED),
        probatio.Optional(CONF_SPEAKER): TextSelector(),
    }
)

SPEECH_TITLES: Final = {SUBENTRY_STT: "Parlor ears", SUBENTRY_TTS: "Parlor voice"}


class _SpeechSubentryFlow(SpeechSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ConfigSubentryFlow):
    """Add or change one kind of speech."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Start without anything known."""
        return await self.async_step_speech()

    async def async_step_reconfigure(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Start with what is set up."""
        self._known_speech = dict(self._get_reconfigure_subentry().data)
        return await self.async_step_speech()

    @override
    async def _async_speech_done(self) -> SubentryFlowResult:
        data = self._speech[self._subentry_type]
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=SPEECH_TITLES[self._subentry_type], data=data)
        return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=data)


class EarsSubentryFlow(_SpeechSubentryFlow):
    """Add or change ears."""

    _kinds: ClassVar[tuple[str, ...]] = (SUBENTRY_STT,)


class VoiceSubentryFlow(_SpeechSubentryFlow):
    """Add or change a voice."""

    _kinds: ClassVar[tuple[str, ...]] = (SUBENTRY_TTS,)

    async def async_step_manner(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how the voice speaks."""
        if user_input is not None:
            self._speech[SUBENTRY_TTS] |= user_input
            return await super()._async_speech_done()
        schema = self.add_suggested_values_to_schema(_MANNER_SCHEMA, self._known_speech)
        return self.async_show_form(step_id="manner", data_schema=schema, last_step=True)

    @override
    async def _async_speech_done(self) -> SubentryFlowResult:
        return await self.async_step_manner()
