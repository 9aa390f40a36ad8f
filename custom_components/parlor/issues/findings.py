"""What there is to repair at this moment, found in what is known anyway."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_MODEL
from homeassistant.core import callback
from homeassistant.helpers.issue_registry import IssueSeverity

from ..const import FALLBACK_PREFIX, SUBENTRY_MODEL_SERVER
from ..data import ParlorConfigEntry, ParlorData
from ..inference import ModelMissing, ServerState, full_name
from ..network import is_shared, is_unasked
from ..speech import Speech, SpeechAddressRefused
from ..speech.server import SpeechServer
from ..speech.status import STATUS_VERSION

MODEL_MISSING: Final = "model_missing"
MODEL_WITHOUT_TOOLS: Final = "model_without_tools"
DIGEST_CHANGED: Final = "digest_changed"
CLOUD_ENABLED: Final = "cloud_enabled"
SPEECH_TOO_OLD: Final = "speech_too_old"
SPEECH_TOO_NEW: Final = "speech_too_new"
SPEECH_SHARED: Final = "speech_shared"
SPEECH_REFUSED: Final = "speech_refused"
NOTHING_EXPOSED: Final = "nothing_exposed"
KEYS: Final = frozenset(
    {
        MODEL_MISSING,
        MODEL_WITHOUT_TOOLS,
        DIGEST_CHANGED,
        CLOUD_ENABLED,
        SPEECH_TOO_OLD,
        SPEECH_TOO_NEW,
        SPEECH_SHARED,
        SPEECH_REFUSED,
        NOTHING_EXPOSED,
    }
)

_TOOLS: Final = "tools"
_SHOWN_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to repair.

    `key` is its translation key, `about` the id of the subentry that it concerns (empty: the whole home), `data` what
    its fix flow needs; without them nothing can be mended from here.
    """

    key: str
    about: str = ""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    severity: IssueSeverity = IssueSeverity.WARNING
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def issue_id(self) -> str:
        """Return the id in the issue registry."""
        return f"{self.key}.{self.about}" if self.about else self.key


@callback
def findings(entry: ParlorConfigEntry) -> Iterator[Finding]:
    """Yield all that is to repair.

    Of a server that can not be asked nothing is known, so nothing is found either, except that its model is missing.
    What was removed a moment ago runs until the entry is loaded again, and is nobody's business any more.
    """
    parts = entry.runtime_data
    for state in parts.servers.states:
        if state.id in entry.subentries:
            yield from _of_server(entry, state)
    yield from _of_agents(entry)
    yield from _of_speech(entry, parts)
    if not parts.home.entities:
        yield Finding(NOTHING_EXPOSED)


@callback
def models_of(entry: ParlorConfigEntry, state: ServerState) -> Collection[str]:
    """Return the models that a server is asked for: its own, and those that agents have chosen and it has."""
    chosen = [subentry.data.get(CONF_MODEL) for subentry in _users_of_models(entry)]
    return {state.model, *(model for model in chosen if model and state.digest(model))}


def _of_server(entry: ParlorConfigEntry, state: ServerState) -> Iterator[Finding]:
    about = {"server": entry.subentries[state.id].title, "model": state.model}
    fix = {"subentry_id": state.id, "kind": SUBENTRY_MODEL_SERVER}
    if isinstance(state.last_error, ModelMissing):
        yield Finding(MODEL_MISSING, state.id, about, IssueSeverity.ERROR, fix)
    if not state.available:
        return
    if state.capabilities and _TOOLS not in state.capabilities:
        yield Finding(MODEL_WITHOUT_TOOLS, state.id, about, data=fix)
    if state.cloud:
        yield Finding(CLOUD_ENABLED, state.id, {"server": about["server"]})
    pins = entry.runtime_data.pins
    for model in models_of(entry, state):
        digest = state.digest(model)
        if digest and pins.is_news(state.id, model, digest):
            known = pins.in_use(state.id, model) or ""
            yield Finding(
                DIGEST_CHANGED,
                f"{state.id}.{full_name(model)}",
                {**about, "model": model, "old": known[:_SHOWN_DIGITS], "new": digest[:_SHOWN_DIGITS]},
                data={"server_id": state.id, "model": model},
            )


def _of_agents(entry: ParlorConfigEntry) -> Iterator[Finding]:
    """Find models that an agent has chosen and no server has, once every server has told what it has."""
    states = entry.runtime_data.servers.states
    if not all(state.available and state.look and state.look.digests is not None for state in states):
        return
    for user in _users_of_models(entry):
        model = user.data.get(CONF_MODEL)
        if model and not any(state.digest(model) for state in states):
            yield Finding(
                MODEL_MISSING,
                user.subentry_id,
                {"server": user.title, "model": model},
                IssueSeverity.ERROR,
                {"subentry_id": user.subentry_id, "kind": user.subentry_type},
            )


def _of_speech(entry: ParlorConfigEntry, parts: ParlorData) -> Iterator[Finding]:
    """Find speech servers of another time, each told once, however many subentries use it."""
    there = {subentry_id: speech for subentry_id, speech in parts.speech.items() if subentry_id in entry.subentries}
    users: dict[SpeechServer, list[ConfigSubentry]] = {}
    for subentry_id, speech in there.items():
        for server in speech.in_order:
            users.setdefault(server, []).append(entry.subentries[subentry_id])
    for server, subentries in users.items():
        if server.protocol not in (None, STATUS_VERSION):
            key = SPEECH_TOO_OLD if server.protocol < STATUS_VERSION else SPEECH_TOO_NEW
            names = ", ".join(subentry.title for subentry in subentries)
            yield Finding(key, subentries[0].subentry_id, {"names": names})
    for subentry_id, speech in there.items():
        yield from _of_addresses(entry.subentries[subentry_id], speech)


def _of_addresses(subentry: ConfigSubentry, speech: Speech) -> Iterator[Finding]:
    """Find servers whose addresses nobody was asked about, or that are refused."""
    fix = {"subentry_id": subentry.subentry_id, "kind": subentry.subentry_type}
    addresses = [
        address
        for server, prefix in zip(speech.in_order, ("", FALLBACK_PREFIX), strict=False)
        if is_unasked(subentry.data, prefix)
        for address in server.traffic
        if is_shared(address)
    ]
    if addresses:
        about = {"name": subentry.title, "address": ", ".join(addresses)}
        yield Finding(SPEECH_SHARED, subentry.subentry_id, about, data=fix)
    refused = [server.error for server in speech.in_order if isinstance(server.error, SpeechAddressRefused)]
    if refused:
        about = {"name": subentry.title, "uri": refused[0].uri, "address": ", ".join(refused[0].addresses)}
        yield Finding(SPEECH_REFUSED, subentry.subentry_id, about, IssueSeverity.ERROR, fix)


def _users_of_models(entry: ParlorConfigEntry) -> list[ConfigSubentry]:
    return [subentry for subentry in entry.subentries.values() if subentry.subentry_type != SUBENTRY_MODEL_SERVER]
