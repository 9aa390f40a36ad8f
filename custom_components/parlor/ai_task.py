"""AI Task platform: text and data for automations, from the models at home."""

from typing import override

from homeassistant.components.ai_task import AITaskEntity, AITaskEntityFeature, GenDataTask, GenDataTaskResult
from homeassistant.components.conversation import ChatLog
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_MODEL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_INSTRUCTIONS, CONF_TEMPERATURE, SUBENTRY_AI_TASK
from .data import ParlorConfigEntry
from .entity import ParlorEntity
from .tasks import TaskRunner, TaskSettings

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an AI task entity for each of its subentries."""
    for subentry in entry.get_subentries_of_type(SUBENTRY_AI_TASK):
        async_add_entities([ParlorTasks(hass, entry, subentry)], config_subentry_id=subentry.subentry_id)


class ParlorTasks(ParlorEntity, AITaskEntity):
    """Generate data with a model of one's own."""

    _attr_supported_features = AITaskEntityFeature.GENERATE_DATA | AITaskEntityFeature.SUPPORT_ATTACHMENTS

    def __init__(self, hass: HomeAssistant, entry: ParlorConfigEntry, subentry: ConfigSubentry) -> None:
        """Give the tasks what the subentry says."""
        super().__init__(entry, subentry)
        settings = TaskSettings(
            model=subentry.data.get(CONF_MODEL) or None,
            instructions=subentry.data.get(CONF_INSTRUCTIONS) or None,
            temperature=subentry.data.get(CONF_TEMPERATURE),
        )
        parts = entry.runtime_data
        self._runner = TaskRunner(hass, parts.servers, settings, parts.tasks[subentry.subentry_id])

    @override
    async def _async_generate_data(self, task: GenDataTask, chat_log: ChatLog) -> GenDataTaskResult:
        """Generate text, or data of a structure."""
        data = await self._runner.async_generate(self.entity_id, task, chat_log)
        return GenDataTaskResult(conversation_id=chat_log.conversation_id, data=data)
