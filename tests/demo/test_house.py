"""The demo house stays up for as long as somebody wants it."""

import json
from pathlib import Path
import subprocess
import sys
import textwrap

import pytest

PROJECT = Path(__file__).parents[2]
# In a process of its own: Home Assistant starts once in each.
HOUSES = {
    "demo": """
        from demo.house import running_house

        async def look():
            async with running_house() as house:
                return tell(house.hass)
    """,
    "made up": """
        from benchmarks.houses import async_serve, house

        async def look():
            async with house(20) as (hass, _home):
                await async_serve(hass)
                return tell(hass)
    """,
}
LOOK = """
    import asyncio, json, sys
    from homeassistant.components.http.config import DATA_STORE
    from homeassistant.runner import create_event_loop

    def tell(hass):
        return {"ends": hass.data[DATA_STORE].revert_deadline is not None, "host": hass.http.server_host}

    with asyncio.Runner(loop_factory=create_event_loop) as runner:
        json.dump(runner.run(look()), sys.stdout)
"""


@pytest.mark.parametrize("kind", HOUSES)
def test_a_house_does_not_end_by_itself(kind: str) -> None:
    """Where it listens is settled: on trial, Home Assistant would stop after five minutes without a confirmation."""
    code = textwrap.dedent(HOUSES[kind]) + textwrap.dedent(LOOK)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"ends": False, "host": ["127.0.0.1"]}
