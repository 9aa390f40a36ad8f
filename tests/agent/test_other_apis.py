"""Tools of other LLM APIs, given to the agent: how the model sees them, how they are called, and what is said."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, override

from homeassistant.components.conversation import AssistantContent, ToolResultContent
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
import probatio
import pytest

from demo.ollama import Call, Reply
from tests.agent.guarded_house import ASKS, UNLOCKED, Guarded, guarded_house
from tests.talking_house import House, call, calls, says, talking_house
from tests.test_reading_ahead import read_ahead

READS = llm.ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=True)


class Tool(llm.Tool):
    """A tool that remembers its calls."""

    integration = "test"

    def __init__(self, name: str, answer: Callable[[dict[str, Any]], llm.ToolResult], *, reads: bool) -> None:
        """Have a name, and an answer to every call."""
        self.name = name
        self.description = f"Does {name}"
        self.parameters = probatio.Schema(
            {
                probatio.Required("searchText", description="what for"): str,
                probatio.Optional("howMany"): probatio.All(int, probatio.Range(min=1, max=5)),
                probatio.Optional("sites"): [str],
            }
        )
        self.annotations = READS if reads else llm.ToolAnnotations()
        self.answer = answer
        self.called: list[tuple[dict[str, Any], llm.LLMContext]] = []

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        self.called.append((tool_input.tool_args, llm_context))
        return self.answer(tool_input.tool_args)


def _fails(_arguments: object) -> llm.ToolResult:
    raise HomeAssistantError("the search is out of order")


def _breaks(_arguments: object) -> llm.ToolResult:
    raise RuntimeError("nobody foresaw this")


class Search(llm.API):
    """An API of another integration."""

    def __init__(self, hass: HomeAssistant, api_id: str = "search", name: str = "Web search") -> None:
        """Have tools."""
        super().__init__(hass=hass, id=api_id, name=name)
        self.text = "Search for news only."
        self.tools = {
            "search_web": Tool("search_web", lambda _: llm.ToolResult(data={"found": ["Rain in Paris"]}), reads=True),
            "send": Tool("send", lambda _: llm.ToolResult(data={"sent": True}), reads=False),
            "fail": Tool("fail", _fails, reads=True),
            "break": Tool("break", _breaks, reads=True),
            "refuse": Tool("refuse", lambda _: llm.ToolResult(data={"error": "no such site"}, error=True), reads=True),
            "much": Tool("much", lambda _: llm.ToolResult(data={"text": "x" * 50_000}), reads=True),
        }

    @override
    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        return llm.APIInstance(self, self.text, llm_context, list(reversed(self.tools.values())))


@asynccontextmanager
async def house_with(hass: HomeAssistant, *apis: llm.API) -> AsyncGenerator[House]:
    """Give a house whose agent has these APIs."""
    unregister = [llm.async_register_api(hass, api) for api in apis]
    async with talking_house(hass, llm_hass_api=[api.id for api in apis]) as house:
        yield house
    for forget in unregister:
        forget()


@pytest.fixture
def search(hass: HomeAssistant, socket_enabled: None) -> Search:
    """Return an API that is not registered yet."""
    return Search(hass)


def found(name: str, **arguments: Any) -> Reply:
    """Return a model's call of a tool of the API."""
    return calls(Call(name, arguments))


async def test_the_tools_come_after_parlors_own_and_in_order(hass: HomeAssistant, search: Search) -> None:
    """With names that no other tool has, and the same bytes in every turn."""
    async with house_with(hass, search) as house:
        for _ in range(2):
            house.server.script(says("Hello."))
            await house.say("hello there")
        first, second = house.requests
        names = [tool["function"]["name"] for tool in first["tools"]]
        assert names[-6:] == [f"web_search__{name}" for name in sorted(search.tools)]
        assert names[:-6] == sorted(names[:-6])
        assert not any("__" in name for name in names[:-6])
        assert (first["tools"], first["messages"][0]) == (second["tools"], second["messages"][0])
        assert "Search for news only." in first["messages"][0]["content"]


CALLS: dict[str, tuple[Reply, dict[str, Any]]] = {
    "plain": (found("web_search__search_web", searchText="news"), {"searchText": "news"}),
    "other spelling": (found("WebSearch.search_web", search_text="news"), {"searchText": "news"}),
    "without the API": (found("search_web", searchText="news"), {"searchText": "news"}),
    "types": (
        found("web_search__search_web", searchText="news", howMany="3", sites="bbc", extra=1, more=None),
        {"searchText": "news", "howMany": 3, "sites": ["bbc"]},
    ),
    "printed": (
        says('<tool_call>{"name": "web_search__search_web", "arguments": {"searchText": "news"}}</tool_call>'),
        {"searchText": "news"},
    ),
    "printed like Python": (says('web_search__search_web(searchText="news")'), {"searchText": "news"}),
}


@pytest.mark.parametrize(("reply", "arguments"), CALLS.values(), ids=CALLS)
async def test_a_tool_is_called_and_the_model_answers(
    hass: HomeAssistant, search: Search, reply: Reply, arguments: dict[str, Any]
) -> None:
    """With the fields' own names and types, in the speaker's context; the log has call and result."""
    async with house_with(hass, search) as house:
        house.server.script(reply, says("It rains in Paris."))
        said = await house.say("what is the news", device_id="device")
        assert (said.speech, said.error) == ("It rains in Paris.", None)
        [(given, context)] = search.tools["search_web"].called
        assert given == arguments
        assert (context.platform, context.language, context.device_id) == ("parlor", "en", "device")
        content = house.log(said).content
        [result] = [one for one in content if isinstance(one, ToolResultContent)]
        assert (result.tool_name, result.result.data) == ("web_search__search_web", {"found": ["Rain in Paris"]})
        made = [tool for one in content if isinstance(one, AssistantContent) for tool in one.tool_calls or ()]
        assert [tool.id for tool in made] == [result.tool_call_id]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("fail", {"searchText": "x"}, "the search is out of order"),
        ("break", {"searchText": "x"}, "nobody foresaw this"),
        ("refuse", {"searchText": "x"}, "no such site"),
        ("search_web", {"howMany": 2}, "searchText"),
        ("search_web", {"searchText": "x", "howMany": 50}, "howMany"),
        ("search_web", "not an object", "one JSON object"),
    ],
    ids=["error", "exception", "refusal", "field missing", "out of range", "no object"],
)
async def test_the_model_is_told_of_a_failure(
    hass: HomeAssistant, search: Search, tool: str, arguments: Any, told: str
) -> None:
    """The turn goes on, and the user hears of it."""
    async with house_with(hass, search) as house:
        house.server.script(calls(Call(f"web_search__{tool}", arguments)), says("Sorry, the search does not work."))
        said = await house.say("what is the news")
        assert said.speech == "Sorry, the search does not work."
        assert told in house.requests[-1]["messages"][-1]["content"]


async def test_the_same_failure_twice_ends_the_turn(hass: HomeAssistant, search: Search) -> None:
    """It is not tried until the passes run out."""
    async with house_with(hass, search) as house:
        house.server.script(*(found("web_search__fail", searchText="x") for _ in range(2)))
        said = await house.say("what is the news")
        assert (said.speech, said.error) == ("Sorry, I could not finish that.", "failed_to_handle")
        assert len(house.requests) == 2


async def test_what_changes_something_is_refused_for_a_question(hass: HomeAssistant, search: Search) -> None:
    """As Parlor's own tools are."""
    async with house_with(hass, search) as house:
        house.server.script(found("web_search__send", searchText="x"), says("No, nothing was sent."))
        said = await house.say("did you send the message?")
        assert said.speech == "No, nothing was sent."
        assert not search.tools["send"].called


async def test_what_a_tool_did_is_told_by_the_model(hass: HomeAssistant, search: Search) -> None:
    """Parlor cannot see it; without the call the claim would not be spoken."""
    async with house_with(hass, search) as house:
        house.server.script(found("web_search__send", searchText="x"), says("I have sent the message."))
        assert (await house.say("send the message")).speech == "I have sent the message."
        house.server.script(*(says("I have turned off the lights.") for _ in range(2)))
        assert (await house.say("turn off the lights in the kitchen")).speech == "Sorry, nothing was changed."


async def test_a_deed_of_parlors_own_beside_it(hass: HomeAssistant, search: Search) -> None:
    """The facts are told, then the model's answer."""
    async with house_with(hass, search) as house:
        house.server.script(
            calls(call("turn_off", "Kitchen", kind="light"), Call("web_search__search_web", {"searchText": "x"})),
            says("It rains in Paris."),
        )
        said = await house.say("turn off the kitchen lights and tell me the news")
        assert said.speech == "The kitchen lights are off. It rains in Paris."


@pytest.fixture
async def guarded(hass: HomeAssistant, search: Search) -> AsyncGenerator[Guarded]:
    """Return a house with a guarded door, whose agent has the API."""
    forget = llm.async_register_api(hass, search)
    async with guarded_house(hass, model=True, llm_hass_api=[search.id]) as house:
        yield house
    forget()


BESIDE: dict[str, tuple[str, str, Call, str, str, str, str]] = {
    "a call that waits for a yes": (
        "unlock the front door and send the message",
        "send",
        call("lock", "Front door", action="unlock"),
        ASKS,
        "yes",
        f"{UNLOCKED} I have sent the message.",
        "unlocked",
    ),
    "a search beside it": (
        "unlock the front door and tell me the news",
        "search_web",
        call("lock", "Front door", action="unlock"),
        ASKS,
        "yes",
        f"{UNLOCKED} It rains in Paris.",
        "unlocked",
    ),
    "a call that is declined": (
        "unlock the front door and send the message",
        "send",
        call("lock", "Front door", action="unlock"),
        ASKS,
        "no",
        "Okay, I will leave it.",
        "locked",
    ),
}


@pytest.mark.parametrize(("say", "tool", "held", "asks", "answer", "told", "door"), BESIDE.values(), ids=BESIDE)
async def test_no_tool_runs_while_a_call_beside_it_waits(
    search: Search,
    guarded: Guarded,
    say: str,
    tool: str,
    held: Call,
    asks: str,
    answer: str,
    told: str,
    door: str,
) -> None:
    """What was asked for together is done together, once the user has answered, or not at all."""
    assert guarded.server
    other = Call(f"web_search__{tool}", {"searchText": "x"})
    guarded.server.script(calls(other, held), says(told.removeprefix(UNLOCKED).strip()))
    said = await guarded.say(say)
    assert (said.speech, said.continued) == (asks, True)
    assert (search.tools[tool].called, guarded.states()["lock.front"]) == ([], "locked")
    said = await guarded.say(answer)
    assert (said.speech, said.continued) == (told, False)
    assert guarded.states()["lock.front"] == door
    assert len(search.tools[tool].called) == (answer == "yes")


async def test_no_tool_runs_while_a_name_is_asked_for(search: Search, hass: HomeAssistant) -> None:
    """Two lights could be meant: nothing is sent before that is known, and then it is, once."""
    async with house_with(hass, search) as house:
        send = Call("web_search__send", {"searchText": "x"})
        house.server.script(calls(send, call("turn_off", "light")), says("I have sent the message."))
        said = await house.say("turn off the light and send the message")
        assert said.result.continue_conversation
        assert not search.tools["send"].called
        said = await house.say("the counter light", conversation_id=said.result.conversation_id)
        assert said.speech == "The counter light is off. I have sent the message."
        assert len(search.tools["send"].called) == 1


async def test_a_long_result_is_cut(hass: HomeAssistant, search: Search) -> None:
    """It leaves the model room for its answer."""
    async with house_with(hass, search) as house:
        house.server.script(found("web_search__much", searchText="x"), says("That is much."))
        assert (await house.say("what is the news")).speech == "That is much."
        assert len(house.requests[-1]["messages"][-1]["content"]) < 7000


async def test_a_text_that_changes_moves_to_the_context(hass: HomeAssistant, search: Search) -> None:
    """The prefix, which was read ahead with the first text, changes once, not with every turn."""
    async with house_with(hass, search) as house:
        await read_ahead(house, 1)
        for number in range(3):
            search.text = f"It is turn {number}."
            house.server.script(says("Hello."))
            await house.say("hello there")
        prefixes = [request["messages"][0]["content"] for request in house.requests]
        assert prefixes[0] == prefixes[1] == prefixes[2]
        assert "It is turn" not in prefixes[1]
        assert "It is turn 2." in house.requests[-1]["messages"][-1]["content"]


async def test_tools_that_come_and_go(hass: HomeAssistant, search: Search) -> None:
    """The prompt follows."""
    async with house_with(hass, search) as house:
        house.server.script(says("Hello."), says("Hello."))
        await house.say("hello there")
        search.tools.pop("much")
        await house.say("hello there")
        sizes = [len(request["tools"]) for request in house.requests]
        assert sizes[0] - sizes[1] == 1


async def test_an_api_that_is_gone(hass: HomeAssistant, socket_enabled: None) -> None:
    """The agent does without it."""
    async with talking_house(hass, llm_hass_api=["gone"]) as house:
        house.server.script(says("Hello."))
        assert (await house.say("hello there")).speech == "Hello."


async def test_apis_of_the_same_name_do_not_collide(hass: HomeAssistant, search: Search) -> None:
    """Nor does one that is called as Parlor is."""
    async with house_with(hass, search, Search(hass, "other"), Search(hass, "third", "Parlor")) as house:
        house.server.script(says("Hello."))
        await house.say("hello there")
        names = [tool["function"]["name"] for tool in house.requests[0]["tools"]]
        assert len(set(names)) == len(names)
        assert len([name for name in names if "__" in name]) == 18
