"""Have the model server read what every request begins with before anybody speaks."""

import asyncio
from collections.abc import Awaitable, Callable

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util.dt import utcnow

from ..home import Home
from ..inference import ModelServers

# A house changes in bursts: an integration is reloaded, a page of exposures is saved.
QUIET_SECONDS = 2.0


class ReadAhead:
    """Read the prompt's beginning ahead once Home Assistant runs, and again after it, or its server, has changed.

    Waits until the house has been quiet for a while. What is read is up to `read`, which never fails.
    """

    def __init__(
        self, hass: HomeAssistant, home: Home, servers: ModelServers, read: Callable[[], Awaitable[None]]
    ) -> None:
        """Watch nothing yet."""
        self._hass = hass
        self._home = home
        self._servers = servers
        self._read = read
        self._was_available = servers.available
        self._quiet = HassJob(self._begin, "parlor read ahead", cancel_on_shutdown=True)
        self._ending: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._task: asyncio.Task[None] | None = None

    @callback
    def start(self) -> None:
        """Begin to watch."""
        self._ending = [
            self._home.listen(self.outdate),
            self._servers.add_listener(self._servers_changed),
            async_at_started(self._hass, self._started),
        ]

    @callback
    def stop(self) -> None:
        """Watch nothing any more and end what is under way."""
        while self._ending:
            self._ending.pop()()
        self._end()

    @callback
    def outdate(self) -> None:
        """Read again once the house is quiet; before Home Assistant has started that is done anyway."""
        if self._hass.is_running:
            self._end()
            self._timer = async_call_later(self._hass, QUIET_SECONDS, self._quiet)

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._begin(utcnow())

    @callback
    def _servers_changed(self) -> None:
        if self._servers.available and not self._was_available:
            self.outdate()
        self._was_available = self._servers.available

    @callback
    def _begin(self, _now: object) -> None:
        self._end()
        self._task = self._hass.async_create_background_task(self._run(), "parlor read ahead")

    async def _run(self) -> None:
        await self._read()

    @callback
    def _end(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
