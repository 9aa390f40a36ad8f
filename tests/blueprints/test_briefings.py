"""Briefings and reports: told when they are due, once, and not at all where there is nothing to tell."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.house import NOTHING, SPEAKERS, BlueprintHouse, told

MOTION = "binary_sensor.hall_motion"
ALSO = [{"action": "notify.phone", "data": {"message": "{{ text }}"}}]


class TestMorning:
    """The morning briefing."""

    async def test_once_a_day(self, house: BlueprintHouse) -> None:
        """At the first motion of the next day again."""
        house.summaries += [told("It stays dry."), told("It rains.")]
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0)
        await house.clock(7, days=1)
        await house.switch(MOTION, "on")
        assert house.said == ["Good morning. It stays dry."]
        await house.clock(8)
        await house.switch(MOTION, "off", "on")
        assert house.said == ["Good morning. It stays dry."]
        await house.clock(7, days=1)
        await house.switch(MOTION, "off", "on")
        assert house.said == ["Good morning. It stays dry.", "Good morning. It rains."]

    async def test_what_is_asked_for(self, house: BlueprintHouse) -> None:
        """The rest of the day."""
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0, focus="the garden")
        await house.clock(7, days=1)
        await house.switch(MOTION, "on")
        [asked] = house.asked
        start, end = dt_util.parse_datetime(asked["start"]), dt_util.parse_datetime(asked["end"])
        assert start
        assert end
        assert (start, end) == (dt_util.now(), dt_util.start_of_local_day() + timedelta(days=1))
        assert (asked["sections"], asked["focus"]) == (["weather", "calendar", "to_do", "open"], "the garden")

    @pytest.mark.parametrize("hour", [3, 12, 23])
    async def test_at_other_times(self, house: BlueprintHouse, hour: int) -> None:
        """Motion is no morning."""
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0)
        await house.clock(hour, days=1)
        await house.switch(MOTION, "on")
        assert house.said == []

    async def test_a_sensor_that_comes_back(self, house: BlueprintHouse) -> None:
        """Is no motion."""
        house.hass.states.async_set(MOTION, "unavailable")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0)
        await house.clock(7, days=1)
        await house.switch(MOTION, "on")
        assert house.said == []

    async def test_nothing_to_report(self, house: BlueprintHouse) -> None:
        """It greets."""
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0)
        await house.clock(7, days=1)
        await house.switch(MOTION, "on")
        assert house.said == ["Good morning."]

    async def test_failure(self, house: BlueprintHouse) -> None:
        """A speaker that is away, and a summary that fails, cost the briefing of one day."""
        house.summaries += [told("It rains."), HomeAssistantError("no"), told("It stays dry.")]
        house.loud.ceiling.broken = True
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS, wait=0)
        for _day in range(3):
            await house.clock(7, days=1)
            await house.switch(MOTION, "off", "on")
            house.loud.ceiling.broken = False
        assert house.said == ["Good morning. It stays dry."]

    async def test_wait(self, house: BlueprintHouse) -> None:
        """Somebody has to wake up first."""
        house.hass.states.async_set(MOTION, "off")
        await house.automate("morning_briefing", motion=[MOTION], speakers=SPEAKERS)
        await house.clock(7, days=1)
        house.hass.states.async_set(MOTION, "on")
        await house.settle()
        assert house.said == []
        await house.later(seconds=61)
        await house.idle()
        assert house.said == ["Good morning."]


# Blueprint, its inputs, the hour (and days on) at which it is due, and what it asks for.
DUE: dict[str, tuple[dict[str, Any], int, dict[str, Any]]] = {
    "evening_round_up": ({}, 22, {"sections": ["open", "on"], "length": "short"}),
    "weekly_energy_report": ({}, 18, {"sections": ["energy"], "hours": 168}),
    "device_health": ({"days": ["sun"]}, 10, {"sections": ["batteries", "unavailable"], "length": "short"}),
}


def _sunday(house: BlueprintHouse) -> int:
    """Return how many days it is until the next Sunday."""
    return 7 - (dt_util.now().weekday() + 1) % 7


@pytest.mark.parametrize(("name", "inputs", "hour", "asked"), [(name, *due) for name, due in DUE.items()], ids=DUE)
class TestByTheClock:
    """Reports that come at a set time."""

    async def test_told_and_sent(
        self, house: BlueprintHouse, name: str, inputs: dict[str, Any], hour: int, asked: dict[str, Any]
    ) -> None:
        """Each time that it is due, and of what was chosen."""
        sent = async_mock_service(house.hass, "notify", "phone")
        house.summaries += [told("The fridge is open."), told("The fridge is still open.")]
        target = {"area_id": ["kitchen"]}
        await house.automate(name, speakers=SPEAKERS, also=ALSO, area_of_interest=target, **inputs)
        for days in (_sunday(house), 7):
            await house.clock(hour, days=days)
            await house.idle()
        assert house.said == ["The fridge is open.", "The fridge is still open."][: 2 if name else 1]
        assert [call.data["message"] for call in sent] == house.said
        assert house.asked == [asked | target] * 2

    async def test_nothing_to_report(
        self, house: BlueprintHouse, name: str, inputs: dict[str, Any], hour: int, asked: dict[str, Any]
    ) -> None:
        """Nothing is said, even if the summary says so in words."""
        house.summaries.append({**NOTHING, "text": "There is nothing to report."})
        await house.automate(name, speakers=SPEAKERS, **inputs)
        await house.clock(hour, days=_sunday(house))
        await house.idle()
        assert (len(house.asked), house.said) == (1, [])
        assert asked.items() <= house.asked[0].items()

    async def test_failure(
        self, house: BlueprintHouse, name: str, inputs: dict[str, Any], hour: int, asked: dict[str, Any]
    ) -> None:
        """The message is sent though the speaker is away, and the next report comes."""
        sent = async_mock_service(house.hass, "notify", "phone")
        house.summaries += [told("The fridge is open."), HomeAssistantError("no"), told("All the lights are on.")]
        house.loud.ceiling.broken = True
        await house.automate(name, speakers=SPEAKERS, also=ALSO, **inputs)
        for days in (_sunday(house), 7, 7):
            await house.clock(hour, days=days)
            await house.idle()
            house.loud.ceiling.broken = False
        assert [call.data["message"] for call in sent] == ["The fridge is open.", "All the lights are on."]
        assert house.said == ["All the lights are on."]
        assert len(house.asked) == 3
        assert asked


@pytest.mark.parametrize("name", ["weekly_energy_report", "device_health"])
async def test_on_other_days(house: BlueprintHouse, name: str) -> None:
    """Nothing is asked for."""
    days = {"day": "sun"} if name == "weekly_energy_report" else {"days": ["sun"]}
    await house.automate(name, speakers=SPEAKERS, at="09:00:00", **days)
    await house.clock(9, days=_sunday(house) + 1)
    await house.idle()
    assert house.asked == []


async def test_all_is_well(house: BlueprintHouse) -> None:
    """It can be said that nothing is open or on."""
    await house.automate("evening_round_up", speakers=SPEAKERS, all_well="All is well.")
    await house.clock(22)
    await house.idle()
    assert house.said == ["All is well."]


class TestNight:
    """The night report."""

    BED = "input_boolean.bed"

    async def test_what_is_open_and_what_tomorrow_brings(self, house: BlueprintHouse) -> None:
        """Once in a night."""
        house.summaries += [told("The gate is open."), told("It rains tomorrow."), told("never")]
        house.hass.states.async_set(self.BED, "off")
        await house.automate("night_report", bedtime=[self.BED], speakers=SPEAKERS)
        await house.clock(22)
        await house.switch(self.BED, "on")
        await house.later(minutes=30)
        await house.switch(self.BED, "off", "on")
        assert house.said == ["The gate is open. It rains tomorrow. Good night."]
        tonight, tomorrow = house.asked
        assert (tonight["sections"], tomorrow["sections"]) == (["open", "on"], ["weather", "calendar"])
        assert dt_util.parse_datetime(tomorrow["start"]) == dt_util.start_of_local_day() + timedelta(days=1)
        assert dt_util.parse_datetime(tomorrow["end"]) == dt_util.start_of_local_day() + timedelta(days=2)

    async def test_after_midnight(self, house: BlueprintHouse) -> None:
        """Tomorrow is what begins when you get up."""
        house.hass.states.async_set(self.BED, "off")
        await house.automate("night_report", bedtime=[self.BED], speakers=SPEAKERS)
        await house.clock(1, days=1)
        await house.switch(self.BED, "on")
        assert dt_util.parse_datetime(house.asked[1]["start"]) == dt_util.start_of_local_day()

    async def test_nothing_to_report(self, house: BlueprintHouse) -> None:
        """It wishes a good night, or says nothing."""
        await house.automate("night_report", at="23:00:00", speakers=SPEAKERS, tomorrow=[])
        await house.clock(23)
        await house.idle()
        assert (house.said, len(house.asked)) == (["Good night."], 1)

    async def test_failure(self, house: BlueprintHouse) -> None:
        """The next night it is told again."""
        house.summaries += [HomeAssistantError("no"), told("The gate is open.")]
        await house.automate("night_report", at="23:00:00", speakers=SPEAKERS, tomorrow=[])
        for days in (0, 1):
            await house.clock(23, days=days)
            await house.idle()
        assert house.said == ["The gate is open. Good night."]


class TestArrival:
    """What happened meanwhile."""

    WHO = "person.ada"

    async def _trip(self, house: BlueprintHouse, *, hours: float, via: tuple[str, ...] = ()) -> None:
        house.hass.states.async_set(self.WHO, "not_home")
        await house.settle()
        for place in via:
            await house.later(hours=hours / 4)
            house.hass.states.async_set(self.WHO, place)
            await house.settle()
        await house.later(hours=hours / 2)
        house.hass.states.async_set(self.WHO, "home")
        await house.settle()
        await house.later(minutes=3)
        await house.idle()

    async def _begin(self, house: BlueprintHouse) -> None:
        house.hass.states.async_set(self.WHO, "home")
        await house.automate("arrival", person=self.WHO, speakers=SPEAKERS)

    async def test_the_whole_time_away(self, house: BlueprintHouse) -> None:
        """With the places in between; a second trip of the day is told of as well."""
        house.summaries += [told("The parcel came."), told("The dog barked.")]
        await self._begin(house)
        left = dt_util.now()
        await self._trip(house, hours=8, via=("Work", "not_home"))
        await self._trip(house, hours=6)
        assert house.said == ["The parcel came.", "The dog barked."]
        assert dt_util.parse_datetime(house.asked[0]["start"]) == left
        assert house.asked[0]["sections"] == ["changes", "presence", "open"]

    async def test_a_short_absence(self, house: BlueprintHouse) -> None:
        """Is not told of."""
        await self._begin(house)
        await self._trip(house, hours=1)
        assert (house.said, house.asked) == ([], [])

    async def test_nothing_to_report(self, house: BlueprintHouse) -> None:
        """Nothing is said."""
        await self._begin(house)
        await self._trip(house, hours=8)
        assert (house.said, len(house.asked)) == ([], 1)

    async def test_failure(self, house: BlueprintHouse) -> None:
        """The next arrival is told of."""
        house.summaries += [HomeAssistantError("no"), told("The dog barked.")]
        await self._begin(house)
        for _trip in range(2):
            await self._trip(house, hours=8)
        assert house.said == ["The dog barked."]


class TestMail:
    """The mail digest."""

    ACCOUNT = "account"

    async def _mail(self, hass: HomeAssistant, subject: str, **data: Any) -> None:
        mail = {"entry_id": self.ACCOUNT, "sender": "Bob@example.org", "subject": subject, "text": f"About {subject}."}
        hass.bus.async_fire("imap_content", {**mail, **data})
        for _turn in range(300):
            await asyncio.sleep(0)

    async def _due(self, house: BlueprintHouse, days: int = 0) -> None:
        await house.clock(18, days=days)
        await house.idle()

    async def test_once_a_day(self, house: BlueprintHouse) -> None:
        """All mails of the day, and on the next day the new ones."""
        house.summaries += [told("Two mails."), told("One mail.")]
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS)
        await self._mail(house.hass, "Lunch")
        await self._mail(house.hass, "Dinner")
        await self._mail(house.hass, "Secrets", entry_id="another")
        await self._due(house)
        await self._mail(house.hass, "Breakfast")
        await self._due(house, days=1)
        assert house.said == ["Two mails.", "One mail."]
        assert [[text["title"] for text in asked["texts"]] for asked in house.asked] == [
            ["Bob@example.org: Lunch", "Bob@example.org: Dinner"],
            ["Bob@example.org: Breakfast"],
        ]
        assert house.asked[0]["texts"][0]["text"] == "About Lunch."
        assert house.asked[0]["sections"] == ["texts"]

    async def test_no_mail(self, house: BlueprintHouse) -> None:
        """Nothing is said, and nothing asked for."""
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS)
        await self._due(house)
        assert (house.said, house.asked) == ([], [])

    async def test_senders(self, house: BlueprintHouse) -> None:
        """Mails of others are not told of, whether first or not."""
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS, senders=["bob@"])
        for sender in ("eve@example.org", "bob@example.org", "eve@example.org"):
            await self._mail(house.hass, "Hello", sender=sender)
        await self._due(house)
        assert [text["title"] for text in house.asked[0]["texts"]] == ["bob@example.org: Hello"]

    async def test_too_many_and_too_long(self, house: BlueprintHouse) -> None:
        """The newest are told of, by their beginnings."""
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS, most=2)
        for number in range(4):
            await self._mail(house.hass, str(number), text="long " * 2000)
        await self._due(house)
        assert [text["title"][-1] for text in house.asked[0]["texts"]] == ["2", "3"]
        assert all(len(text["text"]) <= 4000 for text in house.asked[0]["texts"])

    async def test_what_a_mail_says_is_not_run(self, house: BlueprintHouse) -> None:
        """Neither as a template nor otherwise."""
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS)
        await self._mail(house.hass, "{{ 1 + 1 }}", text="{{ states('light.lamp') }} [1, 2]")
        await self._mail(house.hass, "[1, 2]", text="{'a': 1}")
        await self._due(house)
        titles = [text["title"] for text in house.asked[0]["texts"]]
        assert titles == ["Bob@example.org: {{ 1 + 1 }}", "Bob@example.org: [1, 2]"]
        assert [str(text["text"]) for text in house.asked[0]["texts"]] == [
            "{{ states('light.lamp') }} [1, 2]",
            "{'a': 1}",
        ]

    async def test_failure(self, house: BlueprintHouse) -> None:
        """The mails of the next day are told of."""
        house.summaries += [HomeAssistantError("no"), told("One mail.")]
        await house.automate("mail_digest", account=self.ACCOUNT, speakers=SPEAKERS)
        await self._mail(house.hass, "Lunch")
        await self._due(house)
        await self._mail(house.hass, "Breakfast")
        await self._due(house, days=1)
        assert house.said == ["One mail."]
