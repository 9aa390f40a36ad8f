"""Sentences that were written down before the agent was tried on them, in houses that it had not seen."""

from homeassistant.core import HomeAssistant
import pytest

from tests.agent.unseen.check import TABLES, async_judge

_GROUPS = [(name, group) for name, table in TABLES.items() for group in table]


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each is solved as its table says, or left to the model where that may have it."""
    judged = await async_judge(hass, name, group)
    assert [one for one in judged if one.verdict == "wrong"] == []
    assert [one.case["say"] for one in judged if one.verdict != "solved" and "model" not in one.case] == []


def test_tables_are_large() -> None:
    """There are many sentences of every kind in each house, most of which need no model."""
    for table in TABLES.values():
        cases = [case for rows in table.values() for case in rows]
        assert len({(case["say"], case.get("in")) for case in cases}) >= 50
        assert {"commands", "questions", "asks", "talk", "traps"} <= table.keys()
        assert sum("model" in case for case in cases) <= len(cases) / 3
