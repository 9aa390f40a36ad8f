"""The state of Parlor's own speech server, as its parlor-status events say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final

from wyoming.event import Event

from ..network import Traffic

STATUS_TYPE: Final = "parlor-status"
STATUS_VERSION: Final = 1
"""The version of these events that is understood here."""


class Role(StrEnum):
    """What a speech server does; the values are the keys of a status event."""

    EARS = "ears"
    VOICE = "voice"


class EngineState(StrEnum):
    """How far an engine is. Idle is as good as ready: its model rests, and is loaded while somebody speaks."""

    OFF = "off"
    DOWNLOADING = "downloading"
    LOADING = "loading"
    READY = "ready"
    IDLE = "idle"
    FAILED = "failed"


_HOSTS: Final = 32
_HOST_LENGTH: Final = 253
"""What a name in the domain name system can have."""

SERVING: Final = frozenset({EngineState.READY, EngineState.IDLE})
"""What an engine that can be asked is at."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One engine: how far it is, progress of a download from 0 to 1, its model's name, and what went wrong."""

    state: EngineState
    progress: float | None
    name: str
    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Both engines of a Parlor speech server."""

    ears: EngineStatus
    voice: EngineStatus
    contacted: Mapping[str, Traffic] = field(default_factory=dict)
    """What went to each host that it has downloaded from since it began."""

    def of(self, role: Role) -> EngineStatus:
        """Return the engine of a role."""
        return self.ears if role is Role.EARS else self.voice


def status_request(*, follow: bool) -> Event:
    """Return the event that asks for the status, once or at every change from now on."""
    return Event(type=STATUS_TYPE, data={"follow": True} if follow else {})


def status_version(event: Event) -> int:
    """Return the version of a status event; 0 where it has none, as before there were any."""
    version = event.data.get("version")
    return version if isinstance(version, int) else 0


def parse_status(event: Event) -> ServerStatus:
    """Read a status event. Raises ValueError where it is not one of a version known here."""
    if status_version(event) != STATUS_VERSION:
        raise ValueError("unknown version of a status event")
    return ServerStatus(
        ears=_engine(event.data.get(Role.EARS)),
        voice=_engine(event.data.get(Role.VOICE)),
        contacted=_contacted(event.data.get("contacted")),
    )


def _engine(data: object) -> EngineStatus:
    if not isinstance(data, Mapping):
        raise ValueError("status without an engine")  # noqa: TRY004 - it is the peer's value that is wrong
    progress = data.get("progress")
    return EngineStatus(
        state=EngineState(str(data.get("state"))),
        progress=float(progress) if isinstance(progress, int | float) else None,
        name=str(data.get("name") or ""),
        code=_text(data.get("code")),
        message=_text(data.get("message")),
    )


def _contacted(data: object) -> dict[str, Traffic]:
    """Read what a server says of its downloads; one of another day says nothing."""
    hosts = list(data.items())[:_HOSTS] if isinstance(data, Mapping) else []
    told = {
        str(host)[:_HOST_LENGTH]: Traffic(*(_count(counts.get(count.name)) for count in fields(Traffic)))
        for host, counts in hosts
        if isinstance(counts, Mapping)
    }
    return {host: traffic for host, traffic in told.items() if traffic.connections}


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
