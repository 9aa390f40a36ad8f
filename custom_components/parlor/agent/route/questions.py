"""Questions about states: what is asked of which entities. Nothing is ever changed here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, State

from ...home import Home, HomeEntity
from ..guard import is_way_in
from ..index import Index, Place, index_of
from ..search import of_kind
from ..utterance import Utterance
from ..words import KindWord, Tokens, words_for
from .clauses import is_sane
from .patterns import Patterns, Saying

_OPENING = frozenset({"door", "garage_door", "opening", "window"})
_OFF = frozenset({"off", "standby"})
_ALARM = "alarm_control_panel"
# What is said of an alarm that is on, or off.
_OF_ALARM = {"on": "armed", "off": "disarmed"}
_SWITCHED = frozenset({"light", "switch", "fan", "input_boolean", "media_player", "climate", "humidifier"})
_SHORT, _STEM = 3, 4
UNSEEN = frozenset({"unavailable", "unknown"})
_PAIRS = (("on", "off"), ("open", "closed"), ("locked", "unlocked"), ("armed", "disarmed"))
OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    `asks` is yes_no, any, all, which, count, state, measure or set_to. `entities` are those it is about; `kind` and
    `place` those that were named; `measure` a kind of sensor; `is_one`: a single thing was named.
    """

    asks: str
    entities: tuple[HomeEntity, ...]
    state: str | None = None
    kind: KindWord | None = None
    place: Place | None = None
    measure: str | None = None
    is_one: bool = False


def is_in_state(state: State, wanted: str) -> bool:
    """Return whether an entity is on, off, open, closed, locked, unlocked, armed or disarmed."""
    return _TESTS[wanted](state)


def fits(entity: HomeEntity, tokens: Tokens, patterns: Patterns, index: Index) -> bool:
    """Return whether the tokens have all that is an entity's own in one of its names, and nothing else.

    What says only what kind of thing it is, or that it is a sensor, need not be said.
    """
    fillers = {*patterns.file.get("fillers", ())}
    for name in index.names_of[entity.entity_id]:
        word = index.words.kind_at_end(name)
        own = set(name[: -len(word.tokens)] if word else name) - fillers
        own -= {token for place in index.places if len(place) <= len(name) for token in place if token in name}
        if set(tokens) <= set(name) and own and own <= set(tokens):
            return True
    return False


def can_be(entity: HomeEntity, wanted: str) -> bool:
    """Return whether an entity is one of which it makes sense to ask for this state."""
    if wanted in ("on", "off"):
        return entity.domain in _SWITCHED
    if entity.domain == "binary_sensor":
        classes = _OPENING if wanted in ("open", "closed") else frozenset({"lock"})
        return entity.device_class in classes
    if wanted in ("armed", "disarmed"):
        return entity.domain == _ALARM
    return entity.domain in (("cover", "valve") if wanted in ("open", "closed") else ("lock",))


class Questions:
    """What the house can answer to one utterance."""

    def __init__(self, hass: HomeAssistant, home: Home, utterance: Utterance, patterns: Patterns) -> None:
        """Take the utterance."""
        self._hass = hass
        self._patterns = patterns
        self._index: Index = index_of(home, words_for(utterance.language))
        self._speaker = self._index.area_places.get(utterance.area_id or "")

    def read(self, text: str) -> Question | None:
        """Return the question that a normalised text is; None if it is not understood, or in more than one way."""
        bare = self._patterns.bare(text)
        found: list[Question] = []
        for saying in self._patterns.questions:
            if match := saying.pattern.fullmatch(bare):
                question = self._question(saying, match.groupdict(), bare)
                if question is not None and question not in found:
                    found.append(question)
        if len({(one.entities, one.state) for one in found}) == 1:
            # "Is a window open" asks for any of them, where "is the window open" is understood as well.
            return next((one for one in found if one.asks == "any"), found[0])
        return None

    def about(self, asks: str, phrase: str, state: str) -> Question | None:
        """Return the question whether what a phrase names is in a state."""
        return self._about_state(asks, phrase, state)

    def named(self, phrase: str) -> Question | None:
        """Return the question for the state of the one entity of exactly this name."""
        return self._about_one(phrase)

    def measured(self, measure: str, phrase: str) -> Question | None:
        """Return the question how warm or humid it is where a phrase says."""
        tokens = self._index.words.tokens(self._index.in_full(phrase))
        place = self._speaker if tokens in self._index.words.here else self._index.places.get(tokens)
        if place is None or len(place.area_ids) != 1:
            return None
        inside = [entity for entity in self._index.entities.values() if place.has(entity)]
        sensors = [one for one in inside if one.domain == "sensor" and one.device_class == measure]
        own = [one for one in sensors if self._is_of_room(one, measure)]
        climates = [one for one in inside if one.domain == "climate" and self._measures(one, measure)]
        chosen = own or ([] if sensors else climates)
        return Question("measure", (chosen[0],), place=place, measure=measure) if len(chosen) == 1 else None

    def _question(self, saying: Saying, said: Mapping[str, str | None], text: str) -> Question | None:
        asks, target = saying.asks, said.get("target")
        phrase = (saying.target or "") if target is None else target
        if place := said.get("place"):
            phrase = f"{phrase} {place}".strip()
        if asks == "measure":
            return self._about_measure(phrase, said.get("measure"), text)
        if asks == "set_to":
            return self._about_setting(phrase)
        if said.get("state"):
            return self._about_state(asks, phrase, self._patterns.file["states"][said["state"]])
        if deed := said.get("deed"):
            done = self._patterns.file["deeds"][deed]
            return self._about_state(asks, phrase, OPPOSITE[done] if saying.about.get("undone") else done)
        return self._about_one(phrase)

    def _about_state(self, asks: str, phrase: str, state: str) -> Question | None:
        phrase = self._index.in_full(phrase)
        tokens = self._index.words.tokens(phrase)
        if way := self._way_in(tokens, asks, state):
            return Question(asks, (way,), state, is_one=True)
        if phrase and not is_sane(phrase, self._patterns, self._index):
            return None
        state = _OF_ALARM.get(state, state) if self._is_alarm(tokens) else state
        able = [entity for entity in self._index.entities.values() if can_be(entity, state)]
        named = [entity for entity in self._index.by_name.get(tokens, ()) if phrase and can_be(entity, state)]
        kind = self._index.words.kind_words.get(tokens)
        # "Which lights are on" is about all of them, even where one is called "Lights".
        if named and not (asks not in ("yes_no", "state") and kind and kind.plural):
            near = [one for one in named if self._speaker and self._speaker.has(one)]
            chosen = near if len(named) > 1 else named
            return Question(asks, (chosen[0],), state, is_one=True) if len(chosen) == 1 else None
        return self._about_group(asks, tokens, state, able) or self._about_described(asks, tokens, state, able)

    def _way_in(self, tokens: Tokens, asks: str, state: str) -> HomeEntity | None:
        """Return the lock, gate or door that is meant by its place in "is the cellar locked", "is the garage open"."""
        place = self._index.places.get(tokens)
        if place is None or asks not in ("yes_no", "state") or state in ("on", "off"):
            return None
        inside = [one for one in self._index.entities.values() if place.has(one) and can_be(one, state)]
        named = [one for one in self._index.by_name.get(tokens, ()) if one in inside]
        ways = [one for one in inside if one.domain in ("lock", "binary_sensor") or is_way_in(one, self._index.words)]
        chosen = named or [one for one in ways if one.device_class != "window"]
        return chosen[0] if len(chosen) == 1 else None

    def _is_alarm(self, tokens: Tokens) -> bool:
        """Return whether tokens name an alarm, or all of a place."""
        named = self._index.by_name.get(tokens)
        if named:
            return all(entity.domain == _ALARM for entity in named)
        word = self._index.words.kind_words.get(self._place_of(tokens)[1])
        return word is not None and word.kind.domains == {_ALARM}

    def _about_group(self, asks: str, tokens: Tokens, state: str, able: Iterable[HomeEntity]) -> Question | None:
        place, rest, is_known = self._place_of(tokens)
        word = self._index.words.kind_words.get(rest)
        if not is_known or (rest and word is None):
            return None
        if word is not None and not word.kind.domains:
            return None
        inside = [entity for entity in able if place is None or place.has(entity)]
        entities = of_kind(inside, word, self._index.words) if word else inside
        one = asks in ("yes_no", "state") and word is not None and not word.plural
        if word and asks in ("yes_no", "state") and place is None and self._speaker:
            here = [entity for entity in entities if self._speaker.has(entity)]
            if here:
                entities, place = here, self._speaker
        if not entities or (asks in ("yes_no", "state") and word is None):
            return None
        if one and len(entities) > 1 and (place is None or asks == "state"):
            return None
        return Question(asks, tuple(entities), state, word, place, is_one=one and len(entities) == 1)

    def _about_described(self, asks: str, tokens: Tokens, state: str, able: Iterable[HomeEntity]) -> Question | None:
        """Return the question about the one entity whose name has all the words, e.g. "ceiling light"."""
        place, rest, is_known = self._place_of(tokens)
        if asks not in ("yes_no", "state") or not is_known or not rest:
            return None
        entities = [
            entity
            for entity in able
            if (place is None or place.has(entity)) and fits(entity, rest, self._patterns, self._index)
        ]
        if len(entities) > 1 and self._speaker:
            entities = [entity for entity in entities if self._speaker.has(entity)]
        return Question(asks, (entities[0],), state, is_one=True) if len(entities) == 1 else None

    def _about_measure(self, phrase: str, said: str | None, text: str) -> Question | None:
        file = self._patterns.file
        measure = file["measures"].get(said or "")
        if measure is None:
            spoken = [kind for word, kind in file["measure_words"].items() if word in text.split()]
            measure = spoken[0] if spoken else file["measure_if_none"]
        if found := self.measured(measure, phrase):
            return found
        called = [said] if said else ["", *(word for word, kind in file["measures"].items() if kind == measure)]
        asked = (self._about_one(f"{phrase} {word}".strip(), measure) for word in called)
        return next((question for question in asked if question), None)

    def _about_setting(self, phrase: str) -> Question | None:
        words = self._index.words
        place, rest, is_known = self._place_of(words.tokens(phrase))
        climates = [one for one in self._index.entities.values() if one.domain == "climate"]
        named = [one for one in self._index.by_name.get(words.tokens(phrase), ()) if one in climates]
        inside = [one for one in climates if place is None or place.has(one)]
        word = words.kind_words.get(rest)
        by_kind = inside if is_known and ((word and word.kind.name == "climate") or (place and not rest)) else []
        chosen = named or by_kind
        return Question("set_to", (chosen[0],), is_one=True) if len(chosen) == 1 else None

    def _about_one(self, phrase: str, measure: str | None = None) -> Question | None:
        """Return the question for the state of the one entity of exactly this name."""
        named = self._index.by_name.get(self._index.words.tokens(phrase), [])
        if measure is not None:
            named = [entity for entity in named if entity.device_class == measure]
        return Question("state", (named[0],), is_one=True) if len(named) == 1 else None

    def _place_of(self, tokens: Tokens) -> tuple[Place | None, Tokens, bool]:
        """Return the place among the tokens, what is left, and whether it is known where "here" is."""
        if found := self._index.place_in(tokens):
            return found[0], self._essential((*found[1], *found[2])), True
        for here in sorted(self._index.words.here, key=len, reverse=True):
            if tokens[-len(here) :] == here:
                return self._speaker, self._essential(tokens[: -len(here)]), self._speaker is not None
        return None, self._essential(tokens), True

    def _essential(self, tokens: Tokens) -> Tokens:
        words = self._index.words
        return tuple(token for token in tokens if token not in words.between and token not in words.whole_words)

    def _names(self, entity: HomeEntity) -> list[Tokens]:
        return [self._index.words.tokens(name) for name in (entity.name, *entity.aliases)]

    def _is_of_room(self, entity: HomeEntity, measure: str) -> bool:
        """Return whether a sensor's name says no more than its room: a freezer's temperature is not the kitchen's."""
        words = self._index.words
        plain = {*words.tokens(entity.area_name or "")}
        # A compound such as "Stubentemperatur" begins with its room.
        heads = tuple(token for token in plain if len(token) > _SHORT)
        kinds = [words.kinds[measure], words.kinds["sensor"]]
        plain |= {token for kind in kinds for text in (kind.one, kind.many) for token in words.tokens(text)}
        return any(
            all(token in plain or (token.startswith(heads) and measure[:_STEM] in token) for token in name)
            for name in self._names(entity)
        )

    def _measures(self, entity: HomeEntity, measure: str) -> bool:
        state = self._hass.states.get(entity.entity_id)
        return state is not None and state.attributes.get(f"current_{measure}") is not None


def _is_open(state: State) -> bool:
    return state.state in ("on", "open", "opening", "closing")


def _is_on(state: State) -> bool:
    return state.state not in _OFF


_TESTS: Mapping[str, Callable[[State], bool]] = {
    "on": _is_on,
    "off": lambda state: not _is_on(state),
    "open": _is_open,
    "closed": lambda state: not _is_open(state),
    "locked": lambda state: state.state in ("off", "locked"),
    "unlocked": lambda state: state.state in ("on", "unlocked", "open"),
    "armed": lambda state: state.state.startswith("armed_") or state.state in ("triggered", "pending"),
    "disarmed": lambda state: state.state == "disarmed",
}
