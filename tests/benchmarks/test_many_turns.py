"""A turn leaves nothing behind when its conversation has ended."""

import json
from pathlib import Path
import subprocess
import sys
import textwrap

import pytest

PROJECT = Path(__file__).parents[2]
# A thousand objects more or less are noise.
TURNS = 2000
# In a process of its own, where nothing else makes or forgets objects.
MANY = f"""
    import asyncio, json, logging, sys
    from homeassistant.runner import create_event_loop
    from benchmarks.agents import BY_MODEL, PARLOR
    from benchmarks.many_turns import async_many_turns
    from benchmarks.own_work import talking_house

    async def talk():
        async with talking_house(20) as hass:
            return [(await async_many_turns(hass, agent, {TURNS}, 1)).objects for agent in (PARLOR, BY_MODEL)]

    logging.disable(logging.CRITICAL)
    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        json.dump(runner.run(talk()), sys.stdout)
"""


@pytest.mark.timeout(400)
def test_turns_leave_no_objects_behind() -> None:
    """Neither those that need no model nor those that do: one object each would be seen."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MANY)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=380,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert max(json.loads(done.stdout)) < TURNS
