"""A house with a past: what happened, when, and the sheet that comes of it."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models.statistics import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import STATISTIC_UNIT_TO_UNIT_CONVERTER, async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.parlor.home import Home
from custom_components.parlor.summaries.collect import async_collect
from custom_components.parlor.summaries.request import SummaryRequest
from custom_components.parlor.summaries.sheet import FactSheet
from tests.agent.house import async_empty_house
from tests.agent.whole_house import expose_all

NOW = "2026-11-22 18:00"
type Course = Iterable[tuple[str, str, str]]


class PastHouse:
    """A house at a moment, and what was recorded of it."""

    def __init__(self, hass: HomeAssistant, home: Home, shown: Mapping[str, Mapping[str, Any]]) -> None:
        """Know what each entity shows besides its state."""
        self.hass = hass
        self.home = home
        self.shown = shown

    def at(self, moment: str) -> datetime:
        """Return a moment of local time."""
        return datetime.fromisoformat(moment).replace(tzinfo=dt_util.get_default_time_zone())

    async def async_live(self, freezer: FrozenDateTimeFactory, course: Course, now: str) -> None:
        """Let happen what happened, (moment, entity id, state) in order of time, and come to now."""
        for moment, entity_id, state in course:
            freezer.move_to(self.at(moment))
            self.hass.states.async_set(entity_id, state, dict(self.shown.get(entity_id, {})))
        if "recorder" in self.hass.config.components:
            await async_wait_recording_done(self.hass)
        freezer.move_to(self.at(now))
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done()
        expose_all(self.hass)

    async def async_sheet(
        self, start: str = "2026-11-22 08:00", end: str = NOW, language: str = "en", **fields: Any
    ) -> FactSheet:
        """Return the sheet of a period."""
        request = SummaryRequest(start=self.at(start), end=self.at(end), language=language, **fields)
        return await async_collect(self.hass, self.home, request)


@asynccontextmanager
async def past_house(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    shown: Mapping[str, Mapping[str, Any]],
    course: Course,
    *,
    now: str = NOW,
    time_zone: str = "UTC",
) -> AsyncGenerator[PastHouse]:
    """Give a house in a time zone, with everything exposed, in which all this has happened."""
    await hass.config.async_set_time_zone(time_zone)
    empty = await async_empty_house(hass)
    house = PastHouse(hass, empty.home, shown)
    await house.async_live(freezer, course, now)
    yield house
    await empty.home.async_stop()


def texts(sheet: FactSheet, key: str) -> list[str]:
    """Return the facts of a section as they read."""
    return [fact.text for section in sheet.sections if section.key == key for fact in section.facts]


async def async_remember(
    hass: HomeAssistant,
    statistic_id: str,
    start: datetime,
    values: Sequence[float],
    *,
    unit: str,
    counts: bool = False,
) -> None:
    """Put hourly statistics into the recorder: means, or the counts of a meter."""
    metadata = StatisticMetaData(
        has_sum=counts,
        mean_type=StatisticMeanType.NONE if counts else StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=statistic_id,
        unit_class=STATISTIC_UNIT_TO_UNIT_CONVERTER[unit].UNIT_CLASS,
        unit_of_measurement=unit,
    )
    rows = [
        StatisticData(start=start + timedelta(hours=at), sum=value, state=value)
        if counts
        else StatisticData(start=start + timedelta(hours=at), mean=value, min=value - 1, max=value + 1)
        for at, value in enumerate(values)
    ]
    async_import_statistics(hass, metadata, rows)
    await async_wait_recording_done(hass)
