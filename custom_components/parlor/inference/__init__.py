"""The model servers: asking them, watching them, keeping to the home network."""

from .chunks import ChatChunk, JsonObject, Stats, ToolCall
from .config import Limits, ServerConfig
from .errors import (
    AddressRefused,
    CloudRefused,
    ContextFull,
    InferenceError,
    ModelMissing,
    ModelWithoutTools,
    NotOllama,
    ServerBusy,
    ServerFailed,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)
from .models import InstalledModel, ModelDetails

__all__ = [
    "AddressRefused",
    "ChatChunk",
    "CloudRefused",
    "ContextFull",
    "InferenceError",
    "InstalledModel",
    "JsonObject",
    "Limits",
    "ModelDetails",
    "ModelMissing",
    "ModelWithoutTools",
    "NotOllama",
    "ServerBusy",
    "ServerConfig",
    "ServerFailed",
    "ServerTooSlow",
    "ServerUnreachable",
    "Stats",
    "StreamBroken",
    "ToolCall",
    "Unauthorized",
]
