"""The model servers: asking them, watching them, keeping to the home network."""

from .chunks import ChatChunk, JsonObject, Served, Stats, ToolCall
from .client import OllamaClient
from .config import DEFAULT_NUM_CTX, KEEP_FOREVER, Limits, ServerConfig, Tuning, tunings_of
from .errors import (
    AddressRefused,
    CertificateRefused,
    CloudRefused,
    ContextFull,
    DiskFull,
    DownloadFailed,
    InferenceError,
    ModelMissing,
    ModelUnknown,
    ModelWithoutTools,
    ModelWithoutVision,
    NotOllama,
    ServerBusy,
    ServerFailed,
    ServerTooSlow,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
)
from .look import LoadedModel, ServerLook
from .models import InstalledModel, ModelDetails, full_name
from .server import ServerState
from .servers import ModelServers

__all__ = [
    "DEFAULT_NUM_CTX",
    "KEEP_FOREVER",
    "AddressRefused",
    "CertificateRefused",
    "ChatChunk",
    "CloudRefused",
    "ContextFull",
    "DiskFull",
    "DownloadFailed",
    "InferenceError",
    "InstalledModel",
    "JsonObject",
    "Limits",
    "LoadedModel",
    "ModelDetails",
    "ModelMissing",
    "ModelServers",
    "ModelUnknown",
    "ModelWithoutTools",
    "ModelWithoutVision",
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
    "Tuning",
    "Unauthorized",
    "full_name",
    "tunings_of",
]
