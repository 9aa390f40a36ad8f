"""Plain sentences as many people would say them, in four more houses: what each changes, and what is answered."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from tests.agent.house import House
from tests.agent.more_houses import async_cottage, async_family, async_loft, async_odd
from tests.agent.route_talk import Table, async_differences, shows, talk_in

_SENTENCES = Path(__file__).with_name("sentences")
_HOUSES: Mapping[str, Callable[[HomeAssistant], Awaitable[House]]] = {
    "family": async_family,
    "loft": async_loft,
    "cottage": async_cottage,
    "odd": async_odd,
}
_TABLES: Mapping[str, Table] = {name: load_yaml_dict(str(_SENTENCES / f"{name}.yaml")) for name in _HOUSES}
_GROUPS = [(name, group) for name, table in _TABLES.items() for group in table]


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each sentence changes exactly what it should in the whole house, and says so, or it is left to the model."""
    house = await _HOUSES[name](hass)
    talk = await talk_in(hass, house)
    assert await async_differences(talk, _TABLES[name][group], partial(shows, talk)) == []
    await house.async_leave()


def test_tables_are_large() -> None:
    """There are many sentences, of every kind, in each house."""
    cases = [case for table in _TABLES.values() for rows in table.values() for case in rows]
    assert len({(case["say"], case.get("in")) for case in cases}) >= 250
    assert sum("reply" not in case for case in cases) >= 50
    assert sum("changes" in case for case in cases) >= 120
