"""Each fault at each stage of a turn: the right thing is done or said, and the next turn works.

Run with ``-s`` for one line about each.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
import json

from homeassistant.components.conversation import async_prepare_agent
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import chat_session
import pytest

from custom_components.parlor.agent.replies import speak_error
from custom_components.parlor.inference import ModelServers
from custom_components.parlor.inference.config import DEFAULT_LIMITS
from demo.ollama import STAND_IN, OllamaStandIn
from tests.faults.drills import FAULTS, Fault, Stage
from tests.parlor_entry import agent, async_add_parlor, model_server
from tests.talking_house import AGENT, CHAT, House, Said, async_build, call, calls, says

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Small, so that the drill is short; what is waited for comes at once on a server that is well.
LIMITS = replace(
    DEFAULT_LIMITS,
    first_chunk=1.2,
    first_chunk_last=1.2,
    next_chunk=1.2,
    silence=0.4,
    retry_first=0.02,
    retry_most=0.02,
)
COMMAND = "turn off the kitchen lights"
OFF = "The kitchen lights are off."
TURN_OFF = call("turn_off", "kitchen lights")
WARM = "The bedroom has 21.5 degrees."
BOTH = calls(TURN_OFF, call("get_state", "Bedroom temperature"))
AFTER_A_DEED = frozenset({Stage.SECOND, Stage.SECOND_TEXT})


@asynccontextmanager
async def house_of(
    hass: HomeAssistant, servers: int, *, local: bool = False
) -> AsyncGenerator[tuple[House, list[OllamaStandIn]]]:
    """Build a house with one model server, or with two, whose agent needs no model for plain sentences if `local`."""
    await async_build(hass)
    stand_ins = [OllamaStandIn((STAND_IN,)) for _number in range(servers)]
    for stand_in in stand_ins:
        await stand_in.start()
    entry = await async_add_parlor(
        hass,
        *(model_server(stand_in.url, f"server {number}") for number, stand_in in enumerate(stand_ins)),
        agent(local_route=local),
    )
    house = House(hass, stand_ins[0], entry, [])
    house.agent.turns.listen(house.turns.append)
    try:
        yield house, stand_ins
    finally:
        await hass.config_entries.async_unload(entry.entry_id)
        for stand_in in stand_ins:
            await stand_in.stop()


async def all_is_well(house: House, stand_ins: list[OllamaStandIn]) -> None:
    """Wait until every server is used again, and put the house back to where every drill starts."""
    for stand_in in stand_ins:
        stand_in.recover()
    servers = house.entry.runtime_data.servers
    while not all(state.available and state.memory == "loaded" for state in servers.states):
        await asyncio.sleep(0.01)
    await switch(house, "turn_on", "light.kitchen_ceiling_light", "light.counter_light")
    await switch(house, "turn_off", "light.bedside_lamp")


async def switch(house: House, service: str, *lights: str) -> None:
    """Switch lights by hand."""
    await house.hass.services.async_call("light", service, {"entity_id": list(lights)}, blocking=True)


async def spoken_while(house: House, stage: Stage, reply_server: OllamaStandIn) -> tuple[Said, list[Event]]:
    """Say the command, after a prefill where the fault strikes there; returns the services that were called, too."""
    called: list[Event] = []
    stop = house.hass.bus.async_listen(EVENT_CALL_SERVICE, called.append)
    session_id = None
    if stage is Stage.PREFILL:
        with chat_session.async_get_chat_session(house.hass) as session:
            session_id = session.conversation_id
            requests = len(reply_server.requests[CHAT])
            await async_prepare_agent(house.hass, AGENT, "en")
            await reply_server.wait_for(CHAT, requests + 1)
    said = await house.say(COMMAND, conversation_id=session_id)
    await house.hass.async_block_till_done(wait_background_tasks=False)
    stop()
    return said, called


def lights_on(house: House) -> list[str]:
    """Return the lights that are on."""
    return sorted(state.name for state in house.hass.states.async_all("light") if state.state == "on")


def expected(fault: str, stage: Stage, servers: int) -> tuple[str, bool]:
    """Return what is to be heard, and whether the kitchen lights are off then."""
    wrong = speak_error(fault, "en", model=STAND_IN.name)
    if stage is Stage.PREFILL:
        return OFF, True
    if stage in AFTER_A_DEED:
        return f"{OFF} {WARM if servers > 1 else wrong}", True
    return (OFF, True) if servers > 1 else (wrong, False)


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "custom_components.parlor.ModelServers", lambda hass, configs: ModelServers(hass, configs, limits=LIMITS)
    )


@pytest.mark.parametrize("servers", [1, 2], ids=["one server", "two servers"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_drill(hass: HomeAssistant, fault: Fault, servers: int) -> None:
    """At every stage at which the fault can strike, with another server to fall back to and without."""
    async with house_of(hass, servers) as (house, stand_ins):
        for stage in Stage:
            strike = fault.at(stage)
            if strike is None:
                continue
            reply, error = strike
            await all_is_well(house, stand_ins)
            first, *others = stand_ins
            first.script(*([BOTH] if stage in AFTER_A_DEED else []), reply)
            if stage in AFTER_A_DEED:
                for other in others:
                    other.script(says(WARM))
            said, called = await spoken_while(house, stage, first)
            speech, is_off = expected(error, stage, servers)
            print(f"{servers} server(s), {fault.name}, {stage}: {said.speech}")  # noqa: T201 - the line about it
            assert said.speech == speech, stage
            assert lights_on(house) == ([] if is_off else ["Counter light", "Kitchen ceiling light"]), stage
            assert len([event for event in called if event.data["service"] == "turn_off"]) == is_off, stage
            assert not [event for event in called if event.data["service"] == "turn_on"], stage
            assert (said.error is None) == (speech == OFF or speech.endswith(WARM)), stage
            if stage is not Stage.PREFILL:
                assert house.turns[-1].record.fallback == (servers > 1), stage
            # The next turn works at once, whatever became of the server meanwhile.
            await house.hass.services.async_call(
                "light", "turn_on", {"entity_id": "light.counter_light"}, blocking=True
            )
            for stand_in in stand_ins:
                stand_in.recover()
            assert (await house.say(COMMAND)).speech == OFF, stage
            assert lights_on(house) == [], stage


@pytest.mark.parametrize("servers", [1, 2], ids=["one server", "two servers"])
async def test_server_that_is_off(hass: HomeAssistant, servers: int) -> None:
    """Nobody listens any more: the other server answers, or it is said; back on, it is used again."""
    async with house_of(hass, servers) as (house, stand_ins):
        await all_is_well(house, stand_ins)
        await stand_ins[0].stop()
        said, _called = await spoken_while(house, Stage.FIRST, stand_ins[0])
        speech, is_off = expected("server_unreachable", Stage.FIRST, servers)
        print(f"{servers} server(s), switched off: {said.speech}")  # noqa: T201 - the line about it
        assert (said.speech, lights_on(house) == []) == (speech, is_off)
        await stand_ins[0].start()
        await all_is_well(house, stand_ins)
        assert (await house.say(COMMAND)).speech == OFF
        assert not house.turns[-1].record.fallback
        assert json.dumps(stand_ins[0].requests[CHAT][-1]["messages"]).count(COMMAND) == 1


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.TEXT, Stage.CALL, Stage.SECOND])
async def test_nobody_left(hass: HomeAssistant, stage: Stage) -> None:
    """Where the second server fails as well, that is said, and nothing was done but what was done before."""
    async with house_of(hass, 2) as (house, stand_ins):
        await all_is_well(house, stand_ins)
        strike = FAULTS[0].at(stage)
        assert strike is not None
        reply, error = strike
        first, second = stand_ins
        first.script(*([BOTH] if stage in AFTER_A_DEED else []), reply)
        second.script(reply)
        said, called = await spoken_while(house, stage, first)
        speech, is_off = expected(error, stage, 1)
        print(f"2 servers, both {FAULTS[0].name}, {stage}: {said.speech}")  # noqa: T201 - the line about it
        assert (said.speech, lights_on(house) == []) == (speech, is_off)
        assert len([event for event in called if event.data["service"] == "turn_off"]) == is_off
        for stand_in in stand_ins:
            stand_in.recover()
        assert (await house.say(COMMAND)).speech == ("The kitchen lights are already off." if is_off else OFF)


async def test_plain_sentences_need_no_server(hass: HomeAssistant) -> None:
    """With every server switched off, what needs no model is done, and for the rest it is said that none answers."""
    async with house_of(hass, 2, local=True) as (house, stand_ins):
        await all_is_well(house, stand_ins)
        for stand_in in stand_ins:
            await stand_in.stop()
        assert (await house.say(COMMAND)).speech == OFF
        assert lights_on(house) == []
        said = await house.say("it is far too dark for cooking")
        print(f"2 servers, both switched off, not a plain sentence: {said.speech}")  # noqa: T201 - the line about it
        assert said.speech == speak_error("server_unreachable", "en")
        assert lights_on(house) == []
