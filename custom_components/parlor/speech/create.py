"""The speech servers of an entry: one for each place, and what each subentry uses of them."""

from collections.abc import Iterable, Mapping
from itertools import zip_longest

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_FALLBACK,
    CONF_LANGUAGES,
    CONF_PLACE,
    CONF_URI,
    CONF_VOICE,
    CONF_WHISPER,
    FALLBACK_PREFIX,
    PLACE_LOCAL,
    SUBENTRY_STT,
    SUBENTRY_TTS,
)
from ..network import Allowed, allowed_in
from .fallback import Speech, SpeechPair
from .process import ProcessOptions, SpeechProcess
from .server import SpeechServer
from .status import Role

_ROLES: Mapping[str, Role] = {SUBENTRY_STT: Role.EARS, SUBENTRY_TTS: Role.VOICE}


def create_speech_servers(hass: HomeAssistant, entry: ConfigEntry) -> Mapping[str, Speech]:
    """Return what each stt and tts subentry uses, by subentry id; no server is started.

    Ears and voice of this machine share a process, and whatever has the same address shares a server.
    """
    by_address: dict[tuple[str, Allowed], SpeechServer] = {}

    def at(uri: str, allowed: Allowed) -> SpeechServer:
        # What one subentry allows another does not: then each has a server of its own.
        return by_address.setdefault((uri, allowed), SpeechServer(hass, uri=uri, allowed=allowed))

    subentries = [subentry for subentry in entry.subentries.values() if subentry.subentry_type in _ROLES]
    first = _local_servers(hass, subentries)
    speech: dict[str, Speech] = {}
    for subentry in subentries:
        data = subentry.data
        server = first.get(subentry.subentry_id) or at(data[CONF_URI], allowed_in(data))
        speech[subentry.subentry_id] = server
        if fallback := data.get(CONF_FALLBACK):
            second = at(fallback, allowed_in(data, FALLBACK_PREFIX))
            speech[subentry.subentry_id] = SpeechPair(_ROLES[subentry.subentry_type], server, second)
    return speech


def all_servers(speech: Mapping[str, Speech]) -> Iterable[SpeechServer]:
    """Return each server once."""
    return dict.fromkeys(server for used in speech.values() for server in used.in_order)


def _local_servers(hass: HomeAssistant, subentries: Iterable[ConfigSubentry]) -> Mapping[str, SpeechServer]:
    """Return the servers of this machine by subentry id; ears and voice are taken in pairs."""
    local: dict[str, list[ConfigSubentry]] = {SUBENTRY_STT: [], SUBENTRY_TTS: []}
    for subentry in subentries:
        if subentry.data[CONF_PLACE] == PLACE_LOCAL:
            local[subentry.subentry_type].append(subentry)
    servers: dict[str, SpeechServer] = {}
    for ears, voice in zip_longest(local[SUBENTRY_STT], local[SUBENTRY_TTS]):
        server = SpeechServer(hass, process=SpeechProcess(hass, _options(ears, voice)))
        servers |= {subentry.subentry_id: server for subentry in (ears, voice) if subentry}
    return servers


def _options(ears: ConfigSubentry | None, voice: ConfigSubentry | None) -> ProcessOptions:
    languages = ears.data.get(CONF_LANGUAGES, []) if ears else []
    return ProcessOptions(
        whisper=ears.data[CONF_WHISPER] if ears else None,
        voice=voice.data[CONF_VOICE] if voice else None,
        language=",".join(languages) or None,
    )
