"""Measured values: which sensor a question for a temperature or a humidity is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from .find import Finder, Named
from .house import Entity, Place
from .vocabulary import MEASURES, OUTSIDE
from .words import stem


@dataclass(frozen=True, slots=True)
class Measured:
    """The sensor (the only entity named), what it measures, and the place whose value that is, if it is one's."""

    named: Named
    measure: str
    place: Place | None


def find_measured(finder: Finder, words: Sequence[str], speaker_area: str | None) -> Measured | None:
    """Return the sensor that a question is about, by name, by place or by the speaker's area; None if there is none."""
    house = finder.house
    measure = next(MEASURES[stem(word)] for word in words if stem(word) in MEASURES)
    candidates = [entity for entity in house.entities if _measures(entity, measure)]
    outside = [entity for entity in candidates if OUTSIDE & set(entity.spellings()[0])]
    place = next((area for area in house.areas if area.name == speaker_area), None)
    if set(words) & OUTSIDE:
        candidates, place = outside, None
    else:
        for start, end in finder.spans(words):
            found = finder.find(words[start:end])
            if found.places:
                place = found.places[0]
            elif exact := [entity for entity in found.entities if entity in candidates]:
                return Measured(_named(finder, exact[0]), measure, None)
        candidates = [entity for entity in candidates if entity not in outside] or candidates
        if place is not None:
            candidates = [entity for entity in candidates if entity in house.within(place)]
    # A thermostat measures too, but a sensor says it better.
    candidates.sort(key=lambda entity: entity.domain != "sensor")
    if not candidates:
        return None
    entity = candidates[0]
    own = place if place in house.areas else next((area for area in house.areas if area.name == entity.area), None)
    return Measured(_named(finder, entity), measure, None if entity in outside else own)


def _named(finder: Finder, entity: Entity) -> Named:
    """Return the entity as what is named."""
    return Named((finder.house.label(entity),), None, (entity,))


def _measures(entity: Entity, measure: str) -> bool:
    """Tell whether an entity measures a quantity."""
    if entity.domain == "climate":
        return measure == "temperature"
    return entity.domain == "sensor" and (entity.device_class == measure or measure in entity.spellings()[0])
