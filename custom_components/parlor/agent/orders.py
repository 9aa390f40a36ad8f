"""From a model's calls to orders that can be carried out: repaired, aimed, guarded. Nothing is done here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from homeassistant.core import Context, HomeAssistant

from ..home import Home, HomeEntity
from ..inference import JsonObject, ToolCall
from .delay import can_wait, delayed_step, may_wait
from .delay_words import Delayed, delayed, self_contained
from .facts import Fact, FactKind, Group, Subject
from .guard import is_barred_question, is_way_in
from .index import Index, index_of
from .later import said_for_later
from .overreach import places_instead, unasked
from .repair import Broken, Repaired, is_same, repair
from .replies import ask_room, ask_which
from .said import is_question
from .search import Aim, Asked, Found, Missing, NotSaid, Search, Several, Unfit, WhichRoom
from .service_calls import unpacked
from .targets import find
from .tools import FreeTool, HomeTool, Step, UnworkableError, reader_of, tools_for
from .utterance import Utterance
from .words import words_for

type Ask = Callable[[HomeAssistant, Context], Awaitable[JsonObject]]

_ONLY_ASKED = "The user only asked a question: nothing was changed. Answer the question."
_READ_ONLY = "Nothing may be changed in this conversation: nothing was done."
# Names that are offered to the speaker where nothing was found.
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Deed:
    """One step with the subject by which it is spoken of."""

    step: Step
    subject: Subject


@dataclass(frozen=True, slots=True)
class Order:
    """One call made ready.

    `errors` tell the model what is wrong; `mendable` if it can do something about all of them. `reads` are the entities
    that the `reader` is to look at. `question` is to be put to the user first; `asked` says what about, where a name is
    the answer. `same_as` is the number of an earlier call that asks for the same. `ask` is awaited for what the model
    is to answer from. `held` and `held_ask` are what waits for a yes.
    """

    call: ToolCall
    tool_name: str
    arguments: JsonObject
    deeds: tuple[Deed, ...] = ()
    reads: tuple[HomeEntity, ...] = ()
    reader: HomeTool | None = None
    errors: tuple[str, ...] = ()
    mendable: bool = True
    facts: tuple[Fact, ...] = ()
    question: str | None = None
    asked: Asked | None = None
    same_as: int | None = None
    ask: Ask | None = None
    held: tuple[Deed, ...] = ()
    held_ask: Ask | None = None


def make_orders(
    hass: HomeAssistant, home: Home, utterance: Utterance, calls: Sequence[ToolCall], others: Sequence[HomeTool] = ()
) -> list[Order]:
    """Return one order for each call; `others` are tools besides Parlor's own."""
    words = words_for(utterance.language)
    tools = (*tools_for(home), *others)
    maker = _Maker(hass, index_of(home, words), utterance, tools)
    orders: list[Order] = []
    made: list[Repaired | None] = []
    for call in unpacked(calls):
        repaired = repair(call, tools, words, utterance.text)
        if isinstance(repaired, Broken):
            orders.append(Order(call, repaired.tool_name, {}, errors=(repaired.message,)))
            made.append(None)
            continue
        same = next((at for at, other in enumerate(made) if other and is_same(other, repaired)), None)
        order = Order(call, repaired.tool.name, repaired.arguments, same_as=same)
        orders.append(order if same is not None else maker.make(order, repaired))
        made.append(repaired)
    return orders


def reading_only(orders: Sequence[Order], tools: Sequence[HomeTool]) -> list[Order]:
    """Return orders without all that would change something, wherever they come from; facts say that it is left."""
    by_name = {tool.name: tool for tool in tools}

    def may_run(order: Order) -> bool:
        tool = by_name.get(order.tool_name)
        idle = not (order.deeds or order.held or order.ask or order.question)
        return idle or (tool is not None and _only_reads(tool, order.arguments) and not (order.deeds or order.held))

    return [order if may_run(order) else _refused(order) for order in orders]


@dataclass(frozen=True, slots=True)
class _Maker:
    hass: HomeAssistant
    index: Index
    utterance: Utterance
    tools: Sequence[HomeTool]

    def make(self, order: Order, repaired: Repaired) -> Order:
        """Aim one call, guard it, and plan its steps."""
        tool, words = repaired.tool, self.index.words
        if isinstance(tool, FreeTool):
            return self._make_free(order, repaired, tool)
        if is_barred_question(tool, self.utterance, words):
            return replace(order, errors=(_ONLY_ASKED,))
        if self.utterance.read_only and not _only_reads(tool, repaired.arguments):
            return _refused(order)
        if later := said_for_later(self.utterance.text, self.index, repaired):
            return self._make_later(order, repaired, later)
        return self.make_now(order, repaired)

    def make_now(self, order: Order, repaired: Repaired) -> Order:
        """Aim one call and plan its steps, whatever time is spoken of."""
        tool, words = repaired.tool, self.index.words
        kind = repaired.arguments.get("kind")
        aim = Aim(
            index=self.index,
            utterance=self.utterance,
            domains=tool.domains,
            usual=tool.usual,
            broad=tool.broad,
            narrow=words.kind_words.get(words.tokens(kind)) if kind else None,
            reads=tool.annotations.read_only,
        )
        done: set[str] = set()
        for target in repaired.arguments["targets"]:
            for found in find(target, aim):
                if isinstance(found, Found) and not aim.reads and (places := self._places_instead(target, found)):
                    order = _failed(order, f"The user spoke of {places}: take what is there.", mendable=True)
                    continue
                order = self._add(order, *_suited(repaired, found), done)
                if order.question and order.asked is None and isinstance(found, Several | WhichRoom):
                    order = replace(order, asked=Asked(target, found))
        return order

    def _make_later(self, order: Order, repaired: Repaired, later: str) -> Order:
        """Return the order to keep the command for a while; refused where it is not a while, but another time."""
        words = self.index.words
        wait = delayed(self.utterance.text, words)
        if wait and can_wait(self.hass) and not said_for_later(wait.command, self.index, repaired):
            now = replace(self, utterance=replace(self.utterance, text=wait.command)).make_now(order, repaired)
            entities = [entity for deed in now.deeds for entity in deed.subject.entities]
            # What has to be asked about first would be done at once with the answer.
            is_free = now.question is None and all(may_wait(deed.step, words) for deed in now.deeds)
            if is_free and (command := self_contained(wait, entities, words)):
                return kept_for_later(now, command, self.utterance)
        order = _failed(order, f"Nothing can be done {later}, only now: nothing was done.", mendable=False)
        return replace(order, facts=(*order.facts, Fact(FactKind.LATER)))

    def _make_free(self, order: Order, repaired: Repaired, tool: FreeTool) -> Order:
        """Return the order of a tool that is about no entity."""
        if not tool.only_reads(repaired.arguments) and is_question(self.utterance.text, self.index.words):
            return replace(order, errors=(_ONLY_ASKED,))
        if self.utterance.read_only and not _only_reads(tool, repaired.arguments):
            return _refused(order)
        errands = tool.errands(self.hass, self.utterance, repaired.arguments)
        order = replace(
            order,
            deeds=tuple(Deed(step, Subject(())) for step in errands.steps),
            facts=errands.facts,
            question=errands.question,
            ask=errands.ask,
            reader=tool if errands.ask else None,
        )
        return _failed(order, errands.error, mendable=errands.mendable) if errands.error else order

    def _add(self, order: Order, repaired: Repaired, found: Search, done: set[str]) -> Order:
        # One candidate alone is one that only sounds like what was said, and is asked about.
        if isinstance(found, Several) and len(found.entities) > 1:
            likely = repaired.tool.likely(self.hass, found.entities)
            found = Found(tuple(likely)) if len(likely) == 1 else found
        match found:
            case Found():
                return self._add_found(order, repaired, found, done)
            case Several():
                return replace(order, question=order.question or ask_which(found.word, found.entities, self._language))
            case WhichRoom():
                question = ask_room(found.word if found.plural else "", found.places, self._language)
                return replace(order, question=order.question or question)
            case Missing():
                return self._add_missing(order, found)
            case Unfit():
                return self._add_unfit(order, found.entity)
            case NotSaid():
                text = "The user did not say all or everything. Name the device or the area that was said."
                return _failed(order, text, mendable=True)

    @property
    def _language(self) -> str:
        return self.utterance.language

    def _places_instead(self, target: str, found: Found) -> str:
        """Return the places that the user named instead of those of what was found; an entity id is no guess."""
        if target in self.index.entities:
            return ""
        places = places_instead(found.entities, self.utterance, self.index)
        return " and ".join(place.area_name or place.floor_name or "" for place in places)

    def _add_found(self, order: Order, repaired: Repaired, found: Found, done: set[str]) -> Order:
        new = tuple(entity for entity in found.entities if entity.entity_id not in done)
        done.update(entity.entity_id for entity in new)
        if repaired.tool.annotations.read_only:
            reads = (*order.reads, *new)
            return replace(order, reads=reads, reader=reader_of(repaired.tool, reads, self.tools))
        if found.group is None and (more := unasked(new, self.utterance, self.index)):
            names = ", ".join(entity.label for entity in more)
            return _failed(order, f"The user did not ask for {names}: leave it.", mendable=False)
        allowed = self._meant(new, found, repaired)
        if not allowed:
            return order
        try:
            steps = repaired.tool.plan(self.hass, allowed, repaired.arguments)
        except UnworkableError as error:
            # An argument that these entities cannot take: the message says which they can.
            return _failed(order, str(error), mendable=True)
        deeds = tuple(Deed(step, self._subject(step, found, allowed)) for step in steps)
        return replace(order, deeds=(*order.deeds, *deeds))

    def _meant(self, entities: tuple[HomeEntity, ...], found: Found, repaired: Repaired) -> tuple[HomeEntity, ...]:
        """Return the entities without the ways into the house among other things of a place: they have to be named."""
        if found.group is None or repaired.arguments.get("action") == "stop":
            return entities
        others = tuple(entity for entity in entities if not is_way_in(entity, self.index.words))
        return others or entities

    def _subject(self, step: Step, found: Found, allowed: tuple[HomeEntity, ...]) -> Subject:
        """Return the group where the step is about all of it, or about all of a kind of it."""
        group = found.group
        domain = step.entities[0].domain
        whole = tuple(entity for entity in allowed if entity.domain == domain)
        if group is None or set(step.entities) != set(whole):
            return Subject(step.entities)
        if group.kind is None:
            kinds = self.index.words.kinds.values()
            plain = next((kind for kind in kinds if domain in kind.domains and not kind.device_classes), None)
            group = Group(plain.name if plain else None, group.area_name, group.floor_name)
        return Subject(step.entities, group)

    def _add_missing(self, order: Order, found: Missing) -> Order:
        words = self.index.words
        where = f" in {found.where}" if found.where else ""
        what = found.kind.one if found.kind and found.where else f'"{found.text}"'
        near = f" Names that are alike: {', '.join(found.nearest)}." if found.nearest else ""
        group = Group(found.kind.name if found.kind else None, found.where)
        near_names = {"near": "\n".join(found.nearest[:_MOST_NEAR])} if found.nearest and not found.where else {}
        fact = Fact(FactKind.NOT_FOUND, Subject((), group), values=near_names, message=found.text)
        said = set(words.tokens(found.text)) <= set(words.tokens(self.utterance.text))
        # What the user asked for and the house has not, no second try can find; a misspelling may be mended.
        mendable = not found.place and not found.where and (bool(found.nearest) or not said)
        order = _failed(order, f"The house list has no {what}{where}.{near}", mendable=mendable)
        return replace(order, facts=(*order.facts, fact))

    def _add_unfit(self, order: Order, entity: HomeEntity) -> Order:
        able = [tool.name for tool in self.tools if entity.domain in tool.domains and tool.name != order.tool_name]
        if able:
            return _failed(order, f"{entity.label} is a {entity.domain}: use {' or '.join(able)}.", mendable=True)
        order = _failed(order, f"{entity.label} is a {entity.domain}: it cannot be changed.", mendable=False)
        return replace(order, facts=(*order.facts, Fact(FactKind.REFUSED, Subject((entity,)))))


def _suited(repaired: Repaired, found: Search) -> tuple[Repaired, Search]:
    """Return the call as a target needs it that its own tool does not suit, where the tool stands for several."""
    if isinstance(found, Unfit):
        for other in repaired.instead:
            if found.entity.domain in other.tool.domains:
                return other, Found((found.entity,))
    return repaired, found


def kept_for_later(order: Order, wait: Delayed, utterance: Utterance) -> Order:
    """Return an order that is not carried out now: Home Assistant says the command again when its time has come."""
    deeds = tuple(Deed(delayed_step(wait, utterance, deed.subject.entities), deed.subject) for deed in order.deeds)
    return replace(order, deeds=deeds)


def _only_reads(tool: HomeTool, arguments: JsonObject) -> bool:
    return tool.only_reads(arguments) if isinstance(tool, FreeTool) else tool.annotations.read_only


def _refused(order: Order) -> Order:
    """Return an order that is left because nothing may be changed."""
    bare = Order(order.call, order.tool_name, order.arguments, same_as=order.same_as, mendable=False)
    return replace(bare, errors=(_READ_ONLY,), facts=(Fact(FactKind.READ_ONLY),))


def _failed(order: Order, error: str, *, mendable: bool) -> Order:
    errors = order.errors if error in order.errors else (*order.errors, error)
    return replace(order, errors=errors, mendable=order.mendable and mendable)
