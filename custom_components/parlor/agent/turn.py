"""One turn of a conversation: from words to deeds and a true reply."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import asdict, dataclass, replace
import logging

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.conversation import (
    AssistantContentDeltaDict,
    ChatLog,
    ConversationInput,
    ConversationResult,
    SystemContent,
    ToolResultContentDeltaDict,
)
from homeassistant.core import HomeAssistant
from homeassistant.util.ulid import ulid_now

from ..const import EARS_FAILED
from ..home import Home, state_line
from ..inference import InferenceError, JsonObject, ModelServers
from . import outcomes
from .account import Account, exchange_of
from .claims import claims_deed
from .consent import Asking
from .context import ContextBlock, MayRead, Occasion, current_context, user_message
from .deeds import async_carry_out
from .ear import speakable
from .facts import CallResult, Outcome
from .guard import ASKED_BY_DEFAULT, Guarded, async_permission
from .memory import Memories
from .model_pass import ModelPass
from .offer import as_meant, offered
from .orders import Order, make_orders, reading_only
from .others import OtherTools
from .pending import Pending
from .place import speaker_area
from .prefill import Prefills
from .prefix import told_of
from .prompt import Prefix, Prompt
from .record import FirstAction, TurnEvent, TurnLog
from .replies import compose
from .reply import Reply
from .route import Correction, Deeds, correction, spoken_units
from .said import is_question
from .talk import UNDO, states_of
from .tools import tools_for
from .understanding import async_understand
from .utterance import ReadOnlyInput, Utterance
from .words import words_for

_LOGGER = logging.getLogger(__name__)
_MAX_PASSES = 6
# The one whose templates are always there.
_ANY_LANGUAGE = "en"

type Delta = AssistantContentDeltaDict | ToolResultContentDeltaDict


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the turns of one conversation entity share.

    `model` and `temperature` are the user's choice, if any; `local`: plain sentences need no model; `asks`: for a yes.
    """

    hass: HomeAssistant
    home: Home
    servers: ModelServers
    prompt: Prompt
    prefills: Prefills
    log: TurnLog
    memories: Memories
    others: OtherTools
    model: str | None
    temperature: float | None
    local: bool = True
    asks: frozenset[Guarded] = ASKED_BY_DEFAULT


async def async_run_turn(equipment: Equipment, user_input: ConversationInput, chat_log: ChatLog) -> ConversationResult:
    """Answer an utterance that is the last content of a chat log, do what it asks for, and add both to the log.

    Never raises for what servers, models or the house do wrong: that is said. The log is left without calls that have
    no result, and ends with the reply.
    """
    return await Turn(equipment, user_input, chat_log).async_run()


class Turn:
    """The course of one turn."""

    def __init__(self, equipment: Equipment, user_input: ConversationInput, chat_log: ChatLog) -> None:
        """Take the words; nothing is done yet."""
        self._on = equipment
        self._user_input = user_input
        self._chat_log = chat_log
        self._utterance = Utterance(
            text=user_input.text,
            language=user_input.language,
            area_id=speaker_area(equipment.hass, user_input.device_id, user_input.satellite_id),
            device_id=user_input.device_id,
            satellite_id=user_input.satellite_id,
            context=user_input.context,
            agent_id=user_input.agent_id,
            read_only=isinstance(user_input, ReadOnlyInput),
        )
        words = words_for(user_input.language)
        self._question = is_question(user_input.text, words)
        self._asks = self._question or not words.has_language
        self._memory = equipment.memories.of(chat_log.conversation_id)
        self._outside = False
        self._may_read: MayRead | None = None
        self._reply = Reply(user_input.language)
        self._account = Account()
        self._results: list[CallResult] = []
        self._untold: list[Outcome] = []
        self._begun: Iterable[JsonObject] = ()
        self._did_something = False
        self._model_tells = False
        self._failed_calls: set[str] = set()
        self._mended = False
        self._doubted = False
        self._correction: Correction | None = None
        self._prefilled = False
        self._finished = False
        self._local = False

    async def async_run(self) -> ConversationResult:
        """Run the turn; returns what Home Assistant needs to speak the reply."""
        with FirstAction(self._on.hass, self._utterance.context) as action:
            contents = self._chat_log.async_add_delta_content_stream(self._user_input.agent_id, self._deltas())
            async for _content in contents:
                pass
        if not self._local and not self._results and self._reply.error is None:
            # What the model spoke of in its own words, nobody but the model knows.
            self._memory.talk.forget()
        record = self._account.record(
            local=self._local,
            reply=self._reply,
            results=self._results,
            action_at=action.at,
            prefilled=self._prefilled,
            servers=self._on.servers.states,
        )
        exchange = exchange_of(self._utterance, self._chat_log.conversation_id, self._reply)
        self._on.log.add(TurnEvent(record, tuple(self._results), exchange))
        return self._reply.as_result(self._chat_log.conversation_id, self._results)

    async def _deltas(self) -> AsyncGenerator[Delta]:
        """Yield what happens, as the chat log takes it: text, calls and their results."""
        if self._utterance.text == EARS_FAILED:
            self._memory.pending = None
            for said in self._reply.fail("ears_failed"):
                yield said
            return
        key = "unknown"
        placeholders: dict[str, str] = {}
        try:
            async with aclosing(self._act_locally()) as local, aclosing(self._ask_model()) as deltas:
                async for delta in local:
                    yield delta
                if not self._local:
                    async for delta in deltas:
                        yield delta
        except InferenceError as error:
            # Any failure of the model servers, each with words of its own.
            _LOGGER.info("The language model did not answer: %s", error.detail)
            key, placeholders = error.key, error.placeholders
        except Exception:
            # Nothing is expected here, but after an error that nobody foresaw the speaker would hear nothing at all.
            _LOGGER.exception("The turn failed")
        if not self._finished:
            for late in self._end_early(key, **placeholders):
                yield late

    async def _act_locally(self) -> AsyncGenerator[Delta]:
        """Do or answer what is plain without the model; of anything else nothing is done."""
        on = self._on
        with self._account.measure("route") if on.local else nullcontext():
            heard = (self._user_input, self._chat_log)
            found = await async_understand(on.hass, on.home, self._utterance, self._memory, heard, local=on.local)
        if found is None:
            return
        self._local = True
        if isinstance(found, Deeds):
            outcome = await self._carry_out(found.orders, agreed=found.agreed)
            ids = [ulid_now() for _result in outcome.results]
            for logged in self._logged(ids, outcome.results):
                yield logged
            ending = self._conclude(outcome)
            if not self._finished and any(result.for_model for result in outcome.results):
                # What waited for an answer was not all the house's own: of the rest only the model can tell.
                self._local = False
                self._begun = outcomes.result_messages(ids, outcome.results)
        else:
            self._finished = True
            said = self._reply
            ending = said.tell(found.text, error="failed") if found.failed else said.answer([found.text], done=False)
        for last in ending:
            yield last

    async def _ask_model(self) -> AsyncGenerator[Delta]:
        """Ask the model, do what it calls for, and ask again until the turn is finished."""
        on = self._on
        with self._account.measure("prompt"):
            await on.others.async_refresh()
            prefix = on.prompt.prefix()
            messages = [*await self._async_first_messages(prefix), *self._begun]
        meant = replace(self._utterance, text=as_meant(self._utterance, offered(self._chat_log)))
        for _number in range(_MAX_PASSES):
            on.prompt.check(prefix, messages)
            model_pass = self._new_pass(prefix)
            async with aclosing(self._read_pass(model_pass, prefix, messages)) as deltas:
                async for delta in deltas:
                    yield delta
            if model_pass.calls:
                outcome = await self._carry_out(make_orders(on.hass, on.home, meant, model_pass.calls, on.others.tools))
                ids = [ulid_now() for _result in outcome.results]
                for logged in self._logged(ids, outcome.results):
                    yield logged
                messages += outcomes.result_messages(ids, outcome.results)
                ending = self._conclude(outcome)
            else:
                entities = self._correction.entities if self._correction else ()
                messages += outcomes.doubts(model_pass.claim, [state_line(on.hass, entity) for entity in entities])
                ending = self._answer(model_pass)
            for last in ending:
                yield last
            if self._finished:
                return
        for late in self._end_early("too_many_rounds"):
            yield late

    async def _async_first_messages(self, prefix: Prefix) -> list[JsonObject]:
        """Return the messages of the first request, and tell the chat log what the model is told."""
        log = self._chat_log
        log.content[0] = SystemContent(content=prefix.system)
        # Every call is an external one, run here, so the log needs no tools of its own.
        log.llm_api = None
        log.extra_system_prompt = self._user_input.extra_system_prompt or log.extra_system_prompt
        self._may_read = await async_permission(self._on.hass, self._utterance.context, POLICY_READ)
        note = self._on.others.with_note(log.extra_system_prompt)
        last = user_message(self._context(prefix, note), self._utterance.text)
        return self._on.prompt.messages(prefix, log.content[1:-1], last)

    def _context(self, prefix: Prefix, note: str | None) -> ContextBlock:
        """Return the context: the one that was sent ahead, brought up to date, or a new one."""
        on, area_id, may_read = self._on, self._utterance.area_id, self._may_read
        words, budget = told_of(prefix, on.prompt.budget, self._utterance.text, asks=self._asks)
        sent, told = on.prefills.take(self._chat_log.conversation_id, prefix), on.prompt.instructions_now
        occasion = Occasion(area_id, note, words, budget, told, may_read)
        block, self._prefilled = current_context(on.hass, on.home, sent, occasion)
        return block

    def _new_pass(self, prefix: Prefix) -> ModelPass:
        return ModelPass(
            tools=prefix.known_names,
            hold=not self._question,
            speakable=lambda text: speakable(text, self._name_of, spoken_units(self._utterance.language)),
            is_claim=self._is_claim,
            # What was done is told from the facts; the model may add to it, but not tell it again.
            drop_claims=self._did_something,
        )

    async def _read_pass(
        self, model_pass: ModelPass, prefix: Prefix, messages: Sequence[JsonObject]
    ) -> AsyncGenerator[Delta]:
        """Read the model's answer; yields what may be said of it before it has ended."""
        on = self._on
        options: JsonObject = {"num_predict": on.prompt.budget.reply}
        if on.temperature is not None:
            options["temperature"] = on.temperature
        chat = on.servers.chat(messages, prefix.tools, model=on.model, options=options, forget=model_pass.forget)
        try:
            async with aclosing(chat) as chunks, aclosing(model_pass.sentences(chunks)) as sentences:
                async for sentence in sentences:
                    for delta in self._reply.say(sentence):
                        yield delta
        finally:
            self._account.passes.append(model_pass.record)
            if model_pass.record.stats:
                on.prompt.learn(prefix, messages, model_pass.record.stats.prompt_tokens)
            self._chat_log.async_trace({"pass": len(self._account.passes), **asdict(model_pass.record)})

    async def _carry_out(self, orders: Sequence[Order], *, agreed: bool = False) -> Outcome:
        """Carry out orders, and remember them and what became of them."""
        asking = Asking(self._utterance.language, self._on.asks, agreed=agreed, outside=self._outside)
        if self._utterance.read_only:
            orders = reading_only(orders, (*tools_for(self._on.home), *self._on.others.tools))
        before = states_of(self._on.hass, orders)
        with self._account.measure("action"):
            outcome = await async_carry_out(self._on.hass, self._utterance.context, orders, asking=asking)
        self._outside |= any(result.outside for result in outcome.results)
        self._memory.talk.note(self._on.hass, self._utterance, orders, outcome, before)
        self._results += outcome.results
        self._did_something |= outcomes.has_deeds(outcome)
        return outcome

    def _logged(self, ids: Sequence[str], results: Sequence[CallResult]) -> Iterator[Delta]:
        """Return calls and results for the chat log, both at once so that it never has one without the other."""
        # What was undone is told in words alone: the model has no tool for it.
        shown = [(id_, result) for id_, result in zip(ids, results, strict=True) if result.tool_name != UNDO]
        if not shown:
            return
        self._reply.next_message()
        yield from outcomes.log_deltas(shown)

    def _conclude(self, outcome: Outcome) -> Iterable[Delta]:
        """Return the reply to what was done; the turn goes on where the model has to mend or to answer something."""
        if outcome.question is not None:
            return self._ask(outcome, outcome.question)
        failed = {result.signature for result in outcome.results if result.error}
        again = not failed.isdisjoint(self._failed_calls)
        self._failed_calls |= failed
        if not self._mended and not again and (outcome.retry or outcomes.is_partly_wrong(outcome)):
            self._mended = True
            self._untold += [outcome] if outcomes.has_deeds(outcome) else []
            return ()
        if self._outside and not again and outcomes.is_refused_only(outcome):
            # What was read before is still to be told; the refusal is said beside it.
            self._untold.append(outcome)
            return ()
        self._untold.append(outcome)
        speech = self._composed()
        reads = any(result.for_model and not result.error for result in outcome.results)
        if speech is None and not reads and (outcome.retry or again):
            return self._end_early("too_many_rounds")
        # Without templates for the language the model finds the words, from the results.
        # What tools of other APIs did, only the model can say.
        others_did = any(self._on.others.changes(result.tool_name) and not result.error for result in outcome.results)
        self._model_tells = (speech is None and outcomes.has_deeds(outcome)) or others_did
        self._finished = speech is not None and not reads
        return self._tell(speech)

    def _ask(self, outcome: Outcome, question: str) -> Iterable[Delta]:
        """Return what was done besides, and the question, which only the user's next words can answer."""
        self._finished = True
        self._untold.append(outcome)
        told = self._tell(self._composed() or compose(outcomes.together(self._untold), _ANY_LANGUAGE))
        if outcome.held:
            self._memory.pending = Pending.begin(outcome.held, self._utterance)
        return (*told, *self._reply.ask(question))

    def _answer(self, model_pass: ModelPass) -> Iterable[Delta]:
        """Return the reply in the model's words; the turn goes on if they are not true."""
        if model_pass.claim is not None and not self._doubted and not model_pass.released:
            self._doubted = True
            return ()
        self._finished = True
        if model_pass.claim is not None:
            if self._correction is not None and self._correction.text is not None:
                return self._reply.answer([self._correction.text], done=self._did_something)
            return self._reply.fail("claim_unproven" if self._correction is None else "answer_unproven")
        told = self._tell(self._composed())
        if model_pass.text or model_pass.released:
            return (*told, *self._reply.answer(model_pass.text, done=self._did_something))
        return told if self._reply.begun or told else self._end_early("not_understood")

    def _tell(self, speech: str | None) -> Sequence[Delta]:
        """Return the reply that says what was done; every deed is told once."""
        if speech is None:
            return ()
        kinds = [fact.kind for outcome in self._untold for fact in outcome.facts]
        self._untold = []
        return tuple(self._reply.tell(speech, error=None if outcomes.DEEDS.intersection(kinds) else kinds[0].value))

    def _end_early(self, key: str, **placeholders: str) -> Iterable[Delta]:
        """Return the reply after a failure: what was done until then, if that is not told yet, or what is wrong."""
        self._finished = True
        if any(outcomes.has_deeds(outcome) for outcome in self._untold):
            return self._tell(self._composed() or compose(outcomes.together(self._untold), _ANY_LANGUAGE))
        return self._reply.fail(key, **placeholders)

    def _composed(self) -> str | None:
        return compose(outcomes.together(self._untold), self._utterance.language)

    def _is_claim(self, sentence: str) -> bool:
        """Tell whether a sentence may not be spoken: it claims a deed that was not done, or a state that is not so."""
        command = not self._question and not self._did_something
        if not self._model_tells and claims_deed(sentence, self._utterance.language, command=command):
            self._correction = None
            return True
        on = self._on
        self._correction = correction(on.hass, on.home, self._utterance, sentence, self._may_read)
        return self._correction is not None

    def _name_of(self, entity_id: str) -> str | None:
        entity = self._on.home.entities.get(entity_id)
        return entity.name if entity else None
