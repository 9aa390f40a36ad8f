"""What somebody said, and where."""

from dataclasses import dataclass

from homeassistant.core import Context


@dataclass(frozen=True, slots=True)
class Utterance:
    """The words of one turn with what is known about the speaker.

    `language` is a BCP 47 tag; `area_id` is where the speaker is, if that is known; services run with `context`, so
    that the speaker's permissions hold. `agent_id` is the conversation agent that was spoken to.
    """

    text: str
    language: str
    area_id: str | None
    device_id: str | None
    satellite_id: str | None
    context: Context
    agent_id: str | None = None
