"""What an utterance means after what was said before: an answer, a follow-up, "undo that". No model is asked."""

from dataclasses import dataclass, replace
import logging

from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.core import HomeAssistant

from ...home import Home
from ...inference import ToolCall
from ..guard import async_readable
from ..index import index_of
from ..orders import Order, make_orders
from ..replies import ask_which
from ..route import Deeds, Local, Spoken
from ..route.answers import acknowledgement, answer, has_answers
from ..route.patterns import normalised, patterns_for
from ..route.strict import async_recognise, is_own
from ..said import is_question
from ..search import Asked, Several
from ..utterance import Utterance
from ..words import words_for
from .again import again_for, no_but
from .answers import Answer, read_answer
from .ask_again import async_ask_again
from .change import changed
from .memory import OpenQuestion, TalkMemory
from .sayings import sayings_for
from .setting import Setting
from .undo import undo_order

_LOGGER = logging.getLogger(__name__)
_LONGEST = 160


async def async_go_on(
    hass: HomeAssistant,
    home: Home,
    utterance: Utterance,
    memory: TalkMemory,
    heard: tuple[ConversationInput, ChatLog],
    *,
    asked: OpenQuestion | None,
    local: bool,
) -> Local | None:
    """Return what an utterance means after the turns before it; None if it stands for itself: nothing has happened.

    Answers to Parlor's own question (`asked`) and "undo that" are read in any case, follow-ups only where plain
    sentences are to be understood without the model (`local`).
    """
    sayings, patterns = sayings_for(utterance.language), patterns_for(utterance.language)
    known = sayings is not None and patterns is not None and has_answers(utterance.language)
    if not known or sayings is None or patterns is None or len(utterance.text) > _LONGEST:
        return None
    words = words_for(utterance.language)
    setting = Setting(hass, home, utterance, memory, sayings, patterns, index_of(home, words))
    try:
        return await _Talk(setting, heard, is_local=local).async_read(asked)
    except Exception:
        # Nothing is expected here, and nothing has been done: what nobody foresaw is for the route and the model.
        _LOGGER.exception("A follow-up could not be read")
        return None


@dataclass(frozen=True, slots=True)
class _Talk:
    setting: Setting
    heard: tuple[ConversationInput, ChatLog]
    is_local: bool

    async def async_read(self, asked: OpenQuestion | None) -> Local | None:
        """Return what the utterance means, the question that it may answer first."""
        setting = self.setting
        paused = setting.sayings.bare(normalised(setting.utterance.text))
        text = setting.sayings.bare(paused.replace(" , ", " "))
        if asked and (found := self._answered(paused, asked)):
            return found
        if (found := await self._async_follow_up(text, paused)) is None or await self._async_is_taught():
            return None
        return found

    async def _async_follow_up(self, text: str, paused: str) -> Local | None:
        setting = self.setting
        undo = setting.memory.undo
        if setting.sayings.is_said("undo", text) or (undo and undo.is_undo and setting.sayings.is_said("redo", text)):
            return self._undone()
        if not self.is_local:
            return None
        if setting.memory.question is not None and (found := await self._async_asked_again(text)):
            return found
        if is_question(setting.utterance.text, setting.index.words):
            return None
        if orders := no_but(setting, text, paused):
            setting.memory.expect(chosen_of=setting.memory.choices)
            return Deeds(orders)
        orders = changed(setting, text) or again_for(setting, text)
        return Deeds(orders) if orders else None

    async def _async_asked_again(self, text: str) -> Local | None:
        setting = self.setting
        question = await async_ask_again(setting, text)
        if question and len(await async_readable(setting.hass, setting.utterance.context, question.entities)) < len(
            question.entities
        ):
            return None
        said = answer(setting.hass, question, setting.utterance.language) if question else None
        return Spoken(said, question=question) if said else None

    def _undone(self) -> Local:
        setting = self.setting
        undo = setting.memory.undo
        order = undo_order(setting.hass, setting.home, undo, setting.index.words) if undo else None
        return Deeds((order,)) if order else Spoken(str(setting.sayings.file["nothing_to_undo"]))

    def _answered(self, text: str, asked: OpenQuestion) -> Local | None:
        """Return the deeds that wait for an answer, if the text is one."""
        setting = self.setting
        given = read_answer(text, asked.asked.found, setting.index, setting.sayings, setting.here)
        if given is None:
            return None
        if given == Answer():
            return Spoken(acknowledgement(setting.utterance.language))
        orders = self._narrowed(asked, given) or self._chosen(asked, given, text)
        if orders is None:
            return None
        found = asked.asked.found
        setting.memory.expect(origin=asked.utterance, chosen_of=found.entities if isinstance(found, Several) else ())
        return Deeds(orders)

    def _narrowed(self, asked: OpenQuestion, given: Answer) -> tuple[Order, ...] | None:
        """Return the orders with a question about fewer candidates, where one of many was asked for and some named."""
        found = asked.asked.found
        if not isinstance(found, Several) or len(given.entities) < 2 or given.all_meant:
            return None
        question = ask_which(found.word, given.entities, self.setting.utterance.language)
        orders = list(asked.orders)
        left = Asked(asked.asked.target, Several(found.word, given.entities))
        orders[asked.number] = replace(orders[asked.number], question=question, asked=left)
        return tuple(orders)

    def _chosen(self, asked: OpenQuestion, given: Answer, text: str) -> tuple[Order, ...] | None:
        """Return all the orders of the utterance that asked, the one in question meant for what was chosen."""
        setting = self.setting
        order = asked.orders[asked.number]
        entities = [entity for waiting in asked.orders for deed in waiting.deeds for entity in deed.step.entities]
        entities += given.entities
        if any(waiting.reads for waiting in asked.orders) or len(setting.known(entities)) < len(set(entities)):
            # There is an answer to be found beside, or the house is not the same any more: the model is to see to it.
            return None
        determined = [entity.entity_id for deed in order.deeds for entity in deed.step.entities]
        others = [target for target in order.arguments["targets"] if target != asked.asked.target]
        targets = [*others, *self._targets(asked, given), *determined]
        utterance = replace(asked.utterance, context=setting.utterance.context)
        if given.everywhere:
            utterance = replace(utterance, text=f"{utterance.text}, {text}")
        call = ToolCall(order.tool_name, {**order.arguments, "targets": targets}, None)
        [made] = make_orders(setting.hass, setting.home, utterance, [call])
        if made.errors and not made.facts:
            return None
        orders = list(asked.orders)
        orders[asked.number] = replace(setting.spoken(made), mendable=False)
        return tuple(orders)

    def _targets(self, asked: OpenQuestion, given: Answer) -> list[str]:
        found = asked.asked.found
        if isinstance(found, Several):
            return [entity.entity_id for entity in given.entities]
        if given.everywhere:
            return [f"{self.setting.patterns.file['whole']} {found.word}".strip()]
        return [f"{place} {found.word}".strip() for place in given.places]

    async def _async_is_taught(self) -> bool:
        """Return whether the user has taught Home Assistant this very sentence."""
        hass, (user_input, chat_log) = self.setting.hass, self.heard
        result = await async_recognise(hass, user_input, chat_log)
        return result is not None and is_own(result, hass, user_input.device_id, question=False, weather=False)
