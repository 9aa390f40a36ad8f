"""Where the demo house's web interface listens."""

from homeassistant.components.http.config import async_get_and_load_store
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from demo.house.start import _async_keep_address


async def test_address_is_kept(hass: HomeAssistant) -> None:
    """An address out of YAML is only tried, and taken back by a restart, until somebody has confirmed it."""
    assert await async_setup_component(hass, "http", {"http": {"server_host": "127.0.0.1", "server_port": 8765}})
    store = await async_get_and_load_store(hass)
    assert store.revert_deadline is not None
    await _async_keep_address(hass)
    assert store.revert_deadline is None
    assert store.stable["server_port"] == 8765
