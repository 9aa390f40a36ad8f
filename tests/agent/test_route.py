"""Plain sentences, said to a whole Parlor whose model server is gone: what they change, what is said, what is left."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from homeassistant.components.conversation import AssistantContent, ToolResultContent
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest

from tests.agent.house import House, async_full_house
from tests.agent.route_houses import async_flat, async_villa
from tests.agent.route_talk import NO_MODEL, Table, async_differences, talk_in, teach

_SENTENCES = Path(__file__).with_name("sentences")


async def _everything_off(hass: HomeAssistant) -> House:
    """Return the full house by night."""
    house = await async_full_house(hass)
    for entity_id, device in house.devices.items():
        device._attr_is_on = False
        device._attr_percentage = 0
        if entity_id.startswith("cover."):
            device._attr_current_cover_position, device._attr_is_closed = 0, True
        if entity_id.startswith("climate."):
            device._attr_hvac_mode = "off"
        device.async_write_ha_state()
    return house


_HOUSES: Mapping[str, Callable[[HomeAssistant], Awaitable[House]]] = {
    "everything_on": async_full_house,
    "everything_off": _everything_off,
    "flat": async_flat,
    "villa": async_villa,
}
_TABLES: Mapping[str, Table] = {name: load_yaml_dict(str(_SENTENCES / f"{name}.yaml")) for name in _HOUSES}
_GROUPS = [(name, group) for name, table in _TABLES.items() for group in table]


@pytest.mark.parametrize(("name", "group"), _GROUPS, ids=[f"{name}: {group}" for name, group in _GROUPS])
async def test_sentences(hass: HomeAssistant, socket_enabled: None, name: str, group: str) -> None:
    """Each sentence changes exactly what it should in the whole house, and says so, or it is left to the model."""
    house = await _HOUSES[name](hass)
    talk = await talk_in(hass, house)
    assert await async_differences(talk, _TABLES[name][group], talk.looks) == []
    await house.home.async_stop()


def test_tables_are_large() -> None:
    """There are many sentences, in each house, of every kind."""
    cases = [case for table in _TABLES.values() for rows in table.values() for case in rows]
    assert len(cases) >= 250
    assert len({(case["say"], case.get("in")) for case in cases}) >= 240
    assert sum("reply" not in case for case in cases) >= 80


@pytest.mark.parametrize("name", _HOUSES)
async def test_questions_call_nothing(hass: HomeAssistant, socket_enabled: None, name: str) -> None:
    """No question runs any service, not even one that would change nothing."""
    house = await _HOUSES[name](hass)
    talk = await talk_in(hass, house)
    rows = [case for group, cases in _TABLES[name].items() if group.startswith("questions") for case in cases]
    for case in rows:
        await talk.say(case["say"], area=case.get("in"))
    assert talk.services == []
    await house.home.async_stop()


@pytest.mark.parametrize(
    "text",
    [
        "turn off the kitchn lites",
        "turn off the kitchen lites",
        "turn off the kitcen ligths",
        "turn off kitchin lite",
        "turn of the kitchens",
        "turn off the kitchen lihgts",
        "kitchn lites off",
    ],
)
async def test_misspelt_lights_are_no_media_player(
    hass: HomeAssistant,
    socket_enabled: None,
    text: str,
) -> None:
    """What sounds like lights never switches the media player of the same room."""
    house = await async_flat(hass)
    talk = await talk_in(hass, house)
    before = talk.looks()
    await talk.say(text)
    after = talk.looks()
    assert after["media_player.kitchen"] == before["media_player.kitchen"]
    assert {entity_id for entity_id, look in after.items() if look != before[entity_id]} <= {"light.kitchen"}
    await house.home.async_stop()


@pytest.mark.parametrize(
    "more",
    [
        "{} tomorrow",
        "{} for a while",
        "{} at eight",
        "{} when i say so",
        "{} unless it rains",
        "{} like yesterday",
        "{} and wash the dishes",
        "{} by ten",
        "if it is dark {}",
        "do not {}",
        "never {}",
        "i forgot to {}",
        "who asked you to {}",
        "say {}",
        "remind me to {}",
        "{} or not",
        "{} {}",
    ],
)
async def test_one_word_more(hass: HomeAssistant, socket_enabled: None, more: str) -> None:
    """A plain command with one word more than is understood is not carried out."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    table = _TABLES["everything_on"]
    before = talk.looks()
    for case in [*table["plain commands"][::4], *table["values"][::4], *table["clauses"][::3]]:
        text = case["say"].strip("?!")
        route, _reply = await talk.say(more.format(text, text))
        assert (route, talk.services) == ("model", []), case["say"]
    assert talk.looks() == before
    await house.home.async_stop()


async def test_switched_off(hass: HomeAssistant, socket_enabled: None) -> None:
    """An agent without the local route leaves everything to the model."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house, local_route=False)
    assert await talk.say("turn off the kitchen lights") == ("model", NO_MODEL)
    assert talk.services == []
    await house.home.async_stop()


async def test_language_without_answers(hass: HomeAssistant, socket_enabled: None) -> None:
    """Where no reply could be composed, nothing is done without the model."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    route, _reply = await talk.say("Sytytä valo Kitchen", language="fi")
    assert route == "model"
    assert talk.services == []
    await house.home.async_stop()


@pytest.mark.parametrize(
    ("text", "reply"),
    [("never mind", "Okay."), ("what time is it", None), ("what is the date", None), ("What's the time?", None)],
)
async def test_handled_by_home_assistant(
    hass: HomeAssistant,
    socket_enabled: None,
    text: str,
    reply: str | None,
) -> None:
    """What needs no tool is answered by Home Assistant's own handler."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    route, said = await talk.say(text)
    assert route == "local"
    assert said
    assert reply in (None, said)
    await house.home.async_stop()


async def test_sentences_of_the_user(
    hass: HomeAssistant,
    socket_enabled: None,
    tmp_path: Path,
) -> None:
    """Sentences that the user has taught Home Assistant run as taught, and come before Parlor's own patterns."""
    teach(
        hass,
        tmp_path,
        "language: en\nintents: {Dinner: {data: [{sentences: [what is for dinner, turn off the kitchen lights]}]}}\n",
    )
    house = await async_full_house(hass)
    dinner = {"speech": {"text": "Soup."}, "action": [{"action": "switch.turn_off", "entity_id": "switch.printer"}]}
    assert await async_setup_component(hass, "intent_script", {"intent_script": {"Dinner": dinner}})
    talk = await talk_in(hass, house)
    assert await talk.say("what is for dinner") == ("local", "Soup.")
    assert await talk.say("turn off the kitchen lights") == ("local", "Soup.")
    assert talk.looks()["light.kitchen_ceiling"].startswith("on")
    assert talk.services == ["switch.turn_off"] * 2
    await house.home.async_stop()


async def test_broken_sentences_of_the_user(
    hass: HomeAssistant,
    socket_enabled: None,
    tmp_path: Path,
) -> None:
    """What fails inside Home Assistant's matcher does not cost the turn."""
    teach(hass, tmp_path, "- this\n- is\n- no mapping\n")
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    assert await talk.say("turn off the office lamp") == ("local", "The office lamp is off.")
    assert await talk.say("tell me a joke") == ("model", NO_MODEL)
    await house.home.async_stop()


async def test_log_holds_what_was_done(hass: HomeAssistant, socket_enabled: None) -> None:
    """The conversation remembers calls and results, so that the model can go on from there."""
    house = await async_full_house(hass)
    talk = await talk_in(hass, house)
    await talk.say("turn off the kitchen lights and set the thermostat to 20 degrees")
    [log] = hass.data[DATA_CHAT_LOGS].values()
    called = [call for one in log.content if isinstance(one, AssistantContent) for call in one.tool_calls or ()]
    results = [one.tool_call_id for one in log.content if isinstance(one, ToolResultContent)]
    assert [call.tool_name for call in called] == ["turn_off", "set_climate"]
    assert [call.id for call in called] == results
    assert talk.turns[-1].record.tools == ("turn_off", "set_climate")
    assert talk.turns[-1].record.changed == 3
    assert talk.turns[-1].record.passes == ()
    await house.home.async_stop()


@pytest.mark.parametrize("how", ["deaf", "broken"])
async def test_failures_are_told(hass: HomeAssistant, socket_enabled: None, how: str) -> None:
    """A device that does not obey is not said to have obeyed."""
    house = await async_full_house(hass)
    lamp = house.devices["light.office_lamp"]
    lamp.deaf, lamp.error = how == "deaf", ValueError("The radio is off") if how == "broken" else None
    talk = await talk_in(hass, house)
    route, reply = await talk.say("turn off the office lamp and the printer")
    assert route == "local"
    assert "printer is off" in reply
    assert ("did not respond" in reply) if how == "deaf" else ("could not be changed" in reply)
    await house.home.async_stop()
