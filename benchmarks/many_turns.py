"""Memory over many turns: what they leave behind, and what conversations hold while they are open."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
import gc
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.util.dt import utcnow
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .agents import async_say
from .houses import put_back
from .results import Table
from .tasks import HOUSE_TASKS

_MIB = 1024 * 1024
_SESSION_MINUTES = 10
_TOGETHER = 50
"""How many conversations are open at a time at most."""
_REST_SECONDS = 0.5
_NOTE = (
    "Every turn is a conversation of its own, which Home Assistant keeps for five minutes after the last word; in the"
    " first columns {together} turns fall into that time. *Objects*: how many more of Python's there are afterwards."
    " *Open at once*: what the process grows by when conversations come so fast that none has ended yet."
)


@dataclass(frozen=True, slots=True)
class Left:
    """What so many turns have left behind, in bytes and objects, and what so many open conversations hold, in bytes.

    `before` is what the process held before, in bytes.
    """

    turns: int
    before: int
    grown: int
    objects: int
    opened: int
    held: int


async def async_many_turns(hass: HomeAssistant, agent: str, turns: int, opened: int) -> Left:
    """Talk to an agent so many times, then again with so many conversations open at once."""
    await _async_talk(hass, agent, max(2 * _TOGETHER, turns // 10))
    before, objects = resident(), await _async_objects()
    await _async_talk(hass, agent, turns)
    grown, more = resident() - before, await _async_objects() - objects
    begun = resident()
    await _async_talk(hass, agent, opened, together=opened + 1)
    held = resident() - begun
    await async_end_conversations(hass)
    return Left(turns, before, grown, more, opened, held)


def memory_table(found: Mapping[str, Left]) -> Table:
    """Return what was found, by the name of the agent."""
    rows = [
        (
            name,
            f"{left.turns:,}",
            f"{left.before / _MIB:,.0f} MiB",
            f"{left.grown / _MIB:+.1f} MiB",
            f"{left.objects:+,}",
            f"{left.opened:,}: {left.held / _MIB:+.1f} MiB",
        )
        for name, left in found.items()
    ]
    head = ("Agent", "Turns", "Process before", "Growth", "Objects", "Open at once")
    return Table("Memory over many turns", head, tuple(rows), _NOTE.format(together=_TOGETHER))


async def async_end_conversations(hass: HomeAssistant) -> None:
    """Let the time pass after which Home Assistant forgets conversations."""
    async_fire_time_changed(hass, utcnow() + timedelta(minutes=_SESSION_MINUTES), fire_all=True)
    await hass.async_block_till_done()


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


async def _async_talk(hass: HomeAssistant, agent: str, count: int, *, together: int = _TOGETHER) -> None:
    for number in range(1, count + 1):
        put_back(hass)
        await async_say(hass, agent, HOUSE_TASKS[number % 2].words)
        if number % together == 0:
            await async_end_conversations(hass)


async def _async_objects() -> int:
    """Return how many objects there are when what runs in the background has come to rest."""
    await asyncio.sleep(_REST_SECONDS)
    gc.collect()
    return len(gc.get_objects())
