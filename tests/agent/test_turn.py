"""Turns with models that behave, lie, stammer, think aloud and die, judged by what the house did and what was said."""

from collections.abc import AsyncGenerator
import json
from typing import Any

from homeassistant.components.conversation import AssistantContent, SystemContent, ToolResultContent, UserContent
from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.agent.history import history_messages
from custom_components.parlor.const import EARS_FAILED
from demo.ollama import STAND_IN
from tests.agent.turn_cases import (
    COMMAND,
    DYING,
    FOR_THE_EAR,
    HONEST,
    LIES,
    MENDED,
    NONSENSE,
    OFF,
    PRINTED,
    QUESTION,
    QUESTIONS,
    THINKING,
    TURN_OFF,
    Case,
)
from tests.talking_house import House, call, calls, says, talking_house


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[House]:
    """Return a house to talk to."""
    async with talking_house(hass) as house:
        yield house


def lights_on(house: House) -> list[str]:
    """Return the names of the lights that are on."""
    return [state.name for state in house.hass.states.async_all("light") if state.state == "on"]


async def check(house: House, case: Case) -> None:
    """Play a case and compare."""
    house.server.script(*case.model)
    said = await house.say(case.say, language=case.language)
    assert said.speech == case.hear
    assert sorted(lights_on(house)) == sorted(case.on)
    assert said.error == case.error
    assert said.result.continue_conversation == case.asks
    assert house.server.scripted == 0
    assert len(house.requests) == len(case.model)
    [turn] = house.turns
    assert len(turn.record.passes) == len(case.model)
    if case.tools:
        assert [result.tool_name for result in turn.calls] == list(case.tools)
    check_log(house, case.hear)


def check_log(house: House, speech: str) -> None:
    """Compare the log with what was heard: it ends with a reply, and no call is without its result."""
    [log] = house.hass.data["conversation_chat_logs"].values()
    last = log.content[-1]
    assert isinstance(last, AssistantContent)
    assert last.content
    assert speech.endswith(last.content)
    called = [made.id for one in log.content if isinstance(one, AssistantContent) for made in one.tool_calls or ()]
    results = [one.tool_call_id for one in log.content if isinstance(one, ToolResultContent)]
    assert called == results
    assert all(
        message["role"] != "tool" or number for number, message in enumerate(history_messages(log.content, 9999))
    )


@pytest.mark.parametrize("case", HONEST.values(), ids=HONEST)
async def test_what_is_said_is_what_was_done(house: House, case: Case) -> None:
    """Composed from the states for deeds, in the model's words for answers."""
    await check(house, case)


@pytest.mark.parametrize("case", LIES.values(), ids=LIES)
async def test_a_deed_that_was_not_done_is_never_claimed(house: House, case: Case) -> None:
    """The model is asked once more, then the truth is said."""
    await check(house, case)


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
async def test_a_printed_call_is_made_and_not_spoken(house: House, printed: str) -> None:
    """Whatever the shape."""
    await check(house, Case(say=COMMAND, model=[says(printed)], hear=OFF, on=[], tools=["turn_off"]))


@pytest.mark.parametrize("case", THINKING.values(), ids=THINKING)
async def test_thinking_is_not_spoken(house: House, case: Case) -> None:
    """Wherever the model puts it."""
    await check(house, case)


@pytest.mark.parametrize("case", FOR_THE_EAR.values(), ids=FOR_THE_EAR)
async def test_replies_are_made_for_the_ear(house: House, case: Case) -> None:
    """Whatever the model writes for the eye."""
    await check(house, case)


@pytest.mark.parametrize("case", QUESTIONS.values(), ids=QUESTIONS)
async def test_a_question_changes_nothing(house: House, case: Case) -> None:
    """And is answered all the same."""
    await check(house, case)


@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
async def test_a_model_may_mend_its_calls_once(house: House, case: Case) -> None:
    """After that the truth is said."""
    await check(house, case)


@pytest.mark.parametrize("case", NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_ends_in_a_plain_sentence(house: House, case: Case) -> None:
    """And in a bounded number of passes."""
    await check(house, case)


@pytest.mark.parametrize("case", DYING.values(), ids=DYING)
async def test_a_stream_that_dies_is_spoken_of(house: House, case: Case) -> None:
    """And what was done until then is said."""
    await check(house, case)


async def test_a_question_of_the_house_keeps_the_conversation_open(house: House) -> None:
    """Nothing is done before it is answered."""
    house.server.script(calls(call("turn_off", "light")))
    said = await house.say("turn off the light")
    assert said.speech.endswith("?")
    assert said.result.continue_conversation
    assert lights_on(house) == ["Kitchen ceiling light", "Counter light"]
    check_log(house, said.speech)


async def test_a_server_that_is_down_is_spoken_of(house: House) -> None:
    """And the next turn works when it is back."""
    await house.server.stop()
    said = await house.say(COMMAND, conversation_id="ours")
    assert (said.speech, said.error) == ("I cannot reach the model server.", "failed_to_handle")
    check_log(house, said.speech)
    await house.server.start()
    assert (await house.say(COMMAND, conversation_id="ours")).speech == OFF


async def test_ears_that_failed_are_spoken_of(house: House) -> None:
    """No model is asked, and the next turn does not hear of it."""
    said = await house.say(EARS_FAILED, conversation_id="ours")
    assert (said.speech, said.error) == ("Speech recognition is not working at the moment.", "failed_to_handle")
    assert house.requests == []
    await house.say(QUESTION, conversation_id="ours")
    assert [message["role"] for message in house.requests[0]["messages"]] == ["system", "user"]


@pytest.mark.usefixtures("socket_enabled")
async def test_a_context_that_is_too_small_is_spoken_of(hass: HomeAssistant) -> None:
    """Nothing is cut without a word."""
    async with talking_house(hass, server={"num_ctx": 600}) as house:
        said = await house.say(COMMAND)
        assert (said.speech, said.error) == ("Sorry, that was too much for the language model.", "failed_to_handle")
        assert house.requests == []


async def test_an_error_that_nobody_foresaw_is_spoken_of(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Silence is the one answer that is never right."""

    def fail(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("custom_components.parlor.agent.turn.user_message", fail)
    said = await house.say(COMMAND)
    assert (said.speech, said.error) == ("Sorry, something went wrong.", "failed_to_handle")
    assert "ZeroDivisionError" in caplog.text


async def test_a_conversation_goes_on(house: House) -> None:
    """Earlier turns are told with calls and results, without their contexts, after the same prefix byte for byte."""
    house.server.script(calls(TURN_OFF), says("Yes, they are off."), calls(call("turn_on", "Counter light")))
    await house.say(COMMAND, conversation_id="ours")
    thermometer = house.hass.states.get("sensor.bedroom_temperature")
    assert thermometer is not None
    house.hass.states.async_set(thermometer.entity_id, "23", thermometer.attributes)
    await house.say("are they off", conversation_id="ours")
    said = await house.say("turn the counter light on again", conversation_id="ours")
    assert said.speech == "The counter light is on."
    first, second, third = house.requests
    assert first["messages"][0] == second["messages"][0] == third["messages"][0]
    assert json.dumps(first["tools"]) == json.dumps(second["tools"]) == json.dumps(third["tools"])
    assert first["options"] == second["options"]
    history = third["messages"][1:-1]
    assert [message["role"] for message in history] == ["user", "assistant", "tool", "assistant", "user", "assistant"]
    assert [message["content"] for message in history if message["role"] == "user"] == [COMMAND, "are they off"]
    assert history[1]["tool_calls"][0]["function"]["name"] == "turn_off"
    assert history[2]["tool_call_id"] == history[1]["tool_calls"][0]["id"]
    assert history[3]["content"] == OFF
    assert second["messages"] == [*third["messages"][: len(second["messages"]) - 1], second["messages"][-1]]
    assert "Bedroom temperature: 23" in second["messages"][-1]["content"]


async def test_a_second_pass_extends_the_first_request(house: House) -> None:
    """So that the server has read all but the results already."""
    house.server.script(calls(call("get_state", "Counter light")), says("Yes."))
    await house.say(QUESTION)
    first, second = house.requests
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert [message["role"] for message in second["messages"][-2:]] == ["assistant", "tool"]
    result = second["messages"][-1]
    assert "Counter light: on" in result["content"]
    assert result["tool_name"] == "get_state"


async def test_the_model_is_told_that_it_claimed_what_it_did_not_do(house: House) -> None:
    """In the request only: neither the claim nor the reminder stays in the conversation."""
    house.server.script(says("Done!"), calls(TURN_OFF))
    said = await house.say(COMMAND)
    claim, reminder = house.requests[1]["messages"][-2:]
    assert (claim["role"], claim["content"], reminder["role"]) == ("assistant", "Done!", "user")
    assert reminder["content"].startswith("No tool was called")
    assert not any("Done!" in str(one.as_dict()) for one in house.log(said).content)


async def test_the_callers_prompt_rides_in_the_context(house: House) -> None:
    """For all of the conversation, and never in the prefix."""
    await house.say(QUESTION, conversation_id="ours", extra_system_prompt="The bell rang.")
    await house.say(QUESTION, conversation_id="ours")
    for request in house.requests:
        assert "\nNote: The bell rang.\n" in request["messages"][-1]["content"]
        assert "The bell" not in request["messages"][0]["content"]
        assert "The bell" not in str(request["messages"][1:-1])


async def test_the_log_holds_external_calls_and_the_prompt(house: House) -> None:
    """Home Assistant must not run them again."""
    house.server.script(calls(TURN_OFF))
    log = house.log(await house.say(COMMAND))
    _system, user, made, result, reply = log.content
    assert isinstance(log.content[0], SystemContent)
    assert log.content[0].content == house.requests[0]["messages"][0]["content"]
    assert isinstance(user, UserContent)
    assert user.content == COMMAND
    assert isinstance(made, AssistantContent)
    assert [(one.tool_name, one.external) for one in made.tool_calls or ()] == [("turn_off", True)]
    assert isinstance(result, ToolResultContent)
    assert not result.result.error
    assert isinstance(reply, AssistantContent)
    assert reply.content == OFF
    assert log.llm_api is None


async def test_the_record_of_a_turn_has_figures_and_no_words(house: House) -> None:
    """Names and changes are for listeners, at the end of the turn."""
    house.server.script(calls(TURN_OFF))
    await house.say(COMMAND)
    [turn] = house.turns
    record = turn.record
    assert (record.route, record.ending, record.error, record.tools, record.changed) == (
        "model",
        "done",
        None,
        ("turn_off",),
        2,
    )
    assert record.action_at is not None
    assert record.started < record.action_at < record.started + record.seconds
    [one] = record.passes
    assert one.calls == 1
    assert one.first_part is not None
    assert one.stats is not None
    assert one.stats.prompt_tokens > 0
    assert one.served is not None
    assert (one.served.server, one.served.model, record.fallback) == ("server", STAND_IN.name, False)
    stages = record.stages
    assert stages.route is None
    assert stages.prompt is not None
    assert stages.first_token == one.first_part
    assert stages.model == one.seconds
    assert stages.action is not None
    assert stages.reply is not None
    assert stages.prompt + stages.model + stages.action + stages.reply == pytest.approx(record.seconds)
    assert [(change.name, change.before, change.after) for change in turn.calls[0].changes] == [
        ("Counter light", "on, 100%", "off"),
        ("Kitchen ceiling light", "on, 100%", "off"),
    ]
    assert house.agent.turns.records == (record,)
    assert "itchen" not in str(record)


async def test_only_the_last_turns_are_remembered(house: House) -> None:
    """And listeners that have left are not told."""
    heard: list[Any] = []
    leave = house.agent.turns.listen(heard.append)
    await house.say(QUESTION)
    leave()
    for _number in range(25):
        await house.say(QUESTION)
    assert len(heard) == 1
    assert len(house.agent.turns.records) == 20


async def test_a_listener_that_fails_costs_nobody_the_reply(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the others are told all the same."""
    heard: list[Any] = []

    def fail(_event: object) -> None:
        raise ZeroDivisionError

    house.agent.turns.listen(fail)
    house.agent.turns.listen(heard.append)
    house.server.script(calls(TURN_OFF))
    assert (await house.say(COMMAND)).speech == OFF
    assert len(heard) == 1
    assert "A listener to TurnLog failed" in caplog.text
