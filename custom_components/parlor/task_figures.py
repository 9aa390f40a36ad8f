"""Sensors of AI tasks: figures of the last one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.typing import StateType

from .entity import ParlorFigureEntity
from .figures import milliseconds, read_tokens, written_tokens
from .tasks import TaskRecord


@dataclass(frozen=True, kw_only=True)
class TaskFigureDescription(SensorEntityDescription):
    """Describe a figure of the last task."""

    value: Callable[[TaskRecord], StateType]


def _number(key: str, value: Callable[[TaskRecord], StateType]) -> TaskFigureDescription:
    """Describe a number of the last task; its unit is part of the translation."""
    return TaskFigureDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value=value,
    )


TASK_FIGURES: Final = (
    TaskFigureDescription(
        key="task_duration",
        translation_key="task_duration",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value=lambda task: milliseconds(task.seconds),
    ),
    _number("task_passes", lambda task: len(task.passes)),
    _number("task_tokens_read", read_tokens),
    _number("task_tokens_written", written_tokens),
)


class TaskFigure(ParlorFigureEntity, SensorEntity):
    """Tell a figure of an entity's last task."""

    entity_description: TaskFigureDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the tasks."""
        await super().async_added_to_hass()
        tasks = self.entry.runtime_data.tasks[self.subentry.subentry_id]
        self.async_on_remove(tasks.listen(self._task_ended))

    @callback
    def _task_ended(self, task: TaskRecord) -> None:
        self._attr_native_value = self.entity_description.value(task)
        self.async_write_ha_state()
