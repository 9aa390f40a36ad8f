"""What an automation has asked to begin a conversation, as "Shall I close the blinds?", and the yes to it."""

from datetime import timedelta
import re

from homeassistant.components.conversation import AssistantContent, ChatLog, SystemContent
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..home import Home
from ..sentences import split_sentences
from .agreement import Answer, read_answer
from .replies import say_declined
from .route import Deeds, Spoken, command_of
from .utterance import Utterance

_SATELLITE = "assist_satellite."
# From the start message to the end of the answer: long messages take their time to be spoken.
_VALID_FOR = timedelta(minutes=2)


def offered(chat_log: ChatLog) -> str | None:
    """Return the one question of the message that has begun this conversation; None if it is not about an answer to it.

    The last content of the log is the user's, and it must be the first of the user's.
    """
    earlier = [content for content in chat_log.content[:-1] if not isinstance(content, SystemContent)]
    if len(earlier) != 1 or not isinstance(start := earlier[0], AssistantContent):
        return None
    if not start.agent_id.startswith(_SATELLITE) or dt_util.utcnow() - start.created > _VALID_FOR:
        return None
    sentences = split_sentences(start.content or "")
    questions = [sentence for sentence in sentences if sentence.endswith(("?", "\uff1f", "؟"))]
    return questions[0] if len(questions) == 1 and questions[0] is sentences[-1] else None


def accepted(hass: HomeAssistant, home: Home, utterance: Utterance, question: str) -> Deeds | Spoken | None:
    """Return what a yes or a no to an automation's question means.

    None if it is neither, or if the question is no plain command: then the model is asked.
    """
    answer = read_answer(utterance.text, utterance.language)
    if answer is None:
        return None
    orders = command_of(hass, home, utterance, question)
    if orders is None:
        return None
    return Deeds(orders, agreed=True) if answer is Answer.YES else Spoken(say_declined(utterance.language))


def as_meant(utterance: Utterance, question: str | None) -> str:
    """Return the words by which the calls of a model are judged: those of the question too where it was agreed to."""
    agreed = question is not None and read_answer(utterance.text, utterance.language) is Answer.YES
    return f"{re.sub(r'\\s+', ' ', question or '')} {utterance.text}" if agreed else utterance.text
