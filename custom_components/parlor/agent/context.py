"""The context block: what is so at this moment, written into the last user message."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
import re

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..home import Area, Floor, Home, HomeEntity, clean_name, state_line
from ..inference import JsonObject
from .tokens import estimate_tokens

_NOTE_LENGTH = 4000
_TOKENS_PER_LINE = 6
_NAMED = 0.5
_WORD = re.compile(r"\w+")

type MayRead = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ContextBlock:
    """A context block that may still grow: `text` lacks the closing tag.

    `states` are the lines in it by entity id; `area_id` and `note` are what else it says.
    """

    text: str
    states: Mapping[str, str]
    area_id: str | None
    note: str | None

    def suits(self, area_id: str | None, note: str | None, may_read: MayRead | None) -> bool:
        """Return whether the block says nothing wrong for a speaker, and nothing that this one may not know."""
        is_right = self.area_id in (None, area_id) and self.note in (None, note)
        return is_right and (may_read is None or all(map(may_read, self.states)))


@callback
def open_context(
    hass: HomeAssistant,
    home: Home,
    *,
    area_id: str | None,
    note: str | None,
    words: str,
    budget: int,
    may_read: MayRead | None = None,
) -> ContextBlock:
    """Return the context block of this moment.

    States: of all entities if they fit into ``budget`` tokens, or else of those that the words name and of those in
    the speaker's area, as far as they fit. ``may_read`` tells by an entity's id whether the speaker may know its state;
    None: all.
    """
    states = _states(hass, home, area_id=area_id, words=words, budget=budget, may_read=may_read)
    lines = ["<context>", f"Time: {_time()}", *_about(home, area_id, note), *states.values()]
    return ContextBlock("\n".join(lines), states, area_id, note)


@callback
def continue_context(
    hass: HomeAssistant,
    home: Home,
    block: ContextBlock,
    *,
    area_id: str | None,
    note: str | None,
    words: str,
    budget: int,
    may_read: MayRead | None = None,
) -> ContextBlock:
    """Return a block that says what is known by now: what it says stays as it is, and the rest is added at its end.

    Place and note can be added where the block has none.
    """
    states = _states(hass, home, area_id=area_id, words=words, budget=budget, may_read=may_read)
    current = states | _lines(hass, _known(home, block.states))
    added = {entity_id: line for entity_id, line in current.items() if block.states.get(entity_id) != line}
    about = _about(home, None if block.area_id else area_id, None if block.note else note)
    text = "\n".join([block.text, *about, *added.values()])
    return ContextBlock(text, {**block.states, **added}, area_id, note)


def user_message(block: ContextBlock, words: str) -> JsonObject:
    """Return the last message of a turn's request."""
    return {"role": "user", "content": f"{block.text}\n</context>\n{words}"}


def prefill_message(block: ContextBlock) -> JsonObject:
    """Return the last message of a prefill: the beginning of the one that the turn is going to send."""
    return {"role": "user", "content": block.text}


def named_entities(home: Home, words: str) -> list[HomeEntity]:
    """Return the entities that the words name, by name, alias, area or floor, the best match first."""
    spoken = _split(words)
    text = words.casefold()
    places = {
        place.id
        for place in _places(home)
        if any(_share(name, spoken, text) == 1 for name in (place.name, *place.aliases))
    }
    ranked = []
    for entity in home.entities.values():
        share = max(_share(name, spoken, text) for name in (entity.name, *entity.aliases))
        in_place = bool(places & {entity.area_id, entity.floor_id})
        if in_place or share >= _NAMED:
            ranked.append((share + in_place, entity))
    return [entity for _rank, entity in sorted(ranked, key=lambda one: -one[0])]


def _places(home: Home) -> list[Area | Floor]:
    return [*home.areas.values(), *home.floors.values()]


def _about(home: Home, area_id: str | None, note: str | None) -> list[str]:
    """Return the lines about the speaker and from the caller."""
    lines = []
    if (area := home.areas.get(area_id or "")) is not None:
        floor = home.floors.get(area.floor_id or "")
        lines.append(f"Speaker: {area.name}, {floor.name}" if floor else f"Speaker: {area.name}")
    if note:
        lines.append(f"Note: {clean_name(note, length=_NOTE_LENGTH)}")
    return lines


def _time() -> str:
    now = dt_util.now()
    return f"{now:%A} {now.day} {now:%B %Y, %H:%M}"


def _states(
    hass: HomeAssistant, home: Home, *, area_id: str | None, words: str, budget: int, may_read: MayRead | None
) -> dict[str, str]:
    entities = _readable(home.entities.values(), may_read)
    if len(entities) * _TOKENS_PER_LINE <= budget:
        lines = _lines(hass, entities)
        if sum(map(estimate_tokens, lines.values())) <= budget:
            return lines
    nearby = [entity for entity in entities if area_id and entity.area_id == area_id]
    chosen = _lines(hass, (*_readable(named_entities(home, words), may_read), *nearby))
    left = budget
    fitting = set()
    for entity_id, line in chosen.items():
        left -= estimate_tokens(line) + 1
        if left >= 0:
            fitting.add(entity_id)
    return {entity_id: chosen[entity_id] for entity_id in home.entities if entity_id in fitting}


def _readable(entities: Collection[HomeEntity], may_read: MayRead | None) -> Collection[HomeEntity]:
    return entities if may_read is None else [entity for entity in entities if may_read(entity.entity_id)]


def _known(home: Home, entity_ids: Iterable[str]) -> list[HomeEntity]:
    return [home.entities[entity_id] for entity_id in entity_ids if entity_id in home.entities]


def _lines(hass: HomeAssistant, entities: Iterable[HomeEntity]) -> dict[str, str]:
    return {entity.entity_id: state_line(hass, entity) for entity in entities}


def _share(name: str, spoken: frozenset[str], text: str) -> float:
    """Return which part of a name's words was spoken, 0 to 1; some scripts put no spaces between words."""
    if not name.isascii() and name.casefold() in text:
        return 1
    tokens = _name_words(name)
    return len(tokens & spoken) / len(tokens) if tokens else 0


@lru_cache(maxsize=4096)
def _name_words(name: str) -> frozenset[str]:
    return _split(name)


def _split(text: str) -> frozenset[str]:
    """Return the words of a text, without the endings of plurals."""
    return frozenset(word.removesuffix("s") or word for word in _WORD.findall(text.casefold()))
