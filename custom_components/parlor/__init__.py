"""Parlor: a private voice agent for Home Assistant."""

from contextlib import AsyncExitStack

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant

from .data import ParlorConfigEntry, ParlorData, ordered_servers

PLATFORMS = (Platform.CONVERSATION, Platform.STT, Platform.TTS)


async def async_setup_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> bool:
    """Set up Parlor: start its parts, then the entities that use them."""
    async with AsyncExitStack() as stack:
        entry.runtime_data = await _async_start(hass, entry, stack)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        running = stack.pop_all()

    async def stop(_event: Event) -> None:
        await running.aclose()

    entry.async_on_unload(running.aclose)
    # Home Assistant ends without unloading its entries.
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.async_on_unload(entry.add_update_listener(_ReloadOnChange(entry)))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ParlorConfigEntry) -> bool:
    """Unload Parlor: first the entities, then (by what set-up registered) the parts that they use."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def _async_start(hass: HomeAssistant, entry: ParlorConfigEntry, stack: AsyncExitStack) -> ParlorData:
    """Start the running parts; the stack stops each of them in the opposite order."""
    from .home import Home  # noqa: PLC0415
    from .inference import ModelServers, ServerConfig  # noqa: PLC0415
    from .speech import async_create_speech_servers  # noqa: PLC0415

    home = Home(hass)
    stack.push_async_callback(home.async_stop)
    await home.async_start()
    servers = ModelServers(hass, [ServerConfig.from_subentry(server) for server in ordered_servers(entry)])
    stack.push_async_callback(servers.stop)
    await servers.start()
    speech = await async_create_speech_servers(hass, entry)
    for server in speech.values():
        stack.push_async_callback(server.async_stop)
        await server.async_start()
    return ParlorData(home, servers, speech)


class _ReloadOnChange:
    """Reload the entry when its subentries or options change; its own data records what set-up did."""

    def __init__(self, entry: ParlorConfigEntry) -> None:
        """Remember what the entry was set up with."""
        self._before = (entry.title, entry.options, entry.subentries)

    async def __call__(self, hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
        """Reload the entry if anything but its own data changed."""
        if self._before != (entry.title, entry.options, entry.subentries):
            hass.config_entries.async_schedule_reload(entry.entry_id)
