"""Speech servers that announce themselves are offered where an address is asked for."""

from collections.abc import AsyncGenerator
import socket

from homeassistant.core import HomeAssistant
import pytest
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from custom_components.parlor.flow.find_speech import async_found_speech_servers, speech_servers_in
from custom_components.parlor.flow.voices import whisper_options

TYPE = "_wyoming._tcp.local."

pytestmark = pytest.mark.usefixtures("socket_enabled")


def _service(name: str, address: str, port: int, properties: dict[str, str]) -> ServiceInfo:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ServiceInfo(
        TYPE,
        f"{name}.{TYPE}",
        addresses=[socket.inet_pton(family, address)],
        port=port,
        server=f"{name.replace(' ', '-')}.local.",
        properties=properties,
    )


@pytest.fixture
async def network() -> AsyncGenerator[AsyncZeroconf]:
    """Remember what two servers of Parlor, a satellite, and one half of an announcement have said."""
    heard = AsyncZeroconf(interfaces=["127.0.0.1"])
    services = [
        _service("Study box", "192.168.1.20", 10300, {"parlor": "0.1.0"}),
        _service("Attic", "fd00::20", 10301, {"parlor": "0.1.0"}),
        _service("Kitchen satellite", "192.168.1.30", 10700, {}),
    ]
    for service in services:
        records = [service.dns_pointer(), service.dns_service(), service.dns_text(), *service.dns_addresses()]
        heard.zeroconf.cache.async_add_records(records)
    lost = _service("Lost", "192.168.1.40", 10300, {"parlor": "0.1.0"})
    heard.zeroconf.cache.async_add_records([lost.dns_pointer()])
    yield heard
    await heard.async_close()


async def test_only_servers_of_parlor_are_found(network: AsyncZeroconf) -> None:
    """Satellites and other servers announce the same service without the property."""
    assert speech_servers_in(network.zeroconf) == [
        {"value": "tcp://[fd00::20]:10301", "label": "Attic (tcp://[fd00::20]:10301)"},
        {"value": "tcp://192.168.1.20:10300", "label": "Study box (tcp://192.168.1.20:10300)"},
    ]


async def test_nothing_is_looked_for_without_zeroconf(hass: HomeAssistant) -> None:
    """A Home Assistant that does not listen to the network knows of no server."""
    assert await async_found_speech_servers(hass) == []


def test_models_are_offered_with_what_they_take() -> None:
    """The first choice is made for the machine; each other one says what it costs and what it hears."""
    options = whisper_options()
    assert options[0]["value"] == "auto"
    labels = {option["value"]: option["label"] for option in options}
    assert labels["small"] == "small (\u2193 486 MB, RAM 700 MB, 99)"
    assert labels["small.en"].endswith(", en)")
    assert len(labels) == len(options) > 10
