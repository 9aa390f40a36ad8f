"""Say on the local network that a speech server is here, so that Home Assistant finds it."""

import logging
import socket
from types import TracebackType
from typing import TYPE_CHECKING

from . import __version__
from .errors import Code, SpeechError

if TYPE_CHECKING:
    from typing import Self

    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

_LOGGER = logging.getLogger(__name__)

_TYPE = "_wyoming._tcp.local."
# Nothing is sent to it: it only tells which of this machine's addresses others would see.
_ELSEWHERE = ("192.0.2.1", 9)
_EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - every address is where a server may listen


class Announcement:
    """A service that is announced while the context lasts.

    Peers know it as a Wyoming server; the property `parlor` tells Parlor that it is one of its own. Raises
    SpeechError where the package zeroconf is missing or the network does not allow it.
    """

    def __init__(self, name: str, host: str, port: int) -> None:
        """Announce a server that listens at an address of this machine, under a name that people can read."""
        self._name = name or socket.gethostname()
        self._host = host
        self._port = port
        self._zeroconf: AsyncZeroconf | None = None

    async def __aenter__(self) -> "Self":
        """Begin to announce."""
        try:
            from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415 - an extra that not every server has
        except ImportError as err:
            raise SpeechError(Code.INTERNAL, "--zeroconf needs the package zeroconf (parlor-speech[zeroconf])") from err
        try:
            own = [] if self._host in _EVERY_ADDRESS else [socket.gethostbyname(self._host)]
            self._zeroconf = AsyncZeroconf(interfaces=own) if own else AsyncZeroconf()
            await self._zeroconf.async_register_service(_service(self._name, self._host, self._port))
        except OSError as err:
            # No network, or one on which nothing may be announced.
            raise SpeechError(Code.INTERNAL, f"The server cannot be announced: {err}") from err
        _LOGGER.info("Announced as %s", self._name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Take it back."""
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()


def _service(name: str, host: str, port: int) -> "ServiceInfo":
    from zeroconf import ServiceInfo  # noqa: PLC0415 - as above

    return ServiceInfo(
        _TYPE,
        f"{name}.{_TYPE}",
        addresses=[socket.inet_aton(_own_address(host))],
        port=port,
        properties={"parlor": __version__},
    )


def _own_address(host: str) -> str:
    """Return the address under which others reach a server that listens at `host`."""
    if host not in _EVERY_ADDRESS:
        return socket.gethostbyname(host)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ELSEWHERE)
        return str(probe.getsockname()[0])
