"""What somebody said, and where."""

from dataclasses import dataclass

from homeassistant.components.conversation import ConversationInput
from homeassistant.core import Context


@dataclass(slots=True)
class ReadOnlyInput(ConversationInput):
    """An utterance that may change nothing, whatever it says."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The words of one turn with what is known about the speaker.

    `language` is a BCP 47 tag; `area_id` is where the speaker is, if that is known; services run with `context`, so
    that the speaker's permissions hold. `agent_id` is the conversation agent that was spoken to. `read_only`: nothing
    may be changed.
    """

    text: str
    language: str
    area_id: str | None
    device_id: str | None
    satellite_id: str | None
    context: Context
    agent_id: str | None = None
    read_only: bool = False
