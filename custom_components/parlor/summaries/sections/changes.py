"""What changed: how often and for how long things were open, on, moving or whatever else they can be."""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched
from operator import itemgetter
from typing import Final

from ...home import HomeEntity
from ..look import MOST_FACTS, Found, Look
from ..made import minutes_of, names_of
from ..recorded import Course, Spell, async_courses
from ..sheet import Fact, Figure
from ..wording import StateWord

# Told by other sections, or nothing that happens in the house.
_OTHERS: Final = frozenset(
    {
        *("ai_task", "assist_satellite", "automation", "calendar", "camera", "conversation", "counter", "date"),
        *("datetime", "device_tracker", "group", "image", "input_datetime", "input_number", "number", "person"),
        *("remote", "stt", "sun", "tag", "time", "todo", "tts", "update", "wake_word", "weather", "zone"),
    }
)
_OTHER_CLASSES: Final = frozenset({"battery", "connectivity", "date", "timestamp", "update"})
# Their state is the moment of the last use.
_USED: Final = frozenset({"button", "event", "input_button", "scene"})
# What something is when there is nothing to tell of it.
_AT_REST: Final = frozenset({"off", "closed", "locked", "standby", "idle", "docked", "disarmed"})
_RANKS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("smoke", "gas", "carbon_monoxide", "moisture", "safety", "tamper", "problem", "siren"), 0),
    **dict.fromkeys(("alarm_control_panel", "lock", "door", "garage_door", "garage", "gate", "window", "opening"), 1),
    **dict.fromkeys(("event", "doorbell"), 1),
    **dict.fromkeys(("climate", "water_heater", "vacuum", "lawn_mower", "running", "valve", "plug", "switch"), 2),
    **dict.fromkeys(("light", "media_player", "fan", "humidifier", "cover", "input_boolean"), 3),
    **dict.fromkeys(("motion", "occupancy", "presence", "vibration", "sound", "moving"), 5),
}
_USUAL_RANK: Final = 4
_FEW: Final = 3
_TWICE: Final = 2
_BATCH: Final = 250

type Weight = tuple[bool, int, float]


async def async_changes(look: Look) -> Found:
    """Collect what changed in the period, folded to one fact for each entity."""
    entities = [entity for entity in look.entities.values() if _is_told(look, entity)]
    told: list[tuple[Weight, HomeEntity, Course]] = []
    count = 0
    # Entity by entity only what is most telling is kept, so that a large house takes no more than a small one.
    for batch in batched(entities, _BATCH, strict=False):
        courses = await async_courses(look.hass, [entity.entity_id for entity in batch], look.start, look.end)
        changed = [(entity, courses[entity.entity_id]) for entity in batch if _has_changed(entity, courses)]
        count += len(changed)
        told += [(_weight(look, entity, course), entity, course) for entity, course in changed]
        told = sorted(told, key=itemgetter(0))[:MOST_FACTS]
    facts = tuple(_fact(look, entity, course) for _, entity, course in told)
    return Found(facts, tuple(entity.entity_id for entity in entities), more=count - len(facts))


def _has_changed(entity: HomeEntity, courses: Mapping[str, Course]) -> bool:
    course = courses.get(entity.entity_id)
    if course is None or not course.changes:
        return False
    return entity.domain in _USED or bool(course.times.keys() - _AT_REST)


def _weight(look: Look, entity: HomeEntity, course: Course) -> Weight:
    """Return what orders the facts: what it is about, then for how long it lasted."""
    seconds = sum(course.lasted[state] for state in course.times if state not in _AT_REST)
    return not look.is_focus(entity.name), _rank(entity), -seconds


def _is_told(look: Look, entity: HomeEntity) -> bool:
    if entity.domain in _OTHERS or (entity.device_class or "") in _OTHER_CLASSES:
        return False
    state = look.hass.states.get(entity.entity_id)
    return state is not None and not (
        entity.domain == "sensor" and (state.attributes.keys() & {"unit_of_measurement", "state_class"})
    )


def _rank(entity: HomeEntity) -> int:
    return _RANKS.get(entity.device_class or "", _RANKS.get(entity.domain, _USUAL_RANK))


def _fact(look: Look, entity: HomeEntity, course: Course) -> Fact:
    """Return what happened to an entity."""
    if entity.domain in _USED:
        return _used(look, entity, course)
    active = course.times.keys() - _AT_REST
    return _lasted(look, entity, course, active.pop()) if len(active) == 1 else _steps(look, entity, course)


def _used(look: Look, entity: HomeEntity, course: Course) -> Fact:
    words, count = look.wording, course.changes
    last = max(spell.begin for spell in course.spells if spell.begin)
    text = words.text("changes", "used", count=count, subject=words.subject(entity), last=words.at(last))
    return Fact(f"{text}.", names=names_of(entity), figures=(Figure(count),), times=(last,))


def _lasted(look: Look, entity: HomeEntity, course: Course, state: str) -> Fact:
    """Return how long an entity was in the one state that is worth telling."""
    words = look.wording
    word = words.state(entity, state)
    seconds, times = course.lasted[state], course.times[state]
    spells = [spell for spell in course.spells if spell.state == state]
    form = "was" if word.is_said else "showed"
    filled = {"subject": words.subject(entity), "state": word.text, "span": words.span(seconds)}
    figures: tuple[Figure, ...] = (minutes_of(seconds),)
    moments: tuple[datetime, ...]
    if times == 1:
        text, moments = _one(look, form, spells[-1], filled)
        figures = figures if spells[-1].begin else ()
    elif times == len(spells) == _TWICE and all(spell.begin and spell.end for spell in spells):
        ranges = [words.range(spell.begin, spell.end) for spell in spells if spell.begin and spell.end]
        text = words.text("changes", form, "twice", range=ranges[0], range2=ranges[1], **filled)
        figures = (Figure(times), *figures)
        moments = tuple(moment for spell in spells for moment in (spell.begin, spell.end) if moment)
    else:
        last = next(spell.begin for spell in reversed(spells) if spell.begin)
        is_opened = course.begun[state] > 1 and _opens(entity)
        path, count = (("opened",), course.begun[state]) if is_opened else ((form, "often"), times)
        text = words.text("changes", *path, count=count, last=words.at(last), **filled)
        figures, moments = (Figure(count), *figures), (last,)
    return Fact(f"{text}.", names_of(entity), figures, moments, (word.text,), from_outside=word.is_written)


def _one(look: Look, form: str, spell: Spell, filled: Mapping[str, str]) -> tuple[str, tuple[datetime, ...]]:
    """Return what one spell was like, and the moments that are told of it."""
    words = look.wording
    if spell.begin and spell.end:
        text = words.text("changes", form, "once", range=words.range(spell.begin, spell.end), **filled)
        return text, (spell.begin, spell.end)
    if spell.end:
        return words.text("changes", form, "since_before", end=words.point(spell.end), **filled), (spell.end,)
    if spell.begin is None:
        raise ValueError("a spell without begin and end is no change")
    key = "still" if look.is_current else "until_end"
    return words.text("changes", form, key, begin=words.point(spell.begin), **filled), (spell.begin,)


def _steps(look: Look, entity: HomeEntity, course: Course) -> Fact:
    """Return the states that an entity went through, or how many there were."""
    words = look.wording
    changes = [(words.state(entity, spell.state), spell.begin) for spell in course.spells if spell.begin]
    outside = any(word.is_written for word, _ in changes)
    told: list[tuple[StateWord, datetime]]
    figures: tuple[Figure, ...] = ()
    if course.changes <= _FEW:
        steps = [words.text("changes", "step", state=word.text, at=words.at(moment)) for word, moment in changes]
        text = words.text("changes", "steps", subject=words.subject(entity), steps=", ".join(steps))
        told = changes
    else:
        word, moment = changes[-1]
        filled = {"subject": words.subject(entity), "state": word.text, "at": words.at(moment)}
        text = words.text("changes", "many_steps", count=course.changes, **filled)
        told, figures = changes[-1:], (Figure(course.changes),)
    times, states = tuple(moment for _, moment in told), tuple(word.text for word, _ in told)
    return Fact(f"{text}.", names_of(entity), figures, times, states, from_outside=outside)


def _opens(entity: HomeEntity) -> bool:
    return entity.domain == "cover" or entity.device_class in ("door", "garage_door", "opening", "window")
