"""A question to an agent from an automation: an answer comes back, and nothing is changed."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import intent, llm
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from tests.agent.guarded_house import Guarded, guarded_house
from tests.parlor_entry import agent, async_add_parlor, model_server
from tests.talking_house import AGENT, House, call, calls, says, talking_house

pytestmark = pytest.mark.usefixtures("socket_enabled")

MAY_NOT = "I may only answer here, and change nothing."


async def ask(hass: HomeAssistant, question: str, *, context: Context | None = None, **data: Any) -> dict[str, Any]:
    """Call the action; return its response."""
    data = {"question": question, **data}
    response = await hass.services.async_call(
        "parlor", "ask", data, blocking=True, return_response=True, context=context
    )
    assert isinstance(response, dict)
    return response


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """Return a house whose sentences all go to the model."""
    async with talking_house(hass) as house:
        yield house


@pytest.fixture
async def plain_house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """Return a house that understands plain sentences without the model."""
    async with talking_house(hass, local_route=True) as house:
        yield house


@pytest.fixture
async def guarded(hass: HomeAssistant) -> AsyncGenerator[Guarded]:
    """Return a house with doors that want a yes, and no model server."""
    async with guarded_house(hass) as house:
        yield house


async def test_an_answer(plain_house: House) -> None:
    """It comes with all that an automation may want to know of it."""
    answer = await ask(plain_house.hass, "Is the bedside lamp on?")
    assert answer.pop("conversation_id")
    assert answer == {
        "reply": "No, the bedside lamp is off.",
        "asked": False,
        "changed": [],
        "error": None,
        "entity_id": AGENT,
    }


async def test_an_answer_of_the_model(house: House) -> None:
    """The model may read."""
    house.server.script(calls(call("get_state", "Thermostat")), says("It is 19.5 degrees warm."))
    answer = await ask(house.hass, "How warm is it at the thermostat?")
    assert answer["reply"] == "It is 19.5 degrees warm."


@pytest.mark.parametrize(
    ("text", "language", "reply"),
    [
        ("turn off the counter light", "en", MAY_NOT),
        ("turn off the counter light in ten minutes", "en", MAY_NOT),
        ("turn off the counter light and turn on the coffee machine", "en", MAY_NOT),
        ("set the thermostat to 22 degrees", "en", MAY_NOT),
        ("schalte die Bedside lamp ein", "de", "Ich darf hier nur antworten und nichts ändern."),
    ],
)
async def test_plain_commands_change_nothing(plain_house: House, text: str, language: str, reply: str) -> None:
    """They are refused without the model, in the language of the question."""
    before = plain_house.hass.states.async_all(["light", "switch", "climate"])
    answer = await ask(plain_house.hass, text, language=language)
    assert answer["reply"] == reply
    assert (answer["changed"], answer["asked"], answer["error"]) == ([], False, "read_only")
    assert plain_house.hass.states.async_all(["light", "switch", "climate"]) == before
    assert plain_house.requests == []


@pytest.mark.parametrize(
    "made",
    [
        call("turn_off", "Counter light"),
        call("turn_on", "Coffee machine"),
        call("set_light", "Kitchen lights", brightness=10),
        call("set_climate", "Thermostat", temperature=25),
    ],
    ids=lambda made: made.name,
)
async def test_calls_of_the_model_change_nothing(house: House, made: Any) -> None:
    """Whatever the model calls for, and whatever it says of it."""
    before = house.hass.states.async_all(["light", "switch", "climate"])
    house.server.script(calls(made, content="Done."), says("I have done it."))
    answer = await ask(house.hass, "make it nice in the kitchen")
    assert answer["reply"] == MAY_NOT
    assert answer["changed"] == []
    assert house.hass.states.async_all(["light", "switch", "climate"]) == before


async def test_what_is_read_beside_a_command_is_told(house: House) -> None:
    """The refusal does not cost the answer."""
    house.server.script(
        calls(call("get_state", "Thermostat"), call("turn_off", "Counter light")), says("I read 19.5 degrees there.")
    )
    answer = await ask(house.hass, "read the thermostat and make the counter dark")
    assert answer["reply"] == f"{MAY_NOT} I read 19.5 degrees there."
    assert house.state("Counter light") == "on"


async def test_with_changes_allowed(plain_house: House) -> None:
    """The response says what became of it."""
    answer = await ask(plain_house.hass, "turn off the counter light", allow_changes=True)
    assert answer["reply"] == "The counter light is off."
    assert answer["changed"] == [
        {"entity_id": "light.counter_light", "name": "Counter light", "before": "on, 100%", "after": "off"}
    ]


async def test_nothing_ever_waits_for_a_yes(guarded: Guarded) -> None:
    """A command that needs consent is refused, not asked about, and a yes afterwards carries out nothing."""
    hass = guarded.house.hass
    answer = await ask(hass, "unlock the front door", conversation_id="ours")
    assert (answer["reply"], answer["asked"]) == (MAY_NOT, False)
    await ask(hass, "yes", conversation_id=answer["conversation_id"], allow_changes=True)
    assert guarded.states()["lock.front"] == "locked"
    assert guarded.called() == ["parlor.ask", "parlor.ask"]


async def test_a_yes_to_what_was_asked_aloud_is_none_here(guarded: Guarded) -> None:
    """What a conversation waits for is not given by a question that may change nothing."""
    spoken = await guarded.say("unlock the front door")
    assert spoken.continued
    guarded.called()
    answer = await ask(guarded.house.hass, "yes", conversation_id=spoken.conversation_id)
    assert answer["changed"] == []
    assert guarded.states()["lock.front"] == "locked"
    assert guarded.called() == ["parlor.ask"]


async def test_undo_is_a_change_too(plain_house: House) -> None:
    """Nothing of what was said before is done again or undone."""
    said = await plain_house.say("turn off the counter light")
    for text in ("undo that", "turn it on again", "and the kitchen ceiling light"):
        answer = await ask(plain_house.hass, text, conversation_id=said.result.conversation_id)
        assert answer["changed"] == []
    assert (plain_house.state("Counter light"), plain_house.state("Kitchen ceiling light")) == ("off", "on")


async def test_sentences_of_the_user_are_not_run(hass: HomeAssistant) -> None:
    """Nobody knows what they do."""
    ran: list[str] = []

    class MovieTime(intent.IntentHandler):
        intent_type = "MovieTime"

        async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
            ran.append(intent_obj.intent_type)
            return intent_obj.create_response()

    conf = {"conversation": {"intents": {"MovieTime": ["movie time"]}}}
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", conf)
    intent.async_register(hass, MovieTime())
    async with talking_house(hass, local_route=True) as house:
        house.server.script(says("I cannot do that."))
        answer = await ask(hass, "movie time")
        assert (answer["reply"], ran) == ("I cannot do that.", [])
        await ask(hass, "movie time", allow_changes=True)
        assert ran == ["MovieTime"]


class Teapot(llm.Tool):
    """A tool of another integration that does something."""

    name = "test__boil"
    title = "Boil"
    description = "Boil water"
    parameters = probatio.Schema({})
    integration = "test"

    def __init__(self) -> None:
        """Be cold."""
        self.boiled = 0

    async def async_call(self, *_: object) -> llm.ToolResult:
        """Boil."""
        self.boiled += 1
        return llm.ToolResult(data={"boils": True})


class Kitchenware(llm.API):
    """An API with a teapot."""

    def __init__(self, hass: HomeAssistant, tool: llm.Tool) -> None:
        """Have a tool."""
        super().__init__(hass=hass, id="kitchenware", name="Kitchenware")
        self.tool = tool

    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        """Return the tool."""
        return llm.APIInstance(api=self, api_prompt="", llm_context=llm_context, tools=[self.tool])


@pytest.mark.parametrize("allowed", [False, True])
async def test_tools_of_other_integrations_are_not_called(hass: HomeAssistant, *, allowed: bool) -> None:
    """They may do anything."""
    teapot = Teapot()
    llm.async_register_api(hass, Kitchenware(hass, teapot))
    async with talking_house(hass, llm_hass_api=["kitchenware"]) as house:
        house.server.script(calls(call("kitchenware__test__boil")), says("It boils."))
        await ask(hass, "boil some water", allow_changes=allowed)
        assert teapot.boiled == int(allowed)


async def test_a_conversation_goes_on(house: House) -> None:
    """The model is told what was said before."""
    house.server.script(says("It is a lamp."), says("Because it shines."))
    first = await ask(house.hass, "what is the counter light?")
    second = await ask(house.hass, "why?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert "It is a lamp." in [message["content"] for message in house.requests[-1]["messages"]]


@pytest.fixture
async def guest(hass: HomeAssistant) -> MockUser:
    """Return a user who may see one lamp and control none."""
    user = MockUser(name="Guest")
    user.add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {"light.bedside_lamp": {"read": True}}}})
    return user


async def test_the_users_permissions_hold(plain_house: House, guest: MockUser) -> None:
    """The model is told only what the user may see, and only that may be switched which the user may control."""
    context = Context(user_id=guest.id)
    plain_house.server.script(says("I cannot tell."))
    await ask(plain_house.hass, "tell me about the lamps of this house", context=context)
    told = plain_house.requests[-1]["messages"][-1]["content"]
    assert "Bedside lamp: off" in told
    assert "Counter light: on" not in told
    answer = await ask(plain_house.hass, "turn off the counter light", context=context, allow_changes=True)
    assert answer["reply"] == "You may not change the counter light."
    assert plain_house.state("Counter light") == "on"


async def test_a_failure_is_an_answer(hass: HomeAssistant) -> None:
    """It says in words what is wrong, and in a key what kind it is."""
    async with guarded_house(hass):
        answer = await ask(hass, "tell me a story")
    assert answer["error"] == "server_unreachable"
    assert "server" in answer["reply"]


async def test_an_agent_of_ones_choice(hass: HomeAssistant) -> None:
    """Any of Parlor's; another one is refused."""
    async with talking_house(hass, agents=[agent("second")], local_route=True) as house:
        answer = await ask(house.hass, "what time is it", entity_id="conversation.parlor_2")
        assert answer["entity_id"] == "conversation.parlor_2"
        for wrong in ("conversation.home_assistant", "conversation.nobody"):
            with pytest.raises(ServiceValidationError, match="is not a conversation agent of Parlor") as raised:
                await ask(house.hass, "what time is it", entity_id=wrong)
            assert raised.value.translation_key == "no_agent"


async def test_without_an_agent(hass: HomeAssistant) -> None:
    """There may be only ears and a voice."""
    entry = await async_add_parlor(hass, model_server())
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "what time is it")
    assert raised.value.translation_key == "no_agent"
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "what time is it")
    assert raised.value.translation_key == "not_loaded"


@pytest.mark.parametrize("data", [{}, {"question": ""}, {"question": "why?", "entity_id": "light.lamp"}])
async def test_what_is_no_question(plain_house: House, data: dict[str, Any]) -> None:
    """It is refused before anything is asked."""
    with pytest.raises(probatio.Invalid):
        await plain_house.hass.services.async_call("parlor", "ask", data, blocking=True, return_response=True)
