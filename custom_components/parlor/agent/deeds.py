"""Do what a model's calls ask for, and read back what became of it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
import logging

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
import probatio

from ..home import Home, HomeEntity, clean_name, is_from_outside, state_line, state_words
from ..inference import JsonObject, ToolCall
from .consent import USUAL, Asking, async_sort, held_orders, question_about
from .facts import CallResult, Change, Fact, FactKind, Outcome, Subject
from .guard import async_readable
from .orders import Deed, Order, make_orders
from .tools import Progress, Step, UnworkableError
from .utterance import Utterance
from .verify import PATIENCE, async_wait, progress

__all__ = ["CallResult", "Change", "Outcome", "async_carry_out", "async_perform"]

_LOGGER = logging.getLogger(__name__)

# A service that takes longer goes on by itself; the reply does not wait for it.
SERVICE_LIMIT = 8.0
_MOST_STATES = 60
# What says how an entity is, which a later deed may change.
_SO = frozenset({FactKind.DONE, FactKind.ALREADY, FactKind.UNDER_WAY})
_MESSAGE_LENGTH = 160
# How guarded deeds can end without being tried.
_UNTRIED = frozenset({FactKind.ALREADY, FactKind.NO_ANSWER})


async def async_perform(
    hass: HomeAssistant,
    home: Home,
    utterance: Utterance,
    calls: Sequence[ToolCall],
    *,
    service_limit: float = SERVICE_LIMIT,
    patience: float = PATIENCE,
) -> Outcome:
    """Carry out the calls of one model pass and return what is so afterwards; see `async_carry_out`."""
    orders = make_orders(hass, home, utterance, calls)
    return await async_carry_out(
        hass,
        utterance.context,
        orders,
        asking=Asking(utterance.language),
        service_limit=service_limit,
        patience=patience,
    )


async def async_carry_out(
    hass: HomeAssistant,
    context: Context,
    orders: Sequence[Order],
    *,
    asking: Asking = USUAL,
    service_limit: float = SERVICE_LIMIT,
    patience: float = PATIENCE,
) -> Outcome:
    """Carry out orders and return what is so afterwards.

    All calls are repaired, aimed and guarded before the first service runs; if something has to be asked, none runs.
    Where it is only a yes that is needed, the orders that wait for it are in `held`.
    A service may take `service_limit` seconds and a device `patience` seconds to answer. Calls on different entities
    run side by side. No failure of a service is raised: it is a fact.
    """
    question = next((order.question for order in orders if order.question), None)
    if question:
        asked: JsonObject = {"asked_user": question, "done": []}
        results = tuple(CallResult(order.call, order.tool_name, order.arguments, asked) for order in orders)
        return Outcome(results, question=question)
    orders = await async_sort(hass, context, orders, asking)
    question = question_about(orders, asking.language)
    performer = _Performer(hass, context, question, service_limit, patience)
    results_by_order: dict[int, tuple[CallResult, tuple[Fact, ...]]] = {}
    for wave in _waves(orders):
        done = await asyncio.gather(*(performer.async_perform(orders[at]) for at in wave))
        results_by_order.update(zip(wave, done, strict=True))
    results = tuple(_result(at, orders, results_by_order) for at in range(len(orders)))
    facts = [fact for at in sorted(results_by_order) for fact in _standing(hass, orders, at, results_by_order[at][1])]
    told = tuple(_told_once(facts))
    return Outcome(results, question, told, retry=_can_be_mended(orders), held=held_orders(orders))


def _standing(hass: HomeAssistant, orders: Sequence[Order], at: int, facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts of an order without those that a later order of the same pass has made untrue."""
    later = {one.entity_id for order in orders[at + 1 :] for deed in order.deeds for one in deed.step.entities}
    undone = {
        entity.entity_id
        for deed in orders[at].deeds
        for entity in deed.step.entities
        if entity.entity_id in later
        and deed.step.goal is not None
        and progress(hass, entity.entity_id, deed.step.goal) is Progress.WAITING
    }
    return [
        fact
        for fact in facts
        if fact.kind not in _SO or not any(entity.entity_id in undone for entity in fact.subject.entities)
    ]


def _told_once(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts without those that only say that what an earlier one tells of was so already."""
    told: set[tuple[str, frozenset[str]]] = set()
    for fact in facts:
        about = (fact.state, frozenset(entity.entity_id for entity in fact.subject.entities))
        if fact.kind is not FactKind.ALREADY or about not in told:
            yield fact
        if fact.kind in _SO:
            told.add(about)


def _waves(orders: Sequence[Order]) -> list[list[int]]:
    """Return the numbers of the orders that can run side by side, one list after the other."""
    waves: list[list[int]] = [[]]
    touched: set[str] = set()
    for at, order in enumerate(orders):
        if order.same_as is not None:
            continue
        entities = {entity.entity_id for deed in order.deeds for entity in deed.step.entities}
        if not touched.isdisjoint(entities):
            waves.append([])
            touched = set()
        waves[-1].append(at)
        touched |= entities
    return waves


def _result(at: int, orders: Sequence[Order], done: dict[int, tuple[CallResult, tuple[Fact, ...]]]) -> CallResult:
    order = orders[at]
    if order.same_as is None:
        return done[at][0]
    first = done[order.same_as][0]
    # The changes stand with the call that made them.
    data, error, for_model = first.data, first.error, first.for_model
    return CallResult(
        order.call, first.tool_name, first.arguments, data, error, outside=first.outside, for_model=for_model
    )


def _can_be_mended(orders: Sequence[Order]) -> bool:
    failed = [order for order in orders if order.errors]
    has_deeds = any(order.deeds or order.held or order.held_ask for order in orders)
    return bool(failed) and not has_deeds and all(order.mendable for order in failed)


class _Performer:
    """Runs orders with one context and its limits."""

    def __init__(
        self, hass: HomeAssistant, context: Context, question: str | None, service_limit: float, patience: float
    ) -> None:
        self._hass = hass
        self._context = context
        self._question = question
        self._service_limit = service_limit
        self._patience = patience

    async def async_perform(self, order: Order) -> tuple[CallResult, tuple[Fact, ...]]:
        """Run the steps of one order side by side."""
        data: JsonObject = {}
        unread = ""
        if order.reads and order.reader:
            readable = await async_readable(self._hass, self._context, order.reads)
            try:
                data.update(await order.reader.async_read(self._hass, self._context, readable, order.arguments))
            except UnworkableError as error:
                # What was asked for cannot be read from these entities; the message says why.
                unread = str(error)
        if order.ask:
            try:
                data.update(await order.ask(self._hass, self._context))
            except UnworkableError as error:
                # The tool could not do it; the message says why.
                unread = str(error)
        entities = [entity for deed in order.deeds for entity in deed.step.entities]
        before = {entity.entity_id: self._hass.states.get(entity.entity_id) for entity in entities}
        words = {entity.entity_id: state_words(self._hass, entity) for entity in entities}
        done = await asyncio.gather(*(self._async_do(deed, before) for deed in order.deeds))
        facts = (*(fact for some in done for fact in some), *order.facts)
        changes = tuple(
            Change(entity.entity_id, entity.label, words[entity.entity_id], state_words(self._hass, entity))
            for entity in entities
        )
        seen = [entity for fact in order.facts if fact.kind in _UNTRIED for entity in fact.subject.entities]
        if order.deeds or seen:
            data.update(_told(facts))
            data["states"] = [state_line(self._hass, entity) for entity in (*entities, *seen)[:_MOST_STATES]]
        if order.held or order.held_ask:
            data["asked_user"] = self._question
        errors = [*order.errors, *([unread] if unread else [])]
        if errors:
            data["error"] = " ".join(errors)
        is_error = (
            bool(errors) and not (order.deeds or order.held or order.held_ask) and (bool(unread) or not order.reads)
        )
        result = CallResult(
            order.call,
            order.tool_name,
            order.arguments,
            data,
            is_error,
            changes,
            outside=self._is_outside(order, entities),
            for_model=order.ask is not None or bool(order.reads),
        )
        return result, facts

    def _is_outside(self, order: Order, entities: Iterable[HomeEntity]) -> bool:
        """Return whether what was read, or is told of the states, may have been written by others."""
        marked = order.reader is not None and order.reader.outside and order.held_ask is None
        return marked or any(is_from_outside(self._hass, one) for one in (*order.reads, *entities))

    async def _async_do(self, deed: Deed, before: dict[str, State | None]) -> list[Fact]:
        message, values = await self._async_run(deed.step)
        step = replace(deed.step, values={**deed.step.values, **values}) if values else deed.step
        if step.goal is None:
            kind = FactKind.DONE if message is None else FactKind.FAILED
            return [Fact(kind, deed.subject, step.state, step.values, message or "")]
        goals = dict.fromkeys((entity.entity_id for entity in step.entities), step.goal)
        if message is None:
            reached = await async_wait(self._hass, goals, self._patience * step.slowness)
        else:
            reached = {entity_id: progress(self._hass, entity_id, goal) for entity_id, goal in goals.items()}
        facts = _facts(Deed(step, deed.subject), before, reached, message)
        return [self._as_seen(step, fact) for fact in facts]

    def _as_seen(self, step: Step, fact: Fact) -> Fact:
        """Return the fact with the figures that the entities show, where they agree."""
        if step.seen is None or fact.kind in (FactKind.NO_ANSWER, FactKind.FAILED):
            return fact
        states = [self._hass.states.get(entity.entity_id) for entity in fact.subject.entities]
        seen = [dict(step.seen(state)) for state in states if state]
        return replace(fact, values={**fact.values, **seen[0]}) if seen and seen.count(seen[0]) == len(seen) else fact

    async def _async_run(self, step: Step) -> tuple[str | None, Mapping[str, str]]:
        """Run the services one after the other; return what went wrong, None if nothing did, and what was learnt."""
        task = self._hass.async_create_task(self._async_call(step), "parlor deed")
        finished, _ = await asyncio.wait([task], timeout=self._service_limit)
        # What is still running belongs to Home Assistant now; the states tell how far it got.
        return task.result() if finished else (None, {})

    async def _async_call(self, step: Step) -> tuple[str | None, Mapping[str, str]]:
        ids = [entity.entity_id for entity in step.entities]
        try:
            for service in step.services:
                await self._hass.services.async_call(
                    service.domain,
                    service.name,
                    {**service.data, ATTR_ENTITY_ID: list(service.only) or ids},
                    blocking=True,
                    context=self._context,
                )
            return None, await step.errand(self._hass, self._context) if step.errand else {}
        except (HomeAssistantError, probatio.Invalid) as error:
            # The device, its integration or the user's permissions do not allow it.
            return clean_name(str(error), length=_MESSAGE_LENGTH) or type(error).__name__, {}
        except Exception as error:
            # Integrations raise what their libraries raise; the speaker is to hear of it all the same.
            _LOGGER.exception("A service for %s failed", ", ".join(ids))
            return clean_name(str(error), length=_MESSAGE_LENGTH) or type(error).__name__, {}


def _facts(
    deed: Deed, before: dict[str, State | None], reached: dict[str, Progress], message: str | None
) -> list[Fact]:
    """Return what is so of the deed's entities: those that got there or are on the way, and those that did not."""
    step = deed.step
    arrived = tuple(entity for entity in step.entities if reached[entity.entity_id] is not Progress.WAITING)
    others = tuple(entity for entity in step.entities if entity not in arrived)
    facts = []
    if arrived:
        # The whole group is spoken of even if one did not answer: that one is named right after.
        subject = deed.subject if len(arrived) > 1 or not others else Subject(arrived)
        facts.append(_arrived(step, subject, before, [reached[entity.entity_id] for entity in arrived]))
    if others:
        subject = deed.subject if not arrived else Subject(others)
        kind = FactKind.NO_ANSWER if message is None else FactKind.FAILED
        facts.append(Fact(kind, subject, step.state, step.values, message or ""))
    return facts


def _arrived(step: Step, subject: Subject, before: dict[str, State | None], reached: Iterable[Progress]) -> Fact:
    if Progress.UNDER_WAY in reached and step.under_way:
        return Fact(FactKind.UNDER_WAY, subject, step.under_way, step.values, again=step.again)
    is_old = all(_was_there(step, before[entity.entity_id]) for entity in subject.entities)
    kind = FactKind.ALREADY if is_old else FactKind.DONE
    return Fact(kind, subject, step.state, step.values, again=step.again and not is_old)


def _was_there(step: Step, state: State | None) -> bool:
    return step.goal is not None and state is not None and step.goal(state) is Progress.REACHED


def _told(facts: Iterable[Fact]) -> JsonObject:
    """Return what the model is told of a deed beside the states."""
    told: JsonObject = {}
    for fact in facts:
        if fact.kind in (FactKind.NO_ANSWER, FactKind.FAILED):
            told.setdefault(fact.kind.value, []).extend(_names(fact.subject.entities))
            if fact.message:
                told["message"] = fact.message
    return told or {"ok": True}


def _names(entities: Iterable[HomeEntity]) -> list[str]:
    return [entity.label for entity in entities]
