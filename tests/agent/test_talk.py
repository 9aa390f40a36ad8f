"""Conversations of several turns, said to a whole Parlor without a model: what each turn changes and says."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
import itertools
from pathlib import Path
import re
from time import monotonic
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from tests.agent.house import async_full_house
from tests.agent.route_talk import Talk, talk_in, teach
from tests.agent.whole_house import changes, demo_house, shown

_DIALOGUES = Path(__file__).with_name("dialogues")
_NO_MODEL = "I cannot reach the model server."

type Dialogue = list[dict[str, Any]]

_TABLES: Mapping[str, Mapping[str, list[Dialogue]]] = {
    path.stem: load_yaml_dict(str(path)) for path in sorted(_DIALOGUES.glob("*.yaml"))
}
_GROUPS = [(name, group) for name, table in _TABLES.items() for group in table]


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_dialogues(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each utterance changes exactly what it should in the whole house, and says so, or it is left to the model."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    restore = talk.remember()
    wrong = []
    for number, dialogue in enumerate(_TABLES[name][group]):
        for turn in dialogue:
            before = talk.looks()
            told = await talk.say(turn["say"], area=turn.get("in"), conversation_id=f"talk {number}")
            after = talk.looks()
            changed = {entity_id: look for entity_id, look in after.items() if look != before[entity_id]}
            expected = ("model", _NO_MODEL) if turn.get("model") else ("local", turn["reply"])
            if told != expected or changed != turn.get("changes", {}):
                wrong.append(([one["say"] for one in dialogue], turn["say"], told, changed))
        restore()
        await hass.async_block_till_done()
    assert wrong == [], "\n".join(map(str, wrong))
    await house.home.async_stop()


async def test_the_conversation_in_the_docs(hass: HomeAssistant, socket_enabled: None) -> None:
    """What the page on talking shows is what is said."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    page = (Path(__file__).parents[2] / "docs" / "talking.md").read_text(encoding="utf-8")
    lines = re.findall(r"^> \*\*(You|Parlor):\*\* (.*?)\\?$", page, re.MULTILINE)
    assert [who for who, _text in lines] == ["You", "Parlor"] * (len(lines) // 2)
    assert lines
    for (_you, said), (_parlor, heard) in itertools.batched(lines, 2, strict=True):
        assert await talk.say(said, conversation_id="ours") == ("local", heard)
    await house.home.async_stop()


DEVICES: Mapping[str, Sequence[tuple[str, str, Mapping[str, Any]]]] = {
    "a fan": [
        ("turn on the ceiling fan", "The ceiling fan is on.", {"state": "on"}),
        ("50 percent", "The ceiling fan is already at 50 percent.", {"percentage": 50}),
        ("faster", "The ceiling fan is at 83 percent.", {"percentage": 83}),
        ("a bit slower", "The ceiling fan is at 50 percent.", {"percentage": 50}),
        ("undo that", "The ceiling fan is at 83 percent again.", {"percentage": 83}),
        ("and off again", "The ceiling fan is off.", {"state": "off"}),
    ],
    "a player": [
        ("turn on the walkman", "The walkman is already on.", {"state": "playing"}),
        ("turn it down a bit", "The walkman is at 95 percent volume.", {"volume_level": 0.95}),
        ("quieter", "The walkman is at 85 percent volume.", {"volume_level": 0.85}),
        ("again", "The walkman is at 75 percent volume.", {"volume_level": 0.75}),
        ("louder by 5 percent", "The walkman is at 80 percent volume.", {"volume_level": 0.8}),
        ("stop", "The walkman has stopped.", {"state": "off"}),
        ("undo", "The walkman is playing again.", {"state": "playing"}),
    ],
}


@pytest.mark.parametrize("turns", DEVICES.values(), ids=DEVICES)
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_devices(
    hass: HomeAssistant,
    socket_enabled: None,
    turns: Sequence[tuple[str, str, Mapping[str, Any]]],
) -> None:
    """What goes on depends on what kind of thing was spoken of."""
    async with demo_house(hass, "fan", "media_player") as house:
        talk = await talk_in(hass, house)
        for said, heard, expected in turns:
            before = shown(hass)
            assert await talk.say(said, conversation_id="ours") == ("local", heard)
            changed = [one for one in changes(before, shown(hass)) if ".parlor" not in one]
            assert len(changed) <= 1
            [now] = [look for look in shown(hass).values() if heard.casefold().startswith(f"the {_name(look)} ")]
            assert {name: now[name] for name in expected} == expected


def _name(look: Mapping[str, Any]) -> str:
    return str(look.get("friendly_name", "-")).casefold()


def test_tables_are_large() -> None:
    """There are many dialogues, a good part of which must not do a thing."""
    dialogues = [dialogue for table in _TABLES.values() for group in table.values() for dialogue in group]
    assert len(dialogues) >= 100
    assert sum(any(turn.get("model") for turn in dialogue) for dialogue in dialogues) >= 30


OTHERS = {
    "another satellite": ({"area": "Kitchen"}, {"area": "Office"}),
    "a satellite after none": ({}, {"area": "Office"}),
    "another user": ({"user": "Anna"}, {"user": "Ben"}),
    "a user after none": ({}, {"user": "Ben"}),
    "another conversation": ({}, {"conversation_id": "theirs"}),
}
SAME = {"nobody known": {}, "a satellite": {"area": "Kitchen"}, "a user": {"user": "Anna"}}
FIRST = {
    "an answer": ("turn off the lamp", "the desk lamp"),
    "a follow-up": ("turn off the office lamp", "turn it on again"),
    "another target": ("turn off the kitchen lights", "and the bedroom too"),
}


@dataclass
class Group:
    """Several people who talk to one house."""

    talk: Talk
    users: dict[str, str]

    async def say(self, text: str, *, user: str | None = None, conversation_id: str = "ours", **more: Any) -> str:
        """Say something as somebody; return the reply."""
        user_id = self.users.get(user or "")
        _route, reply = await self.talk.say(text, conversation_id=conversation_id, user_id=user_id, **more)
        return reply


@pytest.fixture
async def group(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Group]:
    """Return the house with people in it who may do everything."""
    house = await async_full_house(hass)
    users = {name: await hass.auth.async_create_user(name, group_ids=[GROUP_ID_ADMIN]) for name in ("Anna", "Ben")}
    yield Group(await talk_in(hass, house), {name: user.id for name, user in users.items()})
    await house.home.async_stop()


@pytest.mark.parametrize(("first", "second"), OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("texts", FIRST.values(), ids=FIRST)
async def test_only_the_same_speaker_goes_on(
    group: Group, texts: tuple[str, str], first: dict[str, str], second: dict[str, str]
) -> None:
    """Who comes in between neither answers nor goes on, and takes what was said before away."""
    await group.say(texts[0], **first)
    before = group.talk.looks()
    assert await group.say(texts[1], **second) == _NO_MODEL
    assert await group.say("undo that", **second) == "There is nothing that I could undo."
    assert group.talk.looks() == before


@pytest.mark.parametrize("who", SAME.values(), ids=SAME)
@pytest.mark.parametrize("texts", FIRST.values(), ids=FIRST)
async def test_the_same_speaker_goes_on(group: Group, texts: tuple[str, str], who: dict[str, str]) -> None:
    """Wherever it is, and whoever."""
    await group.say(texts[0], **who)
    before = group.talk.looks()
    assert await group.say(texts[1], **who) != _NO_MODEL
    assert group.talk.looks() != before


@pytest.mark.parametrize(("seconds", "reply"), [(29.0, "The office lamp is off."), (31.0, _NO_MODEL)])
async def test_a_question_is_open_for_half_a_minute(
    group: Group, monkeypatch: pytest.MonkeyPatch, seconds: float, reply: str
) -> None:
    """A later answer is none."""
    began = monotonic()
    await group.say("turn off the lamp")
    # However long the question itself took.
    asked_at = monotonic() if seconds > 30 else began
    monkeypatch.setattr("custom_components.parlor.agent.talk.memory.monotonic", lambda: asked_at + seconds)
    assert await group.say("the desk lamp") == reply


async def test_what_is_not_exposed_any_more_is_not_touched(hass: HomeAssistant, group: Group) -> None:
    """Neither by an answer nor by a follow-up, nor is it put back."""
    await group.say("turn off the office lamp")
    async_expose_entity(hass, "conversation", "light.office_lamp", False)
    services = list(group.talk.services)
    assert await group.say("turn it on again") == _NO_MODEL
    assert await group.say("undo that") == "There is nothing that I could undo."
    assert await group.say("turn off the lamp", conversation_id="new") == (
        "Which lamp do you mean, the living room lamp or the bedside lamp?"
    )
    async_expose_entity(hass, "conversation", "light.bedside_lamp", False)
    assert await group.say("the bedside lamp", conversation_id="new") == _NO_MODEL
    assert group.talk.services == services


async def test_a_user_puts_back_only_what_the_user_may_control(hass: HomeAssistant, group: Group) -> None:
    """What was allowed when it was done may be forbidden by now."""
    user = MockUser(id="child", name="Child").add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {"light.office_lamp": True}}})
    group.users["Child"] = user.id
    assert await group.say("turn off the office lamp", user="Child") == "The office lamp is off."
    user.mock_policy({"entities": {"entity_ids": {"light.office_lamp": {"read": True}}}})
    reply = await group.say("undo that", user="Child")
    assert reply == "You may not change the office lamp."
    assert group.talk.looks()["light.office_lamp"] == "off"


async def test_a_deaf_device_is_not_said_to_be_back(group: Group) -> None:
    """Undoing is read back like everything else."""
    await group.say("turn off the office lamp and the printer")
    group.talk.house.devices["light.office_lamp"].deaf = True
    reply = await group.say("undo that")
    assert reply == "The printer is on again, but the office lamp did not respond."


async def test_what_came_late_is_put_back_too(group: Group) -> None:
    """A lamp that did not answer in time may be off by the time that it is to be on again."""
    lamp = group.talk.house.devices["light.office_lamp"]
    lamp.deaf = True
    assert await group.say("turn off the office lamp") == "The office lamp did not respond."
    lamp.deaf = False
    await lamp.async_turn_off()
    assert await group.say("undo that") == "The office lamp is on again."


async def test_what_others_changed_meanwhile_is_left_alone(group: Group) -> None:
    """Undoing is about what the last turn changed, and not about what it found as it was told to make it."""
    assert await group.say("turn on the office lamp") == "The office lamp is already on."
    await group.talk.house.devices["light.office_lamp"].async_turn_off()
    assert await group.say("undo that") == "There is nothing that I could undo."
    assert group.talk.looks()["light.office_lamp"] == "off"


async def test_without_the_local_route(hass: HomeAssistant, socket_enabled: None) -> None:
    """Follow-ups are the model's then; there is nothing to undo that Parlor has done."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house, local_route=False)
    assert await talk.say("turn it off", conversation_id="ours") == ("model", _NO_MODEL)
    assert (await talk.say("undo that", conversation_id="ours"))[0] == "local"
    await house.home.async_stop()


async def test_sentences_of_the_user_come_first(
    hass: HomeAssistant,
    socket_enabled: None,
    tmp_path: Path,
) -> None:
    """What the user has taught Home Assistant means that, whatever was said before."""
    teach(hass, tmp_path, "language: en\nintents: {Halt: {data: [{sentences: [turn it on again, undo that]}]}}\n")
    house = await async_full_house(hass)
    assert await async_setup_component(
        hass, "intent_script", {"intent_script": {"Halt": {"speech": {"text": "Halt."}}}}
    )
    talk = await talk_in(hass, house)
    await talk.say("turn off the office lamp", conversation_id="ours")
    assert await talk.say("turn it on again", conversation_id="ours") == ("local", "Halt.")
    assert talk.looks()["light.office_lamp"] == "off"
    await house.home.async_stop()
