"""What came of a sentence, held against what its table says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict

from tests.agent.house import House
from tests.agent.route_talk import Table, Talk, shows, talk_in
from tests.agent.unseen.large import async_farmhouse, async_residence, async_townhouse
from tests.agent.unseen.later import async_bungalow, async_shop
from tests.agent.unseen.small import async_cabin, async_studio

HOUSES: Mapping[str, Callable[[HomeAssistant], Awaitable[House]]] = {
    "studio": async_studio,
    "cabin": async_cabin,
    "townhouse": async_townhouse,
    "residence": async_residence,
    "farmhouse": async_farmhouse,
    "bungalow": async_bungalow,
    "shop": async_shop,
}
TABLES: Mapping[str, Table] = {name: load_yaml_dict(str(Path(__file__).with_name(f"{name}.yaml"))) for name in HOUSES}
# What a sentence that changes nothing must not be told.
_CLAIMS = re.compile(r"\b(?:is|are) (?:now |already )?(?:on|off|open|opening|closing|closed|locked|unlocked|at \d)\b")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, and what came of it: `solved`, `handed on` to the model, or `wrong`."""

    case: Mapping[str, Any]
    verdict: str
    route: str
    reply: str
    changed: Mapping[str, str]


async def async_judge(hass: HomeAssistant, name: str, group: str) -> list[Judged]:
    """Say all sentences of a group in a house whose model server is gone; return what came of each."""
    house = await HOUSES[name](hass)
    talk = await talk_in(hass, house)
    restore = talk.remember()
    judged = []
    for case in TABLES[name][group]:
        judged.append(await _judge(talk, group, case))
        restore()
        await hass.async_block_till_done()
    await house.async_leave()
    return judged


async def _judge(talk: Talk, group: str, case: Mapping[str, Any]) -> Judged:
    before = shows(talk)
    route, reply = await talk.say(case["say"], area=case.get("in"))
    after = shows(talk)
    changed = {entity_id: look for entity_id, look in after.items() if look != before[entity_id]}
    verdict = _verdict(group, case, route, reply, changed)
    return Judged(case, verdict, route, reply, changed)


def _verdict(group: str, case: Mapping[str, Any], route: str, reply: str, changed: Mapping[str, str]) -> str:
    if route != "local":
        return ("solved" if group in ("talk", "traps") else "handed on") if not changed else "wrong"
    if group == "talk":
        return "wrong"
    does: Mapping[str, str] = case.get("does", {})
    is_done = changed.keys() == does.keys() and all(
        part.lower() in changed[entity_id].lower() for entity_id, look in does.items() for part in look.split(", ")
    )
    is_said = all(_holds(reply, words) for words in case.get("says", ()))
    is_false = any(_holds(reply, words) for words in case.get("not", ()))
    claims = group == "traps" and _CLAIMS.search(reply) is not None
    return "solved" if is_done and is_said and not is_false and not claims else "wrong"


def _holds(reply: str, pattern: str) -> bool:
    return re.search(pattern, reply, re.IGNORECASE) is not None
