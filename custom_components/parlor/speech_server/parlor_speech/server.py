"""The listening socket, the connections behind it, and the end of the process."""

import asyncio
from collections.abc import Callable
import contextlib
import logging
import os
from pathlib import Path
import signal
import stat
from urllib.parse import urlsplit

from wyoming.error import Error

from .errors import Code
from .session import Parts, Session
from .wire import write_event

_LOGGER = logging.getLogger(__name__)

_PARENT_SECONDS = 1.0
_GOODBYE_SECONDS = 1.0


class Server:
    """Accept clients at an address until told to stop."""

    def __init__(self, uri: str, parts: Parts, max_clients: int) -> None:
        """Take `tcp://host:port` or `unix:///path`. Raises ValueError for anything else."""
        self._address = urlsplit(uri)
        if self._address.scheme == "tcp":
            if not self._address.hostname or self._address.port is None:
                raise ValueError(f"{uri} lacks a host or a port")
        elif self._address.scheme != "unix" or not self._address.path:
            raise ValueError(f"{uri} is neither tcp://host:port nor unix:///path")
        self._parts = parts
        self._max_clients = max_clients
        self._sessions: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._stop = asyncio.Event()

    async def listen(self) -> None:
        """Open the socket. Raises OSError where the address cannot be had."""
        limit = self._parts.limits.header_bytes
        if self._address.scheme == "unix":
            path = Path(self._address.path)
            await _remove_stale(path)
            # Only this user may connect: what is heard in the house is nobody else's business.
            mask = os.umask(0o177)
            try:
                self._listener = await asyncio.start_unix_server(self._accept, path, limit=limit)
            finally:
                os.umask(mask)
        else:
            host = self._address.hostname
            self._listener = await asyncio.start_server(self._accept, host, self._address.port, limit=limit)
        for listener in self._listener.sockets:
            _LOGGER.info("Listening at %s", listener.getsockname())

    async def run(self, parent: int | None) -> None:
        """Serve until SIGTERM, SIGINT or the end of the parent process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        watching = asyncio.create_task(watch_process(parent, self._stop.set)) if parent else None
        try:
            await self._stop.wait()
        finally:
            if watching:
                watching.cancel()
            await self._close()

    async def _close(self) -> None:
        if self._listener:
            self._listener.close()
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=_GOODBYE_SECONDS)
        if self._address.scheme == "unix":
            Path(self._address.path).unlink(missing_ok=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= self._max_clients:
            _LOGGER.warning("Turned a client away: %d are connected", len(self._sessions))
            with contextlib.suppress(ConnectionError):  # It may have left before the answer.
                await write_event(Error("Too many clients are connected", Code.BUSY).event(), writer, _GOODBYE_SECONDS)
            writer.close()
            return
        session = asyncio.create_task(Session(self._parts, reader, writer).run())
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)


async def watch_process(pid: int, ended: Callable[[], None]) -> None:
    """Call `ended` when the process ends; at once where there is none."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        ended()
        return
    except OSError:
        # A kernel or sandbox without process descriptors.
        await poll_process(pid, ended)
        return
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
        ended()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def poll_process(pid: int, ended: Callable[[], None]) -> None:
    """Call `ended` within a second or so after the process has ended."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            ended()
            return
        except PermissionError:
            # There is such a process; it belongs to somebody else.
            pass
        await asyncio.sleep(_PARENT_SECONDS)


async def _remove_stale(path: Path) -> None:
    """Remove a socket that nobody listens at. Raises OSError where somebody does, or where it is no socket."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise FileExistsError(f"{path} is there and is no socket")
    except FileNotFoundError:
        return
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except ConnectionRefusedError:
        # Left behind by a process that was killed.
        path.unlink()
        return
    writer.close()
    raise FileExistsError(f"Another server listens at {path}")
