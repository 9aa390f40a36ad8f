"""The flows that change a Parlor that is set up: subentries, order of servers, reconfiguration, another key."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigFlowResult, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.const import DOMAIN
from demo.ollama import CLOUD, STAND_IN, THINKING, WITHOUT_TOOLS, OllamaStandIn
from tests.agent.test_other_apis import Search
from tests.flow_steps import async_answer
from tests.flow_texts import _translated
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, ears, model_server, voice, wyoming_server

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server."""
    async with OllamaStandIn((WITHOUT_TOOLS, STAND_IN, THINKING, CLOUD)) as stand_in:
        yield stand_in


@pytest.fixture
async def entry(hass: HomeAssistant, ollama: OllamaStandIn) -> MockConfigEntry:
    """Return a Parlor without speech."""
    return await async_add_parlor(hass, model_server(ollama.url, api_key="secret"), agent())


async def _add(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> Any:
    return await hass.config_entries.subentries.async_init((entry.entry_id, kind), context={"source": SOURCE_USER})


async def _change(hass: HomeAssistant, entry: MockConfigEntry, subentry_id: str) -> Any:
    subentry = entry.subentries[subentry_id]
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, subentry.subentry_type),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )


async def _steps(hass: HomeAssistant, result: Any, *inputs: dict[str, Any]) -> Any:
    """Submit one form after the other."""
    for user_input in inputs:
        result = await async_answer(hass.config_entries.subentries, result, user_input)
    await hass.async_block_till_done()
    return result


def _newest(entry: MockConfigEntry) -> ConfigSubentry:
    newest: ConfigSubentry = list(entry.subentries.values())[-1]
    return newest


def _suggested(result: Any) -> dict[str, Any]:
    """Return what a form is filled in with."""
    return {str(key): (key.description or {}).get("suggested_value") for key in result["data_schema"].schema}


LIMITS = {"connect": 1.0, "first_token": 8.0, "total": 90.0}
TUNED = {"num_ctx": 4096, "num_batch": 256, "keep_alive": 600, "think": True}


async def test_add_model_server(hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn) -> None:
    """A second server is used after the first; its tuning are whole numbers."""
    result = await _steps(
        hass,
        await _add(hass, entry, "model_server"),
        {"url": ollama.url, "api_key": "key"},
        {"model": THINKING.name},
        {key: float(value) if key != "think" else value for key, value in TUNED.items()},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert _newest(entry).title == f"{THINKING.name} (127.0.0.1:{ollama.port})"
    data = _newest(entry).data
    assert data == {"url": ollama.url, "api_key": "key", "verify_ssl": True, "model": THINKING.name} | TUNED
    assert {type(data[key]) for key in ("num_ctx", "num_batch", "keep_alive")} == {int}
    assert [state.model for state in entry.runtime_data.servers.states] == [STAND_IN.name, THINKING.name]


async def test_same_model_server_twice(hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn) -> None:
    """The same model of the same server is refused."""
    result = await _steps(hass, await _add(hass, entry, "model_server"), {"url": ollama.url}, {"model": STAND_IN.name})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_change_model_server(hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn) -> None:
    """A changed server keeps its key, which no form shows."""
    form = await _change(hass, entry, "server")
    assert _suggested(form) == {"url": ollama.url, "api_key": "********", "headers": "", "verify_ssl": True}
    result = await _steps(
        hass,
        form,
        {"url": ollama.url, "api_key": "********", "verify_ssl": False},
        {"model": THINKING.name},
        {**TUNED, "num_batch": 512, "limits": LIMITS},
    )
    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries["server"].data == {
        "url": ollama.url,
        "api_key": "secret",
        "verify_ssl": False,
        "model": THINKING.name,
        **TUNED,
        "num_batch": 512,
        "limits": LIMITS,
    }
    assert entry.runtime_data.servers.states[0].model == THINKING.name
    form = await _steps(hass, await _change(hass, entry, "server"), {"url": ollama.url}, {"model": THINKING.name})
    (group,) = (field for key, field in form["data_schema"].schema.items() if key == "limits")
    assert {str(key): key.description["suggested_value"] for key in group.schema.schema} == LIMITS

    result = await _steps(
        hass,
        await _change(hass, entry, "server"),
        {"url": ollama.url},
        {"model": STAND_IN.name},
        {"num_ctx": 4096, "keep_alive": 600, "think": False},
    )
    assert not {"num_batch", "api_key"} & entry.subentries["server"].data.keys()


async def test_model_that_can_not_think(hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn) -> None:
    """A model that would refuse every request that tells it to think is not told to."""
    form = await _steps(hass, await _change(hass, entry, "server"), {"url": ollama.url}, {"model": STAND_IN.name})
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], TUNED)
    assert (result["step_id"], result["errors"]) == ("tuning", {"think": "model_without_thinking"})
    await hass.config_entries.subentries.async_configure(form["flow_id"], {**TUNED, "think": False})
    await hass.async_block_till_done()
    assert entry.subentries["server"].data["think"] is False


async def test_key_stays_with_its_server(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A key is not sent to another address."""
    async with OllamaStandIn() as other:
        tuned = {**TUNED, "think": False}
        await _steps(hass, await _change(hass, entry, "server"), {"url": other.url}, {"model": STAND_IN.name}, tuned)
        assert "api_key" not in entry.subentries["server"].data
        assert not any("Authorization" in request.headers for request in other.received)


async def test_add_agent(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """An agent may have instructions, a model and a temperature of its own; models of others are not offered."""
    form = await _add(hass, entry, "conversation")
    (selector,) = (field for key, field in form["data_schema"].schema.items() if key == "model")
    assert CLOUD.name not in [option["value"] for option in selector.config["options"]]
    own = {"instructions": "Speak like a butler.", "model": THINKING.name, "temperature": 0.5, "local_route": False} | {
        "ask_first": ["unlock", "siren"]
    }
    result = await _steps(hass, form, own)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert _newest(entry).data == own


@pytest.mark.parametrize(
    ("template", "problem"),
    [("{{ 1 / 0 }}", "ZeroDivisionError"), ("{{ nothing.at_all }}", "undefined")],
    ids=["fails", "names nothing"],
)
async def test_instructions_that_do_not_render(
    hass: HomeAssistant, entry: MockConfigEntry, template: str, problem: str
) -> None:
    """The form says why, keeps what was typed, and takes it once it is mended."""
    form = await _add(hass, entry, "conversation")
    typed = {"instructions": template, "temperature": 1}
    form = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    assert form["errors"] == {"instructions": "template_failed"}
    assert problem in (form["description_placeholders"] or {})["error"]
    assert (_suggested(form)["instructions"], _suggested(form)["temperature"]) == (template, 1)
    # Nothing of it follows the clock, which would go on ticking after the test.
    mended = {"instructions": "It is {{ 1 + 1 }}."}
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], mended)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_instructions_that_are_no_template(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Home Assistant itself says what is wrong with them."""
    with pytest.raises(InvalidData, match="instructions"):
        await _steps(hass, await _add(hass, entry, "conversation"), {"instructions": "{% if now() %}"})


async def test_agent_with_a_model_of_its_own(
    hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn
) -> None:
    """An own model is tried and run as the agent says, and the server's own model as before."""
    form = await _add(hass, entry, "conversation")
    tuning = {"num_ctx": 4096, "keep_alive": 60, "think": True}
    result = await hass.config_entries.subentries.async_configure(
        form["flow_id"], {"model": WITHOUT_TOOLS.name, "tuning": tuning}
    )
    assert result["errors"] == {"model": "model_without_thinking"}
    ollama.requests["/api/chat"].clear()
    await _steps(hass, {**form, "errors": {}}, {"model": THINKING.name, "tuning": tuning})
    assert _newest(entry).data["tuning"] == tuning
    tried = [body for body in ollama.requests["/api/chat"] if body["model"] == THINKING.name]
    assert tried
    assert {(body["options"]["num_ctx"], body["keep_alive"], body["think"]) for body in tried} == {(4096, 60, True)}

    _ = [chunk async for chunk in entry.runtime_data.servers.chat([{"role": "user", "content": "hi"}])]
    assert ollama.requests["/api/chat"][-1]["options"]["num_ctx"] == 8192
    own = entry.runtime_data.servers.chat([{"role": "user", "content": "hi"}], model=THINKING.name)
    _ = [chunk async for chunk in own]
    assert ollama.requests["/api/chat"][-1]["options"]["num_ctx"] == 4096


async def test_change_agent(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """What is emptied is gone."""
    await _steps(hass, await _change(hass, entry, "agent"), {"instructions": "Be short.", "temperature": 0.5})
    form = await _change(hass, entry, "agent")
    kept = {"local_route": True, "ask_first": ["disarm", "open_door", "open_valve", "unlock"], "tuning": None}
    assert _suggested(form) == {"instructions": "Be short.", "model": None, "temperature": 0.5, **kept}
    result = await _steps(hass, form, {"temperature": 1, "ask_first": []})
    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries["agent"].data == {"temperature": 1, "local_route": True, "ask_first": []}


@pytest.mark.parametrize("servers", [(), (model_server(NOBODY_LISTENS),)], ids=["none", "one that is down"])
async def test_agent_without_a_server(hass: HomeAssistant, servers: tuple[Any, ...]) -> None:
    """Without a server that answers, a model can still be typed."""
    entry = await async_add_parlor(hass, *servers)
    result = await _steps(hass, await _add(hass, entry, "conversation"), {"model": "typed"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    asked = ["disarm", "open_door", "open_valve", "unlock"]
    assert _newest(entry).data == {"model": "typed", "local_route": True, "ask_first": asked}


@pytest.mark.parametrize(
    ("kind", "title", "own"),
    [
        pytest.param("stt", "Parlor ears", {"languages": ["de", "en"]}, id="ears"),
        pytest.param("tts", "Parlor voice", {"speed": 1.2, "speaker": "low"}, id="voice"),
    ],
)
async def test_add_speech(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str, title: str, own: dict[str, Any]
) -> None:
    """Ears and voice can be added one by one."""
    async with wyoming_server(hass, hears=("en",), speaks=("en_US",)) as uri:
        result = await _steps(hass, await _add(hass, entry, kind), {"place": "server"}, {"uri": uri}, own)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert _newest(entry).title == title
    assert _newest(entry).data == {"place": "server", "uri": uri, **own}


async def test_change_how_a_voice_speaks(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Speed and speaker are shown as they are, and what is emptied is gone."""
    async with wyoming_server(hass, speaks=("en_US",)) as uri:
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), voice(uri))
        steps: list[dict[str, Any]] = [{"place": "server"}, {"uri": uri}]
        for asked, suggested in (
            ({"speed": 0.8, "speaker": "7"}, {}),
            ({"speed": 1.0}, {"speed": 0.8, "speaker": "7"}),
        ):
            form = await _steps(hass, await _change(hass, entry, "voice"), *steps)
            assert {key: value for key, value in _suggested(form).items() if value is not None} == suggested
            result = await _steps(hass, form, asked)
            assert result["reason"] == "reconfigure_successful"
            assert entry.subentries["voice"].data == {"place": "server", "uri": uri, **asked}


@pytest.mark.parametrize("kind", ["stt", "tts"])
async def test_server_without_what_is_asked(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> None:
    """A server that only hears is no voice, and the other way round."""
    form = await _steps(hass, await _add(hass, entry, kind), {"place": "server"})
    async with wyoming_server(hass, hears=("en",) * (kind == "tts"), speaks=("en_US",) * (kind == "stt")) as uri:
        result = await hass.config_entries.subentries.async_configure(form["flow_id"], {"uri": uri})
    assert result["errors"] == {"uri": "speech_not_offered"}


async def test_change_speech(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Speech moves to another server; the form shows where it is now."""
    async with wyoming_server(hass, hears=("en",)) as first, wyoming_server(hass, hears=("en",)) as second:
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(first))
        form = await _change(hass, entry, "ears")
        marker = next(iter(form["data_schema"].schema))
        assert marker.default() == "server"
        form = await _steps(hass, form, {"place": "server"})
        assert _suggested(form) == {"uri": first}
        result = await _steps(hass, form, {"uri": second}, {"languages": []})
        assert result["reason"] == "reconfigure_successful"
        assert entry.subentries["ears"].data == {"place": "server", "uri": second, "languages": []}
        assert entry.runtime_data.speech["ears"].in_order[0].uri == second


@pytest.mark.parametrize(("kind", "own"), [("stt", {"languages": ["en"]}), ("tts", {"speed": 1.0})])
async def test_second_server(hass: HomeAssistant, ollama: OllamaStandIn, kind: str, own: dict[str, Any]) -> None:
    """A second server is tried, kept, used where the first fails, shown again, and taken away."""
    async with (
        wyoming_server(hass, hears=("en",), speaks=("en_US",)) as first,
        wyoming_server(hass, hears=("en",), speaks=("en_US",)) as second,
    ):
        made = (ears(first), voice(first))[kind == "tts"]
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), made)
        subentry_id = made["subentry_id"]
        form = await _steps(hass, await _change(hass, entry, subentry_id), {"place": "server"}, {"uri": first})
        bare = second.removeprefix("tcp://")
        result = await _steps(hass, form, {**own, "fallback": f" {bare} "})
        assert result["reason"] == "reconfigure_successful"
        assert entry.subentries[subentry_id].data == {"place": "server", "uri": first, **own, "fallback": second}
        assert [server.uri for server in entry.runtime_data.speech[subentry_id].in_order] == [first, second]

        form = await _steps(hass, await _change(hass, entry, subentry_id), {"place": "server"}, {"uri": first})
        assert _suggested(form)["fallback"] == second
        await _steps(hass, form, own)
        assert entry.subentries[subentry_id].data == {"place": "server", "uri": first, **own}
        assert [server.uri for server in entry.runtime_data.speech[subentry_id].in_order] == [first]


@pytest.mark.parametrize(
    ("fallback", "error"),
    [
        pytest.param("http://127.0.0.1:10300", "speech_bad_address", id="another scheme"),
        pytest.param("tcp://127.0.0.1:9", "speech_unreachable", id="nobody listens"),
        pytest.param("first", "fallback_is_first", id="the first one"),
        pytest.param("other", "speech_not_offered", id="it does not hear"),
    ],
)
async def test_second_server_of_no_use(hass: HomeAssistant, entry: MockConfigEntry, fallback: str, error: str) -> None:
    """A second server that could not step in is told, and may be typed again."""
    async with wyoming_server(hass, hears=("en",)) as first, wyoming_server(hass, speaks=("en_US",)) as other:
        address = {"first": first, "other": other}.get(fallback, fallback)
        form = await _steps(hass, await _add(hass, entry, "stt"), {"place": "server"}, {"uri": first})
        flows = hass.config_entries.subentries
        result: Any = await flows.async_configure(form["flow_id"], {"languages": [], "fallback": address})
        assert (result["step_id"], result["errors"]) == ("hearing", {"fallback": error})
        assert _suggested(result)["fallback"] == address
        result = await flows.async_configure(form["flow_id"], {"languages": []})
        await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "fallback" not in _newest(entry).data


async def test_voice_form_asks_for_a_voice_only(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """The forms of one kind of speech do not ask about the other."""
    async with wyoming_server(hass, speaks=("en_US",)) as uri:
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), voice(uri))
        form = await _steps(hass, await _change(hass, entry, "voice"), {"place": "local"})
        assert [str(key) for key in form["data_schema"].schema] == ["voice"]
        hass.config_entries.subentries.async_abort(form["flow_id"])


async def test_order_of_servers(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """The order that is chosen is the order in which servers are tried."""
    entry = await async_add_parlor(hass, model_server(ollama.url, "one"), model_server(NOBODY_LISTENS, "two"), agent())
    form: Any = await hass.config_entries.options.async_init(entry.entry_id)
    marker = next(iter(form["data_schema"].schema))
    assert marker.default() == ["one", "two"]
    await hass.config_entries.options.async_configure(form["flow_id"], {"server_order": ["two", "one"]})
    await hass.async_block_till_done()
    assert [state.id for state in entry.runtime_data.servers.states] == ["two", "one"]


async def _reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


async def test_reconfigure_entry(hass: HomeAssistant, entry: MockConfigEntry, ollama: OllamaStandIn) -> None:
    """The only model server can be changed from the entry itself."""
    form = await _reconfigure(hass, entry)
    assert _suggested(form) == {"url": ollama.url, "api_key": "********", "headers": "", "verify_ssl": True}
    manager = hass.config_entries.flow
    form = await async_answer(manager, form, {"url": ollama.url, "api_key": "********"})
    result = await async_answer(manager, form, {"model": THINKING.name})
    await hass.async_block_till_done()
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.subentries["server"].data["model"] == THINKING.name
    assert entry.subentries["server"].data["api_key"] == "secret"
    assert entry.runtime_data.servers.states[0].model == THINKING.name


async def test_other_agents_are_offered_tools(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """What was chosen stands in the form the next time."""
    entry = await async_add_parlor(hass, model_server(ollama.url, "one"), agent())
    form: Any = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(form["flow_id"], {"offer_tools": True})
    await hass.async_block_till_done()
    assert entry.options == {"server_order": ["one"], "event_words": False, "offer_tools": True}
    again: Any = await hass.config_entries.options.async_init(entry.entry_id)
    assert {str(field): field.default() for field in again["data_schema"].schema} == entry.options


async def test_tools_of_other_integrations(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """They are asked for where there are any: never Assist, and one that is gone can be taken away."""
    forget = llm.async_register_api(hass, Search(hass))
    form = await _add(hass, entry, "conversation")
    field = form["data_schema"].schema["llm_hass_api"]
    assert field.config["options"] == [{"value": "search", "label": "Web search"}]
    await _steps(hass, form, {"llm_hass_api": ["search"]})
    added = _newest(entry)
    assert added.data["llm_hass_api"] == ["search"]
    forget()
    form = await _change(hass, entry, added.subentry_id)
    assert form["data_schema"].schema["llm_hass_api"].config["options"] == [{"value": "search", "label": "search"}]
    await _steps(hass, form, {})
    assert "llm_hass_api" not in entry.subentries[added.subentry_id].data
    form = await _change(hass, entry, added.subentry_id)
    assert "llm_hass_api" not in form["data_schema"].schema
    hass.config_entries.subentries.async_abort(form["flow_id"])


@pytest.mark.parametrize(
    "servers",
    [pytest.param((), id="none"), pytest.param((model_server(), model_server(subentry_id="two")), id="two")],
)
async def test_reconfigure_entry_without_one_server(hass: HomeAssistant, servers: tuple[Any, ...]) -> None:
    """With several servers it would not be clear which is meant."""
    result = await _reconfigure(hass, await async_add_parlor(hass, *servers, agent()))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_one_server")


async def test_another_key_for_a_removed_server(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A server that is gone needs no key."""
    entry.async_start_reauth(hass, data={"subentry_id": "gone"})
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress()
