"""What people would say who have never read what Parlor understands, to a family's house whose model server is gone.

A case names what is said, maybe the room it is said `in`, and what should come of it: `changes` (the whole house is
compared), words that an answer `tells`, or that it `asks` back. A case without any of these is for nobody but a model:
nothing may change. `model: true` marks what only a model solves today; nothing may change there either.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from tests.agent.families_abroad import LANGUAGES, async_family_abroad
from tests.agent.route_talk import Table, Talk, talk_in

_FOLDER = Path(__file__).with_name("sentences_strange")
_TABLES: dict[str, Table] = {name: load_yaml_dict(str(_FOLDER / f"{name}.yaml")) for name in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_sentences(hass: HomeAssistant, socket_enabled: None, language: str) -> None:
    """What is understood is right, and what is not is left to the model."""
    house = await async_family_abroad(hass, language)
    talk = await talk_in(hass, house)
    restore = talk.remember()
    wrong = []
    for case in (case for group in _TABLES[language].values() for case in group):
        before, services = _looks(talk), len(talk.services)
        route, reply = await talk.say(case["say"], area=case.get("in"), language=language)
        changed = {entity_id: look for entity_id, look in _looks(talk).items() if look != before[entity_id]}
        verdict = _verdict(case, route, reply, changed, called=len(talk.services) > services)
        if verdict != ("model" if _is_for_model(case) else "solved"):
            wrong.append((verdict, case["say"], reply, changed))
        restore()
        await hass.async_block_till_done()
    assert wrong == []
    await house.async_leave()


def _verdict(case: Mapping[str, Any], route: str, reply: str, changed: Mapping[str, str], *, called: bool) -> str:
    """Return whether a case is solved, left to the model, or wrong."""
    if route == "model":
        return "wrong" if changed or called else "model"
    asks = reply.endswith("?")
    told = all(word in reply for word in case.get("tells", ()))
    expects = any(key in case for key in ("changes", "tells", "asks"))
    right = changed == case.get("changes", {}) and told and asks == ("asks" in case)
    return "solved" if expects and right else "wrong"


def _is_for_model(case: Mapping[str, Any]) -> bool:
    return "model" in case or not any(key in case for key in ("changes", "tells", "asks"))


def _looks(talk: Talk) -> dict[str, str]:
    """Return what every entity is like, a list by its items."""
    items = talk.house.devices["todo.shopping"].items()
    return talk.looks() | {"todo.shopping": ", ".join(items)}
