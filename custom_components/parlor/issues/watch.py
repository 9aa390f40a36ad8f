"""Keeping the repair issues true: each appears when something is wrong and goes when it is not."""

from collections.abc import Callable

from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.start import async_at_started

from ..const import DOMAIN
from ..data import ParlorConfigEntry
from ..home.survey import ASSISTANT
from .findings import NOTHING_EXPOSED, Finding, findings


class IssueWatch:
    """Raise and remove the repair issues of an entry while it is loaded."""

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
        """Raise nothing yet."""
        self._hass = hass
        self._entry = entry
        self._raised: dict[str, Finding] = {}
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
        """Watch no more; nothing is left to repair of what is not loaded."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        for issue_id in self._raised:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        self._raised.clear()

    @callback
    def look(self) -> None:
        """Compare what there is to repair with what was raised."""
        found = {finding.issue_id: finding for finding in findings(self._entry) if self._is_sure(finding)}
        found |= {issue_id: old for issue_id, old in self._raised.items() if self._is_unknown(old)}
        for issue_id in self._raised.keys() - found.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, finding in found.items():
            self._raise(issue_id, finding)
        self._raised = found

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

    def _is_unknown(self, old: Finding) -> bool:
        """Tell whether an issue is one of a server that can not be asked whether it is still so."""
        server_id = old.data.get("server_id") or old.about
        return any(state.id == server_id and not state.available for state in self._entry.runtime_data.servers.states)

    @callback
    def _home_is_complete(self, _hass: HomeAssistant) -> None:
        self._started = True
        self.look()
