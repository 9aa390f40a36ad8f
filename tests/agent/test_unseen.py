"""Sentences that were written down before the agent was tried on them, in houses that it had not seen."""

from homeassistant.core import HomeAssistant
import pytest

from tests.agent.unseen.check import TABLES, async_judge

_GROUPS = [(name, group) for name, table in TABLES.items() for group in table]


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each is solved as its table says, or left to the model where that may have it."""
    judged = await async_judge(hass, name, group)
    for one in judged:
        print(f"{one.verdict:9} | {name} {group} | {one.case['say']} | {one.route} | {one.reply} | {dict(one.changed)}")
    assert [
        one for one in judged if one.verdict == "wrong" or (one.verdict != "solved" and not one.case.get("model"))
    ] == []
