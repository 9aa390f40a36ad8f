"""From words to orders or to an answer, without a model: only where exactly one reading is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import logging

from hassil.recognize import RecognizeResult
from homeassistant.components import conversation
from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from ...home import Home, HomeEntity
from ..guard import async_readable
from ..index import index_of
from ..orders import Order
from ..said import is_question
from ..utterance import Utterance
from ..words import words_for
from .answers import acknowledgement, answer, has_answers
from .asked import async_answer
from .clauses import Clause
from .commands import Commands, Reading, effects, is_same_effect
from .inquiries import Inquiries
from .patterns import Patterns, is_read, normalised, patterns_for
from .questions import Question, Questions
from .strict import as_clause, as_question, async_hand_over, async_recognise, is_harmless, is_own, only_tells
from .timers import read_delayed, read_timer

_LOGGER = logging.getLogger(__name__)
_LONGEST = 250
# "Read me the shopping list", "the weather for tomorrow": no question, and nothing to be done.
_READ_OUT = frozenset({"events", "list", "weather"})


@dataclass(frozen=True, slots=True)
class Deeds:
    """Orders to be carried out, or, where one of them has a question, to be asked about.

    `agreed`: the user has said yes to them.
    """

    orders: tuple[Order, ...]
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is to be said; `failed` where Home Assistant could not do what its own handler was asked for.

    `question` is the one about states that it answers; `acted`: Home Assistant may have done something.
    """

    text: str
    failed: bool = False
    question: Question | None = None
    acted: bool = False


type Local = Deeds | Spoken


async def async_route(
    hass: HomeAssistant, home: Home, utterance: Utterance, user_input: ConversationInput, chat_log: ChatLog
) -> Local | None:
    """Return what a plain sentence means; None if a model has to be asked, and then nothing has happened.

    A sentence that the user has taught Home Assistant, and the few things that Home Assistant does without a tool of
    Parlor's, are handled by it right here.
    """
    if not has_answers(utterance.language) or len(utterance.text) > _LONGEST:
        return None
    return await _Router(hass, home, utterance, user_input, chat_log).async_run()


def command_of(hass: HomeAssistant, home: Home, utterance: Utterance, text: str) -> tuple[Order, ...] | None:
    """Return what a text, or the offer of it ("Shall I close the blinds?"), asks for; None unless it is all plain.

    Who speaks, and where, is taken from the utterance.
    """
    patterns = patterns_for(utterance.language)
    if patterns is None:
        return None
    command = patterns.offer.sub("", normalised(text)) if patterns.offer else normalised(text)
    reading = Commands(hass, home, replace(utterance, text=command), patterns).read(command)
    return tuple(order for _, order in reading) if reading else None


def is_meant_by(hass: HomeAssistant, home: Home, utterance: Utterance, orders: Sequence[Order]) -> bool:
    """Return whether the utterance is a plain command for exactly what these orders do."""
    found = command_of(hass, home, utterance, utterance.text)
    return found is not None and effects(found) == effects(orders)


async def async_load_patterns(hass: HomeAssistant, *languages: str) -> None:
    """Compile the patterns of languages at their first use, which takes about a second each, one after the other."""
    for language in languages:
        if not is_read(language):
            await hass.async_add_executor_job(patterns_for, language)


async def async_warm(hass: HomeAssistant, language: str | None) -> None:
    """Read the patterns and Home Assistant's sentences of a language, so that the first turn need not wait for them."""
    wanted = hass.config.language if language in (None, MATCH_ALL) else language
    await async_load_patterns(hass, str(wanted))
    try:
        await conversation.async_prepare_agent(hass, conversation.HOME_ASSISTANT_AGENT, str(wanted))
    except Exception:
        # Sentences of users that cannot be loaded: the turn does without them.
        _LOGGER.exception("Home Assistant's sentences could not be loaded")


class _Router:
    def __init__(
        self,
        hass: HomeAssistant,
        home: Home,
        utterance: Utterance,
        user_input: ConversationInput,
        chat_log: ChatLog,
    ) -> None:
        self._hass = hass
        self._home = home
        self._utterance = utterance
        self._input = user_input
        self._log = chat_log
        words = words_for(utterance.language)
        self._index = index_of(home, words)
        self._patterns: Patterns | None = patterns_for(utterance.language)
        # Where nothing may be changed, a command is understood all the same, and refused when it is to be carried out.
        self._ordering = replace(utterance, read_only=False)
        self._commands = Commands(hass, home, self._ordering, self._patterns)
        self._questions = Questions(hass, home, utterance, self._patterns) if self._patterns else None
        self._inquiries = Inquiries(hass, home, utterance, self._patterns) if self._patterns else None
        self._asks = is_question(utterance.text, words)

    async def async_run(self) -> Local | None:
        """Read the sentence, and let Home Assistant handle what is its own."""
        if (timed := self._timed()) is not None:
            return timed
        result = await async_recognise(self._hass, self._input, self._log)
        own = self._patterns is not None and self._patterns.inquiries
        weather = not own and await self._async_may_read(self._weather_reports)
        not_called = self._patterns.file.get("not_called", ()) if self._patterns else ()
        if result and is_own(
            result,
            self._hass,
            self._input.device_id,
            question=self._asks,
            weather=weather,
            not_called=not_called,
        ):
            if self._utterance.read_only and not only_tells(result):
                return None
            return await self._async_hand_over(acted=not is_harmless(result))
        try:
            text = " ".join(self._index.parted(tuple(normalised(self._utterance.text).split())))
            return await self._async_read(text, result)
        except Exception:
            # Nothing is expected here, and nothing has been done: what nobody foresaw is the model's to answer.
            _LOGGER.exception("The local route failed")
            return None

    async def _async_read(self, text: str, result: RecognizeResult | None) -> Local | None:
        """Read a sentence by Home Assistant's matcher and Parlor's patterns; where both understand, they must agree."""
        if self._asks:
            question = self._asked(result, text)
            return await self._async_answer(question, text)
        strict = self._ordered(result, text)
        own = self._commands.read(text)
        if strict and own and not is_same_effect(strict, own) and not all(order.question for _, order in own):
            return None
        reading = own or strict or await self._async_by_clauses(text)
        return Deeds(tuple(order for _, order in reading)) if reading else await self._async_inquire(text, plain=True)

    def _asked(self, result: RecognizeResult | None, text: str) -> Question | None:
        """Return the question, in Parlor's own reading first: it leaves no word out."""
        if self._questions is None:
            return None
        own = self._questions.read(text)
        return own or (as_question(result, text, self._index, self._questions) if result else None)

    def _timed(self) -> Local | None:
        """Return what is to be done about timers, or later."""
        if self._patterns is None:
            return None
        house = (self._hass, self._home, self._ordering, self._patterns)
        try:
            timer = read_timer(*house, question=self._asks)
            later = None if timer or self._asks else read_delayed(*house)
        except Exception:
            # As below: nothing is expected, and nothing has been done.
            _LOGGER.exception("The local route failed")
            return None
        return Deeds((timer,)) if timer else Deeds(later) if later else None

    def _ordered(self, result: RecognizeResult | None, text: str) -> Reading | None:
        """Return the order for what Home Assistant recognised."""
        clause = as_clause(result, text, self._index, self._patterns) if result else None
        order = self._commands.order(clause) if clause else None
        return ((clause, order),) if clause and order else None

    async def _async_by_clauses(self, text: str) -> Reading | None:
        """Return the reading of a sentence some of whose clauses only Home Assistant understands."""
        segments = self._commands.segments(text)
        if len(segments) < 2:  # a single clause has been tried
            return None
        pairs: list[tuple[Clause, Order]] = []
        for segment in segments:
            reading = self._commands.read(segment)
            if reading is None:
                result = await async_recognise(self._hass, replace(self._input, text=segment), self._log)
                reading = self._ordered(result, segment)
            if reading is None:
                return None
            pairs.extend(reading)
        return self._commands.checked(tuple(pairs))

    async def _async_answer(self, question: Question | None, text: str) -> Local | None:
        """Answer a question that has been read, or what the patterns make of the text."""
        if self._questions is None:
            return None
        question = question or self._questions.read(text)
        if question is not None and await self._async_may_read(question.entities):
            told = answer(self._hass, question, self._utterance.language)
            if told is not None:
                return Spoken(told, question=question)
        return await self._async_inquire(text)

    async def _async_inquire(self, text: str, *, plain: bool = False) -> Local | None:
        """Answer what the patterns make of a text; of a `plain` sentence only what can but be a wish to hear."""
        inquiry = self._inquiries.read(text) if self._inquiries else None
        if inquiry is None or (plain and inquiry.asks not in _READ_OUT):
            return None
        if not await self._async_may_read(inquiry.entities):
            return None
        told = await async_answer(
            self._hass, self._utterance.context, inquiry, self._patterns, self._utterance.language
        )
        return Spoken(told) if told else None

    @property
    def _weather_reports(self) -> list[HomeEntity]:
        """Return what Home Assistant's own handler tells the states of."""
        return [entity for entity in self._index.entities.values() if entity.domain == "weather"]

    async def _async_may_read(self, entities: Sequence[HomeEntity]) -> bool:
        """Return whether the speaker may read the states of all these entities."""
        readable = await async_readable(self._hass, self._utterance.context, entities)
        return len(readable) == len(entities)

    async def _async_hand_over(self, *, acted: bool) -> Local | None:
        response = await async_hand_over(self._hass, self._input, self._log)
        if response is None:
            return None
        speech = response.speech.get("plain", {}).get("speech", "")
        failed = response.response_type is intent.IntentResponseType.ERROR
        return Spoken(speech or acknowledgement(self._utterance.language), failed=failed, acted=acted)
