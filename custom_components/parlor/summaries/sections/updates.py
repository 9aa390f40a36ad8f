"""Updates that wait to be installed."""

from typing import Final

from homeassistant.core import State

from ...home import HomeEntity, clean_name
from ..look import Found, Look
from ..made import companions, names_of
from ..sheet import Fact

_LENGTH: Final = 40


async def async_updates(look: Look) -> Found:
    """Collect the updates that wait: of what was asked for, and of the devices that it belongs to."""
    entities = [entity for entity in companions(look).values() if entity.domain == "update"]
    waiting = [(entity, state) for entity, state in look.seen(entities) if state.state == "on"]
    waiting.sort(key=lambda one: one[0].name.casefold())
    facts = tuple(_fact(look, entity, state) for entity, state in waiting)
    return Found(facts, tuple(entity.entity_id for entity in entities))


def _fact(look: Look, entity: HomeEntity, state: State) -> Fact:
    words = look.wording
    new, old = (_version(state.attributes.get(key)) for key in ("latest_version", "installed_version"))
    key = "from_to" if new and old else "bare"
    text = words.text("updates", key, subject=words.subject(entity), new=new, old=old)
    return Fact(f"{text}.", (*names_of(entity), *(version for version in (new, old) if version)))


def _version(value: object) -> str:
    """Return a version as its maker writes it; more than one word is none."""
    text = clean_name(str(value or ""), length=_LENGTH)
    return "" if " " in text else text
