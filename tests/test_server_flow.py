"""The step that asks for a model server: finding it, proving who asks, and what is not at home."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
import json
from pathlib import Path
import socket
from typing import Any

from homeassistant.components.hassio.const import DATA_ADDONS_LIST
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.const import DOMAIN
from custom_components.parlor.diagnostics import async_get_config_entry_diagnostics
from custom_components.parlor.flow import find
from custom_components.parlor.flow.headers import headers_text, read_headers
from custom_components.parlor.network import is_home
from demo.ollama import OllamaStandIn, faults
from tests.flow_texts import _translated
from tests.parlor_entry import NOBODY_LISTENS, agent, async_add_parlor, model_server
from tests.tls import refusal_expected, self_signed_context

__all__ = ["_translated"]

pytestmark = pytest.mark.usefixtures("socket_enabled", "_translated")

type Resolve = Callable[[str], None]


@pytest.fixture(autouse=True)
async def _core(hass: HomeAssistant) -> None:
    """Set up what every Home Assistant has."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
async def ollama() -> AsyncGenerator[OllamaStandIn]:
    """Return a running model server."""
    async with OllamaStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Return a function that says which address every name has."""

    def use(address: str) -> None:
        def getaddrinfo(_host: str, port: int, *_: object, **__: object) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return use


async def _start(hass: HomeAssistant) -> Any:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def _submit(hass: HomeAssistant, form: Any, **user_input: Any) -> Any:
    return await hass.config_entries.flow.async_configure(form["flow_id"], user_input)


def _server(hass: HomeAssistant, form: Any) -> dict[str, Any]:
    """Return what the flow knows of the server."""
    server: dict[str, Any] = hass.config_entries.flow._progress[form["flow_id"]]._server  # type: ignore[attr-defined]
    return server


def _suggested_url(form: Any) -> str:
    (marker, *_) = form["data_schema"].schema
    url: str = (marker.description or {}).get("suggested_value") or marker.default()
    return url


async def test_server_at_a_usual_place(
    hass: HomeAssistant, ollama: OllamaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first usual place that has a server is suggested; closed, silent and public ones cost nothing."""
    async with OllamaStandIn() as silent, OllamaStandIn() as second:
        silent.fail(faults.hang())
        places = (NOBODY_LISTENS, "http://8.8.8.8:11434", silent.url, ollama.url, second.url)
        monkeypatch.setattr(find, "_URLS", places)
        form = await _start(hass)
    assert _suggested_url(form) == ollama.url


async def test_no_server_at_any_usual_place(hass: HomeAssistant) -> None:
    """Where none is found the usual address is suggested."""
    assert _suggested_url(await _start(hass)) == "http://localhost:11434"


def test_apps_of_home_assistant_os(hass: HomeAssistant) -> None:
    """Apps that are Ollama by their name are looked for under the name that the Supervisor gives them."""
    assert find.app_urls(hass) == []
    hass.config.components.add("hassio")
    assert find.app_urls(hass) == []
    slugs = ("core_mosquitto", "0a1b2c3d_ollama", "local_my_ollama")
    hass.data[DATA_ADDONS_LIST] = [_App(slug) for slug in slugs]  # type: ignore[misc]  # only slugs matter
    assert find.app_urls(hass) == ["http://0a1b2c3d-ollama:11434", "http://local-my-ollama:11434"]


@dataclass
class _App:
    """What the Supervisor says of an app."""

    slug: str

    def to_dict(self) -> dict[str, str]:
        """Return all that is known."""
        return {"slug": self.slug}


async def test_all_usual_places_are_private() -> None:
    """The usual places begin with this machine, and no address among them is public."""
    assert find.DEFAULT_URL == "http://localhost:11434"
    numbers = [host for host in find.COMMON_HOSTS if host[0].isdigit()]
    assert numbers
    assert all(is_home(number) for number in numbers)


async def test_key(hass: HomeAssistant) -> None:
    """The key is sent, and only kept once the server has accepted it."""
    async with OllamaStandIn(api_key="open sesame") as guarded:
        form = await _start(hass)
        result = await _submit(hass, form, url=guarded.url, api_key="x")
        assert result["errors"] == {"api_key": "unauthorized"}
        result = await _submit(hass, form, url=guarded.url, api_key=" open sesame ")
        assert result["step_id"] == "model"
    assert _server(hass, form)["api_key"] == "open sesame"


@pytest.mark.parametrize(
    ("typed", "headers", "sent"),
    [
        ({"headers": "Authorization: Bearer s3cret"}, {"Authorization": "Bearer s3cret"}, "Bearer s3cret"),
        ({"headers": "Authorization: Bearer s3cret", "api_key": "other"}, None, "Bearer s3cret"),
        ({"headers": " X-Token : a b \n\nX-Team: home"}, {"X-Token": "a b", "X-Team": "home"}, None),
        ({"user": "me:pass%40word@"}, {"Authorization": "Basic bWU6cGFzc0B3b3Jk"}, "Basic bWU6cGFzc0B3b3Jk"),
    ],
    ids=["who asks", "rather than a key", "several", "in the address"],
)
async def test_headers(
    hass: HomeAssistant, ollama: OllamaStandIn, typed: dict[str, str], headers: dict[str, str] | None, sent: str | None
) -> None:
    """A proxy's own headers go along with every request; a password leaves the address, which is shown and logged."""
    url = ollama.url.replace("http://", f"http://{typed.pop('user', '')}")
    form = await _start(hass)
    result = await _submit(hass, form, url=url, **typed)
    assert result["step_id"] == "model"
    server = _server(hass, form)
    assert server["url"] == ollama.url
    if headers is not None:
        assert server["headers"] == headers
        for name, value in headers.items():
            assert {request.headers[name] for request in ollama.received} == {value}
    assert {request.headers.get("Authorization") for request in ollama.received} == {sent}


@pytest.mark.parametrize(
    "text",
    ["no header", "X-Token:", "Hóst: a", "X Y: a", "X: ä", "Host: elsewhere", "Content-Length: 3", "X-New: ********"],
)
async def test_what_is_no_header(hass: HomeAssistant, ollama: OllamaStandIn, text: str) -> None:
    """Lines that are no headers, or HTTP's own, are told before anything is sent."""
    form = await _start(hass)
    result = await _submit(hass, form, url=ollama.url, headers=text)
    assert result["errors"] == {"headers": "invalid_headers"}
    assert ollama.received == []


def test_headers_are_never_shown() -> None:
    """A form shows names only, and takes asterisks for the values that are stored under them."""
    known = {"X-Token": "secret", "X-Old": "old"}
    assert headers_text(known) == "X-Token: ********\nX-Old: ********"
    assert read_headers("X-Token: ********\nX-New: new", known) == {"X-Token": "secret", "X-New": "new"}


async def test_self_signed_certificate(hass: HomeAssistant, tmp_path: Path) -> None:
    """A certificate nobody vouches for is refused until the user says that it is their own."""
    with refusal_expected():
        async with OllamaStandIn(ssl_context=self_signed_context(tmp_path)) as secret:
            form = await _start(hass)
            result = await _submit(hass, form, url=secret.url)
            assert result["errors"] == {"verify_ssl": "certificate_refused"}
            assert "self-signed" in result["description_placeholders"]["error"]
            result = await _submit(hass, form, url=secret.url, verify_ssl=False)
            assert result["step_id"] == "model"


@pytest.mark.parametrize(
    ("address", "step", "stored"),
    [
        ("100.101.102.103", "shared", {"allow_shared": True}),
        ("203.0.113.7", "elsewhere", {"allowed_address": "203.0.113.7"}),
    ],
    ids=["a private network across the internet", "somebody else's computer"],
)
async def test_what_is_not_at_home(
    hass: HomeAssistant, resolve: Resolve, monkeypatch: pytest.MonkeyPatch, address: str, step: str, stored: Any
) -> None:
    """Nothing is sent there before the user has allowed it, in so many words; that is kept with the server."""
    resolve(address)
    connected: list[str] = []

    async def connect(*, remote_host: str, **_kwargs: object) -> Any:
        connected.append(remote_host)
        raise OSError("nobody there")

    monkeypatch.setattr("anyio.connect_tcp", connect)
    form = await _start(hass)
    result = await _submit(hass, form, url="http://ollama.example:11434")
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, step)
    assert result["description_placeholders"]["address"] == address
    assert connected == []

    result = await _submit(hass, result, next_step_id="user")
    assert result["type"] is FlowResultType.FORM
    result = await _submit(hass, form, url="http://ollama.example:11434")
    result = await _submit(hass, result, next_step_id=f"allow_{step}")
    assert result["errors"] == {"base": "server_unreachable"}
    assert connected == [address]
    assert {key: value for key, value in _server(hass, form).items() if key.startswith("allow")} == stored

    # Consent is for one server, not for the next one.
    result = await _submit(hass, form, url="http://other.example:11434")
    assert result["step_id"] == step
    assert connected == [address]


async def test_library_is_told_nothing_by_the_environment(
    hass: HomeAssistant, ollama: OllamaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys, hosts and proxies of the environment are not picked up by the flow."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "OLLAMA_HOST"):
        monkeypatch.setenv(name, NOBODY_LISTENS)
    monkeypatch.setenv("OLLAMA_API_KEY", "not-for-you")
    form = await _start(hass)
    assert (await _submit(hass, form, url=ollama.url))["step_id"] == "model"
    assert not any("Authorization" in request.headers for request in ollama.received)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"api_key": "new"}, {"api_key": "new", "headers": {}}),
        ({"headers": "X-Token: other"}, {"api_key": "old", "headers": {"X-Token": "other"}}),
        ({"headers": "X-Token: ********"}, {"api_key": "old", "headers": {"X-Token": "secret"}}),
    ],
    ids=["another key", "another header", "the same header"],
)
async def test_reauthentication(
    hass: HomeAssistant, ollama: OllamaStandIn, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    """A server that refuses what it is shown gets another key, or other headers."""
    server = model_server(ollama.url, api_key="old", headers={"X-Token": "secret"})
    entry = await async_add_parlor(hass, server, agent())
    entry.async_start_reauth(hass, data={"subentry_id": "server"})
    await hass.async_block_till_done()
    (form,) = hass.config_entries.flow.async_progress()
    result = await _submit(hass, form, headers="nonsense")
    assert result["errors"] == {"headers": "invalid_headers"}
    result = await _submit(hass, form, **typed)
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert {key: entry.subentries["server"].data[key] for key in kept} == kept


async def test_diagnostics_hide_headers(hass: HomeAssistant, ollama: OllamaStandIn) -> None:
    """What is shown of an entry has neither headers nor the address that was allowed, but that there is one."""
    server = model_server(ollama.url, headers={"X-Token": "secret"}, allowed_address="203.0.113.7")
    entry = await async_add_parlor(hass, server, agent())
    shown = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(shown, default=str)
    assert "secret" not in text
    assert "203.0.113.7" not in text
    assert shown["subentries"]["server"]["data"]["allowed_address"]
