"""Rain, the doorbell, medicines and appointments: said when it matters, and not again and again."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, override

from homeassistant.components.ai_task import AITaskEntity, GenDataTask, GenDataTaskResult
from homeassistant.components.ai_task.const import DATA_COMPONENT, AITaskEntityFeature
from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.components.camera import Camera
from homeassistant.components.conversation import ChatLog
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_mock_service, setup_test_component_platform

from tests.blueprints.house import SPEAKERS, BlueprintHouse
from tests.loud_house import CEILING

ALSO = [{"action": "notify.phone", "data": {"message": "{{ text }}"}}]


class TestRain:
    """Something left open in the rain."""

    RAIN, WEATHER = "binary_sensor.rain", "weather.home"
    KITCHEN, ROOF = "binary_sensor.kitchen_window", "cover.roof_window"

    async def _begin(self, house: BlueprintHouse, **inputs: Any) -> None:
        states = house.hass.states
        states.async_set(self.RAIN, "off")
        states.async_set(self.WEATHER, "sunny")
        states.async_set(self.KITCHEN, "off", {"friendly_name": "Kitchen window"})
        states.async_set(self.ROOF, "closed", {"friendly_name": "Roof window"})
        openings = [self.KITCHEN, self.ROOF]
        await house.automate(
            "open_in_the_rain", rain=[self.RAIN, self.WEATHER], openings=openings, speakers=SPEAKERS, **inputs
        )

    def _open(self, house: BlueprintHouse) -> None:
        house.hass.states.async_set(self.KITCHEN, "on", {"friendly_name": "Kitchen window"})
        house.hass.states.async_set(self.ROOF, "open", {"friendly_name": "Roof window"})

    async def test_when_it_begins_to_rain(self, house: BlueprintHouse) -> None:
        """What is open is named; two sensors for one rain say it once, and the next rain is another."""
        sent = async_mock_service(house.hass, "notify", "phone")
        await self._begin(house, also=ALSO)
        self._open(house)
        await house.switch(self.RAIN, "on")
        await house.switch(self.WEATHER, "rainy")
        said = "It is raining, and this is open: Kitchen window and Roof window."
        assert house.said == [said]
        await house.later(hours=3)
        await house.switch(self.RAIN, "off", "on")
        assert house.said == [said, said]
        assert [call.data["message"] for call in sent] == house.said

    async def test_opened_in_the_rain(self, house: BlueprintHouse) -> None:
        """It is said after a while, in words of one's own."""
        await self._begin(house, words="Es regnet, und offen ist: {things}.")
        await house.switch(self.WEATHER, "pouring")
        await house.switch(self.KITCHEN, "on", friendly_name="Küchenfenster")
        assert house.said == []
        await house.later(minutes=6)
        await house.idle()
        assert house.said == ["Es regnet, und offen ist: Küchenfenster."]

    async def test_nothing_to_report(self, house: BlueprintHouse) -> None:
        """All is closed, or it is dry."""
        await self._begin(house)
        await house.switch(self.RAIN, "on", "off")
        self._open(house)
        await house.later(minutes=6)
        await house.switch(self.WEATHER, "cloudy", "unavailable")
        assert house.said == []

    async def test_failure(self, house: BlueprintHouse) -> None:
        """The phone is told though the speaker is away."""
        sent = async_mock_service(house.hass, "notify", "phone")
        house.loud.ceiling.broken = True
        await self._begin(house, also=ALSO)
        self._open(house)
        await house.switch(self.RAIN, "on")
        assert (len(sent), house.said) == (1, [])

    async def test_quiet_hours(self, house: BlueprintHouse) -> None:
        """Nobody is woken."""
        await self._begin(house, quiet_start="11:00:00", quiet_end="13:00:00")
        self._open(house)
        await house.switch(self.RAIN, "on")
        assert house.said == []


class Eyes(AITaskEntity):
    """An AI task whose model sees what a test says, or fails."""

    _attr_name = _attr_unique_id = "Eyes"
    _attr_supported_features = AITaskEntityFeature.GENERATE_DATA | AITaskEntityFeature.SUPPORT_ATTACHMENTS

    def __init__(self) -> None:
        """See nothing yet."""
        self.sees: list[str | None] = []
        self.tasks: list[GenDataTask] = []

    @override
    async def _async_generate_data(self, task: GenDataTask, chat_log: ChatLog) -> GenDataTaskResult:
        self.tasks.append(task)
        seen = self.sees.pop(0)
        if seen is None:
            raise HomeAssistantError("The model cannot see")
        return GenDataTaskResult(chat_log.conversation_id, seen)


class Lens(Camera):
    """A camera with a picture, unless it is broken."""

    _attr_name = _attr_unique_id = "Door"
    broken = False

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        return None if self.broken else b"\xff\xd8\xff\xd9"


class TestDoorbell:
    """What the camera sees."""

    BELL = "binary_sensor.bell"

    async def _begin(self, house: BlueprintHouse, *sees: str | None, **inputs: Any) -> tuple[Eyes, Lens]:
        eyes, lens = Eyes(), Lens()
        eyes.sees += sees
        await house.hass.data[DATA_COMPONENT].async_add_entities([eyes])
        setup_test_component_platform(house.hass, "camera", [lens])
        assert await async_setup_component(house.hass, "camera", {"camera": {"platform": "test"}})
        assert await async_setup_component(house.hass, "media_source", {})
        await house.settle()
        house.hass.states.async_set(self.BELL, "off")
        await house.automate(
            "doorbell", bell=[self.BELL], camera="camera.door", eyes="ai_task.eyes", speakers=SPEAKERS, **inputs
        )
        return eyes, lens

    async def test_what_is_there(self, house: BlueprintHouse) -> None:
        """It is said once for all who ring at once, and again for the next."""
        eyes, _lens = await self._begin(house, "A courier with a parcel.", "A dog.")
        await house.switch(self.BELL, "on", "off", "on", "off")
        assert house.said == ["A courier with a parcel."]
        [attachment] = eyes.tasks[0].attachments or []
        assert attachment.media_content_id == "media-source://camera/camera.door"
        await house.later(minutes=2)
        await house.switch(self.BELL, "on")
        assert house.said == ["A courier with a parcel.", "A dog."]

    async def test_nothing_to_see(self, house: BlueprintHouse) -> None:
        """A model that says nothing, or fails, is no reason to be silent."""
        eyes, _lens = await self._begin(house, " ", None, pause=0)
        for _time in range(2):
            await house.switch(self.BELL, "on", "off")
            await house.later(minutes=2)
        assert (len(eyes.tasks), house.said) == (2, ["Somebody is at the door."] * 2)

    async def test_a_broken_camera(self, house: BlueprintHouse) -> None:
        """The same."""
        _eyes, lens = await self._begin(house, "never")
        lens.broken = True
        await house.switch(self.BELL, "on")
        assert house.said == ["Somebody is at the door."]

    async def test_a_bell_that_comes_back(self, house: BlueprintHouse) -> None:
        """Has not rung."""
        await self._begin(house, "never")
        await house.switch(self.BELL, "unavailable", "off", "unavailable", "on")
        assert house.said == []


class TestReminder:
    """A medicine or a chore, until it is confirmed."""

    DONE = [{"action": "notify.phone", "data": {"message": "done"}}]
    MISSED = [{"action": "notify.phone", "data": {"message": "missed"}}]
    QUESTION = "It is time for your medicine. Have you taken it?"

    async def _begin(self, house: BlueprintHouse, *answers: str | None, **inputs: Any) -> Callable[[], list[str]]:
        sent = async_mock_service(house.hass, "notify", "phone")
        house.loud.ceiling.answers = list(answers)
        await house.automate("reminder", satellite=CEILING, done=self.DONE, missed=self.MISSED, **inputs)
        await house.clock(8, days=1)
        return lambda: [call.data["message"] for call in sent]

    def _has_asked(self, house: BlueprintHouse, times: int) -> bool:
        return len(house.loud.ceiling.asked) == times

    async def _again(self, house: BlueprintHouse, times: int) -> None:
        for number in range(2, times + 1):
            await house.later(minutes=11)
            await house.until(partial(self._has_asked, house, number))
            await house.settle()

    async def test_confirmed_at_once(self, house: BlueprintHouse) -> None:
        """It is asked once, and on the next day again."""
        sent = await self._begin(house, "Yes, I have taken it.", "done")
        await house.idle()
        assert (house.loud.ceiling.asked, house.said, sent()) == ([self.QUESTION], ["Thank you."], ["done"])
        await house.clock(8, days=1)
        await house.idle()
        assert (len(house.loud.ceiling.asked), sent()) == (2, ["done", "done"])

    async def test_until_it_is_confirmed(self, house: BlueprintHouse) -> None:
        """A no, silence and a satellite that does not work are no yes."""
        sent = await self._begin(house, "not yet", None, "what is the weather", "I did it")
        await self._again(house, 4)
        await house.idle()
        assert house.loud.ceiling.asked == [self.QUESTION] * 4
        assert sent() == ["done"]

    async def test_never_confirmed(self, house: BlueprintHouse) -> None:
        """Somebody else is told."""
        sent = await self._begin(house, times=2)
        await self._again(house, 2)
        await house.idle()
        assert (len(house.loud.ceiling.asked), house.said, sent()) == (2, [], ["missed"])

    async def test_on_other_days(self, house: BlueprintHouse) -> None:
        """Nothing is asked."""
        tomorrow = (dt_util.now() + timedelta(days=1)).strftime("%a").lower()
        days = [day for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if day != tomorrow]
        await self._begin(house, days=days)
        await house.idle()
        assert house.loud.ceiling.asked == []


class Diary(CalendarEntity):
    """A calendar."""

    _attr_name = _attr_unique_id = "Diary"

    def __init__(self, events: list[CalendarEvent]) -> None:
        """Have events."""
        self._events = events

    @property
    @override
    def event(self) -> CalendarEvent | None:
        return None

    @override
    async def async_get_events(self, hass: HomeAssistant, start_date: Any, end_date: Any) -> list[CalendarEvent]:
        def moment(value: Any) -> Any:
            return value if hasattr(value, "hour") else dt_util.start_of_local_day(value)

        return [one for one in self._events if moment(one.start) < end_date and moment(one.end) > start_date]


class TestCalendar:
    """An appointment that is about to begin."""

    async def _begin(self, house: BlueprintHouse, *events: CalendarEvent, **inputs: Any) -> None:
        setup_test_component_platform(house.hass, "calendar", [Diary(list(events))])
        assert await async_setup_component(house.hass, "calendar", {"calendar": {"platform": "test"}})
        await house.settle()
        await house.automate("calendar_heads_up", calendar=["calendar.diary"], speakers=SPEAKERS, **inputs)

    def _event(self, summary: str, hour: int, location: str | None = None) -> CalendarEvent:
        start = dt_util.now().replace(hour=hour, minute=0)
        return CalendarEvent(start=start, end=start + timedelta(hours=1), summary=summary, location=location)

    async def _day(self, house: BlueprintHouse) -> None:
        for _quarter in range(24):
            await house.later(minutes=15)
            await house.idle()

    async def test_before_each(self, house: BlueprintHouse) -> None:
        """With the place where there is one; each is told of once."""
        await self._begin(house, self._event("Dentist", 14, "Main Street 1"), self._event("Tea", 16))
        await self._day(house)
        assert house.said == ["In 15 minutes: Dentist. The place is Main Street 1.", "In 15 minutes: Tea."]

    async def test_nothing_to_report(self, house: BlueprintHouse) -> None:
        """A day off is no appointment, and others are not asked for."""
        today = dt_util.now().date()
        holiday = CalendarEvent(start=today, end=today + timedelta(days=2), summary="Holiday")
        await self._begin(house, holiday, self._event("Tea", 16), only=["dentist"])
        await self._day(house)
        assert house.said == []

    async def test_failure(self, house: BlueprintHouse) -> None:
        """What could not be said of one is said of the next."""
        await self._begin(house, self._event("Dentist", 14), self._event("Tea", 16))
        house.loud.ceiling.broken = True
        for _quarter in range(8):
            await house.later(minutes=15)
            await house.idle()
        house.loud.ceiling.broken = False
        await self._day(house)
        assert house.said == ["In 15 minutes: Tea."]
