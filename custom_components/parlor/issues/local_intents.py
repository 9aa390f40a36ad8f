"""Assist pipelines that let Home Assistant's local intents run before a Parlor agent, and how that is mended.

Such intents unlock without asking, and report success that nobody has seen.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines, async_update_pipeline
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.collection import CollectionChange
import probatio

from ..const import DOMAIN
from ..data import ParlorConfigEntry
from ..pipeline import agent_entity_ids

LOCAL_INTENTS: Final = "local_intents"
_PIPELINE: Final = "pipeline_id"


class LocalIntentsWatch:
    """Raise an issue for each such pipeline, and remove it when the pipeline is changed."""

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry) -> None:
        """Raise nothing yet."""
        self._hass = hass
        self._entry = entry
        self._unsubscribe: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Begin to watch; the conversation entities must be set up."""
        store = self._hass.data[KEY_ASSIST_PIPELINE].pipeline_store
        self._unsubscribe = [
            store.async_add_change_set_listener(self._async_pipelines_changed),
            self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_changed),
        ]
        self._look()

    @callback
    def stop(self) -> None:
        """Watch no more. Issues stay while the entry is only loaded again: the user may have ignored them."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self._entry.disabled_by:
            remove_issues(self._hass)

    async def _async_pipelines_changed(self, _changes: Iterable[CollectionChange]) -> None:
        self._look()

    @callback
    def _entity_changed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["entity_id"].startswith("conversation."):
            self._look()

    @callback
    def _look(self) -> None:
        agents = agent_entity_ids(self._hass, self._entry)
        found = [
            pipeline
            for pipeline in async_get_pipelines(self._hass)
            if pipeline.prefer_local_intents and pipeline.conversation_engine in agents
        ]
        remove_issues(self._hass, keep={_issue_id(pipeline) for pipeline in found})
        for pipeline in found:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue_id(pipeline),
                data={_PIPELINE: pipeline.id},
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=LOCAL_INTENTS,
                translation_placeholders={"pipeline": pipeline.name},
            )


class LocalIntentsFlow(RepairsFlow):
    """Let the agent of a pipeline hear every sentence first."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Change the pipeline; one that was deleted meanwhile needs no change."""
        pipeline_id = str((self.data or {}).get(_PIPELINE))
        pipeline = next((one for one in async_get_pipelines(self.hass) if one.id == pipeline_id), None)
        if user_input is None:
            name = pipeline.name if pipeline else ""
            return self.async_show_form(
                step_id="confirm",
                data_schema=probatio.Schema({}),
                description_placeholders={"pipeline": name},
            )
        if pipeline is not None:
            await async_update_pipeline(self.hass, pipeline, prefer_local_intents=False)
        return self.async_create_entry(data={})


@callback
def remove_issues(hass: HomeAssistant, keep: Collection[str] = ()) -> None:
    """Remove the issues about local intents, but for those to keep."""
    issues = ir.async_get(hass).issues
    for domain, issue_id in list(issues):
        if domain == DOMAIN and issue_id.startswith(f"{LOCAL_INTENTS}.") and issue_id not in keep:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_id(pipeline: Pipeline) -> str:
    return f"{LOCAL_INTENTS}.{pipeline.id}"
