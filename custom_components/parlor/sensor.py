"""Sensor platform: figures of the turns of each agent, of AI tasks, and of each server."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .agent.record import TurnEvent, TurnRecord
from .const import SUBENTRY_AI_TASK, SUBENTRY_CONVERSATION, SUBENTRY_MODEL_SERVER, SUBENTRY_STT, SUBENTRY_TTS
from .data import ParlorConfigEntry
from .entity import ParlorFigureEntity
from .figures import cached_tokens, milliseconds, read_tokens, reading_speed, writing_speed, written_tokens
from .network import Traffic, summed
from .server_entity import ParlorServerEntity
from .speech import Speech
from .task_figures import TASK_FIGURES, TaskFigure

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class TurnFigureDescription(SensorEntityDescription):
    """Describe a figure of the last turn."""

    value: Callable[[TurnRecord], StateType]


@dataclass(frozen=True, kw_only=True)
class TurnCountDescription(SensorEntityDescription):
    """Describe a number of turns."""

    counts: Callable[[TurnRecord], bool]


def _time(key: str, value: Callable[[TurnRecord], float | None], *, technical: bool = True) -> TurnFigureDescription:
    """Describe a time of the last turn, measured in seconds and told in milliseconds."""
    return TurnFigureDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=not technical,
        value=lambda turn: milliseconds(value(turn)),
    )


def _number(key: str, value: Callable[[TurnRecord], float | None]) -> TurnFigureDescription:
    """Describe a number of the last turn; its unit is part of the translation."""
    return TurnFigureDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value=value,
    )


def _count(key: str, counts: Callable[[TurnRecord], bool], *, technical: bool = False) -> TurnCountDescription:
    """Describe a number of turns."""
    return TurnCountDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_registry_enabled_default=not technical,
        counts=counts,
    )


TURN_FIGURES: Final = (
    _time("duration", lambda turn: turn.seconds, technical=False),
    _time("time_route", lambda turn: turn.stages.route),
    _time("time_prompt", lambda turn: turn.stages.prompt),
    _time("time_first_token", lambda turn: turn.stages.first_token),
    _time("time_model", lambda turn: turn.stages.model),
    _time("time_action", lambda turn: turn.stages.action),
    _time("time_reply", lambda turn: turn.stages.reply),
    _number("tokens_read", read_tokens),
    _number("tokens_cached", cached_tokens),
    _number("tokens_written", written_tokens),
    _number("reading_speed", reading_speed),
    _number("writing_speed", writing_speed),
    _number("tool_calls", lambda turn: len(turn.tools)),
    TurnFigureDescription(
        key="route",
        translation_key="route",
        device_class=SensorDeviceClass.ENUM,
        options=["local", "model"],
        entity_registry_enabled_default=False,
        value=lambda turn: turn.route,
    ),
)
TURN_COUNTS: Final = (
    _count("turns", lambda _turn: True),
    _count("failures", lambda turn: turn.ending == "error"),
    _count("fallbacks", lambda turn: turn.fallback, technical=True),
)
MEMORY: Final = SensorEntityDescription(
    key="memory",
    translation_key="memory",
    device_class=SensorDeviceClass.ENUM,
    options=["loaded", "unloaded", "contested"],
)
CONTACTED: Final = SensorEntityDescription(
    key="contacted", translation_key="contacted", state_class=SensorStateClass.MEASUREMENT
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: ParlorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the figures of each agent, of AI tasks, and of each server."""
    for agent in entry.get_subentries_of_type(SUBENTRY_CONVERSATION):
        figures = [TurnFigure(entry, agent, description) for description in TURN_FIGURES]
        counts = [TurnCount(entry, agent, description) for description in TURN_COUNTS]
        async_add_entities([*figures, *counts], config_subentry_id=agent.subentry_id)
    for task in entry.get_subentries_of_type(SUBENTRY_AI_TASK):
        async_add_entities(
            [TaskFigure(entry, task, description) for description in TASK_FIGURES], config_subentry_id=task.subentry_id
        )
    for server in entry.get_subentries_of_type(SUBENTRY_MODEL_SERVER):
        async_add_entities(
            [ModelMemory(entry, server, MEMORY), ContactedAddresses(entry, server, CONTACTED)],
            config_subentry_id=server.subentry_id,
        )

    for kind in (SUBENTRY_STT, SUBENTRY_TTS):
        for speech in entry.get_subentries_of_type(kind):
            async_add_entities([ContactedForSpeech(entry, speech, CONTACTED)], config_subentry_id=speech.subentry_id)


class TurnFigure(ParlorFigureEntity, SensorEntity):
    """Tell a figure of an agent's last turn."""

    entity_description: TurnFigureDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the agent's turns."""
        await super().async_added_to_hass()
        turns = self.entry.runtime_data.turns[self.subentry.subentry_id]
        self.async_on_remove(turns.listen(self._turn_ended))

    @callback
    def _turn_ended(self, turn: TurnEvent) -> None:
        self._attr_native_value = self.entity_description.value(turn.record)
        self.async_write_ha_state()


class TurnCount(ParlorFigureEntity, RestoreSensor):
    """Count the turns of an agent that are so, restarts of Home Assistant included."""

    entity_description: TurnCountDescription

    def __init__(self, entry: ParlorConfigEntry, subentry: ConfigSubentry, description: TurnCountDescription) -> None:
        """Start at zero."""
        super().__init__(entry, subentry, description)
        self._count = 0

    @property
    @override
    def native_value(self) -> int:
        """Return the number of turns."""
        return self._count

    @override
    async def async_added_to_hass(self) -> None:
        """Go on where the last run ended, and follow the agent's turns."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, int):
            self._count = last.native_value
        turns = self.entry.runtime_data.turns[self.subentry.subentry_id]
        self.async_on_remove(turns.listen(self._turn_ended))

    @callback
    def _turn_ended(self, turn: TurnEvent) -> None:
        if self.entity_description.counts(turn.record):
            self._count += 1
            self.async_write_ha_state()


class ModelMemory(ParlorServerEntity, SensorEntity):
    """Tell whether a server has its model in memory."""

    @property
    @override
    def available(self) -> bool:
        """Say whether the server can be asked."""
        return self.state_of_server.available

    @property
    @override
    def native_value(self) -> str | None:
        """Return what was seen at the last look."""
        return self.state_of_server.memory

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return which model it is, and which version of it as `ollama list` shows it."""
        state = self.state_of_server
        return {
            "model": state.model,
            "digest": state.digest()[:12] or None,
            "context_length": state.context_length,
            "server_version": state.look.version if state.look else None,
        }


class _Contacted(SensorEntity):
    """Tell to how many addresses anything was sent, and what."""

    # Bytes grow with every look; nobody wants them all in the database.
    _unrecorded_attributes = frozenset({"addresses"})

    @property
    @abstractmethod
    def _traffic(self) -> Mapping[str, Traffic]:
        """Return what went to each address."""

    @property
    @override
    def native_value(self) -> int:
        """Return the number of addresses."""
        return len(self._traffic)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return connections and bytes by address."""
        return {"addresses": {address: asdict(traffic) for address, traffic in self._traffic.items()}}


class ContactedAddresses(ParlorServerEntity, _Contacted):
    """Tell to how many addresses anything was sent for a model server."""

    @property
    @override
    def _traffic(self) -> Mapping[str, Traffic]:
        return self.entry.runtime_data.servers.traffic[self.subentry.subentry_id]


class ContactedForSpeech(ParlorFigureEntity, _Contacted):
    """Tell to how many addresses anything was sent for ears or a voice, their fallback and downloads included."""

    # Speaking and hearing change nothing else that is told of.
    _attr_should_poll = True

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the servers."""
        await super().async_added_to_hass()
        self.async_on_remove(self._speech.async_add_listener(self.async_write_ha_state))

    @property
    def _speech(self) -> Speech:
        return self.entry.runtime_data.speech[self.subentry.subentry_id]

    @property
    @override
    def _traffic(self) -> Mapping[str, Traffic]:
        books = [book for server in self._speech.in_order for book in (server.traffic, server.downloads)]
        return summed(books)
