"""What an utterance within a conversation is read against: the house, the words, and the turns before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from homeassistant.core import HomeAssistant

from ...home import Home, HomeEntity
from ...inference import JsonObject, ToolCall
from ..facts import Subject
from ..index import Index, Place
from ..orders import Deed, Order, make_orders
from ..route.commands import Commands
from ..route.patterns import Patterns
from ..tools import TOOLS, HomeTool
from ..utterance import Utterance
from ..words import Tokens
from .memory import TalkMemory
from .sayings import Sayings

TOOLS_BY_NAME: Mapping[str, HomeTool] = {tool.name: tool for tool in TOOLS}

type Call = tuple[str, JsonObject, Sequence[HomeEntity]]
"""A tool, its arguments without targets, and the entities it is meant for."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One utterance in its conversation."""

    hass: HomeAssistant
    home: Home
    utterance: Utterance
    memory: TalkMemory
    sayings: Sayings
    patterns: Patterns
    index: Index

    @property
    def here(self) -> Place | None:
        """Return the area in which the speaker is, if known."""
        return self.index.area_places.get(self.utterance.area_id or "")

    def commands(self, meant: Mapping[Tokens, Sequence[str]] | None = None) -> Commands:
        """Return what reads commands in the speaker's words."""
        return Commands(self.hass, self.home, self.utterance, self.patterns, meant or {})

    def things(self) -> tuple[HomeEntity, ...]:
        """Return all that was spoken of last and still is exposed."""
        return self.known(entity for thing in self.memory.things for entity in thing)

    def one_thing(self) -> tuple[HomeEntity, ...]:
        """Return what "it" is: the one thing, or the one group of things, that was spoken of last."""
        return self.known(self.memory.things[0]) if len(self.memory.things) == 1 else ()

    def many_things(self) -> tuple[HomeEntity, ...]:
        """Return what "they" are: several things, or one whose name is a plural."""
        things = self.things()
        is_many = len(things) > 1 or any(self.index.words.is_plural(entity.name) for entity in things)
        return things if is_many else ()

    def known(self, entities: Iterable[HomeEntity]) -> tuple[HomeEntity, ...]:
        """Return entities as the house has them now; what is not exposed any more does not exist."""
        now = self.home.entities
        return tuple(dict.fromkeys(now[entity.entity_id] for entity in entities if entity.entity_id in now))

    def made(self, calls: Sequence[Call]) -> tuple[Order, ...] | None:
        """Return the orders for calls on known entities; None unless every one can be carried out."""
        listed = [
            ToolCall(name, {**arguments, "targets": [entity.entity_id for entity in entities]}, None)
            for name, arguments, entities in calls
        ]
        orders = make_orders(self.hass, self.home, self.utterance, listed)
        if not orders or any(order.errors or order.facts or not (order.deeds or order.question) for order in orders):
            return None
        return tuple(self.spoken(order) for order in orders)

    def spoken(self, order: Order) -> Order:
        """Return an order that speaks of groups and names, as people do, where it was made for entity ids."""
        deeds = tuple(Deed(deed.step, self._regrouped(deed.subject)) for deed in self._together(order))
        names = [self._name(target) for target in order.arguments.get("targets", ())]
        return replace(order, deeds=deeds, arguments={**order.arguments, "targets": names})

    def _together(self, order: Order) -> Sequence[Deed]:
        """Return deeds for all the entities at once, where each was a target of its own."""
        entities = tuple(dict.fromkeys(entity for deed in order.deeds for entity in deed.step.entities))
        if len(order.deeds) == 1 or any(deed.subject.group for deed in order.deeds):
            return order.deeds
        steps = TOOLS_BY_NAME[order.tool_name].plan(self.hass, entities, order.arguments)
        return [Deed(step, Subject(step.entities)) for step in steps]

    def _regrouped(self, subject: Subject) -> Subject:
        if subject.group:
            return subject
        undone = self.memory.undo.groups if self.memory.undo else ()
        known = [deed.subject for order in self.memory.orders for deed in order.deeds] + list(undone)
        same = (one for one in known if one.group and set(one.entities) == set(subject.entities))
        return next(same, subject)

    def _name(self, target: str) -> str:
        entity = self.home.entities.get(target)
        return entity.label or entity.name if entity else target
