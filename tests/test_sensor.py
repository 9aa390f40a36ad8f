"""Sensors and the connectivity of servers: what a user sees of the turns and of the servers."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import Event, HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache_with_extra_data

from custom_components.parlor.plain_words import without_user
from custom_components.parlor.sensor import TURN_COUNTS, TURN_FIGURES
from demo.ollama import STAND_IN, OllamaStandIn
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, ears, model_server, voice, wyoming_server
from tests.talking_house import House, call, calls, says, talking_house

pytestmark = pytest.mark.usefixtures("socket_enabled")

COMMAND = "turn off the kitchen lights"
KITCHEN_OFF = call("turn_off", "Kitchen ceiling light", "Counter light")


def entity_id(hass: HomeAssistant, platform: str, unique_id: str) -> str:
    """Return the id of an entity of Parlor."""
    found = er.async_get(hass).async_get_entity_id(platform, "parlor", unique_id)
    assert found is not None, unique_id
    return found


def state_of(hass: HomeAssistant, platform: str, unique_id: str) -> State:
    """Return the state of an entity of Parlor."""
    state = hass.states.get(entity_id(hass, platform, unique_id))
    assert state is not None
    return state


async def wait_for(hass: HomeAssistant, condition: Callable[[], bool]) -> None:
    """Wait until something is so; the test's own limit ends what never comes."""
    while not condition():
        await hass.async_block_till_done(wait_background_tasks=False)


def switch_on(hass: HomeAssistant, subentry_id: str, keys: Iterable[str]) -> None:
    """Let sensors that are off by default be on from the start."""
    for key in keys:
        er.async_get(hass).async_get_or_create("sensor", "parlor", f"{subentry_id}_{key}", disabled_by=None)


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """Return a house whose agent has all its sensors switched on."""
    switch_on(hass, "agent", (description.key for description in (*TURN_FIGURES, *TURN_COUNTS)))
    async with talking_house(hass, local_route=True) as house:
        yield house


def told(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the states of an agent's sensors by key."""
    return {one.key: state_of(hass, "sensor", f"agent_{one.key}").state for one in (*TURN_FIGURES, *TURN_COUNTS)}


async def test_before_the_first_turn(house: House) -> None:
    """Nothing is known of a turn that was not yet, and none was counted."""
    states = told(house.hass)
    assert {key: state for key, state in states.items() if state != "unknown"} == dict.fromkeys(
        ("turns", "failures", "fallbacks"), "0"
    )


async def test_turn_with_the_model(house: House) -> None:
    """Every stage that a turn came to has a time, and the tokens are the server's."""
    house.server.script(calls(KITCHEN_OFF))
    await house.say("it is much too bright for cooking")
    states = told(house.hass)
    [turn] = house.turns
    [one] = turn.record.passes
    assert one.stats is not None
    unknown = {key for key, state in states.items() if state == "unknown"}
    # The first prompt tells nothing of the cache.
    assert unknown == {"tokens_cached"}
    assert states["route"] == "model"
    assert (states["tokens_read"], states["tokens_written"]) == (
        str(one.stats.prompt_tokens),
        str(one.stats.reply_tokens),
    )
    assert (states["tool_calls"], states["turns"], states["failures"]) == ("1", "1", "0")
    house.server.script(says("It is dark now."))
    await house.say("how do you like the light")
    assert float(told(house.hass)["tokens_cached"]) > 0


async def test_turn_without_the_model(house: House) -> None:
    """Without a pass of the model its times are unknown, and no token was read or written."""
    await house.say(COMMAND)
    states = told(house.hass)
    assert {key for key, state in states.items() if state == "unknown"} == {
        "time_prompt",
        "time_first_token",
        "time_model",
        "reading_speed",
        "writing_speed",
    }
    assert (states["route"], states["tokens_read"], states["tokens_written"]) == ("local", "0", "0")
    assert states["tool_calls"] == "1"


async def test_failed_turns_are_counted(house: House) -> None:
    """A turn that ended in an error is a turn and a failure."""
    house.server.fail(path="/api/chat")
    await house.say("it is much too bright for cooking")
    house.server.recover()
    await house.say(COMMAND)
    states = told(house.hass)
    assert (states["turns"], states["failures"], states["fallbacks"]) == ("2", "1", "0")


async def test_fallbacks_are_counted(hass: HomeAssistant) -> None:
    """A turn that another server than the first one answered is counted."""
    switch_on(hass, "agent", ["fallbacks"])
    async with OllamaStandIn() as second:
        entry = await async_add_parlor(
            hass, model_server(NOBODY_LISTENS, "first"), model_server(second.url, "second"), agent(local_route=False)
        )
        agent_of_house = hass.states.get("conversation.parlor")
        assert agent_of_house is not None
        await hass.services.async_call(
            "conversation", "process", {"text": "good evening", "agent_id": "conversation.parlor"}, blocking=True
        )
        assert state_of(hass, "sensor", "agent_fallbacks").state == "1"
        await hass.config_entries.async_unload(entry.entry_id)


async def test_counters_go_on(hass: HomeAssistant) -> None:
    """After a restart of Home Assistant counting goes on where it ended; figures of turns begin anew."""
    restored = {"native_value": 41, "native_unit_of_measurement": None}
    name = "sensor.parlor_turns"
    mock_restore_cache_with_extra_data(hass, [(State(name, "41"), restored)])
    async with talking_house(hass) as house:
        assert state_of(hass, "sensor", "agent_turns").entity_id == name
        await house.say("hello")
        assert state_of(hass, "sensor", "agent_turns").state == "42"
        assert state_of(hass, "sensor", "agent_failures").state == "0"


async def test_what_is_off_by_default(hass: HomeAssistant) -> None:
    """Technical figures are off until somebody wants them; all of them are diagnostic and have a name of their own."""
    async with talking_house(hass) as house:
        entries = [
            entry
            for entry in er.async_entries_for_config_entry(er.async_get(hass), house.entry.entry_id)
            if entry.domain in {"sensor", "binary_sensor"}
        ]
        assert {entry.unique_id for entry in entries if not entry.disabled} == {
            "agent_duration",
            "agent_turns",
            "agent_failures",
            "server_connectivity",
            "server_contacted",
            "server_memory",
        }
        assert {entry.entity_category for entry in entries} == {EntityCategory.DIAGNOSTIC}
        names = [(entry.config_subentry_id, entry.original_name) for entry in entries]
        assert len(set(names)) == len(names)
        assert all(entry.original_name for entry in entries)
        duration = state_of(hass, "sensor", "agent_duration")
        assert duration.attributes["device_class"] == SensorDeviceClass.DURATION
        assert state_of(hass, "sensor", "agent_turns").attributes["unit_of_measurement"] == "turns"


async def test_server(hass: HomeAssistant) -> None:
    """A server's entities say that it answers, what it has in memory, and which addresses were contacted."""
    async with talking_house(hass):
        await wait_for(hass, lambda: state_of(hass, "sensor", "server_memory").state == "loaded")
        assert state_of(hass, "binary_sensor", "server_connectivity").state == "on"
        memory = state_of(hass, "sensor", "server_memory").attributes
        assert (memory["model"], memory["digest"]) == (STAND_IN.name, STAND_IN.digest[:12])
        assert (memory["context_length"], memory["server_version"]) == (8192, "0.32.15")
        contacted = state_of(hass, "sensor", "server_contacted")
        assert contacted.state == "1"
        [(address, traffic)] = contacted.attributes["addresses"].items()
        assert address == "127.0.0.1"
        assert traffic["sent"] > 0
        assert traffic["received"] > 0


async def test_ears_and_voice(hass: HomeAssistant) -> None:
    """They say which addresses were contacted for them: those of the server and of its fallback."""
    async with wyoming_server(hass, hears=("en",)) as first, wyoming_server(hass, hears=("en",)) as second:
        entry = await async_add_parlor(hass, model_server(), ears(first, fallback=second), voice("tcp://127.0.0.1:9"))
        contacted = state_of(hass, "sensor", "ears_contacted")
        assert contacted.state == "1"
        servers = entry.runtime_data.speech["ears"].in_order
        counted = [server.traffic["127.0.0.1"].received for server in servers]
        assert all(counted)
        assert contacted.attributes["addresses"]["127.0.0.1"]["received"] == sum(counted)
        assert state_of(hass, "sensor", "voice_contacted").state == "0"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (NOBODY_LISTENS, f"The model server {NOBODY_LISTENS} can not be reached:"),
        ("http://tom:hunter2@127.0.0.1:9", f"The model server {NOBODY_LISTENS} can not be reached:"),
        ("http://8.8.8.8", "The address "),
    ],
    ids=["down", "with a password", "not at home"],
)
async def test_server_that_can_not_be_used(hass: HomeAssistant, url: str, words: str) -> None:
    """It says why, in words and without a password; what was seen of its memory is not told any more."""
    entry = await async_add_parlor(hass, model_server(url))
    await wait_for(hass, lambda: state_of(hass, "binary_sensor", "server_connectivity").state == "off")
    error = state_of(hass, "binary_sensor", "server_connectivity").attributes["last_error"]
    assert error.startswith(words)
    assert "hunter2" not in error
    assert state_of(hass, "sensor", "server_memory").state == "unavailable"
    assert state_of(hass, "sensor", "server_contacted").state == "0"
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("https://tom:hunter2@ollama.local/proxy", "https://ollama.local/proxy"),
        ("http://tom:hunter2@ollama.local:port", ""),
    ],
    ids=["plain", "with a password", "not an address"],
)
def test_no_password_is_told(address: str, told: str) -> None:
    """An address is told without what may stand before its host."""
    assert without_user(address) == told


FIGURES_OF_THE_EVENT = {
    "entity_id",
    "conversation_id",
    "device_id",
    "satellite_id",
    "language",
    "route",
    "ending",
    "error",
    "fallback",
    "tools",
    "changed",
    "duration",
    "stages",
    "passes",
    "tokens_read",
    "tokens_cached",
    "tokens_written",
    "model",
    "digest",
}


async def _said(hass: HomeAssistant, house: House, text: str, **more: Any) -> Event:
    heard: list[Event] = []
    stop = hass.bus.async_listen("parlor_turn", heard.append)
    await house.say(text, **more)
    await hass.async_block_till_done(wait_background_tasks=False)
    stop()
    [event] = heard
    return event


async def test_event_has_figures_and_no_words(house: House) -> None:
    """What was said and answered is nobody's business unless the user says so."""
    event = await _said(house.hass, house, COMMAND, device_id="some device")
    assert set(event.data) == FIGURES_OF_THE_EVENT
    assert event.data["entity_id"] == "conversation.parlor"
    assert (event.data["route"], event.data["ending"], event.data["error"]) == ("local", "done", None)
    assert event.data["tools"] == ["turn_off"]
    assert event.data["changed"] == ["light.counter_light", "light.kitchen_ceiling_light"]
    assert (event.data["device_id"], event.data["language"], event.data["passes"]) == ("some device", "en", 0)
    assert event.data["duration"] >= event.data["stages"]["action"]
    assert "turn off" not in str(event.data)
    assert event.context.id == house.turns[0].exchange.context.id


async def test_event_of_a_turn_with_the_model(house: House) -> None:
    """It says which model answered, and what went wrong."""
    await _said(house.hass, house, "it is much too bright for cooking")
    event = await _said(house.hass, house, "it is much too bright for cooking")
    assert (event.data["route"], event.data["model"], event.data["digest"]) == ("model", STAND_IN.name, STAND_IN.digest)
    assert event.data["tokens_cached"] <= event.data["tokens_read"]
    house.server.fail(path="/api/chat", times=1)
    event = await _said(house.hass, house, "it is much too bright for cooking")
    assert (event.data["ending"], event.data["error"], event.data["model"]) == ("error", "stream_broken", None)


async def test_event_with_words(house: House) -> None:
    """A user may want the words in it."""
    hass = house.hass
    form: Any = await hass.config_entries.options.async_init(house.entry.entry_id)
    answer = form["data_schema"]({"event_words": True})
    await hass.config_entries.options.async_configure(form["flow_id"], answer)
    await hass.async_block_till_done()
    event = await _said(hass, house, COMMAND)
    assert (event.data["words"], event.data["reply"]) == (COMMAND, "The kitchen lights are off.")
