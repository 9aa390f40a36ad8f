"""The action `parlor.ask`: put a question to an agent, and get the answer back."""

from typing import Any, Final

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
import probatio

from ..agent.record import TurnEvent
from ..agent.utterance import ReadOnlyInput
from ..const import DOMAIN, SUBENTRY_CONVERSATION
from ..conversation import ParlorConversation
from ..data import ParlorConfigEntry
from .entries import loaded_entry

ATTR_QUESTION: Final = "question"
ATTR_LANGUAGE: Final = "language"
ATTR_CONVERSATION_ID: Final = "conversation_id"
ATTR_ALLOW_CHANGES: Final = "allow_changes"

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_QUESTION): probatio.All(cv.string, probatio.Length(min=1)),
        probatio.Optional(ATTR_ENTITY_ID): cv.entity_domain("conversation"),
        probatio.Optional(ATTR_LANGUAGE): cv.language,
        probatio.Optional(ATTR_CONVERSATION_ID): cv.string,
        probatio.Optional(ATTR_ALLOW_CHANGES, default=False): cv.boolean,
    }
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(DOMAIN, "ask", _async_ask, _SCHEMA, supports_response=SupportsResponse.OPTIONAL)


async def _async_ask(call: ServiceCall) -> ServiceResponse:
    """Return the agent's answer, as the documentation describes it."""
    hass = call.hass
    agent = _agent(hass, loaded_entry(hass), call.data.get(ATTR_ENTITY_ID))
    # A context of its own, so that the turn can be told from others of the same automation.
    context = Context(user_id=call.context.user_id, parent_id=call.context.id)
    turns: list[TurnEvent] = []

    @callback
    def ended(turn: TurnEvent) -> None:
        if turn.exchange.context is context:
            turns.append(turn)

    asked = ConversationInput if call.data[ATTR_ALLOW_CHANGES] else ReadOnlyInput
    said = asked(
        text=call.data[ATTR_QUESTION],
        context=context,
        conversation_id=call.data.get(ATTR_CONVERSATION_ID),
        device_id=None,
        satellite_id=None,
        language=call.data.get(ATTR_LANGUAGE, hass.config.language),
        agent_id=agent.entity_id,
    )
    agent.async_set_context(context)
    stop = agent.turns.listen(ended)
    try:
        result = await agent.internal_async_process(said)
    finally:
        stop()
    return {
        "reply": turns[0].exchange.reply,
        "asked": result.continue_conversation,
        "changed": _changed(turns[0]),
        "error": turns[0].record.error,
        "conversation_id": result.conversation_id,
        ATTR_ENTITY_ID: agent.entity_id,
    }


@callback
def _agent(hass: HomeAssistant, entry: ParlorConfigEntry, entity_id: str | None) -> ParlorConversation:
    """Return the agent with this entity id, or the entry's first; raises ServiceValidationError where there is none."""
    if entity_id is None:
        entity_id = _first_agent(hass, entry)
    agent = async_get_agent(hass, entity_id) if entity_id else None
    if not isinstance(agent, ParlorConversation):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_agent",
            translation_placeholders={"entity": entity_id or "conversation"},
        )
    return agent


def _first_agent(hass: HomeAssistant, entry: ParlorConfigEntry) -> str | None:
    registry = er.async_get(hass)
    ids = (
        registry.async_get_entity_id("conversation", DOMAIN, subentry.subentry_id)
        for subentry in entry.get_subentries_of_type(SUBENTRY_CONVERSATION)
    )
    return next((entity_id for entity_id in ids if entity_id and async_get_agent(hass, entity_id)), None)


def _changed(turn: TurnEvent) -> list[Any]:
    """Return the entities whose state the turn has changed, each with its states in words."""
    return [
        {"entity_id": change.entity_id, "name": change.name, "before": change.before, "after": change.after}
        for result in turn.calls
        for change in result.changes
        if change.before != change.after
    ]
