"""What an utterance means without the model: a yes, an answer, a follow-up, or a plain sentence."""

from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.core import HomeAssistant

from ..home import Home
from .memory import Memory
from .offer import accepted, offered
from .pending import answered
from .route import Local, async_route
from .talk import async_go_on
from .utterance import Utterance


async def async_understand(
    hass: HomeAssistant,
    home: Home,
    utterance: Utterance,
    memory: Memory,
    heard: tuple[ConversationInput, ChatLog],
    *,
    local: bool,
) -> Local | None:
    """Return what can be done or said without the model; None if it has to be asked, and then nothing has happened.

    The answer to what the last turn wanted a yes for comes first, then what goes on from the turn before, then what is
    plain; the last, and the answer to an automation's question, only with `local`.
    """
    asked = memory.talk.begin(utterance)
    pending = memory.take_pending()
    found = answered(hass, home, pending, utterance) if pending else None
    if found is None and local and (question := offered(heard[1])):
        found = accepted(hass, home, utterance, question)
    if found is None:
        found = await async_go_on(hass, home, utterance, memory.talk, heard, asked=asked, local=local)
    if found is None and local:
        found = await async_route(hass, home, utterance, *heard)
    memory.talk.note_spoken(hass, found)
    return found
