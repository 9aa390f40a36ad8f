"""How ears and voice are doing, for clients that ask and for those that follow."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from wyoming.event import Event

from .contacts import Contacts
from .errors import Code

STATUS_EVENT = "parlor-status"
STATUS_VERSION = 1


class State(StrEnum):
    """What a part is at. Downloading and loading end in ready or failed; failed stays until a restart.

    Idle is as good as ready: the model was put out of memory, and is loaded again when somebody begins to speak.
    """

    OFF = "off"
    DOWNLOADING = "downloading"
    LOADING = "loading"
    READY = "ready"
    IDLE = "idle"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part: its model's name, how much of a download is there (0 to 1), and why it failed.

    `why` says for what the model was chosen, where the server chose it.
    """

    state: State = State.OFF
    name: str = ""
    progress: float | None = None
    code: Code | None = None
    message: str | None = None
    why: str | None = None


@dataclass(slots=True)
class StatusBoard:
    """The latest status of every part. Belongs to the event loop."""

    parts: dict[str, PartStatus] = field(default_factory=dict)
    contacts: Contacts = field(default_factory=Contacts)
    """Where anything was downloaded from; told along with the parts, whose changes a download brings about."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, part: str, status: PartStatus) -> None:
        """Replace the status of a part and wake those who follow."""
        if self.parts.get(part) == status:
            return
        self.parts[part] = status
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def change(self) -> asyncio.Event:
        """What is set at the next change. Taken before `event()`, no change is missed."""
        return self._changed

    def event(self) -> Event:
        """Return the event that tells the status of all parts."""
        parts: Mapping[str, Any] = {name: asdict(status) for name, status in self.parts.items()}
        return Event(type=STATUS_EVENT, data={"version": STATUS_VERSION, "contacted": self.contacts.as_data(), **parts})
