"""Keeping the repair issues true: each appears when something is wrong and goes when it is not."""

from collections.abc import Callable

from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.start import async_at_started

from ..const import DOMAIN
from ..data import ParlorConfigEntry
from ..home.survey import ASSISTANT
from ..inference import ServerState
from ..speech import SpeechAddressRefused, SpeechServer
from .findings import KEYS, NOTHING_EXPOSED, Finding, findings


class IssueWatch:
    """Raise and remove the repair issues of an entry while it is loaded."""

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
        """Raise nothing yet."""
        self._hass = hass
        self._entry = entry
        self._started = False
        self._unsubscribe: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Begin to watch. Before Home Assistant has started, entities are missing that will come."""
        parts = self._entry.runtime_data
        self._unsubscribe = [
            parts.servers.add_listener(self.look),
            *(server.async_add_listener(self.look) for server in set(parts.speech.values())),
            async_listen_entity_updates(self._hass, ASSISTANT, self.look),
            async_at_started(self._hass, self._home_is_complete),
        ]

    @callback
    def stop(self) -> None:
        """Watch no more.

        Issues stay over a reload and a restart, since removing one forgets that the user wants it ignored.
        """
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self._entry.disabled_by:
            clear_issues(self._hass)

    @callback
    def look(self) -> None:
        """Compare what there is to repair with what was raised."""
        found = {finding.issue_id: finding for finding in findings(self._entry) if self._is_sure(finding)}
        for issue in _raised(self._hass):
            if issue.issue_id not in found and not self._is_unknown(issue):
                ir.async_delete_issue(self._hass, DOMAIN, issue.issue_id)
        for issue_id, finding in found.items():
            self._raise(issue_id, finding)

    def _raise(self, issue_id: str, finding: Finding) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={**finding.data} or None,
            is_fixable=bool(finding.data),
            severity=finding.severity,
            translation_key=finding.key,
            translation_placeholders={**finding.placeholders},
        )

    def _is_sure(self, finding: Finding) -> bool:
        return self._started or finding.key != NOTHING_EXPOSED

    def _is_unknown(self, issue: ir.IssueEntry) -> bool:
        """Tell whether an issue is one that nothing can be said about now.

        Before Home Assistant has started it is one of the home, later one of a server that can not be asked, or was not
        yet.
        """
        if issue.translation_key == NOTHING_EXPOSED:
            return not self._started
        parts = self._entry.runtime_data
        about = issue.issue_id.split(".")[1]
        if speech := parts.speech.get(about):
            return not all(_can_be_judged(server) for server in speech.in_order)
        return any(state.id == about and not _is_known(state) for state in parts.servers.states)

    @callback
    def _home_is_complete(self, _hass: HomeAssistant) -> None:
        self._started = True
        self.look()


def _is_known(state: ServerState) -> bool:
    """Tell whether a server has just said what it has."""
    return state.available and state.look is not None and state.look.digests is not None


def _can_be_judged(server: SpeechServer) -> bool:
    """Tell whether a speech server answers, or is refused, which says enough."""
    return server.available or isinstance(server.error, SpeechAddressRefused)


@callback
def clear_issues(hass: HomeAssistant) -> None:
    """Remove every issue that is raised here."""
    for issue in _raised(hass):
        ir.async_delete_issue(hass, DOMAIN, issue.issue_id)


def _raised(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the issues that are raised here and in force; others are memories of what the user wanted ignored."""
    issues = ir.async_get(hass).issues.values()
    return [issue for issue in issues if issue.domain == DOMAIN and issue.active and issue.translation_key in KEYS]
