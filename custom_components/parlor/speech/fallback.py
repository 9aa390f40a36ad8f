"""Two speech servers in the place of one: the second is used as long as the first cannot be."""

import logging
from typing import Protocol

from homeassistant.core import CALLBACK_TYPE, callback

from .errors import SpeechError
from .info import ServerInfo
from .server import SpeechServer, async_wait_for
from .status import Role

_LOGGER = logging.getLogger(__name__)


class Speech(Protocol):
    """What ears and voices ask: one server, or one with a fallback."""

    @property
    def info(self) -> ServerInfo | None:
        """Return what the server in use can do."""

    @property
    def in_order(self) -> tuple[SpeechServer, ...]:
        """Return the servers, the one to prefer first."""

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a listener at every change; returns what takes it away."""

    def is_ready(self, role: Role) -> bool:
        """Say whether a server can hear or speak now."""

    async def async_wait_ready(self, role: Role, limit_s: float) -> bool:
        """Wait until a server can hear or speak; False where none can within the limit."""


class SpeechPair:
    """A server and its fallback in one role; the log is told once when the fallback steps in, and when it goes."""

    def __init__(self, role: Role, first: SpeechServer, second: SpeechServer) -> None:
        """Take two servers, which are started and stopped elsewhere."""
        self.in_order = (first, second)
        self._role = role
        self._used = first
        self._was_ready = first.is_ready(role)
        self._listeners: list[CALLBACK_TYPE] = []
        for server in self.in_order:
            server.async_add_listener(self._changed)

    @property
    def info(self) -> ServerInfo | None:
        """Return what the server in use can do."""
        return in_use(self, self._role).info

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a listener at every change of either; returns what takes it away."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def is_ready(self, role: Role) -> bool:
        """Say whether one of them can hear or speak now."""
        return any(server.is_ready(role) for server in self.in_order)

    async def async_wait_ready(self, role: Role, limit_s: float) -> bool:
        """Wait until one of them can hear or speak; False where none can within the limit."""
        await async_wait_for(
            self.async_add_listener,
            lambda: self.is_ready(role) or all(server.is_hopeless(role) for server in self.in_order),
            limit_s,
        )
        return self.is_ready(role)

    @callback
    def _changed(self) -> None:
        first, second = self.in_order
        used = in_use(self, self._role)
        # At the start the first one may only be slower.
        self._was_ready = self._was_ready or first.is_ready(self._role)
        if used is not self._used and self._was_ready:
            self._used = used
            if used is second:
                _LOGGER.warning("%s is used as %s in the place of t%s", second.name, self._role, first.name[1:])
            else:
                _LOGGER.info("%s is used as %s again", first.name, self._role)
        for listener in list(self._listeners):
            listener()


def in_use(speech: Speech, role: Role) -> SpeechServer:
    """Return the first server that is ready; the first of all where none is."""
    return next((server for server in speech.in_order if server.is_ready(role)), speech.in_order[0])


def another(speech: Speech, role: Role, failed: SpeechServer, error: SpeechError) -> SpeechServer | None:
    """Return a server that is ready in the place of one that failed, unless the request itself was at fault."""
    others = (server for server in speech.in_order if server is not failed and server.is_ready(role))
    return None if error.of_request else next(others, None)
