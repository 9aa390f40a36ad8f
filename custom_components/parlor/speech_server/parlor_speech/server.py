"""The listening socket, the connections behind it, and the end of the process."""

import asyncio
import contextlib
import logging
import os
from pathlib import Path
import signal
import socket
import stat
from urllib.parse import urlsplit

from wyoming.error import Error

from .errors import Code
from .parent import watch_process
from .session import Parts, Session
from .wire import write_event

_LOGGER = logging.getLogger(__name__)

_GOODBYE_SECONDS = 1.0
_IDLE_SECONDS = 10.0


class Server:
    """Accept clients at an address until told to stop."""

    def __init__(self, uri: str, parts: Parts, max_clients: int) -> None:
        """Take `tcp://host:port` or `unix:///path`. Raises ValueError for anything else."""
        address = urlsplit(uri)
        self._tcp: tuple[str, int] | None = None
        self._path = Path(address.path)
        if address.scheme == "tcp" and address.hostname and address.port is not None:
            self._tcp = (address.hostname, address.port)
        elif address.scheme != "unix" or not address.path:
            raise ValueError(f"{uri} is neither tcp://host:port nor unix:///path")
        self._parts = parts
        self._max_clients = max_clients
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._listener: asyncio.Server | None = None
        self._bound: int | None = None
        self._stop = asyncio.Event()

    async def listen(self) -> None:
        """Open the socket. Raises OSError where the address cannot be had."""
        limit = self._parts.limits.header_bytes
        if self._tcp:
            self._listener = await asyncio.start_server(self._accept, *self._tcp, limit=limit)
            for listener in self._listener.sockets:
                _LOGGER.info("Listening at tcp://%s:%d", *listener.getsockname()[:2])
        else:
            self._listener = await asyncio.start_unix_server(self._accept, sock=_bound(self._path), limit=limit)
            self._bound = _inode(self._path)
            _LOGGER.info("Listening at unix://%s", self._path)

    @property
    def tcp(self) -> tuple[str, int] | None:
        """Where it listens on the network, as host and port; None at a Unix socket or before it listens."""
        if self._tcp is None or self._listener is None:
            return None
        return self._tcp[0], self._listener.sockets[0].getsockname()[1]

    async def run(self, parent: int | None) -> None:
        """Serve until SIGTERM, SIGINT or the end of the parent process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        watching = asyncio.create_task(watch_process(parent, self._stop.set)) if parent else None
        try:
            await self._stop.wait()
            _LOGGER.info("Stopping")
        finally:
            if watching:
                watching.cancel()
            await self._close()

    async def _close(self) -> None:
        if self._listener:
            self._listener.close()
        tasks = list(self._sessions.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_GOODBYE_SECONDS)
        if self._bound:
            _remove(self._path, self._bound)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= self._max_clients and not self._drop_idle():
            _LOGGER.warning("Turned a client away: %d are connected", len(self._sessions))
            with contextlib.suppress(ConnectionError):  # It may have left before the answer.
                await write_event(Error("Too many clients are connected", Code.BUSY).event(), writer, _GOODBYE_SECONDS)
            writer.close()
            return
        session = Session(self._parts, reader, writer)
        task = asyncio.create_task(session.run())
        self._sessions[session] = task
        task.add_done_callback(lambda _: self._sessions.pop(session, None))

    def _drop_idle(self) -> bool:
        """Make room by the connection that has been idle for longest; one that just began is left its time."""
        longest = max(self._sessions, key=lambda session: session.idle_seconds)
        if longest.idle_seconds < _IDLE_SECONDS:
            return False
        self._sessions.pop(longest).cancel()
        return True


def _bound(path: Path) -> socket.socket:
    """Return a socket at a path, in place of one that nobody listens at. Only this user may connect. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):  # The usual case.
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise FileExistsError(f"{path} is there and is no socket")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise FileExistsError(f"Another server listens at {path}")
        # Left behind by a process that was killed.
        path.unlink()
    bound = socket.socket(socket.AF_UNIX)
    # What is heard in the house is nobody else's business.
    mask = os.umask(0o177)
    try:
        bound.bind(str(path))
    except OSError:
        # No such folder, or a path that is longer than a socket's name may be.
        bound.close()
        raise
    finally:
        os.umask(mask)
    return bound


def _inode(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _remove(path: Path, inode: int) -> None:
    """Remove the socket, unless a newer server has put its own there. Newer Pythons have done it already."""
    if _inode(path) == inode:
        path.unlink(missing_ok=True)
