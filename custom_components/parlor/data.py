"""What a loaded Parlor entry holds while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .const import CONF_SERVER_ORDER, SUBENTRY_MODEL_SERVER

if TYPE_CHECKING:
    from .agent.record import TurnLog
    from .announcements import Announcer
    from .home import Home
    from .inference import ModelServers
    from .pins import Pins
    from .speech import Speech
    from .tasks import TaskLog

type ParlorConfigEntry = ConfigEntry[ParlorData]


@dataclass(slots=True)
class ParlorData:
    """The running parts of one home; the set-up of the entry starts and stops them."""

    home: Home
    servers: ModelServers
    speech: Mapping[str, Speech]
    """Where each ``stt`` and ``tts`` subentry is heard or spoken, by subentry id."""
    turns: Mapping[str, TurnLog]
    """The last turns of each ``conversation`` subentry, by subentry id."""
    tasks: Mapping[str, TaskLog]
    """The last tasks of each ``ai_task_data`` subentry, by subentry id."""
    pins: Pins
    announcer: Announcer


def ordered_servers(entry: ConfigEntry) -> list[ConfigSubentry]:
    """Return the model server subentries in the order in which they are tried: as chosen, then as added."""
    chosen: list[str] = entry.options.get(CONF_SERVER_ORDER, [])
    rank = {subentry_id: place for place, subentry_id in enumerate(chosen)}
    servers = [subentry for subentry in entry.subentries.values() if subentry.subentry_type == SUBENTRY_MODEL_SERVER]
    return sorted(servers, key=lambda server: rank.get(server.subentry_id, len(rank)))
