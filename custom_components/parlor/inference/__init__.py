"""The model servers: asking them, watching them, keeping to the home network."""

from .chunks import ChatChunk, JsonObject, Served, Stats, ToolCall
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
from .look import LoadedModel, ServerLook, same_name
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
    "LoadedModel",
    "ModelDetails",
    "ModelMissing",
    "ModelServers",
    "ModelWithoutTools",
    "NotOllama",
    "OllamaClient",
    "Served",
    "ServerBusy",
    "ServerConfig",
    "ServerFailed",
    "ServerLook",
    "ServerState",
    "ServerTooSlow",
    "ServerUnreachable",
    "Stats",
    "StreamBroken",
    "ToolCall",
    "Traffic",
    "Unauthorized",
    "same_name",
]
