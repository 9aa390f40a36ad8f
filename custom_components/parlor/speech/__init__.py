"""Home Assistant's side of speech: the Wyoming client and the local speech process."""

from .environment import async_ensure_environment, async_environment_ready, async_local_speech_supported
from .errors import SpeechError, SpeechInstallFailed, SpeechNotSupported
from .info import ServerInfo, VoiceInfo
from .server import SpeechServer, async_create_speech_servers
from .wyoming_client import async_describe

__all__ = [
    "ServerInfo",
    "SpeechError",
    "SpeechInstallFailed",
    "SpeechNotSupported",
    "SpeechServer",
    "VoiceInfo",
    "async_create_speech_servers",
    "async_describe",
    "async_ensure_environment",
    "async_environment_ready",
    "async_local_speech_supported",
]
