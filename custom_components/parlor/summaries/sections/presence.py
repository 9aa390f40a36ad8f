"""Who came and went, and who is home."""

from datetime import datetime
from typing import Final

from ...home import HomeEntity
from ..look import Found, Look, SectionMissingError
from ..made import names_of
from ..recorded import Course, async_courses
from ..sheet import Fact, Figure

_HOME: Final = "home"
_AWAY: Final = "not_home"
_FEW: Final = 4


async def async_presence(look: Look) -> Found:
    """Collect who came home and left in the period, and where everybody is now; trackers count where no persons are."""
    people = look.of("person") or look.of("device_tracker")
    if not people:
        return Found()
    left_out: tuple[str, ...] = ()
    try:
        courses = await async_courses(look.hass, [person.entity_id for person in people], look.start, look.end)
    except SectionMissingError as error:
        # Where everybody is now can be told all the same.
        courses = {}
        left_out = (look.wording.text("without", error.reason, section=look.wording.heading("presence")),)
    moves = [(person, courses[person.entity_id]) for person in people if person.entity_id in courses]
    moved = [fact for person, course in moves if (fact := _moved(look, person, course))]
    now = [_now(look, person, state.state) for person, state in look.seen(people)]
    return Found((*now, *moved), tuple(person.entity_id for person in people), left_out)


def _now(look: Look, person: HomeEntity, state: str) -> Fact:
    words = look.wording
    if state in (_HOME, _AWAY):
        word = words.state(person, state).text
        text = words.text("presence", "now", subject=words.subject(person), state=word)
        return Fact(f"{text}.", names_of(person), states=(word,))
    # The name of a zone.
    text = words.text("presence", "at", subject=words.subject(person), zone=state)
    return Fact(f"{text}.", (*names_of(person), state), states=(state,))


def _moved(look: Look, person: HomeEntity, course: Course) -> Fact | None:
    """Return when somebody left and came back, or how often."""
    words = look.wording
    steps: list[tuple[str, datetime]] = []
    was_home: bool | None = None
    for spell in course.spells:
        is_home = spell.state == _HOME
        if spell.begin is not None and was_home is not None and is_home != was_home:
            steps.append(("came" if is_home else "left", spell.begin))
        was_home = is_home
    if not steps:
        return None
    if len(steps) > _FEW:
        left = course.ended.get(_HOME, 0)
        key, last = steps[-1]
        end = words.text("presence", f"{key}_last", at=words.at(last))
        text = words.text("presence", "often", subject=words.subject(person), count=left, last=end)
        return Fact(f"{text}.", names_of(person), (Figure(left),), (last,))
    parts = [words.text("presence", key, at=words.at(moment)) for key, moment in steps]
    text = words.text("presence", "moved", subject=words.subject(person), steps=words.listed(parts))
    states = tuple(words.text("presence", f"{key}_word") for key in dict.fromkeys(key for key, _ in steps))
    return Fact(f"{text}.", names_of(person), times=tuple(moment for _, moment in steps), states=states)
