"""What the next utterance of a conversation may come back to: a question, the last deeds, what they changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from homeassistant.core import HomeAssistant, State, callback

from ...home import HomeEntity
from ..facts import FactKind, Outcome, Subject
from ..orders import Deed, Order
from ..route import Local, Spoken
from ..route.questions import Question, is_in_state
from ..search import Asked
from ..utterance import Utterance
from .restore import differs, is_lasting

ANSWER_SECONDS = 30.0
# The name under which what was undone stands in the record of the turn.
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as far as Home Assistant knows: where, and as which user."""

    place: str | None
    user_id: str | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was put to the speaker, and the orders of the utterance that all wait for the answer.

    `number` is that of the order that asks; `since` a time of the monotonic clock.
    """

    utterance: Utterance
    orders: tuple[Order, ...]
    number: int
    asked: Asked
    since: float


@dataclass(frozen=True, slots=True)
class Undo:
    """What the deeds of a turn changed, as it was before, and what of it leaves nothing to put back.

    `groups` are the entities that were spoken of together. `is_undo`: the deeds themselves put something back.
    """

    before: Mapping[str, State] = field(default_factory=dict)
    groups: tuple[Subject, ...] = ()
    lasting: tuple[HomeEntity, ...] = ()
    is_undo: bool = False


@dataclass(slots=True)
class TalkMemory:
    """What is remembered of the last turns of one speaker.

    `orders` are those of the last turn, if it carried out any; `question` is the one about states that it answered.
    `things` are what was spoken of, the entities of a group together. `choices` are those of which the speaker chose
    when asked.
    """

    speaker: Speaker | None = None
    open: OpenQuestion | None = None
    orders: tuple[Order, ...] = ()
    question: Question | None = None
    things: tuple[tuple[HomeEntity, ...], ...] = ()
    choices: tuple[HomeEntity, ...] = ()
    undo: Undo | None = None
    _origin: Utterance | None = None
    _chosen_of: tuple[HomeEntity, ...] = ()
    _has_deeds: bool = False

    @callback
    def begin(self, utterance: Utterance) -> OpenQuestion | None:
        """Begin a turn; returns the question that it may answer. Of another speaker nothing is remembered."""
        speaker = Speaker(utterance.satellite_id or utterance.device_id, utterance.context.user_id)
        if speaker != self.speaker:
            self.speaker = speaker
            self.forget()
            self.undo = None
        asked, self.open = self.open, None
        self._origin, self._chosen_of, self._has_deeds = None, (), False
        return asked if asked and monotonic() - asked.since <= ANSWER_SECONDS else None

    @callback
    def expect(self, *, origin: Utterance | None = None, chosen_of: Sequence[HomeEntity] = ()) -> None:
        """Say of the orders to come in this turn whose words they are from, and of which entities one was chosen."""
        self._origin, self._chosen_of = origin, tuple(chosen_of)

    @callback
    def forget(self) -> None:
        """Forget what "it" may mean; what was changed can still be undone."""
        self.open, self.orders, self.question, self.things, self.choices = None, (), None, (), ()

    @callback
    def note(
        self,
        hass: HomeAssistant,
        utterance: Utterance,
        orders: Sequence[Order],
        outcome: Outcome,
        before: Mapping[str, State],
    ) -> None:
        """Remember orders that were carried out or wait for an answer; several times in one turn add up.

        `before` are the states of all their entities from before.
        """
        if any(order.question for order in orders):
            self._note_asked(self._origin or utterance, orders)
            return
        if any(order.deeds for order in orders):
            self._note_done(hass, orders, outcome, before)
        elif read := list(dict.fromkeys(entity for order in orders for entity in order.reads)):
            self.forget()
            self.things = ((read[0],),) if len(read) == 1 else ()

    @callback
    def note_spoken(self, hass: HomeAssistant, found: Local | None) -> None:
        """Remember what was only said: "it" is then what the answer to a question about states named.

        Where Home Assistant has done something itself, nobody knows what there is to undo.
        """
        if not isinstance(found, Spoken):
            return
        self.forget()
        if found.acted:
            self.undo = None
        if (question := found.question) is None:
            return
        self.question = question
        wanted = question.state
        states = {entity: hass.states.get(entity.entity_id) for entity in question.entities}
        so = tuple(entity for entity, state in states.items() if wanted and state and is_in_state(state, wanted))
        if question.asks in ("yes_no", "all", "state"):
            self.things = (question.entities,)
        else:
            self.things = tuple((entity,) for entity in so)

    def _note_asked(self, utterance: Utterance, orders: Sequence[Order]) -> None:
        self.forget()
        number = next((at for at, order in enumerate(orders) if order.question), 0)
        if (asked := orders[number].asked) is not None:
            self.open = OpenQuestion(utterance, tuple(orders), number, asked, monotonic())

    def _note_done(
        self, hass: HomeAssistant, orders: Sequence[Order], outcome: Outcome, before: Mapping[str, State]
    ) -> None:
        earlier = (self.orders, self.things) if self._has_deeds else ((), ())
        undo = self.undo if self._has_deeds and self.undo else Undo()
        self.forget()
        acting = [order for order in orders if order.deeds and order.tool_name != UNDO]
        self.orders = (*earlier[0], *(order for order in acting if _can_be_repeated(order)))
        self.choices = self._chosen_of
        # What is only put back on the way to something else is not what is spoken of.
        spoken_of = [deed.subject for order in acting or orders for deed in order.deeds]
        self.things = tuple(dict.fromkeys([*earlier[1], *(thing for one in spoken_of for thing in _things(one))]))
        deeds = [deed for order in orders for deed in order.deeds]
        self.undo = replace(
            undo,
            before={**_changed(hass, outcome, before), **undo.before},
            groups=(*undo.groups, *(deed.subject for deed in deeds if deed.subject.group)),
            lasting=(*undo.lasting, *_lasting(deeds, outcome)),
            is_undo=not acting,
        )
        self._has_deeds = True


def states_of(hass: HomeAssistant, orders: Sequence[Order]) -> dict[str, State]:
    """Return the states of all that orders are meant for, by entity id."""
    entities = [entity for order in orders for deed in order.deeds for entity in deed.step.entities]
    return {one.entity_id: state for one in entities if (state := hass.states.get(one.entity_id))}


def _can_be_repeated(order: Order) -> bool:
    """Return whether an order does something at once, to entities that others can take the place of: no timer does."""
    return "targets" in order.arguments and all(deed.step.entities and deed.step.services for deed in order.deeds)


def _changed(hass: HomeAssistant, outcome: Outcome, before: Mapping[str, State]) -> dict[str, State]:
    """Return the states from before of what was changed; what did not answer in time may still do as it was told."""
    late = [fact.subject for fact in outcome.facts if fact.kind is FactKind.NO_ANSWER]
    slow = {entity.entity_id for subject in late for entity in subject.entities}
    return {
        entity_id: state
        for entity_id, state in before.items()
        if (now := hass.states.get(entity_id)) and (entity_id in slow or differs(state, now))
    }


def _lasting(deeds: Sequence[Deed], outcome: Outcome) -> list[HomeEntity]:
    """Return what was done to and cannot be undone; what failed was not done."""
    done = {one for fact in outcome.facts if fact.kind is FactKind.DONE for one in fact.subject.entities}
    return [one for deed in deeds if is_lasting(deed.step) for one in deed.step.entities if one in done]


def _things(subject: Subject) -> list[tuple[HomeEntity, ...]]:
    return [subject.entities] if subject.group else [(entity,) for entity in subject.entities]
