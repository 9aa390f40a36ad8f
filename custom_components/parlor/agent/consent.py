"""Sort what is to be done into what may be done at once, what needs a spoken yes, and what must not be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from homeassistant.const import ATTR_ASSUMED_STATE, STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant

from ..home import HomeEntity
from .facts import Fact, FactKind, Subject
from .guard import ASKED_BY_DEFAULT, Guarded, async_controllable, guarded_kinds, lacks_code
from .orders import Deed, Order
from .replies import ask_consent
from .tools import Progress, Step
from .verify import progress
from .words import words_for


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about before it is done, and in which language.

    `agreed`: the user has said yes to all of it. `outside`: text that others may have written was read in this turn.
    """

    language: str = "en"
    kinds: frozenset[Guarded] = ASKED_BY_DEFAULT
    agreed: bool = False
    outside: bool = False


USUAL = Asking()


async def async_sort(
    hass: HomeAssistant, context: Context, orders: Sequence[Order], asking: Asking
) -> tuple[Order, ...]:
    """Return the orders with their deeds as they may be done now.

    Where one of them needs a yes, all that was asked for waits for it, in `held` and `held_ask`. What the user may
    not do, what wants a code, and what text of others may have brought about is neither: facts say why.
    """
    may_control = await async_controllable(hass, context)
    sorter = _Sorter(hass, asking, may_control)
    found = tuple(sorter.sort(order) for order in orders)
    if not any(sorter.is_to_be_asked(deed.step) for order in found for deed in order.deeds):
        return found
    return tuple(replace(order, deeds=(), held=order.deeds, ask=None, held_ask=order.ask) for order in found)


def question_about(orders: Sequence[Order], language: str) -> str | None:
    """Return the question whether what the orders hold shall be done; None if they hold nothing."""
    held = [
        Fact(FactKind.ASKED, deed.subject, deed.step.state, deed.step.values) for order in orders for deed in order.held
    ]
    return ask_consent(held, language) if held else None


def held_orders(orders: Sequence[Order]) -> tuple[Order, ...]:
    """Return the orders that are left to be carried out when the user says yes, and nothing besides."""
    return tuple(
        Order(order.call, order.tool_name, order.arguments, deeds=order.held, ask=order.held_ask, reader=order.reader)
        for order in orders
        if order.held or order.held_ask
    )


@dataclass(frozen=True, slots=True)
class _Sorter:
    hass: HomeAssistant
    asking: Asking
    may_control: Callable[[str], bool] | None

    def sort(self, order: Order) -> Order:
        """Return one order without the deeds that must not be done."""
        kept: list[Deed] = []
        facts: list[Fact] = []
        errors: list[str] = []
        for whole in order.deeds:
            deed = self._left(whole, facts, errors)
            if deed is None:
                continue
            refused = self._refusal(deed)
            if refused is not None:
                facts.append(refused)
                errors.extend(_told(refused))
            else:
                kept.append(deed)
        if not facts:
            return order
        return replace(
            order,
            deeds=tuple(kept),
            facts=(*order.facts, *facts),
            errors=(*order.errors, *errors),
            mendable=order.mendable and not errors,
        )

    def _left(self, deed: Deed, facts: list[Fact], errors: list[str]) -> Deed | None:
        """Return the deed without the entities that the user may not control, or that want a code; None if that is all.

        The facts and errors about these are added.
        """
        checks: tuple[tuple[FactKind, Callable[[HomeEntity], bool]], ...] = (
            (FactKind.DENIED, lambda entity: not (self.may_control is None or self.may_control(entity.entity_id))),
            (FactKind.NEEDS_CODE, lambda entity: lacks_code(self.hass, entity, deed.step)),
        )
        left = deed.step.entities
        for kind, fails in checks:
            failing = tuple(entity for entity in left if fails(entity))
            left = tuple(entity for entity in left if entity not in failing)
            if failing:
                fact = Fact(kind, Subject(failing))
                facts.append(fact)
                errors.extend(_told(fact))
        if len(left) == len(deed.step.entities):
            return deed
        return Deed(_only(deed.step, left), Subject(left)) if left else None

    def _refusal(self, deed: Deed) -> Fact | None:
        """Return why a guarded deed is not to be done, nor asked about; None if it is."""
        kinds = guarded_kinds(self.hass, deed.step, words_for(self.asking.language))
        if self.asking.outside and kinds & (self.asking.kinds | ASKED_BY_DEFAULT):
            return Fact(FactKind.OUTSIDE, deed.subject)
        if not kinds & self.asking.kinds:
            return None
        states = [self.hass.states.get(entity.entity_id) for entity in deed.step.entities]
        if all(state is None or state.state == STATE_UNAVAILABLE for state in states):
            return Fact(FactKind.NO_ANSWER, deed.subject)
        if any(state is None or state.attributes.get(ATTR_ASSUMED_STATE) for state in states):
            return None
        goal = deed.step.goal
        so = goal is not None and all(
            progress(self.hass, entity.entity_id, goal) is Progress.REACHED for entity in deed.step.entities
        )
        return Fact(FactKind.ALREADY, deed.subject, deed.step.state, deed.step.values) if so else None

    def is_to_be_asked(self, step: Step) -> bool:
        """Return whether a step needs a yes that was not given."""
        kinds = guarded_kinds(self.hass, step, words_for(self.asking.language))
        return not self.asking.agreed and bool(kinds & self.asking.kinds)


def _only(step: Step, entities: tuple[HomeEntity, ...]) -> Step:
    """Return a step for some of its entities."""
    ids = {entity.entity_id for entity in entities}
    services = [
        replace(service, only=tuple(one for one in service.only if one in ids))
        for service in step.services
        if not service.only or ids.intersection(service.only)
    ]
    return replace(step, entities=entities, services=tuple(services))


def _told(fact: Fact) -> list[str]:
    """Return what the model is told of a refusal."""
    names = ", ".join(entity.label for entity in fact.subject.entities)
    reasons = {
        FactKind.DENIED: "the user may not control it",
        FactKind.NEEDS_CODE: "it wants a code, which is not taken by voice",
        FactKind.OUTSIDE: "refused in this turn, because text from outside was read",
    }
    return [f"{names}: {reasons[fact.kind]}."] if fact.kind in reasons else []
