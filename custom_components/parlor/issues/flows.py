"""How issues are mended."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.components.repairs.const import FlowType
from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowContext
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import probatio

from ..const import CONF_ALLOW_SHARED, CONF_SHARED_UNASKED, DOMAIN, FALLBACK_PREFIX
from ..data import ParlorConfigEntry
from .findings import DIGEST_CHANGED, MODEL_MISSING, MODEL_WITHOUT_TOOLS, SPEECH_REFUSED, SPEECH_SHARED


class _ReconfigureFlow(RepairsFlow):
    """Lead to where a server or an agent is changed: to another model, or another address."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Say what comes next."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Open the reconfiguration; if nothing is chosen there, the issue comes back."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=probatio.Schema({}), description_placeholders=_told(self)
            )
        data = self.data or {}
        entry = _entry(self.hass)
        if entry is None or data["subentry_id"] not in entry.subentries:
            # The server or the agent was removed while the form was open: nothing is left to mend.
            return self.async_create_entry(data={})
        context = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=str(data["subentry_id"]))
        reconfiguration = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, str(data["kind"])), context=context
        )
        return self.async_create_entry(data={}, next_flow=(FlowType.CONFIG_SUBENTRIES_FLOW, reconfiguration["flow_id"]))


class _NewDigestFlow(RepairsFlow):
    """Ask what to do about a model that is another one than it was."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Offer both answers."""
        return self.async_show_menu(
            step_id="init", menu_options=["use_new", "remind_me"], description_placeholders=_told(self)
        )

    async def async_step_use_new(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Take the new one as the one in use."""
        entry, server_id, model = _entry(self.hass), *_model(self)
        if entry is not None:
            parts = entry.runtime_data
            digests = {state.id: state.digest(model) for state in parts.servers.states}
            if digest := digests.get(server_id):
                parts.pins.accept(server_id, model, digest)
        return self.async_create_entry(data={})

    async def async_step_remind_me(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Say nothing of it until tomorrow."""
        entry, server_id, model = _entry(self.hass), *_model(self)
        if entry is not None:
            entry.runtime_data.pins.put_off(server_id, model)
        return self.async_create_entry(data={})


class _SharedAddressFlow(RepairsFlow):
    """Ask whose network the shared address of a speech server is, which was in use before anybody was asked."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Offer both answers."""
        return self.async_show_menu(
            step_id="init", menu_options=["allow", "refuse"], description_placeholders=_told(self)
        )

    async def async_step_allow(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Go on as before."""
        return self._answer(allowed=True)

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Send nothing there any more."""
        return self._answer(allowed=False)

    def _answer(self, *, allowed: bool) -> RepairsFlowResult:
        """Keep the answer; the entry reloads itself."""
        entry = _entry(self.hass)
        subentry = entry.subentries.get(str((self.data or {})["subentry_id"])) if entry else None
        # Removed while the form was open: nothing is left to mend.
        if entry is not None and subentry is not None:
            data = dict(subentry.data)
            for prefix in ("", FALLBACK_PREFIX):
                if data.pop(prefix + CONF_SHARED_UNASKED, False) and allowed:
                    data[prefix + CONF_ALLOW_SHARED] = True
            self.hass.config_entries.async_update_subentry(entry, subentry, data=data)
        return self.async_create_entry(data={})


FIX_FLOWS: Final[Mapping[str, type[RepairsFlow]]] = {
    MODEL_MISSING: _ReconfigureFlow,
    MODEL_WITHOUT_TOOLS: _ReconfigureFlow,
    DIGEST_CHANGED: _NewDigestFlow,
    SPEECH_SHARED: _SharedAddressFlow,
    SPEECH_REFUSED: _ReconfigureFlow,
}
"""The fix flow of each kind of issue that has one, by translation key."""


def _entry(hass: HomeAssistant) -> ParlorConfigEntry | None:
    entries: list[ParlorConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return entries[0] if entries else None


def _model(flow: RepairsFlow) -> tuple[str, str]:
    data: Mapping[str, Any] = flow.data or {}
    return str(data["server_id"]), str(data["model"])


def _told(flow: RepairsFlow) -> dict[str, str] | None:
    """Return what the texts of an issue name."""
    issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
    return issue.translation_placeholders if issue else None
