"""A stand-in for an Ollama server: its HTTP API, its cache and queue, and plain rules in place of a model."""

from . import faults
from .engine import Evaluation, Speed
from .models import CLOUD, EMBEDDING_ONLY, STAND_IN, THINKING, VISION, WITHOUT_TOOLS, Model
from .reply import Call, Reply
from .server import OllamaStandIn, Received

__all__ = [
    "CLOUD",
    "EMBEDDING_ONLY",
    "STAND_IN",
    "THINKING",
    "VISION",
    "WITHOUT_TOOLS",
    "Call",
    "Evaluation",
    "Model",
    "OllamaStandIn",
    "Received",
    "Reply",
    "Speed",
    "faults",
]
