"""Batteries that are low: below a fifth, or low by their own account."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import State

from ...home import HomeEntity
from ..look import Found, Look
from ..made import companions, names_of
from ..sheet import Fact, Figure
from ..wording import rounded

_LOW: Final = 20
_LOW_WORDS: Final = frozenset({"on", "low", "critical", "very_low"})


async def async_batteries(look: Look) -> Found:
    """Collect low batteries: of what was asked for, and of the devices that it belongs to."""
    batteries = [entity for entity in companions(look).values() if entity.device_class == "battery"]
    found: list[tuple[float, Fact]] = []
    for entity, state in look.seen(batteries):
        level = _level(state)
        if level is None and state.state in _LOW_WORDS:
            found.append((0, _fact(look, entity, "low", {}, ())))
        elif level is not None and level < _LOW:
            said = {"value": look.wording.measured(level, "%")}
            found.append((level, _fact(look, entity, "level", said, (Figure(rounded(level), "%"),))))
    found.sort(key=lambda one: one[0])
    return Found(tuple(fact for _, fact in found), tuple(entity.entity_id for entity in batteries))


def _fact(look: Look, entity: HomeEntity, key: str, said: Mapping[str, str], figures: tuple[Figure, ...]) -> Fact:
    words = look.wording
    text = words.text("batteries", key, subject=words.subject(entity), **said)
    states = (words.state(entity, "on").text,) if key == "low" else ()
    return Fact(f"{text}.", names_of(entity), figures, states=states)


def _level(state: State) -> float | None:
    try:
        return float(state.state)
    except ValueError:
        # Some say in a word how they are.
        return None
