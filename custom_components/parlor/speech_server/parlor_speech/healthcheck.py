"""Ask a running server how it is, for what restarts it when it is ill: `parlor-speech --healthcheck --uri ...`."""

import asyncio
import sys
from urllib.parse import urlsplit

from wyoming.event import Event

from .errors import SpeechError
from .status import STATUS_EVENT, State
from .wire import Limits, read_event, write_event

_SECONDS = 5.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server listens, not where one is asked


async def check(uri: str) -> int:
    """Print how the server at an address is; return 0 if it answers and nothing has failed, else 1.

    A model that is still being downloaded or loaded is no illness: a restart would only begin anew.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            status = await _status(uri)
    except (OSError, ValueError, SpeechError) as err:
        # Nobody listens there, it is no address, or something else answers.
        return _print(f"{uri}: {err or type(err).__name__}", code=1)
    parts = {name: part for name, part in status.items() if isinstance(part, dict) and "state" in part}
    told = ", ".join(f"{name} {part.get('state')}" for name, part in parts.items())
    failed = any(part.get("state") == State.FAILED for part in parts.values())
    return _print(told or "no status", code=1 if failed or not parts else 0)


async def _status(uri: str) -> dict[str, object]:
    reader, writer = await _connect(uri)
    try:
        await write_event(Event(type=STATUS_EVENT), writer, _SECONDS)
        event = await read_event(reader, Limits())
    finally:
        writer.close()
    if event is None or event.type != STATUS_EVENT:
        raise ValueError("This is not a speech server of Parlor")
    return event.data


async def _connect(uri: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(uri)
    if address.scheme == "unix":
        return await asyncio.open_unix_connection(address.path, limit=Limits().header_bytes)
    if address.scheme != "tcp" or not address.hostname or address.port is None:
        raise ValueError("This is neither tcp://host:port nor unix:///path")
    host = _ANY_ADDRESS.get(address.hostname, address.hostname)
    return await asyncio.open_connection(host, address.port, limit=Limits().header_bytes)


def _print(text: str, *, code: int) -> int:
    sys.stdout.write(f"{text}\n")
    return code
