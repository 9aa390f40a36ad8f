"""Home Assistant's side of speech: the Wyoming client and the local speech process."""

from .create import all_servers, create_speech_servers
from .environment import async_ensure_environment, async_environment_ready, async_local_speech_supported
from .errors import SpeechAddressRefused, SpeechError, SpeechInstallFailed, SpeechNotSupported
from .fallback import Speech
from .info import ServerInfo, VoiceInfo
from .server import SpeechServer
from .wyoming_client import async_describe

__all__ = [
    "ServerInfo",
    "Speech",
    "SpeechAddressRefused",
    "SpeechError",
    "SpeechInstallFailed",
    "SpeechNotSupported",
    "SpeechServer",
    "VoiceInfo",
    "all_servers",
    "async_describe",
    "async_ensure_environment",
    "async_environment_ready",
    "async_local_speech_supported",
    "create_speech_servers",
]
