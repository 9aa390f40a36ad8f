"""Questions about more than on and off, open and closed: what is asked of which entities. Nothing is changed here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from unicodedata import combining, normalize

from homeassistant.core import HomeAssistant

from ...home import Home, HomeEntity
from ..index import Index, Place, index_of
from ..search import Aim, Found
from ..targets import find
from ..utterance import Utterance
from ..words import Tokens, words_for
from .called import is_called
from .clauses import is_sane
from .patterns import Patterns, Saying
from .questions import can_be, fits

_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "brightness": frozenset({"light"}),
    "color": frozenset({"light"}),
    "volume": frozenset({"media_player"}),
    "source": frozenset({"media_player"}),
    "playing": frozenset({"media_player"}),
    "speed": frozenset({"fan"}),
    "position": frozenset({"cover"}),
    "setting": frozenset({"climate", "water_heater", "humidifier"}),
    "mode": frozenset({"climate", "humidifier", "water_heater", "select", "input_select"}),
    "activity": frozenset({"vacuum", "lawn_mower", "media_player"}),
    "state": frozenset(
        {
            "binary_sensor",
            "climate",
            "humidifier",
            "input_number",
            "input_select",
            "lawn_mower",
            "media_player",
            "number",
            "person",
            "select",
            "sensor",
            "vacuum",
            "water_heater",
        }
    ),
}
_TOTALS = frozenset({"total", "total_increasing"})


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked.

    `asks` names the answer in answers/*.json; `entities` are those it is about; `said` are the words that were read,
    by their parts; `of` is what of them is asked, and `place` where.
    """

    asks: str
    entities: tuple[HomeEntity, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    place: Place | None = None


class Inquiries:
    """What else the house can answer to one utterance."""

    def __init__(self, hass: HomeAssistant, home: Home, utterance: Utterance, patterns: Patterns) -> None:
        """Take the utterance."""
        self._hass = hass
        self._utterance = utterance
        self._patterns = patterns
        self._index: Index = index_of(home, words_for(utterance.language))
        self._speaker = self._index.area_places.get(utterance.area_id or "")
        self._readers: Mapping[str, Callable[[Saying, Mapping[str, str]], Inquiry | None]] = {
            "attribute": self._attribute,
            "reading": self._reading,
            "warmest": self._warmest,
            "signal": self._signal,
            "condition": self._condition,
            "person": self._person,
            "people": self._people,
            "list": self._list,
            "events": self._kept,
            "weather": self._kept,
            "last": self._last,
            "since": self._last,
            "was": self._last,
            "extreme": self._extreme,
            "used": self._used,
        }

    def read(self, text: str) -> Inquiry | None:
        """Return the question that a normalised text is; None if it is not understood, or in more than one way."""
        bare = self._patterns.bare(text)
        found: list[Inquiry] = []
        for saying in self._patterns.inquiries:
            match = saying.pattern.fullmatch(bare)
            if match is None:
                continue
            said = {name: value for name, value in match.groupdict().items() if value}
            inquiry = self._readers[saying.asks](saying, said)
            if inquiry is not None and inquiry.entities and inquiry not in found:
                found.append(inquiry)
        # What is asked of the same entities is asked in the words of the first pattern, the most particular one.
        return found[0] if len({inquiry.entities for inquiry in found}) == 1 else None

    def _all(self, *domains: str) -> list[HomeEntity]:
        return [entity for entity in self._index.entities.values() if entity.domain in domains]

    def _one(self, phrase: str, domains: frozenset[str]) -> HomeEntity | None:
        """Return the one entity of these domains that a phrase names, in full."""
        if not phrase or not is_sane(phrase, self._patterns, self._index):
            return None
        aim = Aim(self._index, self._utterance, domains, domains, domains)
        found = find(phrase, aim)
        if len(found) != 1 or not isinstance(found[0], Found) or len(found[0].entities) != 1:
            return None
        [entity] = found[0].entities
        tokens = self._index.words.tokens(phrase)
        is_there = found[0].group is not None and tokens in self._index.places
        return entity if is_there or is_called(entity, tokens, self._index) else None

    def _where(self, phrase: str | None) -> Place | None:
        """Return the place that is all of a phrase."""
        tokens = self._index.words.tokens(self._index.in_full(phrase or ""))
        return self._speaker if tokens in self._index.words.here else self._index.places.get(tokens)

    def _attribute(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        of = str(saying.about["of"])
        if "target" not in said:
            players = self._all(*_ATTRIBUTES[of])
            playing = [one for one in players if self._state(one) in ("playing", "buffering")]
            near = [one for one in players if self._speaker and self._speaker.has(one)]
            chosen = playing if len(playing) == 1 else near or players
            return Inquiry("attribute", (chosen[0],), said, of) if len(chosen) == 1 else None
        entity = self._one(said["target"], _ATTRIBUTES[of])
        return Inquiry("attribute", (entity,), said, of) if entity else None

    def _reading(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        """Return the question for a figure of a sensor: "how much power does the washing machine use"."""
        classes = frozenset(self._patterns.file["readings"][said.get("reading") or saying.about["reading"]].split("|"))
        sensors = [one for one in self._all("sensor") if one.device_class in classes]
        phrase = said.get("target")
        if phrase is None:
            near = [one for one in sensors if self._speaker and self._speaker.has(one)]
            chosen = near or sensors
        elif place := self._where(phrase):
            chosen = [one for one in sensors if place.has(one)]
        else:
            chosen = [one for one in sensors if self._has_all(one, self._index.words.tokens(phrase))]
        return Inquiry("reading", (chosen[0],), said) if len(chosen) == 1 else None

    def _has_all(self, entity: HomeEntity, tokens: Tokens) -> bool:
        """Return whether a name has all the tokens, beside words for what is measured."""
        return any(set(tokens) <= set(name) for name in self._index.names_of[entity.entity_id])

    def _warmest(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        classes = saying.about["of"]
        outside = set(self._patterns.file["outside"])
        sensors = [
            one
            for one in self._all("sensor")
            if one.device_class == classes
            and one.area_name
            and not any(outside & set(name) for name in self._names(one))
        ]
        rooms = {one.area_id for one in sensors}
        one_each = len(rooms) == len(sensors) and len(sensors) > 1
        return Inquiry("warmest", tuple(sensors), said, saying.about["way"]) if one_each else None

    def _signal(self, _saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        classes = self._patterns.file["signals"][said["signal"]].split("|")
        place = self._where(said.get("place"))
        sensors = [one for one in self._all("binary_sensor") if one.device_class in classes]
        if "place" in said and place is None:
            # A "crawl space leak" tells where it is by its name.
            tokens = self._index.words.tokens(said["place"])
            there = [one for one in sensors if self._has_all(one, tokens)]
            named = Place(frozenset(), said["place"])
            return Inquiry("signal", (there[0],), said, place=named) if len(there) == 1 else None
        inside = tuple(one for one in sensors if place is None or place.has(one))
        return Inquiry("signal", inside, said, place=place)

    def _condition(self, _saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        """Return the question whether something is what only its kind can be: wet, charging, cleaning, playing."""
        for domains, classes, _states in self._patterns.file["conditions"][said["condition"]]:
            entity = self._one(said["target"], frozenset(domains.split("|")))
            if entity and (not classes or entity.device_class in classes.split("|")):
                return Inquiry("condition", (entity,), said)
        return None

    def _person(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        tokens = self._index.words.tokens(said["target"])
        named = self._people_called(tokens)
        return Inquiry("person", (named[0],), said, str(saying.about.get("of", ""))) if len(named) == 1 else None

    def _people_called(self, tokens: Tokens) -> list[HomeEntity]:
        """Return the persons of a name, or of one that differs in accents alone."""
        names_of, people = self._index.names_of, self._all("person")
        exact = [one for one in people if tokens in names_of[one.entity_id]]
        folded = _unaccented(tokens)
        return exact or [one for one in people if any(_unaccented(name) == folded for name in names_of[one.entity_id])]

    def _people(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        return Inquiry("people", tuple(self._all("person")), said, str(saying.about["of"]))

    def _list(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        entity = self._one(said["target"], frozenset({"todo"}))
        return Inquiry("list", (entity,), said, str(saying.about["of"])) if entity else None

    def _kept(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        """Return the question for events or the weather; without a name, of all calendars or of the one report."""
        domain = "calendar" if saying.asks == "events" else "weather"
        if "target" in said:
            entity = self._one(said["target"], frozenset({domain}))
            chosen = [entity] if entity else []
        else:
            chosen = self._all(domain)
        if domain == "weather" and len(chosen) > 1:
            return None
        if saying.about.get("of") == "temperature" and "period" not in said:
            # A thermometer outside knows better than a report.
            outside = set(self._patterns.file["outside"])
            sensors = [one for one in self._all("sensor") if one.device_class == "temperature"]
            own = [one for one in sensors if any(outside & set(name) for name in self._names(one))]
            if own:
                return Inquiry("reading", (own[0],), said) if len(own) == 1 else None
        return Inquiry(saying.asks, tuple(chosen), said, str(saying.about.get("of", "")))

    def _last(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        """Return the question when, for how long or whether something was in a state."""
        state = self._patterns.file["deeds"].get(said.get("deed", "")) or self._patterns.file["states"].get(
            said.get("state", "")
        )
        if state is None:
            return None
        able = [one for one in self._index.entities.values() if can_be(one, state)]
        entity = self._named(said["target"], able)
        return Inquiry(saying.asks, (entity,), said, state) if entity else None

    def _named(self, phrase: str, able: Iterable[HomeEntity]) -> HomeEntity | None:
        """Return the one of some entities that a phrase names; a contact is called like the door it is on."""
        listed = list(able)
        tokens = self._index.words.tokens(phrase)
        exact = [one for one in self._index.by_name.get(tokens, ()) if one in listed]
        if len(exact) == 1:
            return exact[0]
        fitting = [one for one in listed if fits(one, tokens, self._patterns, self._index)]
        if len(fitting) == 1:
            return fitting[0]
        found = self._one(phrase, frozenset(one.domain for one in listed))
        return found if found in listed else None

    def _extreme(self, saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        place = self._where(said.get("place") or said.get("target"))
        sensors = [one for one in self._all("sensor") if one.device_class == saying.about.get("class", "temperature")]
        if "place" in said or "target" in said:
            inside = [one for one in sensors if place and place.has(one)]
        else:
            outside = set(self._patterns.file["outside"])
            inside = [one for one in sensors if any(outside & set(name) for name in self._names(one))]
            inside = inside or (sensors if len(sensors) == 1 else [])
        return Inquiry("extreme", (inside[0],), said, str(saying.about["of"])) if len(inside) == 1 else None

    def _names(self, entity: HomeEntity) -> list[Tokens]:
        return [*self._index.names_of[entity.entity_id], self._index.area_tokens.get(entity.area_id or "", ())]

    def _used(self, _saying: Saying, said: Mapping[str, str]) -> Inquiry | None:
        classes = self._patterns.file["readings"][said["reading"]].split("|")
        meters = [
            one
            for one in self._all("sensor")
            if one.device_class in (*classes, *(["energy"] if "power" in classes else []))
            and (state := self._hass.states.get(one.entity_id))
            and state.attributes.get("state_class") in _TOTALS
        ]
        if phrase := said.get("target"):
            meters = [one for one in meters if self._has_all(one, self._index.words.tokens(phrase))]
        return Inquiry("used", (meters[0],), said) if len(meters) == 1 else None

    def _state(self, entity: HomeEntity) -> str:
        state = self._hass.states.get(entity.entity_id)
        return state.state if state else ""


def _unaccented(tokens: Tokens) -> Tokens:
    return tuple("".join(letter for letter in normalize("NFKD", token) if not combining(letter)) for token in tokens)
