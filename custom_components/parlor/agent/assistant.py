"""The agent behind one conversation entity: what it keeps between turns."""

import asyncio
from dataclasses import dataclass
import logging

from homeassistant.components.conversation import ChatLog, ConversationInput, ConversationResult
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import chat_session

from ..home import Home
from ..inference import ContextFull, InferenceError, ModelServers
from .ahead import ReadAhead
from .claims import load_claims
from .context import Occasion, context_start, open_context, prefill_message
from .guard import ASKED_BY_DEFAULT, Guarded
from .instructions import Instructions
from .memory import Memories
from .others import OtherTools
from .place import listening_area
from .prefill import Prefills
from .prompt import Prompt
from .record import TurnLog
from .route import async_load_patterns, async_warm
from .talk import load_sayings
from .turn import Equipment, async_run_turn

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose for one conversation entity; None leaves it to the model server.

    `local`: whether plain sentences are answered without the model. `apis` are the ids of other LLM APIs whose
    tools the agent may call. `asks`: what needs a spoken yes.
    """

    model: str | None = None
    instructions: str | None = None
    temperature: float | None = None
    local: bool = True
    apis: tuple[str, ...] = ()
    asks: frozenset[Guarded] = ASKED_BY_DEFAULT


class Assistant:
    """Answer what is said to one conversation entity."""

    def __init__(
        self, hass: HomeAssistant, home: Home, servers: ModelServers, settings: Settings, turns: TurnLog
    ) -> None:
        """Describe an assistant; `home` and `servers` are started and stopped by others, `turns` hears of each turn."""
        self._hass = hass
        self._instructions = Instructions(hass, settings.instructions)
        self._ahead = ReadAhead(hass, home, servers, self._async_read_ahead)
        others = OtherTools(hass, settings.apis)
        self.prompt = Prompt(home, servers, self._instructions, settings.model, others)
        self._equipment = Equipment(
            hass=hass,
            home=home,
            servers=servers,
            prompt=self.prompt,
            prefills=Prefills(hass),
            log=turns,
            memories=Memories(),
            others=others,
            model=settings.model,
            temperature=settings.temperature,
            local=settings.local,
            asks=settings.asks,
        )

    async def async_start(self) -> None:
        """Read the texts from disk, and follow what the instructions depend on."""
        await self._hass.async_add_executor_job(load_claims)
        await async_load_patterns(self._hass, self._hass.config.language)
        await self._hass.async_add_executor_job(load_sayings)
        await self._instructions.async_start()
        self._ahead.start()

    @callback
    def async_stop(self) -> None:
        """End what runs in the background."""
        self._ahead.stop()
        self._instructions.async_stop()
        self._equipment.prefills.stop()

    async def async_answer(self, user_input: ConversationInput, chat_log: ChatLog) -> ConversationResult:
        """Run a turn; see `async_run_turn`."""
        await async_load_patterns(self._hass, user_input.language)
        return await async_run_turn(self._equipment, user_input, chat_log)

    async def async_prepare(self, language: str | None) -> None:
        """Get ready for the coming turn while its words are still being spoken."""
        await self._async_prefill()
        if self._equipment.local:
            await async_warm(self._hass, language)

    async def _async_read_ahead(self) -> None:
        """Have the server read what the requests of any conversation begin with."""
        on = self._equipment
        await on.others.async_refresh()
        try:
            prefix = on.prompt.prefix()
            await on.servers.prefill(on.prompt.messages(prefix, (), context_start()), prefix.tools, model=on.model)
        except InferenceError as error:
            # Any failure of a server, or a house that does not fit: the turn that follows says so.
            _LOGGER.debug("The prompt was not read ahead: %s", error.detail)

    async def _async_prefill(self) -> None:
        """Send the coming turn's request without the words.

        Without a conversation there is nothing to begin: which one it is, only its session tells.
        """
        # The satellite is set to listening by an event that follows the start of this task.
        await asyncio.sleep(0)
        if (session := chat_session.current_session.get()) is None:
            return
        on = self._equipment
        log = self._hass.data.get(DATA_CHAT_LOGS, {}).get(session.conversation_id)
        await on.others.async_refresh()
        note = on.others.with_note(log.extra_system_prompt if log else None)
        area_id, told = listening_area(self._hass), on.prompt.instructions_now
        occasion = Occasion(area_id, note, words="", budget=on.prompt.budget.states, told=told)
        block = open_context(self._hass, on.home, occasion)
        try:
            prefix = on.prompt.prefix()
            messages = on.prompt.messages(prefix, log.content[1:] if log else (), prefill_message(block))
        except ContextFull:
            # The turn that follows says so.
            return
        request = on.servers.prefill(messages, prefix.tools, model=on.model)
        on.prefills.begin(session.conversation_id, prefix, block, request)
