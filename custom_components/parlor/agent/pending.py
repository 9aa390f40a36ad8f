"""What waits for the user's yes, and what the next utterance makes of it. No model has a part in this."""

from dataclasses import dataclass, replace
from time import monotonic

from homeassistant.core import HomeAssistant

from ..home import Home
from .agreement import Answer, after_yes, named, read_answer
from .facts import Fact, FactKind
from .orders import Order
from .replies import say_declined, say_too_late
from .route import Deeds, Spoken, is_meant_by
from .utterance import Utterance

_VALID_FOR = 30.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as far as that is known: only the same one may say yes."""

    satellite_id: str | None
    device_id: str | None
    user_id: str | None

    @classmethod
    def of(cls, utterance: Utterance) -> Speaker:
        """Return who said something."""
        return cls(utterance.satellite_id, utterance.device_id, utterance.context.user_id)


@dataclass(frozen=True, slots=True)
class Pending:
    """Orders that the user was asked about: the resolved targets and the exact services, until a monotonic time."""

    orders: tuple[Order, ...]
    speaker: Speaker
    until: float

    @classmethod
    def begin(cls, orders: tuple[Order, ...], utterance: Utterance) -> Pending:
        """Return what waits from now on."""
        return cls(orders, Speaker.of(utterance), monotonic() + _VALID_FOR)


def answered(hass: HomeAssistant, home: Home, pending: Pending, utterance: Utterance) -> Deeds | Spoken | None:
    """Return what the utterance makes of what was pending: a yes carries it out, a no is acknowledged.

    None where it is about something else, or somebody else says it: then it is an utterance of its own. Either way
    nothing is pending any more. What is not exposed any more is not carried out, and said.
    """
    if Speaker.of(utterance) != pending.speaker:
        return None
    answer = read_answer(utterance.text, utterance.language)
    if answer is None and _says_it_again(hass, home, pending, utterance):
        answer = Answer.YES
    if answer is Answer.NO:
        return Spoken(say_declined(utterance.language))
    if answer is Answer.YES:
        if monotonic() > pending.until:
            return Spoken(say_too_late(utterance.language), failed=True)
        return Deeds(tuple(_exposed(home, order) for order in pending.orders), agreed=True)
    return None


def _says_it_again(hass: HomeAssistant, home: Home, pending: Pending, utterance: Utterance) -> bool:
    """Return whether it is a yes and then the same once more: "yes, unlock the front door", "yes, open it"."""
    rest = after_yes(utterance.text, utterance.language)
    if rest is None:
        return False
    entities = [entity for order in pending.orders for deed in order.deeds for entity in deed.step.entities]
    texts = [rest]
    if len(entities) == 1 and (text := named(rest, entities[0].name, utterance.language)):
        texts.append(text)
    return any(is_meant_by(hass, home, replace(utterance, text=text), pending.orders) for text in texts)


def _exposed(home: Home, order: Order) -> Order:
    """Return an order without the deeds on what is not exposed any more."""
    gone = [deed for deed in order.deeds if any(one.entity_id not in home.entities for one in deed.step.entities)]
    if not gone:
        return order
    return replace(
        order,
        deeds=tuple(deed for deed in order.deeds if deed not in gone),
        errors=("It is not exposed any more.",),
        mendable=False,
        facts=tuple(Fact(FactKind.REFUSED, deed.subject) for deed in gone),
    )
