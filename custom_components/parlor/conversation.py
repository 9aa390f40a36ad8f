"""Conversation platform: the agent as an entity."""

from typing import Literal, override

from homeassistant.components.conversation import (
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
)
from homeassistant.components.conversation.models import AbstractConversationAgent
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL, MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .agent.assistant import Assistant, Settings
from .agent.guard import ASKED_BY_DEFAULT, Guarded
from .agent.record import TurnEvent
from .const import (
    CONF_ASK_FIRST,
    CONF_EVENT_WORDS,
    CONF_INSTRUCTIONS,
    CONF_LOCAL_ROUTE,
    CONF_TEMPERATURE,
    SUBENTRY_CONVERSATION,
)
from .data import ParlorConfigEntry
from .entity import ParlorEntity
from .issues.home_fit import async_watch_home_fit
from .turn_event import EVENT_TURN, turn_event_data

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a conversation entity for each of its subentries."""
    for subentry in entry.subentries.values():
        if subentry.subentry_type == SUBENTRY_CONVERSATION:
            async_add_entities([ParlorConversation(hass, entry, subentry)], config_subentry_id=subentry.subentry_id)


class ParlorConversation(ParlorEntity, ConversationEntity, AbstractConversationAgent):
    """Converse about the home and control it."""

    _attr_supported_features = ConversationEntityFeature.CONTROL
    _attr_supports_streaming = True

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry, subentry: ConfigSubentry) -> None:
        """Give the agent what the subentry says."""
        super().__init__(entry, subentry)
        data = subentry.data
        settings = Settings(
            model=data.get(CONF_MODEL) or None,
            instructions=data.get(CONF_INSTRUCTIONS) or None,
            temperature=data.get(CONF_TEMPERATURE),
            local=data.get(CONF_LOCAL_ROUTE, True),
            apis=tuple(data.get(CONF_LLM_HASS_API, ())),
            asks=frozenset(map(Guarded, data.get(CONF_ASK_FIRST, ASKED_BY_DEFAULT))),
        )
        parts = entry.runtime_data
        self.turns = parts.turns[subentry.subentry_id]
        self._assistant = Assistant(hass, parts.home, parts.servers, settings, self.turns)

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Return that any language may be spoken."""
        return MATCH_ALL

    @override
    async def async_added_to_hass(self) -> None:
        """Start the agent."""
        await super().async_added_to_hass()
        self.async_on_remove(async_watch_home_fit(self.hass, self.subentry, self._assistant.prompt))
        await self._assistant.async_start()
        self.async_on_remove(self.turns.listen(self._tell_everybody))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Stop the agent."""
        self._assistant.async_stop()
        await super().async_will_remove_from_hass()

    @callback
    def _tell_everybody(self, turn: TurnEvent) -> None:
        """Fire the event that a turn has ended; the words are in it only if the user wants them there."""
        with_words = self.entry.options.get(CONF_EVENT_WORDS, False)
        data = turn_event_data(self.entity_id, turn, with_words=with_words)
        self.hass.bus.async_fire(EVENT_TURN, data, context=turn.exchange.context)

    @override
    async def async_prepare(self, language: str | None = None) -> None:
        """Let the model read the prompt while the user is speaking."""
        await self._assistant.async_prepare(language)

    @override
    async def _async_handle_message(self, user_input: ConversationInput, chat_log: ChatLog) -> ConversationResult:
        """Answer an utterance."""
        return await self._assistant.async_answer(user_input, chat_log)
