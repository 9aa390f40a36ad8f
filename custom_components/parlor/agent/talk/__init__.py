"""Talk within a conversation: answers to the agent's questions, "and the bedroom too", "a bit less", "undo that"."""

from .memory import UNDO, states_of
from .sayings import load_sayings
from .talk import async_go_on

__all__ = ["UNDO", "async_go_on", "load_sayings", "states_of"]
