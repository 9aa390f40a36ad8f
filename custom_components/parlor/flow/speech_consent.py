"""The steps that ask whether speech may go to an address that is not of the home."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from ..network import NOTHING_MORE, Allowed
from ..speech import ServerInfo, SpeechAddressRefused, async_describe
from .consent import Refusal

_CHOICES: Final = ["allow_speech", "speech_address"]


@dataclass(frozen=True, slots=True)
class _Question[ResultT]:
    """What is asked: about which server, and where to go on after the answer, with what had been typed there."""

    uri: str
    refusal: Refusal
    go_on: Callable[[dict[str, Any] | None], Awaitable[ResultT]]
    typed: dict[str, Any]


class SpeechConsentSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Ask before anything is sent, in words that say what it means; what is allowed holds for one server."""

    def __init__(self) -> None:
        """Start with nothing allowed, and nothing known."""
        super().__init__()
        self._allowed: dict[str, Allowed] = {}
        """What is allowed besides the home, by the address of a server."""
        self._known_speech: dict[str, Any] = {}
        self._question: _Question[ResultT] | None = None

    async def async_step_speech_shared(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask once whether addresses that private networks across the internet use may be used."""
        return self._ask("speech_shared")

    async def async_step_speech_elsewhere(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Say what it means to send speech to an address outside of the home, and ask whether that is wanted."""
        return self._ask("speech_elsewhere")

    async def async_step_allow_speech(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Go on with what was asked about allowed."""
        question = self._answered()
        self._allowed[question.uri] = question.refusal.allowed(self._allowed_at(question.uri))
        return await question.go_on(question.typed)

    async def async_step_speech_address(self, _user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for another address."""
        question = self._answered()
        self._known_speech |= question.typed
        return await question.go_on(None)

    async def _async_ask_to_allow(
        self,
        error: SpeechAddressRefused,
        go_on: Callable[[dict[str, Any] | None], Awaitable[ResultT]],
        typed: dict[str, Any],
    ) -> ResultT:
        """Ask about a server that was refused; then go on with what was typed, or where it was typed."""
        self._question = _Question(error.uri, Refusal.of(error.addresses), go_on, typed)
        if self._question.refusal.shared:
            return await self.async_step_speech_shared()
        return await self.async_step_speech_elsewhere()

    def _allowed_at(self, uri: str) -> Allowed:
        return self._allowed.get(uri, NOTHING_MORE)

    async def _async_describe(self, uri: str) -> ServerInfo:
        """Ask a server what it can do, if it is at home or allowed. Raises SpeechError."""
        return await async_describe(self.hass, uri, self._allowed_at(uri))

    def _ask(self, step_id: str) -> ResultT:
        question = self._answered()
        return self.async_show_menu(
            step_id=step_id,
            menu_options=_CHOICES,
            description_placeholders={"uri": question.uri, "address": question.refusal.address},
        )

    def _answered(self) -> _Question[ResultT]:
        if self._question is None:
            raise RuntimeError("Nothing was asked")
        return self._question
