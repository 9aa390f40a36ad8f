"""The model servers: asking them, watching them, keeping to the home network."""

from .addresses import Allowed
from .chunks import ChatChunk, JsonObject, Stats, ToolCall
from .client import OllamaClient
from .config import DEFAULT_NUM_CTX, KEEP_FOREVER, Limits, ServerConfig, Tuning, tunings_of
from .contacts import Traffic, contacts
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

__all__ = [
    "DEFAULT_NUM_CTX",
    "KEEP_FOREVER",
    "AddressRefused",
    "Allowed",
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
    "ModelDetails",
    "ModelMissing",
    "ModelServers",
    "ModelUnknown",
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
    "Tuning",
    "Unauthorized",
    "contacts",
    "tunings_of",
]
