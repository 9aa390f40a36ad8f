"""The steps that choose a model: what is offered, how it is downloaded, and what its trial shows."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SubentryFlowContext
from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.flow import client as flow_client
from custom_components.parlor.flow.models import suggested_models
from custom_components.parlor.inference import Limits
from demo.ollama import CLOUD, EMBEDDING_ONLY, STAND_IN, WITHOUT_TOOLS, Call, Model, OllamaStandIn, Reply, faults
from tests.flow_steps import async_finished
from tests.flow_texts import _translated
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, model_server

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")

BIG = Model(name="big:latest", size=5_000_000_000, parameter_size="8B", quantization="Q4_K_M")
SUGGESTED = Model(name="qwen3:4b-instruct", size=2_500_000_000)


@pytest.fixture(autouse=True)
async def _core(hass: HomeAssistant) -> None:
    """Set up what every Home Assistant has."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server that can download two models."""
    models = (WITHOUT_TOOLS, STAND_IN, EMBEDDING_ONLY, CLOUD)
    async with OllamaStandIn(models, registry=(BIG, SUGGESTED)) as stand_in:
        yield stand_in


async def _to_models(hass: HomeAssistant, url: str) -> Any:
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await hass.config_entries.flow.async_configure(form["flow_id"], {"url": url})


async def _choose(hass: HomeAssistant, form: Any, model: str) -> Any:
    """Choose a model and wait for what its download and its trial lead to."""
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"model": model})
    return await async_finished(hass.config_entries.flow, result)


async def _use(hass: HomeAssistant, menu: Any, option: str = "use_model") -> Any:
    return await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": option})


def _options(form: Any) -> list[dict[str, str]]:
    (selector,) = form["data_schema"].schema.values()
    options: list[dict[str, str]] = selector.config["options"]
    return options


async def test_what_is_offered(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Installed models come first, those that call tools before others; then what could be downloaded."""
    ollama.library.models.append(replace(BIG, name="qwen3:8b", capabilities=("completion", "tools", "vision")))
    form = await _to_models(hass, ollama.url)
    labels = {option["value"]: option["label"] for option in _options(form)}
    installed = ["parlor-stand-in:latest", "qwen3:8b", WITHOUT_TOOLS.name, EMBEDDING_ONLY.name, CLOUD.name]
    suggested = [model.name for model in suggested_models() if model.name != "qwen3:8b"]
    assert list(labels) == [*installed, *suggested]
    assert labels["qwen3:8b"] == "qwen3:8b (8B, Q4_K_M, 5.0 GB, 40k) · tools, vision"
    assert labels[EMBEDDING_ONLY.name].endswith(" · embedding")
    assert labels["qwen3:4b-instruct"] == "⬇ qwen3:4b-instruct (2.5 GB, ≥ 8 GB RAM)"
    assert labels["ministral-3:3b"] == "⬇ ministral-3:3b (3 GB, ≥ 8 GB RAM) · vision"
    (marker,) = form["data_schema"].schema
    assert marker.default() == STAND_IN.name


async def test_server_without_models(hass: HomeAssistant) -> None:
    """A server that has no model yet can download one of those that are suggested."""
    async with OllamaStandIn((), registry=(SUGGESTED,)) as empty:
        form = await _to_models(hass, empty.url)
        assert [option["value"] for option in _options(form)] == [model.name for model in suggested_models()]
        assert (await _choose(hass, form, SUGGESTED.name))["step_id"] == "check_good"


def test_suggestions() -> None:
    """The suggestions suit small, general and large machines, the smallest first, and all call tools."""
    models = suggested_models()
    memory = [model.memory_gb for model in models]
    assert memory == sorted(memory)
    assert {8, 16, 32} <= set(memory)
    assert all("tools" in model.capabilities and model.download_gb < model.memory_gb for model in models)


def test_figures_of_the_suggestions() -> None:
    """Size, parameters and quantization agree: four bits and a half for each weight, and an eye where there is one."""
    for model in suggested_models():
        assert model.quantization == "Q4_K_M"
        bytes_each = model.download_gb / float(model.parameters.removesuffix("B"))
        assert 0.55 <= bytes_each <= (0.85 if "vision" in model.capabilities else 0.7), model.name


async def test_another_model_after_a_small_one(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A model that was only tried leaves nothing behind: the next one gets the context that suits itself."""
    ollama.library.models.append(replace(STAND_IN, name="small:1b", context_length=2048))
    tried = await _choose(hass, await _to_models(hass, ollama.url), "small:1b")
    result = await _choose(hass, await _use(hass, tried, "model"), STAND_IN.name)
    assert result["description_placeholders"]["context"] == "8192"


async def test_download(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A model that is not there is downloaded, with the share of it that has come, and then tried and used."""
    told: list[float] = []

    async def tell(event: Event) -> None:
        told.append(event.data["progress"])

    form = await _to_models(hass, ollama.url)
    ollama.fail(Reply(hang_after=4), path="/api/pull", times=1)
    stop = hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, tell)
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"model": "big"})
    assert (result["type"], result["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "download")
    await ollama.wait_for("/api/pull")
    while len(told) < 2:
        await hass.async_block_till_done()
    assert told == [0.2, 0.4]
    stop()
    hass.config_entries.flow.async_abort(form["flow_id"])
    await ollama.wait_cancelled()

    # Whoever comes back goes on where the closed window stopped it.
    form = await _to_models(hass, ollama.url)
    told.clear()
    hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, tell)
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"model": "big"})
    result = await async_finished(hass.config_entries.flow, result, until="check")
    shares = told[: told.index(1.0) + 1]
    assert shares[0] >= 0.4
    assert shares == sorted(shares)
    menu = await async_finished(hass.config_entries.flow, result)
    assert menu["description_placeholders"]["model"] == "big:latest"
    assert (await _use(hass, menu))["step_id"] == "speech"
    assert hass.config_entries.flow._progress[form["flow_id"]]._server["model"] == "big:latest"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        ("nonsense", None, "model_unknown"),
        ("big", Reply(error_line="write /models/blobs/sha256-1: no space left on device"), "disk_full"),
        ("big", Reply(error_line="max retries exceeded: dial tcp: lookup registry: no such host"), "download_failed"),
        ("big", Reply(die_after=3), "stream_broken"),
        ("big", Reply(hang_after=3), "server_too_slow"),
        ("big", Reply(status=500, error="disk on fire"), "download_failed"),
        ("big", Reply(status=401, error="unauthorized"), "unauthorized"),
        ("big", faults.captive_portal(), "not_ollama"),
        ("big", Reply(raw_bytes=(b'{"status":"success"}\n',)), "model_missing"),
        ("qwen3-coder:480b-cloud", None, "cloud_refused"),
        (CLOUD.name, None, "cloud_refused"),
    ],
    ids=[
        "no such model",
        "disk full",
        "no way to the library",
        "cut",
        "silent",
        "broken",
        "refused",
        "a sign-in page",
        "there, and yet not",
        "a cloud model",
        "a cloud model that is listed",
    ],
)
async def test_download_errors(
    hass: HomeAssistant,
    ollama: OllamaStandIn,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    fault: Reply | None,
    error: str,
) -> None:
    """Each way in which a download can fail is told with the form, and choosing the model again goes on."""
    monkeypatch.setattr(flow_client, "LIMITS", Limits(download=0.3 if error == "server_too_slow" else 20))
    form = await _to_models(hass, ollama.url)
    if fault is not None:
        ollama.fail(fault, path="/api/pull")
    result = await _choose(hass, form, model)
    assert (result["step_id"], result["errors"]) == ("model", {"model": error})
    assert result["data_schema"]({}) == {"model": model}
    if fault is not None:
        ollama.recover()
        assert (await _choose(hass, form, model))["step_id"] == "check_good"


async def test_gone_after_the_download(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A server that is gone when the model has come is told; the model is there the next time."""
    form = await _to_models(hass, ollama.url)
    ollama.fail(Reply(status=502, body=b""), path="/api/tags", times=1)
    result = await _choose(hass, form, "big")
    assert result["errors"] == {"model": "server_unreachable"}
    pulls = len(ollama.requests["/api/pull"])
    assert (await _choose(hass, form, "big"))["step_id"] == "check_good"
    assert len(ollama.requests["/api/pull"]) == pulls + 1


CALLS_NOTHING = (Reply(content="Certainly!"), Reply(content="Done."))


@pytest.mark.parametrize(
    ("model", "replies", "step"),
    [
        (STAND_IN, (), "check_good"),
        (STAND_IN, CALLS_NOTHING, "check_no_tools"),
        (WITHOUT_TOOLS, (), "check_no_tools"),
        (replace(STAND_IN, name="small:latest", context_length=512), (), "check_small"),
        (STAND_IN, (Reply(content="x"),), "check_no_tools"),
    ],
    ids=["good", "words only", "without tools", "a small context", "a call now and then"],
)
async def test_trial(
    hass: HomeAssistant, ollama: OllamaStandIn, model: Model, replies: tuple[Reply, ...], step: str
) -> None:
    """A model is tried with the home's own prompt; whatever shows, it can be used knowingly or left."""
    hass.states.async_set("light.desk", "off", {"friendly_name": "Desk light"})
    async_expose_entity(hass, "conversation", "light.desk", should_expose=True)
    calls = _calls_of(hass)
    ollama.library.models.append(model)
    form = await _to_models(hass, ollama.url)
    ollama.script(*replies)
    menu = await _choose(hass, form, model.name)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, step)
    figures = menu["description_placeholders"]
    assert figures["model"] == model.name
    assert int(figures["tokens"]) > 100
    assert int(figures["context"]) == min(8192, model.context_length)
    assert (int(figures["needed"]) > int(figures["context"])) == (step == "check_small")
    asked = ollama.requests["/api/chat"][1:]
    named = ["Desk light" in body["messages"][0]["content"] for body in asked]
    assert named == [step != "check_small"] * len(asked)
    assert len(asked) >= 2
    assert {body["options"]["num_ctx"] for body in ollama.requests["/api/chat"]} == {int(figures["context"])}
    assert calls == []

    assert (await _use(hass, menu, "model"))["step_id"] == "model"
    menu = await _choose(hass, form, model.name)
    assert (await _use(hass, menu))["step_id"] == "speech"


async def test_trial_of_a_slow_model(hass: HomeAssistant) -> None:
    """A model that writes slower than people speak is said to be slow."""
    async with OllamaStandIn(prefill_rate=20_000, decode_rate=200) as fast:
        assert (await _choose(hass, await _to_models(hass, fast.url), STAND_IN.name))["step_id"] == "check_good"
    async with OllamaStandIn(prefill_rate=20_000, decode_rate=5) as slow:
        menu = await _choose(hass, await _to_models(hass, slow.url), STAND_IN.name)
        assert menu["step_id"] == "check_slow"
        assert menu["description_placeholders"]["write"] == "5"


async def test_trial_without_figures(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """A server that gives no figures is no reason to refuse its model."""
    reply = Reply(tool_calls=(Call("turn_on", {"targets": ["Lamp"]}),), style="rendered", no_done=True)
    ollama.script(reply, reply)
    menu = await _choose(hass, await _to_models(hass, ollama.url), STAND_IN.name)
    assert menu["step_id"] == "check_good"
    assert menu["description_placeholders"]["read"] == menu["description_placeholders"]["write"] == "?"


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        (STAND_IN, Reply(status=500, error="model runner has unexpectedly stopped"), "server_failed"),
        (STAND_IN, Reply(drop=True), "stream_broken"),
        (STAND_IN, faults.broken_json(), "not_ollama"),
        (STAND_IN, Reply(status=503, error="server busy, please try again."), "server_busy"),
        (EMBEDDING_ONLY, None, "model_without_tools"),
    ],
    ids=["does not load", "cut", "nonsense", "busy", "can not chat"],
)
async def test_trial_that_fails(
    hass: HomeAssistant, ollama: OllamaStandIn, model: Model, fault: Reply | None, error: str
) -> None:
    """A model that can not be tried can be left, or used knowingly."""
    form = await _to_models(hass, ollama.url)
    if fault is not None:
        ollama.fail(fault, path="/api/chat")
    for anyway, step in ((False, "model"), (True, "speech")):
        result = await _choose(hass, form, model.name)
        assert (result["step_id"], result["errors"]) == ("check_failed", {"base": error})
        result = await hass.config_entries.flow.async_configure(form["flow_id"], {"anyway": anyway})
        assert result["step_id"] == step


async def test_trial_that_is_left(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Closing the window ends the trial, and the model's work."""
    form = await _to_models(hass, ollama.url)
    ollama.script(Reply(content="a b c", hang_after=1))
    await hass.config_entries.flow.async_configure(form["flow_id"], {"model": STAND_IN.name})
    while not ollama.evaluations:
        await asyncio.sleep(0.01)
    hass.config_entries.flow.async_abort(form["flow_id"])
    await ollama.wait_cancelled()


async def test_model_of_an_agent(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """An agent's own model is downloaded and tried as well; one that is kept is not tried again."""
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    manager = hass.config_entries.subentries
    source = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id="agent")

    async def change(**user_input: Any) -> Any:
        form = await manager.async_init((entry.entry_id, "conversation"), context=source)
        return await async_finished(manager, await manager.async_configure(form["flow_id"], user_input))

    assert (await change(model=CLOUD.name))["errors"] == {"model": "cloud_refused"}
    assert (await change(model="nonsense"))["errors"] == {"model": "model_unknown"}
    menu = await change(model="big", instructions="Be short.")
    assert menu["step_id"] == "check_good"
    form = await manager.async_configure(menu["flow_id"], {"next_step_id": "model"})
    assert form["step_id"] == "user"
    menu = await async_finished(manager, await manager.async_configure(form["flow_id"], {"model": "big"}))
    result = await manager.async_configure(menu["flow_id"], {"next_step_id": "use_model"})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.subentries["agent"].data["model"] == "big"

    tried = len(ollama.requests["/api/pull"])
    assert (await change(model="big", temperature=1))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert len(ollama.requests["/api/pull"]) == tried


async def test_model_of_an_agent_without_a_server(hass: HomeAssistant) -> None:
    """While the server is down, a name has to do."""
    entry = await async_add_parlor(hass, model_server(NOBODY_LISTENS), agent())
    manager = hass.config_entries.subentries
    source = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id="agent")
    form = await manager.async_init((entry.entry_id, "conversation"), context=source)
    result = await manager.async_configure(form["flow_id"], {"model": "typed"})
    assert result["reason"] == "reconfigure_successful"


def _calls_of(hass: HomeAssistant) -> list[Event]:
    """Return a list that gets every service call from now on."""
    calls: list[Event] = []

    async def called(event: Event) -> None:
        calls.append(event)

    hass.bus.async_listen("call_service", called)
    return calls
