"""Plain sentences as many people would say them, in four more houses: what each changes, and what is answered."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from tests.agent.house import House
from tests.agent.more_houses import async_cottage, async_family, async_loft, async_odd
from tests.agent.test_route import Talk, talk_in

_SENTENCES = Path(__file__).with_name("sentences")
_HOUSES: Mapping[str, Callable[[HomeAssistant], Awaitable[House]]] = {
    "family": async_family,
    "loft": async_loft,
    "cottage": async_cottage,
    "odd": async_odd,
}
_TABLES: Mapping[str, Mapping[str, list[dict[str, Any]]]] = {
    name: load_yaml_dict(str(_SENTENCES / f"{name}.yaml")) for name in _HOUSES
}
_GROUPS = [(name, group) for name, table in _TABLES.items() for group in table]
_NO_MODEL = "I cannot reach the model server."
# What the words for a state leave out.
_SHOWN = (
    "current_tilt_position",
    "direction",
    "fan_mode",
    "hs_color",
    "is_volume_muted",
    "mode",
    "oscillating",
    "preset_mode",
    "source",
)


def shows(talk: Talk) -> dict[str, str]:
    """Return what every entity is like, in words and in the attributes that these leave out."""
    house = talk.house
    shown = talk.looks()
    for entity_id, device in house.devices.items():
        if entity_id.startswith("todo."):
            shown[entity_id] = ", ".join(device.items())
        elif entity_id.startswith("button."):
            shown[entity_id] = f"pressed {device.activated} times"
        elif (state := house.hass.states.get(entity_id)) is not None:
            more = {name: state.attributes[name] for name in _SHOWN if state.attributes.get(name) is not None}
            shown[entity_id] += "".join(f"; {name} {value}" for name, value in more.items())
    return shown


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each sentence changes exactly what it should in the whole house, and says so, or it is left to the model."""
    house = await _HOUSES[name](hass)
    talk = await talk_in(hass, house)
    restore = talk.remember()
    wrong = []
    for case in _TABLES[name][group]:
        before = shows(talk)
        told = await talk.say(case["say"], area=case.get("in"))
        after = shows(talk)
        changed = {entity_id: look for entity_id, look in after.items() if look != before[entity_id]}
        expected = ("local", case["reply"]) if "reply" in case else ("model", _NO_MODEL)
        if told != expected or changed != case.get("changes", {}):
            wrong.append((case["say"], told, changed))
        restore()
        await hass.async_block_till_done()
    assert wrong == []
    await house.async_leave()


def test_tables_are_large() -> None:
    """There are many sentences, of every kind, in each house."""
    cases = [case for table in _TABLES.values() for rows in table.values() for case in rows]
    assert len({(case["say"], case.get("in")) for case in cases}) >= 250
    assert sum("reply" not in case for case in cases) >= 50
    assert sum("changes" in case for case in cases) >= 120
