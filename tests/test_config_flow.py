"""The set-up flow, every step and every error, against real servers."""

from collections.abc import AsyncGenerator
from ipaddress import ip_address
from pathlib import Path
import platform
from typing import Any

from homeassistant.config_entries import SOURCE_USER, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.flow import client as flow_client
from custom_components.parlor.flow.address import ollama_url, wyoming_uri
from custom_components.parlor.flow.voices import voice_for
from custom_components.parlor.inference import Limits
from custom_components.parlor.speech import environment
from demo.ollama import CLOUD, STAND_IN, WITHOUT_TOOLS, OllamaStandIn, Reply, faults
from tests.flow_steps import async_answer
from tests.flow_texts import _translated
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, model_server, wyoming_server

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")


@pytest.fixture(autouse=True)
async def _core(hass: HomeAssistant) -> None:
    """Set up what every Home Assistant has."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server."""
    async with OllamaStandIn((WITHOUT_TOOLS, STAND_IN, CLOUD)) as stand_in:
        yield stand_in


@pytest.fixture
async def speech(hass: HomeAssistant) -> AsyncGenerator[str]:
    """Return the address of a running speech server."""
    async with wyoming_server(hass, hears=("en", "de"), speaks=("en_US",)) as uri:
        yield uri


async def _start(hass: HomeAssistant) -> Any:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def _steps(hass: HomeAssistant, result: Any, *inputs: dict[str, Any]) -> Any:
    """Submit one form after the other; each must lead to another step, without errors."""
    for user_input in inputs:
        before = result["step_id"]
        result = await async_answer(hass.config_entries.flow, result, user_input)
        assert result.get("step_id") != before, result
    return result


async def test_everything_on_servers(hass: HomeAssistant, ollama: OllamaStandIn, speech: str) -> None:
    """One pass gives a model server, an agent, ears and a voice."""
    result = await _steps(
        hass,
        await _start(hass),
        {"url": ollama.url},
        {"model": STAND_IN.name},
        {"place": "server"},
        {"uri": speech},
        {"preferred": True},
    )
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Parlor"
    entry = result["result"]
    assert entry.data["preferred"] is True
    kinds = {subentry.subentry_type: dict(subentry.data) for subentry in entry.subentries.values()}
    assert kinds == {
        "model_server": {
            "url": ollama.url,
            "verify_ssl": True,
            "model": STAND_IN.name,
            "num_ctx": 8192,
            "keep_alive": -1,
            "think": False,
        },
        "conversation": {},
        "ai_task_data": {},
        "stt": {"place": "server", "uri": speech},
        "tts": {"place": "server", "uri": speech},
    }


@pytest.mark.parametrize(
    ("address", "host"), [("127.0.0.1", "127.0.0.1"), ("fe80::1", "[fe80::1]")], ids=["IPv4", "IPv6"]
)
async def test_a_speech_server_is_found(hass: HomeAssistant, ollama: OllamaStandIn, address: str, host: str) -> None:
    """A server that announces itself begins the set-up; its address is filled in where it is asked for."""
    found = ZeroconfServiceInfo(
        ip_address=ip_address(address),
        ip_addresses=[ip_address(address)],
        port=10300,
        hostname="study.local.",
        type="_wyoming._tcp.local.",
        name="Study box._wyoming._tcp.local.",
        properties={"parlor": "0.1.0"},
    )
    flows = hass.config_entries.flow
    result: Any = await flows.async_init(DOMAIN, context={"source": SOURCE_ZEROCONF}, data=found)
    assert result["step_id"] == "user"
    [flow] = flows.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Study box"}
    again: Any = await flows.async_init(DOMAIN, context={"source": SOURCE_ZEROCONF}, data=found)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_in_progress")
    result = await _steps(hass, result, {"url": ollama.url}, {"model": STAND_IN.name})
    assert result["data_schema"]({}) == {"place": "server"}
    result = await _steps(hass, result, {"place": "server"})
    [field] = result["data_schema"].schema
    assert field.description == {"suggested_value": f"tcp://{host}:10300"}


async def test_text_only(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Without speech there are a model server and an agent."""
    result = await _steps(
        hass, await _start(hass), {"url": ollama.url}, {"model": STAND_IN.name}, {"place": "none"}, {"preferred": False}
    )
    await hass.async_block_till_done()

    assert [subentry.subentry_type for subentry in result["result"].subentries.values()] == [
        "model_server",
        "conversation",
        "ai_task_data",
    ]


async def test_speech_on_this_machine(hass: HomeAssistant, ollama: OllamaStandIn, tmp_path: Path) -> None:
    """Ears and voice of this machine are kept as they were named, by name or by path."""
    _write(tmp_path / "ear" / "model.bin")
    _write(tmp_path / "voice" / "small.onnx")
    _write(tmp_path / "voice" / "small.onnx.json")
    local = {"whisper": str(tmp_path / "ear"), "voice": str(tmp_path / "voice")}
    result = await _steps(
        hass, await _start(hass), {"url": ollama.url}, {"model": STAND_IN.name}, {"place": "local"}, local
    )

    assert result["step_id"] == "assistant"
    flow = hass.config_entries.flow._progress[result["flow_id"]]
    assert flow._speech == {  # type: ignore[attr-defined]
        "stt": {"place": "local", "whisper": local["whisper"]},
        "tts": {"place": "local", "voice": local["voice"]},
    }


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(faults.captive_portal(), {"url": "not_ollama"}, id="a sign-in page"),
        pytest.param(Reply(status=404, body=b"nothing here"), {"url": "not_ollama"}, id="another web server"),
        pytest.param(Reply(status=401, error="unauthorized"), {"api_key": "unauthorized"}, id="another key"),
        pytest.param(Reply(status=503, error="server busy"), {"base": "server_busy"}, id="a full queue"),
        pytest.param(Reply(status=500, error="disk on fire"), {"base": "server_failed"}, id="a broken server"),
        pytest.param(Reply(drop=True), {"base": "stream_broken"}, id="a cut connection"),
        pytest.param(faults.hang(), {"base": "server_too_slow"}, id="no answer"),
        pytest.param(faults.redirect("http://127.0.0.1:9/"), {"url": "not_ollama"}, id="a redirection"),
    ],
)
async def test_server_errors(
    hass: HomeAssistant, ollama: OllamaStandIn, monkeypatch: pytest.MonkeyPatch, fault: Reply, error: dict[str, str]
) -> None:
    """Each way in which a server can fail is told, and the form can be sent again."""
    is_silent = error == {"base": "server_too_slow"}
    monkeypatch.setattr(flow_client, "LIMITS", Limits(lookup=0.2 if is_silent else 20))
    ollama.fail(fault)
    form = await _start(hass)
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"url": ollama.url})
    assert (result["step_id"], result["errors"]) == ("user", error)

    monkeypatch.undo()
    ollama.recover()
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"url": ollama.url})
    assert result["step_id"] == "model"


@pytest.mark.parametrize(
    ("url", "error"),
    [
        pytest.param("ftp://127.0.0.1", {"url": "invalid_url"}, id="not the web"),
        pytest.param("http://", {"url": "invalid_url"}, id="no host"),
        pytest.param("http://127.0.0.1:port", {"url": "invalid_url"}, id="no port number"),
        pytest.param("", {"url": "invalid_url"}, id="empty"),
        pytest.param("the big computer", {"url": "invalid_url"}, id="words"),
        pytest.param(NOBODY_LISTENS, {"base": "server_unreachable"}, id="nobody listens"),
    ],
)
async def test_address_errors(hass: HomeAssistant, url: str, error: dict[str, str]) -> None:
    """An address that leads to no server of the home is told before anything is sent."""
    form = await _start(hass)
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"url": url})
    assert (result["step_id"], result["errors"]) == ("user", error)


async def _to_speech(hass: HomeAssistant, ollama: OllamaStandIn, place: str) -> Any:
    return await _steps(hass, await _start(hass), {"url": ollama.url}, {"model": STAND_IN.name}, {"place": place})


@pytest.mark.parametrize(
    ("banner", "hears", "error"),
    [
        pytest.param(b"", (), "speech_not_offered", id="neither ears nor voice"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", ("en",), "speech_not_wyoming", id="another protocol"),
    ],
)
async def test_speech_server_errors(
    hass: HomeAssistant, ollama: OllamaStandIn, banner: bytes, hears: tuple[str, ...], error: str
) -> None:
    """A server that is of no use for speech is told."""
    form = await _to_speech(hass, ollama, "server")
    async with wyoming_server(hass, hears=hears, banner=banner) as uri:
        result = await hass.config_entries.flow.async_configure(form["flow_id"], {"uri": uri})
    assert (result["step_id"], result["errors"]) == ("speech_server", {"uri": error})


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        pytest.param("http://127.0.0.1:10300", "speech_bad_address", id="another scheme"),
        pytest.param("tcp://", "speech_bad_address", id="no host"),
        pytest.param("tcp://127.0.0.1:9", "speech_unreachable", id="nobody listens"),
    ],
)
async def test_speech_address_errors(hass: HomeAssistant, ollama: OllamaStandIn, uri: str, error: str) -> None:
    """An address without a speech server is told."""
    form = await _to_speech(hass, ollama, "server")
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {"uri": uri})
    assert result["errors"] == {"uri": error}


async def test_speech_server_that_only_hears(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """Of a server that only hears, only ears are made."""
    form = await _to_speech(hass, ollama, "server")
    async with wyoming_server(hass, hears=("en",)) as uri:
        result = await _steps(hass, form, {"uri": uri.removeprefix("tcp://")}, {"preferred": False})
        await hass.async_block_till_done()
    kinds = {subentry.subentry_type for subentry in result["result"].subentries.values()}
    assert kinds == {"model_server", "conversation", "ai_task_data", "stt"}


@pytest.mark.parametrize(
    ("local", "error"),
    [
        pytest.param({"whisper": "/nowhere/at/all"}, {"whisper": "whisper_missing"}, id="no folder"),
        pytest.param({"whisper": "./ear"}, {"whisper": "whisper_missing"}, id="a relative path"),
        pytest.param({"voice": "/nowhere/small.onnx"}, {"voice": "voice_missing"}, id="no voice file"),
        pytest.param({"voice": "/"}, {"voice": "voice_missing"}, id="a folder without a voice"),
    ],
)
async def test_local_speech_errors(
    hass: HomeAssistant, ollama: OllamaStandIn, local: dict[str, str], error: dict[str, str]
) -> None:
    """A path without a model is told."""
    form = await _to_speech(hass, ollama, "local")
    result = await hass.config_entries.flow.async_configure(form["flow_id"], local)
    assert (result["step_id"], result["errors"]) == ("speech_local", error)


async def test_local_speech_is_offered_only_where_it_works(
    hass: HomeAssistant, ollama: OllamaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine for which the libraries do not exist, speech can be elsewhere or not at all."""
    monkeypatch.setattr(environment, "is_installed", lambda _requirement: False)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    form = await _steps(hass, await _start(hass), {"url": ollama.url}, {"model": STAND_IN.name})
    (_, selector), *_ = form["data_schema"].schema.items()
    assert selector.config["options"] == ["server", "none"]
    with pytest.raises(InvalidData):
        await hass.config_entries.flow.async_configure(form["flow_id"], {"place": "local"})


async def test_second_entry_is_refused(hass: HomeAssistant) -> None:
    """There is one Parlor in a home."""
    await async_add_parlor(hass, model_server(), agent())
    result = await _start(hass)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("gpu", "http://gpu:11434"),
        (" gpu:8080 ", "http://gpu:8080"),
        ("192.168.1.5", "http://192.168.1.5:11434"),
        ("http://gpu:11434/", "http://gpu:11434"),
        ("http://gpu:11434/api", "http://gpu:11434"),
        ("http://gpu:11434/v1/", "http://gpu:11434"),
        ("https://ai.home.example", "https://ai.home.example"),
        ("https://home.example/ollama/api/", "https://home.example/ollama"),
        ("http://[fd00::1]:11434", "http://[fd00::1]:11434"),
    ],
)
def test_ollama_url(typed: str, url: str) -> None:
    """Addresses are understood as people type them."""
    assert ollama_url(typed) == url


@pytest.mark.parametrize(
    ("typed", "uri"),
    [
        ("box", "tcp://box:10300"),
        ("box:10200", "tcp://box:10200"),
        ("tcp://192.168.1.20:10300/", "tcp://192.168.1.20:10300"),
        ("[fd00::1]", "tcp://[fd00::1]:10300"),
    ],
)
def test_wyoming_uri(typed: str, uri: str) -> None:
    """Addresses are understood as people type them."""
    assert wyoming_uri(typed) == uri


@pytest.mark.parametrize(
    ("language", "country", "voice_name"),
    [
        ("en", "US", "en_US-lessac-medium"),
        ("en-GB", None, "en_GB-alba-medium"),
        ("de", "AT", "de_DE-thorsten-medium"),
        ("pt-BR", None, "pt_BR-faber-medium"),
        ("nb", None, "no_NO-talesyntese-medium"),
        ("tlh", None, "en_US-lessac-medium"),
    ],
)
def test_voice_for(language: str, country: str | None, voice_name: str) -> None:
    """A voice of the home's language is suggested."""
    assert voice_for(language, country) == voice_name


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0")
