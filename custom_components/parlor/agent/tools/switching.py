"""What turn_on and turn_off have in common. Locks, covers and alarms are not switches, whatever a model thinks."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from ...home import HomeEntity

# What a room without a kind stands for: never its plugs, heaters and televisions.
USUAL = frozenset({"light"})
# What "everything" stands for: a thermostat is left alone, the house would get cold; a siren, it would get loud.
BROAD = frozenset({"fan", "humidifier", "input_boolean", "light", "media_player", "switch"})
SWITCHED = BROAD | {"climate", "siren"}
# Domains that have more than on and off, with the states in which they are off.
STATES_OFF: Mapping[str, tuple[str, ...]] = {"climate": ("off",), "media_player": ("off", "standby")}


def by_domain(entities: Sequence[HomeEntity]) -> list[tuple[str, tuple[HomeEntity, ...]]]:
    """Return the entities of each domain, as one service call takes them."""
    ordered = sorted(entities, key=lambda entity: entity.domain)
    return [(domain, tuple(members)) for domain, members in groupby(ordered, key=lambda entity: entity.domain)]
