"""Who is home."""

from typing import Any

import pytest

from tests.agent.house import House, bare_house

__all__ = ["bare_house"]


@pytest.mark.parametrize(
    ("entity_id", "state", "line"),
    [
        ("person.anna", "home", "Anna: home"),
        ("person.anna", "not_home", "Anna: away"),
        ("person.anna", "School", "Anna: School"),
        ("device_tracker.phone", "not_home", "Anna: away"),
    ],
)
@pytest.mark.parametrize(
    "fields", [{"targets": ["Anna"]}, {"targets": ["Anna"], "kind": "person"}], ids=["name", "kind"]
)
async def test_where_somebody_is(
    bare_house: House, entity_id: str, state: str, line: str, fields: dict[str, Any]
) -> None:
    """In the words that people use, found by name and as a person."""
    bare_house.sensor(entity_id, "Anna", None, state, {})
    outcome = await bare_house.perform("is Anna home?", ("get_state", fields))
    assert outcome.results[0].data == {"states": [line]}
