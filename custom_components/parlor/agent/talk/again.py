"""The last command once more, for something else: "and the bedroom too", "no, the other one"."""

from collections.abc import Sequence
from dataclasses import replace

from ...home import HomeEntity
from ...inference import JsonObject
from ..orders import Order
from ..replies import ask_which
from ..route.clauses import Clause, is_sane, target_phrases
from ..search import Asked, Several, of_kind
from ..words import KindWord, Words
from .setting import Setting
from .undo import undo_order

# Of these a word for the kind says enough; a switch may be anything.
_TELLING = frozenset({"climate", "cover", "fan", "humidifier", "light", "media_player", "vacuum"})


def again_for(setting: Setting, text: str) -> tuple[Order, ...] | None:
    """Return the orders for "and the bedroom too"; None where that is not said, or not clear."""
    targets = {match["target"] for match in setting.sayings.matches("again_for", text)}
    found = {repr(orders): orders for target in targets if (orders := _for_any(setting, target))}
    return next(iter(found.values())) if len(found) == 1 else None


def no_but(setting: Setting, text: str, paused: str) -> tuple[Order, ...] | None:
    """Return the orders for "no, the other one": the last deed is undone, and done to something else.

    `paused` is the text with its commas. None where that is not said, or not clear, or cannot be undone.
    """
    orders = setting.memory.orders
    if len(_calls(orders)) != 1:
        return None
    for key, said in (("no_two", paused), ("no_but", text)):
        for match in setting.sayings.matches(key, said):
            if "wrong" in match and not _is_meant(setting, match["wrong"]):
                continue
            undo = _undone(setting)
            instead = _instead(setting, match["target"])
            if undo is not None and instead:
                return (*undo, *instead)
    return None


def kind_word(order: Order, words: Words) -> KindWord | None:
    """Return the word for what an order was meant for: "lights" of a group, "lamp" of the desk lamp."""
    if not order.deeds:
        return None
    subjects = [deed.subject for deed in order.deeds]
    group = subjects[0].group
    if group is not None:
        kind = words.kinds.get(group.kind or "")
        return words.kind_words.get(words.tokens(kind.many)) if kind else None
    entities = [entity for subject in subjects for entity in subject.entities]
    named = [words.kind_at_end(words.tokens(entity.name)) for entity in entities]
    word = named[0]
    if len(entities) == 1 and word and entities[0].domain in word.kind.domains:
        return word
    kinds = {kind for entity in entities if (kind := words.kind_of(entity))}
    if len(kinds) != 1 or any(entity.domain not in _TELLING for entity in entities):
        return None
    kind = kinds.pop()
    return words.kind_words.get(words.tokens(kind.many if len(entities) > 1 else kind.one))


def place_phrase(setting: Setting, target: str, word: KindWord | None) -> str | None:
    """Return "lights in the bedroom" for "in the bedroom", and what is no place as it is."""
    words, patterns = setting.index.words, setting.patterns
    # "The ones in the bedroom" are the lights of the bedroom after the lights of the kitchen.
    tokens = words.tokens(setting.sayings.name(target)) or words.tokens(target)
    while tokens and tokens not in words.here and tokens[0] in patterns.near:
        tokens = tokens[1:]
    if tokens not in setting.index.places and tokens not in words.here:
        return target
    if word is None:
        return None
    return str(patterns.file["at_place"]).format(name=" ".join(word.tokens), place=" ".join(tokens))


def _for_any(setting: Setting, target: str) -> tuple[Order, ...] | None:
    """Return the orders for a target by the one of the last calls that can be meant for it."""
    found = [made for order in _calls(setting.memory.orders) if (made := _for(setting, target, order))]
    return found[0] if len(found) == 1 else None


def _for(setting: Setting, target: str, last: Order) -> tuple[Order, ...] | None:
    """Return the orders for a target, or for each one of a list, by the call of another order."""
    orders: list[Order] = []
    word = kind_word(last, setting.index.words)
    arguments = _arguments(last)
    commands = setting.commands()
    for said in target_phrases(target, setting.patterns, setting.index):
        phrase = place_phrase(setting, said, word)
        if phrase is None or not _is_known(setting, phrase):
            return None
        order = commands.order(Clause(((last.tool_name, arguments),), phrase, phrase))
        if order is None:
            return None
        orders.append(order)
    return tuple(orders) or None


def _is_known(setting: Setting, phrase: str) -> bool:
    """Return whether a phrase is nothing but a target, every word of it."""
    words, index = setting.index.words, setting.index
    return is_sane(phrase, setting.patterns, index) and set(words.tokens(phrase)) <= index.vocabulary


def _instead(setting: Setting, target: str) -> tuple[Order, ...] | None:
    """Return the orders for what was meant instead."""
    last = next(iter(_calls(setting.memory.orders)))
    chosen = {entity for deed in last.deeds for entity in deed.step.entities}
    if not setting.sayings.is_said("other", target):
        orders = _for(setting, target, last)
        same = orders and chosen == {
            entity for order in orders for deed in order.deeds for entity in deed.step.entities
        }
        return None if same else orders
    if len(setting.memory.orders) != 1 or len(chosen) != 1:
        return None
    [one] = chosen
    others = _others(setting, last, one)
    if len(others) == 1:
        return setting.made([(last.tool_name, _arguments(last), others)])
    return (_ask(setting, last, others),) if others else None


def _others(setting: Setting, last: Order, one: HomeEntity) -> tuple[HomeEntity, ...]:
    """Return what "the other one" may be: of those to choose from, or of the same kind in the same room."""
    if one in setting.memory.choices:
        return tuple(other for other in setting.known(setting.memory.choices) if other != one)
    word = kind_word(last, setting.index.words)
    if word is None:
        return ()
    near = [other for other in setting.home.entities.values() if other.area_id == one.area_id and other != one]
    return tuple(
        other
        for other in of_kind([one, *near], word, setting.index.words)
        if other != one and other.domain == one.domain
    )


def _ask(setting: Setting, last: Order, others: Sequence[HomeEntity]) -> Order:
    word = kind_word(last, setting.index.words)
    text = " ".join(word.tokens) if word else ""
    question = ask_which(text, others, setting.utterance.language)
    [target] = last.arguments["targets"][:1] or [text]
    return replace(last, deeds=(), question=question, asked=Asked(target, Several(text, tuple(others))))


def _undone(setting: Setting) -> tuple[Order, ...] | None:
    """Return the order that undoes the last deed, none if it changed nothing; None where it cannot be undone."""
    undo = setting.memory.undo
    if undo is None:
        return ()
    # Of "no, the other one" said twice, what the first one put back stays as it is.
    done = {one.entity_id for order in setting.memory.orders for deed in order.deeds for one in deed.step.entities}
    undo = replace(undo, before={entity_id: state for entity_id, state in undo.before.items() if entity_id in done})
    order = undo_order(setting.hass, setting.home, undo, setting.index.words)
    if order is None:
        return ()
    return None if order.facts else (order,)


def _is_meant(setting: Setting, text: str) -> bool:
    """Return whether a text names what the last deed was done to."""
    things = setting.things()
    tokens = setting.index.words.tokens(text)
    named = setting.index.by_name.get(tokens, ())
    return bool(things) and (any(one in things for one in named) or set(tokens) <= _names(setting, things))


def _names(setting: Setting, things: Sequence[HomeEntity]) -> set[str]:
    words = setting.index.words
    named = {token for one in things for name in (one.name, *one.aliases) for token in words.tokens(name)}
    return named | {token for one in things for token in words.tokens(one.area_name or "")}


def _calls(orders: Sequence[Order]) -> list[Order]:
    """Return one order for each different call, whatever it was meant for."""
    return list({repr((order.tool_name, sorted(_arguments(order).items()))): order for order in orders}.values())


def _arguments(order: Order) -> JsonObject:
    return {key: value for key, value in order.arguments.items() if key not in ("targets", "kind")}
