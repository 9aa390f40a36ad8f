"""The model servers: asking them, watching them, keeping to the home network."""

from .chunks import ChatChunk, JsonObject, Stats, ToolCall
from .client import OllamaClient
from .config import DEFAULT_NUM_CTX, KEEP_FOREVER, Limits, ServerConfig
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
from .server import ServerState
from .servers import ModelServers
from .transport import Traffic

__all__ = [
    "DEFAULT_NUM_CTX",
    "KEEP_FOREVER",
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
    "ModelServers",
    "ModelWithoutTools",
    "NotOllama",
    "OllamaClient",
    "ServerBusy",
    "ServerConfig",
    "ServerFailed",
    "ServerState",
    "ServerTooSlow",
    "ServerUnreachable",
    "Stats",
    "StreamBroken",
    "ToolCall",
    "Traffic",
    "Unauthorized",
]
