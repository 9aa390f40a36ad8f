"""The context block: what is so at this moment, written into the last user message."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..home import Home, HomeEntity, clean_name, state_line
from ..inference import JsonObject
from ..inference.tokens import estimate_tokens
from .named import entities_in, in_catalogue_order, named_entities

_NOTE_LENGTH = 4000
_TOKENS_PER_LINE = 6
_START = "<context>"
_INSTRUCTIONS = "Instructions"
# Their states are moments of last use, or nothing: told where words name them, and nowhere else.
_QUIET = frozenset({"button", "event", "input_button", "scene", "script"})

type MayRead = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ContextBlock:
    """A context block that may still grow: `text` lacks the closing tag.

    `states` are the lines in it by entity id; `area_id`, `note` and `told` (the instructions of the moment) are what
    else it says.
    """

    text: str
    states: Mapping[str, str]
    area_id: str | None
    note: str | None
    told: str = ""

    def suits(self, occasion: Occasion) -> bool:
        """Return whether the block says nothing wrong for a speaker, and nothing that this one may not know."""
        is_right = self.area_id in (None, occasion.area_id) and self.note in (None, occasion.note)
        return is_right and (occasion.may_read is None or all(map(occasion.may_read, self.states)))


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a context block is written for.

    Where the speaker is, the caller's note, and the words that are said. States: of all entities if they fit into
    ``budget`` tokens, or else of those that the words name and of those in the speaker's area, as far as they fit.
    ``told`` are the instructions of the moment. ``may_read`` tells by an entity's id whether the speaker may know its
    state; None: all.
    """

    area_id: str | None
    note: str | None
    words: str
    budget: int
    told: str = ""
    may_read: MayRead | None = None


@callback
def open_context(hass: HomeAssistant, home: Home, occasion: Occasion) -> ContextBlock:
    """Return the context block of this moment."""
    states = _states(hass, home, occasion)
    about = _about(home, occasion.area_id, occasion.note, occasion.told)
    lines = [_START, f"Time: {_time()}", *about, *states.values()]
    return ContextBlock("\n".join(lines), states, occasion.area_id, occasion.note, occasion.told)


@callback
def continue_context(hass: HomeAssistant, home: Home, block: ContextBlock, occasion: Occasion) -> ContextBlock:
    """Return a block that says what is known by now: what it says stays as it is, and the rest is added at its end.

    Place and note can be added where the block has none.
    """
    current = _states(hass, home, occasion) | _lines(hass, _known(home, block.states))
    added = {entity_id: line for entity_id, line in current.items() if block.states.get(entity_id) != line}
    about = _about(
        home,
        None if block.area_id else occasion.area_id,
        None if block.note else occasion.note,
        occasion.told if occasion.told != block.told else "",
    )
    text = "\n".join([block.text, *about, *added.values()])
    return ContextBlock(text, {**block.states, **added}, occasion.area_id, occasion.note, occasion.told)


@callback
def current_context(
    hass: HomeAssistant, home: Home, sent: ContextBlock | None, occasion: Occasion
) -> tuple[ContextBlock, bool]:
    """Return the context block of this moment, and whether it goes on from the one that was sent ahead."""
    if sent is not None and sent.suits(occasion):
        return continue_context(hass, home, sent, occasion), True
    return open_context(hass, home, occasion), False


def user_message(block: ContextBlock, words: str) -> JsonObject:
    """Return the last message of a turn's request."""
    return {"role": "user", "content": f"{block.text}\n</context>\n{words}"}


def context_start() -> JsonObject:
    """Return the last message of a request that nothing is known for yet: the beginning of any other."""
    return {"role": "user", "content": _START}


def prefill_message(block: ContextBlock) -> JsonObject:
    """Return the last message of a prefill: the beginning of the one that the turn is going to send."""
    return {"role": "user", "content": block.text}


def _about(home: Home, area_id: str | None, note: str | None, told: str) -> list[str]:
    """Return the lines about the speaker, from the caller and from the user's instructions."""
    lines = []
    if (area := home.areas.get(area_id or "")) is not None:
        floor = home.floors.get(area.floor_id or "")
        lines.append(f"Speaker: {area.name}, {floor.name}" if floor else f"Speaker: {area.name}")
    if note:
        lines.append(f"Note: {clean_name(note, length=_NOTE_LENGTH)}")
    if told:
        lines.append(f"{_INSTRUCTIONS}: {clean_name(told, length=_NOTE_LENGTH)}")
    return lines


def _time() -> str:
    now = dt_util.now()
    return f"{now:%A} {now.day} {now:%B %Y, %H:%M}"


def _states(hass: HomeAssistant, home: Home, occasion: Occasion) -> dict[str, str]:
    budget, may_read = occasion.budget, occasion.may_read
    entities = _readable(home.entities.values(), may_read)
    if len(entities) * _TOKENS_PER_LINE <= budget:
        lines = _lines(hass, _telling(entities))
        if sum(map(estimate_tokens, lines.values())) <= budget:
            return lines
    fitting = {}
    left = budget
    likely = dict.fromkeys((*named_entities(home, occasion.words), *_telling(entities_in(home, occasion.area_id))))
    for entity in _readable(likely, may_read):
        line = state_line(hass, entity)
        left -= estimate_tokens(line) + 1
        if left < 0:
            break
        fitting[entity.entity_id] = line
    return {entity_id: fitting[entity_id] for entity_id in in_catalogue_order(home, fitting)}


def _telling(entities: Iterable[HomeEntity]) -> list[HomeEntity]:
    return [entity for entity in entities if entity.domain not in _QUIET]


def _readable(entities: Collection[HomeEntity], may_read: MayRead | None) -> Collection[HomeEntity]:
    return entities if may_read is None else [entity for entity in entities if may_read(entity.entity_id)]


def _known(home: Home, entity_ids: Iterable[str]) -> list[HomeEntity]:
    return [home.entities[entity_id] for entity_id in entity_ids if entity_id in home.entities]


def _lines(hass: HomeAssistant, entities: Iterable[HomeEntity]) -> dict[str, str]:
    return {entity.entity_id: state_line(hass, entity) for entity in entities}
