"""Speech goes nowhere but home unless the user has said so: in each flow, later, and in entries of earlier versions."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from ipaddress import ip_address
import socket
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.issues import findings
from custom_components.parlor.network import contacts
from custom_components.parlor.speech.errors import SpeechAddressRefused
from demo.ollama import STAND_IN, OllamaStandIn
from tests.flow_steps import async_answer
from tests.flow_texts import _translated
from tests.parlor_entry import agent, async_add_parlor, ears, model_server, voice, wyoming_server
from tests.resolver import UseResolver, resolve
from tests.speech.foreign import PUBLIC_HERE, SHARED_HERE, foreign_addresses
from tests.test_issues import Fixing, fixing, until

__all__ = ["_translated", "fixing", "foreign_addresses", "resolve"]

pytestmark = pytest.mark.usefixtures("foreign_addresses", "_translated")

FOREIGN = pytest.mark.parametrize(
    ("host", "step", "stored"),
    [
        pytest.param(SHARED_HERE, "speech_shared", {"allow_shared": True}, id="a private network across the internet"),
        pytest.param(PUBLIC_HERE, "speech_elsewhere", {"allowed_address": PUBLIC_HERE}, id="somebody else's computer"),
    ],
)


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server, which passes nothing on."""
    async with OllamaStandIn((STAND_IN,), cloud="disabled") as stand_in:
        yield stand_in


async def _steps(manager: Any, result: Any, *inputs: dict[str, Any]) -> Any:
    """Submit one form after the other."""
    for user_input in inputs:
        result = await async_answer(manager, result, user_input)
    return result


async def _choose(manager: Any, menu: Any, choice: str) -> Any:
    return await manager.async_configure(menu["flow_id"], {"next_step_id": choice})


def _suggested(form: Any, field: str) -> Any:
    return next(key.description["suggested_value"] for key in form["data_schema"].schema if key == field)


def _is_question(result: Any, step: str, host: str) -> bool:
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, step)
    assert result["description_placeholders"]["address"] == host
    return True


@FOREIGN
@pytest.mark.parametrize("found", [False, True], ids=["typed", "found by itself"])
async def test_set_up(
    hass: HomeAssistant, ollama: OllamaStandIn, host: str, step: str, stored: dict[str, Any], *, found: bool
) -> None:
    """Nothing is sent there before the user has allowed it; then ears and voice keep it."""
    assert await async_setup_component(hass, "homeassistant", {})
    flows = hass.config_entries.flow
    async with wyoming_server(hass, hears=("en",), speaks=("en_US",), host=host) as uri:
        context: dict[str, Any] = {"source": SOURCE_ZEROCONF if found else SOURCE_USER}
        start = await flows.async_init(DOMAIN, context=context, data=_announced(uri) if found else None)  # type: ignore[arg-type]
        steps: list[dict[str, Any]] = [{"url": ollama.url}, {"model": STAND_IN.name}, {"place": "server"}]
        form = await _steps(flows, start, *steps)
        if found:
            assert _suggested(form, "uri") == uri
        result = await _steps(flows, form, {"uri": uri})
        assert _is_question(result, step, host)
        assert host not in contacts(hass)

        form = await _choose(flows, result, "speech_address")
        assert (form["step_id"], _suggested(form, "uri")) == ("speech_server", uri)
        result = await _choose(flows, await _steps(flows, form, {"uri": uri}), "allow_speech")
        assert result["step_id"] == "assistant"
        assert contacts(hass)[host].connections == 1
        result = await _steps(flows, result, {"preferred": False})
        await hass.async_block_till_done()
        kinds = {subentry.subentry_type: subentry.data for subentry in result["result"].subentries.values()}
        assert kinds["stt"] == kinds["tts"] == {"place": "server", "uri": uri, **stored}
        assert all(speech.in_order[0].available for speech in result["result"].runtime_data.speech.values())


@FOREIGN
async def test_subentries(hass: HomeAssistant, ollama: OllamaStandIn, host: str, step: str, stored: Any) -> None:
    """Ears that are added ask too, once: changed later, they know the answer; another server is asked about anew."""
    flows = hass.config_entries.subentries
    entry = await async_add_parlor(hass, model_server(ollama.url), agent())
    async with AsyncExitStack() as stack:
        servers = [wyoming_server(hass, hears=("en",), host=host) for _ in range(2)]
        first, second = [await stack.enter_async_context(server) for server in servers]
        form = await flows.async_init((entry.entry_id, "stt"), context={"source": SOURCE_USER})
        result = await _steps(flows, form, {"place": "server"}, {"uri": first})
        assert _is_question(result, step, host)
        await _steps(flows, await _choose(flows, result, "allow_speech"), {"languages": []})
        await hass.async_block_till_done(wait_background_tasks=False)
        [added] = entry.get_subentries_of_type("stt")
        assert added.data == {"place": "server", "uri": first, "languages": [], **stored}

        context = {"source": SOURCE_RECONFIGURE, "subentry_id": added.subentry_id}
        form = await flows.async_init((entry.entry_id, "stt"), context=context)  # type: ignore[arg-type]
        result = await _steps(flows, form, {"place": "server"}, {"uri": first})
        assert result["step_id"] == "hearing"
        flows.async_abort(result["flow_id"])
        form = await flows.async_init((entry.entry_id, "stt"), context=context)  # type: ignore[arg-type]
        assert _is_question(await _steps(flows, form, {"place": "server"}, {"uri": second}), step, host)


@FOREIGN
@pytest.mark.parametrize(("kind", "own"), [("stt", {"languages": ["en"]}), ("tts", {"speed": 1.0})])
async def test_second_server(
    hass: HomeAssistant, ollama: OllamaStandIn, host: str, step: str, stored: dict[str, Any], kind: str, own: Any
) -> None:
    """A fallback is asked about on its own; the first one stays where it was, and needs no consent."""
    flows = hass.config_entries.subentries
    can: dict[str, Any] = {"hears": ("en",), "speaks": ("en_US",)}
    async with wyoming_server(hass, **can) as first, wyoming_server(hass, host=host, **can) as second:
        made = (ears(first), voice(first))[kind == "tts"]
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), made)
        context = {"source": SOURCE_RECONFIGURE, "subentry_id": made["subentry_id"]}
        form = await flows.async_init((entry.entry_id, kind), context=context)  # type: ignore[arg-type]
        result = await _steps(flows, form, {"place": "server"}, {"uri": first}, {**own, "fallback": second})
        assert _is_question(result, step, host)

        form = await _choose(flows, result, "speech_address")
        assert _suggested(form, "fallback") == second
        assert host not in contacts(hass)
        result = await _choose(flows, await _steps(flows, form, {**own, "fallback": second}), "allow_speech")
        await hass.async_block_till_done()
        assert result["reason"] == "reconfigure_successful"
        consent = {f"fallback_{key}": value for key, value in stored.items()}
        data = {"place": "server", "uri": first, **own, "fallback": second, **consent}
        assert entry.subentries[made["subentry_id"]].data == data
        pair = entry.runtime_data.speech[made["subentry_id"]].in_order
        assert [server.available for server in pair] == [True, True]


async def test_one_address_may_be_two_servers(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """What was allowed for the ears is not allowed for the voice at the same address."""
    async with wyoming_server(hass, hears=("en",), speaks=("en_US",), host=SHARED_HERE) as uri:
        entry = await async_add_parlor(
            hass, model_server(ollama.url), agent(), ears(uri, allow_shared=True), voice(uri)
        )
        speech = entry.runtime_data.speech
        assert speech["ears"].in_order[0].available
        assert not speech["voice"].in_order[0].available
        assert isinstance(speech["voice"].in_order[0].error, SpeechAddressRefused)


async def test_name_that_leads_elsewhere_later(
    hass: HomeAssistant, ollama: OllamaStandIn, resolve: UseResolver, fixing: Fixing
) -> None:
    """It is refused from then on, an issue says so and leads to the question, and goes when the name is home again."""
    where = ["127.0.0.1"]
    resolve(lambda host: [host] if host[0].isdigit() else where)
    async with wyoming_server(hass, hears=("en",), host="0.0.0.0") as anywhere:  # noqa: S104 - this machine's addresses
        uri = anywhere.replace("0.0.0.0", "box.example")  # noqa: S104 - as above
        await _expose_something(hass)
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(uri))
        server = entry.runtime_data.speech["ears"].in_order[0]
        assert server.available
        where[:] = [PUBLIC_HERE]
        await hass.config_entries.async_reload(entry.entry_id)
        await until(hass, [findings.SPEECH_REFUSED])
        assert PUBLIC_HERE not in contacts(hass)
        form = await fixing.start("speech_refused.ears")
        assert form["description_placeholders"] == {"name": "Parlor ears", "uri": uri, "address": PUBLIC_HERE}
        done = await fixing.answer(form)
        flows = hass.config_entries.subentries
        result = await _steps(flows, flows.async_get(done["next_flow"][1]), {"place": "server"}, {"uri": uri})
        assert _is_question(result, "speech_elsewhere", PUBLIC_HERE)
        await _steps(flows, await _choose(flows, result, "allow_speech"), {"languages": []})
        await hass.async_block_till_done(wait_background_tasks=False)
        await until(hass, [])
        assert entry.runtime_data.speech["ears"].in_order[0].available
        assert contacts(hass)[PUBLIC_HERE].connections > 0


@pytest.mark.parametrize(
    ("found", "marked"),
    [
        pytest.param([SHARED_HERE], True, id="a shared address"),
        pytest.param([SHARED_HERE, "127.0.0.1"], False, id="a shared one and one at home"),
        pytest.param(["127.0.0.1"], False, id="at home"),
        pytest.param([PUBLIC_HERE], False, id="elsewhere"),
        pytest.param(None, True, id="not known now"),
    ],
)
async def test_entries_of_earlier_versions(
    hass: HomeAssistant, resolve: UseResolver, found: list[str] | None, marked: bool
) -> None:
    """A server that may be in use at a shared address is marked, so that it goes on; others are held to the rule."""

    def lookup(host: str) -> list[str]:
        if found is None:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [host] if host[0].isdigit() else found

    resolve(lookup)
    subentries = (
        ears("tcp://box.example:9", fallback="tcp://127.0.0.1:9"),
        voice("tcp://127.0.0.1:9", fallback="tcp://box.example:9"),
    )
    entry = await async_add_parlor(hass, model_server(), agent(), *subentries, minor_version=1)
    assert entry.minor_version == 2
    data = [entry.subentries[kind].data for kind in ("ears", "voice")]
    numeric_is_unknown = found is None
    assert [one.get("shared_unasked", False) for one in data] == [marked, numeric_is_unknown]
    assert [one.get("fallback_shared_unasked", False) for one in data] == [numeric_is_unknown, marked]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_entries_of_later_versions(hass: HomeAssistant) -> None:
    """They are left alone."""
    assert await async_setup_component(hass, "homeassistant", {})
    entry = MockConfigEntry(domain=DOMAIN, version=2, minor_version=1, subentries_data=[model_server()])
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.minor_version == 1


@pytest.mark.parametrize("answer", ["allow", "refuse"])
async def test_asked_afterwards(hass: HomeAssistant, ollama: OllamaStandIn, fixing: Fixing, answer: str) -> None:
    """Ears of an earlier version go on at their shared address until the user has answered; then it is as they said."""
    async with wyoming_server(hass, hears=("en",), host=SHARED_HERE) as uri:
        await _expose_something(hass)
        entry = await async_add_parlor(hass, model_server(ollama.url), agent(), ears(uri), minor_version=1)
        assert entry.runtime_data.speech["ears"].in_order[0].available
        await until(hass, [findings.SPEECH_SHARED])
        form = await fixing.start("speech_shared.ears")
        assert form["description_placeholders"] == {"name": "Parlor ears", "address": SHARED_HERE}
        await fixing.answer(form, next_step_id=answer)
        await hass.async_block_till_done(wait_background_tasks=False)
        is_allowed = answer == "allow"
        await until(hass, [] if is_allowed else [findings.SPEECH_REFUSED])
        consent = {"allow_shared": True} if is_allowed else {}
        assert entry.subentries["ears"].data == {"place": "server", "uri": uri, **consent}
        assert entry.runtime_data.speech["ears"].in_order[0].available is is_allowed


async def _expose_something(hass: HomeAssistant) -> None:
    """So that no other issue is raised."""
    assert await async_setup_component(hass, "homeassistant", {})
    hass.states.async_set("light.kitchen", "on")
    async_expose_entity(hass, "conversation", "light.kitchen", should_expose=True)


def _announced(uri: str) -> ZeroconfServiceInfo:
    host, port = uri.removeprefix("tcp://").split(":")
    return ZeroconfServiceInfo(
        ip_address=ip_address(host),
        ip_addresses=[ip_address(host)],
        port=int(port),
        hostname="study.local.",
        type="_wyoming._tcp.local.",
        name="Study box._wyoming._tcp.local.",
        properties={"parlor": "0.1.0"},
    )
