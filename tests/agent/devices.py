"""More devices for houses: they do as they are told, and show it."""

from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.button import ButtonEntity
from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.components.climate.const import ClimateEntityFeature, HVACMode
from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.cover.const import CoverEntityFeature
from homeassistant.components.fan.const import FanEntityFeature
from homeassistant.components.humidifier import HumidifierEntity
from homeassistant.components.humidifier.const import HumidifierEntityFeature
from homeassistant.components.lawn_mower import LawnMowerEntity
from homeassistant.components.lawn_mower.const import LawnMowerActivity, LawnMowerEntityFeature
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.const import (
    MediaPlayerDeviceClass,
    MediaPlayerEntityFeature as Media,
    MediaPlayerState,
)
from homeassistant.components.number import NumberEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.todo.const import TodoItemStatus, TodoListEntityFeature
from homeassistant.components.todo.entity import TodoItem, TodoListEntity
from homeassistant.components.vacuum import StateVacuumEntity
from homeassistant.components.vacuum.const import VacuumActivity, VacuumEntityFeature
from homeassistant.components.water_heater import WaterHeaterEntity
from homeassistant.components.water_heater.const import WaterHeaterEntityFeature
from homeassistant.components.weather import Forecast, WeatherEntity
from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.const import UnitOfSpeed, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.agent.house import HouseClimate, HouseCover, HouseDevice, HouseFan

_PLAYER = (
    Media.TURN_ON
    | Media.TURN_OFF
    | Media.PLAY
    | Media.PAUSE
    | Media.STOP
    | Media.NEXT_TRACK
    | Media.PREVIOUS_TRACK
    | Media.VOLUME_SET
    | Media.VOLUME_MUTE
    | Media.SELECT_SOURCE
)


class RichPlayer(HouseDevice, MediaPlayerEntity):
    """A player with all that can be turned and pressed on it; it counts what it skips."""

    _attr_supported_features = _PLAYER

    def __init__(
        self, state: MediaPlayerState = MediaPlayerState.PLAYING, device_class: MediaPlayerDeviceClass | None = None
    ) -> None:
        """Be in this state, at half the volume."""
        self._attr_state = state
        self._attr_device_class = device_class
        self._attr_volume_level = 0.5
        self._attr_is_volume_muted = False
        self._attr_source_list = ["HDMI 1", "HDMI 2", "Radio"]
        self._attr_source = "HDMI 1"
        self._attr_media_title = "Track 1"
        self._attr_media_artist = "The Quartet"

    def _become(self, state: MediaPlayerState) -> None:
        self._attr_state = state
        self.async_write_ha_state()

    @override
    async def async_turn_on(self) -> None:
        self._become(MediaPlayerState.IDLE)

    @override
    async def async_turn_off(self) -> None:
        self._become(MediaPlayerState.OFF)

    @override
    async def async_media_play(self) -> None:
        self._become(MediaPlayerState.PLAYING)

    @override
    async def async_media_pause(self) -> None:
        self._become(MediaPlayerState.PAUSED)

    @override
    async def async_media_stop(self) -> None:
        self._become(MediaPlayerState.IDLE)

    @override
    async def async_media_next_track(self) -> None:
        self._attr_media_title = "Track 2"
        self.async_write_ha_state()

    @override
    async def async_media_previous_track(self) -> None:
        self._attr_media_title = "Track 0"
        self.async_write_ha_state()

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self._attr_volume_level = volume
        self.async_write_ha_state()

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        self._attr_is_volume_muted = mute
        self.async_write_ha_state()

    @override
    async def async_select_source(self, source: str) -> None:
        self._attr_source = source
        self.async_write_ha_state()


class RichFan(HouseFan):
    """A fan that swings, turns round and has programmes."""

    _attr_supported_features = (
        FanEntityFeature.TURN_ON
        | FanEntityFeature.TURN_OFF
        | FanEntityFeature.SET_SPEED
        | FanEntityFeature.OSCILLATE
        | FanEntityFeature.DIRECTION
        | FanEntityFeature.PRESET_MODE
    )
    _attr_preset_modes = ["auto", "sleep"]
    _attr_oscillating = False
    _attr_current_direction = "forward"
    _attr_preset_mode = None

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        self._attr_percentage = percentage
        self._attr_preset_mode = None
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_preset_mode = None
        await super().async_turn_off(**kwargs)

    @override
    async def async_oscillate(self, oscillating: bool) -> None:
        self._attr_oscillating = oscillating
        self.async_write_ha_state()

    @override
    async def async_set_direction(self, direction: str) -> None:
        self._attr_current_direction = direction
        self.async_write_ha_state()

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        self._attr_preset_mode = preset_mode
        self.async_write_ha_state()


class TiltCover(HouseCover):
    """A blind whose slats turn."""

    def __init__(self) -> None:
        """Be a blind with open slats."""
        super().__init__(CoverDeviceClass.BLIND)
        self._attr_supported_features = (self._attr_supported_features or CoverEntityFeature(0)) | (
            CoverEntityFeature.SET_TILT_POSITION | CoverEntityFeature.OPEN_TILT | CoverEntityFeature.CLOSE_TILT
        )
        self._attr_current_cover_tilt_position = 100

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        self._attr_current_cover_tilt_position = kwargs["tilt_position"]
        self.async_write_ha_state()


class RichClimate(HouseClimate):
    """An air conditioner."""

    _attr_hvac_modes = [HVACMode.HEAT, HVACMode.COOL, HVACMode.AUTO, HVACMode.OFF]
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE
        | ClimateEntityFeature.TURN_ON
        | ClimateEntityFeature.TURN_OFF
        | ClimateEntityFeature.FAN_MODE
        | ClimateEntityFeature.PRESET_MODE
    )
    _attr_fan_modes = ["low", "medium", "high", "auto"]
    _attr_fan_mode = "low"
    _attr_preset_modes = ["none", "eco", "away"]
    _attr_preset_mode = "none"
    _attr_current_humidity = 44

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        self._attr_fan_mode = fan_mode
        self.async_write_ha_state()

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        self._attr_preset_mode = preset_mode
        self.async_write_ha_state()


class HouseHumidifier(HouseDevice, HumidifierEntity):
    """A humidifier."""

    _attr_supported_features = HumidifierEntityFeature.MODES
    _attr_available_modes = ["normal", "sleep", "boost"]
    _attr_mode = "normal"
    _attr_is_on = True
    _attr_target_humidity = 45
    _attr_current_humidity = 38

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()

    @override
    async def async_set_humidity(self, humidity: int) -> None:
        self._attr_target_humidity = humidity
        self.async_write_ha_state()

    @override
    async def async_set_mode(self, mode: str) -> None:
        self._attr_mode = mode
        self.async_write_ha_state()


class HouseWaterHeater(HouseDevice, WaterHeaterEntity):
    """A boiler."""

    _attr_supported_features = WaterHeaterEntityFeature.TARGET_TEMPERATURE | WaterHeaterEntityFeature.OPERATION_MODE
    _attr_operation_list = ["eco", "performance", "off"]
    _attr_current_operation = "eco"
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature = 50
    _attr_current_temperature = 48
    _attr_min_temp = 30
    _attr_max_temp = 75

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        self._attr_target_temperature = kwargs["temperature"]
        self.async_write_ha_state()

    @override
    async def async_set_operation_mode(self, operation_mode: str) -> None:
        self._attr_current_operation = operation_mode
        self.async_write_ha_state()


class HouseVacuum(HouseDevice, StateVacuumEntity):
    """A robot that cleans."""

    _attr_supported_features = (
        VacuumEntityFeature.START
        | VacuumEntityFeature.PAUSE
        | VacuumEntityFeature.STOP
        | VacuumEntityFeature.RETURN_HOME
        | VacuumEntityFeature.LOCATE
        | VacuumEntityFeature.STATE
    )
    _attr_activity = VacuumActivity.DOCKED

    def _become(self, activity: VacuumActivity) -> None:
        self._attr_activity = activity
        self.async_write_ha_state()

    @override
    async def async_start(self) -> None:
        self._become(VacuumActivity.CLEANING)

    @override
    async def async_pause(self) -> None:
        self._become(VacuumActivity.PAUSED)

    @override
    async def async_stop(self, **kwargs: Any) -> None:
        self._become(VacuumActivity.IDLE)

    @override
    async def async_return_to_base(self, **kwargs: Any) -> None:
        self._become(VacuumActivity.RETURNING)

    @override
    async def async_locate(self, **kwargs: Any) -> None:
        self.obeys()


class HouseMower(HouseDevice, LawnMowerEntity):
    """A robot that mows."""

    _attr_supported_features = (
        LawnMowerEntityFeature.START_MOWING | LawnMowerEntityFeature.PAUSE | LawnMowerEntityFeature.DOCK
    )
    _attr_activity = LawnMowerActivity.DOCKED

    @override
    async def async_start_mowing(self) -> None:
        self._attr_activity = LawnMowerActivity.MOWING
        self.async_write_ha_state()

    @override
    async def async_pause(self) -> None:
        self._attr_activity = LawnMowerActivity.PAUSED
        self.async_write_ha_state()

    @override
    async def async_dock(self) -> None:
        self._attr_activity = LawnMowerActivity.RETURNING
        self.async_write_ha_state()


class HouseList(HouseDevice, TodoListEntity):
    """A list of things to do or to buy."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
    )

    def __init__(self, *items: str) -> None:
        """Hold these items."""
        self._attr_todo_items = [TodoItem(item, item, TodoItemStatus.NEEDS_ACTION) for item in items]

    def items(self) -> list[str]:
        """Return what is on the list, what is done in brackets."""
        return [
            f"({item.summary})" if item.status == TodoItemStatus.COMPLETED else str(item.summary)
            for item in self._attr_todo_items or ()
        ]

    def fill(self, *items: str) -> None:
        """Hold these items again."""
        self._attr_todo_items = [
            TodoItem(item.strip("()"), item.strip("()"), TodoItemStatus.COMPLETED)
            if item.startswith("(")
            else TodoItem(item, item, TodoItemStatus.NEEDS_ACTION)
            for item in items
        ]

    @override
    async def async_create_todo_item(self, item: TodoItem) -> None:
        name = str(item.summary)
        self._attr_todo_items = [
            *(self._attr_todo_items or ()),
            TodoItem(name, name, TodoItemStatus.NEEDS_ACTION),
        ]
        self.async_write_ha_state()

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        self._attr_todo_items = [item if one.uid == item.uid else one for one in self._attr_todo_items or ()]
        self.async_write_ha_state()

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        self._attr_todo_items = [one for one in self._attr_todo_items or () if one.uid not in uids]
        self.async_write_ha_state()


class HouseCalendar(HouseDevice, CalendarEntity):
    """A calendar with one event tomorrow at three."""

    def __init__(self, *titles: str) -> None:
        """Hold events with these titles, tomorrow from three on, an hour each."""
        start = dt_util.start_of_local_day() + timedelta(days=1, hours=15)
        self._events = [
            CalendarEvent(start + timedelta(hours=at), start + timedelta(hours=at + 1), title)
            for at, title in enumerate(titles)
        ]

    @property
    @override
    def event(self) -> CalendarEvent | None:
        return self._events[0] if self._events else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        return [event for event in self._events if event.start < end_date and event.end > start_date]


class HouseWeather(HouseDevice, WeatherEntity):
    """Sunny today, rain tomorrow."""

    _attr_condition = "sunny"
    _attr_native_temperature = 21.0
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_native_wind_speed = 12.0
    _attr_native_wind_speed_unit = UnitOfSpeed.KILOMETERS_PER_HOUR
    _attr_humidity = 40
    _attr_supported_features = WeatherEntityFeature.FORECAST_DAILY

    @override
    async def async_forecast_daily(self) -> list[Forecast]:
        today = dt_util.start_of_local_day()
        conditions = ("sunny", "rainy", "cloudy")
        return [
            Forecast(
                datetime=dt_util.as_utc(today + timedelta(days=at, hours=12)).isoformat(),
                condition=condition,
                native_temperature=20.0 + at,
                native_templow=10.0 + at,
                precipitation_probability=80 if condition == "rainy" else 0,
            )
            for at, condition in enumerate(conditions)
        ]


class HouseSelect(HouseDevice, SelectEntity):
    """Something with options."""

    def __init__(self, *options: str) -> None:
        """Have these options, the first chosen."""
        self._attr_options = list(options)
        self._attr_current_option = options[0]

    @override
    async def async_select_option(self, option: str) -> None:
        self._attr_current_option = option
        self.async_write_ha_state()


class HouseNumber(HouseDevice, NumberEntity):
    """Something with a figure."""

    _attr_native_value = 5.0
    _attr_native_min_value = 0
    _attr_native_max_value = 60

    @override
    async def async_set_native_value(self, value: float) -> None:
        self._attr_native_value = value
        self.async_write_ha_state()


class HouseButton(HouseDevice, ButtonEntity):
    """A button; it counts how often it was pressed."""

    activated = 0

    @override
    async def async_press(self) -> None:
        self.activated += 1
