"""Something else for the same things: "turn it off again", "a bit less", "make that forty", "stop"."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ...home import HomeEntity
from ..orders import Order
from ..route.patterns import normalised
from ..words import Tokens
from .setting import TOOLS_BY_NAME, Call, Setting

# What "more" and "forty percent" mean for a kind of thing.
_TOOL_OF: Final[Mapping[str, str]] = {
    "climate": "set_climate",
    "cover": "set_cover",
    "fan": "set_fan",
    "light": "set_light",
    "media_player": "media",
    "water_heater": "set_climate",
}
_STOPPED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "cover": ("set_cover", ("opening", "closing")),
    "lawn_mower": ("vacuum", ("mowing",)),
    "media_player": ("media", ("playing", "buffering")),
    "vacuum": ("vacuum", ("cleaning",)),
}


def changed(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for a saying about what was spoken of last; None where it is none, or not clear."""
    for read in (_stopped, _same_way, _relative, _switched, _by_pronoun, _valued):
        if orders := read(setting, text):
            return orders
    return None


def _stopped(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders that stop what is under way."""
    if not setting.sayings.is_said("stop", text):
        return None
    calls: list[Call] = []
    for domain, (tool, states) in _STOPPED.items():
        moving = [
            entity
            for entity in setting.things()
            if entity.domain == domain
            and (state := setting.hass.states.get(entity.entity_id))
            and state.state in states
        ]
        if moving:
            calls.append((tool, {"action": "stop"}, moving))
    return setting.made(calls) if calls else None


def _same_way(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for "a bit more" after something was made more or less: as far again."""
    changes = [order.arguments.get("change") for order in setting.memory.orders]
    if None in changes or not changes or not setting.sayings.is_said("same_way", text):
        return None
    return setting.made(
        [(order.tool_name, {"change": order.arguments["change"]}, _entities(order)) for order in setting.memory.orders]
    )


def _relative(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for "a bit brighter", and for "less" where it is clear of what."""
    sayings = setting.sayings
    ways = {match["way"] for match in sayings.matches("relative", text)}
    ways |= {sayings.verbs[match["verb"]] for match in sayings.matches("by_verb", text)}
    if len(ways) != 1:
        return None
    [way] = ways
    meant = [tool for tool, words in sayings.file["for_tool"].items() if way in words]
    if way in sayings.file["said_of_last"] and not _is_clear(setting):
        return None
    things = [entity for entity in setting.things() if not meant or _TOOL_OF.get(entity.domain) in meant]
    tools = {_TOOL_OF.get(entity.domain) for entity in things}
    if len(tools) != 1 or (tool := tools.pop()) is None:
        return None
    sign = "-" if way in sayings.file["less"] else "+"
    return setting.made([(tool, {"change": f"{sign} {text}"}, things)])


def _is_clear(setting: Setting) -> bool:
    """Return whether "more" and "less" can only mean more and less of it: not after "dim it" or "close them"."""
    return all(
        (order.arguments.get("change") or 1) > 0 and order.arguments.get("action") not in ("close", "stop")
        for order in setting.memory.orders
    )


def _switched(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for "and off again"."""
    tool = setting.sayings.switch(text)
    things = setting.things()
    return setting.made([(tool, {}, things)]) if tool and things else None


def _by_pronoun(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for a command in which "it" or "them" stands for what was spoken of last."""
    meant = _meant(setting)
    if not any(f" {' '.join(pronoun)} " in f" {text} " for pronoun in meant):
        return None
    commands = setting.commands(meant)
    said = normalised(setting.utterance.text)
    reading = commands.read(said) or (commands.read(text) if text != said else None)
    if reading is None:
        return None
    tokens = setting.index.words.tokens
    are_meant = [tokens(clause.phrase) in meant for clause, _ in reading]
    # "Turn on the lamp and dim it": "it" is the lamp of the same sentence.
    if not are_meant[0] or any(later and not sooner for sooner, later in pairwise(are_meant)):
        return None
    warmth = setting.patterns.file["warmth"]
    if any(order.arguments.get("color") in warmth for _, order in reading):
        # To make it warm may be meant for the air as well as for the light.
        return None
    return tuple(setting.spoken(order) for _, order in reading)


def _meant(setting: Setting) -> dict[Tokens, list[str]]:
    """Return the entity ids that each pronoun stands for."""
    stands_for = {"one": setting.one_thing(), "many": setting.many_things()}
    return {
        setting.index.words.tokens(pronoun): [entity.entity_id for entity in stands_for[key]]
        for key, pronouns in setting.sayings.file["pronouns"].items()
        for pronoun in pronouns
        if stands_for[key]
    }


def _valued(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for "make that forty": the last setting with another figure."""
    figures = {(match["number"], match.get("unit")) for match in setting.sayings.matches("value", text)}
    if len(figures) != 1:
        return None
    [(number, unit)] = figures
    value = setting.patterns.number(number)
    calls = list(_values(setting, value, unit)) if value is not None else []
    return setting.made(calls) if calls else None


def _values(setting: Setting, value: float, unit: str | None) -> Iterator[Call]:
    """Yield the calls that set a figure; none where the last call had none and the unit does not tell which."""
    kinds = setting.sayings.file["changes"]
    named = [fields for key, fields in kinds.items() if unit is None or unit.startswith(key[:3])]
    fitting = list(dict.fromkeys(field for fields in named for field in fields))
    for order in setting.memory.orders:
        set_last = [field for field in fitting if order.arguments.get(field) is not None]
        if len(set_last) == 1:
            yield order.tool_name, {set_last[0]: value}, _entities(order)
            continue
        tools = {_TOOL_OF.get(entity.domain) for entity in _entities(order)}
        tool = TOOLS_BY_NAME.get(tools.pop() or "") if len(tools) == 1 else None
        if tool is None or tool.change_of not in fitting or (unit is None and "change" not in order.arguments):
            return
        yield tool.name, {tool.change_of: value}, _entities(order)


def _entities(order: Order) -> Sequence[HomeEntity]:
    return [entity for deed in order.deeds for entity in deed.step.entities]
