"""What is remembered between the turns of one conversation: in memory only, and as long as its session lasts."""

from dataclasses import dataclass, field

from homeassistant.core import callback
from homeassistant.helpers import chat_session

from .pending import Pending
from .talk.memory import TalkMemory


@dataclass(slots=True)
class Memory:
    """What the next turn of a conversation may come back to.

    `talk` is what was spoken of and done, `pending` what the last turn has asked about.
    """

    talk: TalkMemory = field(default_factory=TalkMemory)
    pending: Pending | None = None

    @callback
    def take_pending(self) -> Pending | None:
        """Return what waits for a yes, which waits no longer: only the next utterance can be one."""
        pending, self.pending = self.pending, None
        return pending


class Memories:
    """The memories of the conversations with one agent."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._by_conversation: dict[str, Memory] = {}

    @callback
    def of(self, conversation_id: str) -> Memory:
        """Return the memory of a conversation, forgotten with its session; without a session nothing is kept."""
        if (memory := self._by_conversation.get(conversation_id)) is not None:
            return memory
        memory = Memory()
        session = chat_session.current_session.get()
        if session is not None and session.conversation_id == conversation_id:
            self._by_conversation[conversation_id] = memory
            session.async_on_cleanup(lambda: self._forget(conversation_id))
        return memory

    @callback
    def _forget(self, conversation_id: str) -> None:
        self._by_conversation.pop(conversation_id, None)
