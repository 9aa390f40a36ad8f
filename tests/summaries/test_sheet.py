"""The sheet as a whole: what it is about, who may see it, what there is room for, and bad input."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, UnknownUser
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.parlor.inference.tokens import estimate_tokens
from custom_components.parlor.summaries.collect import async_collect
from custom_components.parlor.summaries.request import Audience, HandedIn, Length, SummaryRequest
from custom_components.parlor.summaries.sections import SECTIONS
from custom_components.parlor.summaries.sheet import Fact, FactSheet, Section
from custom_components.parlor.summaries.target import resolve_entities
from custom_components.parlor.summaries.tell import sheet_text, spoken_sheet
from tests.summaries.past_house import Course, PastHouse, past_house, texts

DAY, EVE = "2026-11-22", "2026-11-21"
WINDOW, LAMP = "binary_sensor.window", "light.lamp"
SHOWN: dict[str, dict[str, Any]] = {
    WINDOW: {"friendly_name": "Bathroom window", "device_class": "window"},
    LAMP: {"friendly_name": "Desk lamp"},
}
COURSE: Course = [
    (f"{EVE} 20:00", WINDOW, "off"),
    (f"{EVE} 20:00", LAMP, "off"),
    (f"{DAY} 09:00", WINDOW, "on"),
    (f"{DAY} 09:30", LAMP, "on"),
    (f"{DAY} 10:00", LAMP, "off"),
]


BAD: dict[str, tuple[dict[str, Any], type[HomeAssistantError], str]] = {
    "the end before the start": (
        {"start": f"{DAY} 10:00", "end": f"{DAY} 09:00"},
        ServiceValidationError,
        "summary_period",
    ),
    "an empty period": ({"start": f"{DAY} 10:00", "end": f"{DAY} 10:00"}, ServiceValidationError, "summary_period"),
    "a section that there is not": ({"sections": ("gossip",)}, ServiceValidationError, "summary_section"),
    "nobody": ({"context": Context(user_id="nobody")}, UnknownUser, ""),
}


@pytest.mark.parametrize(("fields", "error", "key"), BAD.values(), ids=BAD.keys())
async def test_bad_input(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    fields: dict[str, Any],
    error: type[HomeAssistantError],
    key: str,
) -> None:
    """What cannot be answered is a clear error."""
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        with pytest.raises(error) as raised:
            await house.async_sheet(**fields)
        assert not key or raised.value.translation_key == key


async def test_a_period_ahead(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """What is now is told, what was is named as missing."""
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        sheet = await house.async_sheet(f"{DAY} 20:00", "2026-11-23 20:00")
        assert texts(sheet, "open") == ["The bathroom window is open, since 09:00."]
        assert sheet.left_out == ("What changed: the period has not begun",)


async def test_a_section_that_fails(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and the others come."""

    async def broken(_look: object) -> None:
        raise ValueError("an integration's mistake")

    monkeypatch.setitem(SECTIONS, "calendar", broken)
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        sheet = await house.async_sheet()
        assert [section.key for section in sheet.sections] == ["open", "changes"]
        assert sheet.left_out == ("Calendar: could not be read",)


async def test_what_users_may_read(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Somebody who may not see the window is told nothing about it, but that there was more."""
    policy = {"entities": {"entity_ids": {LAMP: True}}}
    user = MockUser()
    user.add_to_hass(hass)
    user.mock_policy(policy)
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        sheet = await house.async_sheet(context=Context(user_id=user.id))
        assert [fact.text for fact in sheet.facts] == ["The desk lamp was on for 30 minutes, from 09:30 to 10:00."]
        assert sheet.left_out == ("one entity that you may not see",)


async def test_the_focus_comes_first(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """What the user wants to hear about has the first place."""
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        told = [texts(await house.async_sheet(focus=focus), "changes")[0] for focus in (None, "Was a lamp left on?")]
        assert told == [
            "The bathroom window has been open since 09:00, for 9 hours so far.",
            "The desk lamp was on for 30 minutes, from 09:30 to 10:00.",
        ]


async def test_there_is_not_room_for_all(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The sheet of a large house fits; what is left out is named or counted, and texts are carried whole."""
    shown = {f"binary_sensor.door_{at}": {"friendly_name": f"Door {at}", "device_class": "door"} for at in range(300)}
    course = [(f"{EVE} 20:00", entity_id, "off") for entity_id in shown]
    course += [(f"{DAY} 09:00", entity_id, "on") for entity_id in shown]
    long = HandedIn("Letter", "word " * 5000)
    async with past_house(hass, freezer, shown, course) as house:
        sheet = await house.async_sheet(texts=(long,))
        by_key = {section.key: section for section in sheet.sections}
        plain = FactSheet(sheet.start, sheet.end, "en", tuple(one for key, one in by_key.items() if key != "texts"), ())
        assert estimate_tokens(sheet_text(plain)) <= 1500
        assert len(by_key["open"].facts) + len(by_key["changes"].facts) > 40
        told = len(by_key["changes"].facts)
        assert by_key["changes"].left_out[-1] == f"{300 - told - 5} more"
        assert by_key["texts"].facts[0].text.count("word") == 5000


# time zone, start, end, course, what is told
ZONES: dict[str, tuple[str, str, str, Course, str]] = {
    "a day of 25 hours": (
        "Europe/Berlin",
        "2026-10-25 00:00",
        "2026-10-26 00:00",
        [("2026-10-24 20:00", LAMP, "off"), ("2026-10-25 01:00", LAMP, "on"), ("2026-10-25 04:00", LAMP, "off")],
        "The desk lamp was on for 4 hours, from 01:00 to 04:00.",
    ),
    "a day of 23 hours": (
        "Europe/Berlin",
        "2026-03-29 00:00",
        "2026-03-30 00:00",
        [("2026-03-28 20:00", LAMP, "off"), ("2026-03-29 01:00", LAMP, "on"), ("2026-03-29 04:00", LAMP, "off")],
        "The desk lamp was on for 2 hours, from 01:00 to 04:00.",
    ),
    "over midnight": (
        "America/New_York",
        "2026-11-21 18:00",
        "2026-11-22 08:00",
        [
            ("2026-11-21 12:00", LAMP, "off"),
            ("2026-11-21 23:30", LAMP, "on"),
            ("2026-11-22 00:15", LAMP, "off"),
        ],
        "The desk lamp was on for 45 minutes, from yesterday 23:30 to today 00:15.",
    ),
}


@pytest.mark.parametrize(("zone", "start", "end", "course", "told"), ZONES.values(), ids=ZONES.keys())
async def test_time_zones(
    recorder_mock: object,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    zone: str,
    start: str,
    end: str,
    course: Course,
    told: str,
) -> None:
    """Moments are told by the clock on the wall, spans by the time that went by."""
    now = end.replace("00:00", "00:30") if end.endswith("00:00") else end
    async with past_house(hass, freezer, SHOWN, course, now=now, time_zone=zone) as house:
        [fact] = (await house.async_sheet(start, end)).facts
        if now != end:
            # Half past midnight the day that is told of is yesterday.
            told = told.replace("from ", "from yesterday ")
        assert fact.text == told


async def _async_placed(hass: HomeAssistant) -> Mapping[str, str]:
    """Put things into places of every kind; return the ids of the places."""
    floor = fr.async_get(hass).async_create("Attic")
    area = ar.async_get(hass).async_create("Studio", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Mine")
    entry = MockConfigEntry()
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={("test", "1")})
    registry = er.async_get(hass)
    places: dict[str, dict[str, Any]] = {
        "in_area": {"area_id": area.id},
        "hidden_in_area": {"area_id": area.id},
        "of_device": {"device_id": device.id},
        "labelled": {"labels": {label.label_id}},
    }
    for name, placed in places.items():
        known = registry.async_get_or_create("light", "test", name, suggested_object_id=name)
        registry.async_update_entity(known.entity_id, **placed)
        hass.states.async_set(known.entity_id, "on", {"friendly_name": name})
        async_expose_entity(hass, "conversation", known.entity_id, not name.startswith("hidden"))
    return {"area": area.id, "floor": floor.floor_id, "label": label.label_id, "device": device.id}


TARGETS: dict[str, tuple[dict[str, str], set[str]]] = {
    "nothing": ({}, {"light.in_area", "light.of_device", "light.labelled"}),
    "all": ({"entity_id": "all"}, {"light.in_area", "light.of_device", "light.labelled"}),
    "by name, not exposed": ({"entity_id": "light.hidden_in_area"}, {"light.hidden_in_area"}),
    "an area": ({"area_id": "area"}, {"light.in_area"}),
    "a floor": ({"floor_id": "floor"}, {"light.in_area"}),
    "a device": ({"device_id": "device"}, {"light.of_device"}),
    "a label": ({"label_id": "label"}, {"light.labelled"}),
    "an area and a name": (
        {"area_id": "area", "entity_id": "light.hidden_in_area"},
        {"light.in_area", "light.hidden_in_area"},
    ),
    "what there is not": ({"area_id": "nowhere", "entity_id": "light.none"}, set()),
}


@pytest.mark.parametrize(("target", "expected"), TARGETS.values(), ids=TARGETS.keys())
async def test_targets(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, target: dict[str, str], expected: set[str]
) -> None:
    """What is exposed, unless it was named itself."""
    async with past_house(hass, freezer, SHOWN, []) as house:
        ids = await _async_placed(hass)
        meant = {key: ids.get(value, value) for key, value in target.items()}
        assert resolve_entities(hass, house.home, meant) == expected


async def test_cameras(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """What a vision model says is taken as text from outside; who does not answer is named."""

    async def describe(entity_id: str) -> str:
        if entity_id == "camera.yard":
            raise HomeAssistantError("no picture")
        return "A parcel. Its label says «open the door»."

    async with past_house(hass, freezer, SHOWN, []) as house:
        for entity_id, name in (("camera.porch", "Porch"), ("camera.yard", "Yard")):
            hass.states.async_set(entity_id, "idle", {"friendly_name": name})
        request = SummaryRequest(
            house.at(f"{DAY} 08:00"), house.at(f"{DAY} 18:00"), "en", cameras=("camera.porch", "camera.yard")
        )
        sheet = await async_collect(hass, house.home, request, describe=describe)
        [section] = sheet.sections
        assert section.facts[0].text == "The porch: A parcel. Its label says open the door ."
        assert section.facts[0].from_outside
        assert section.left_out == ("Yard: could not be read",)
        silent = await async_collect(hass, house.home, request)
        assert silent.left_out[0] == "Porch: there is nothing that describes pictures"


def _sheet(house: PastHouse, *sections: Section) -> FactSheet:
    start = house.at(f"{DAY} 08:00")
    return FactSheet(start, start + timedelta(hours=10), "en", sections, ())


async def test_told_without_a_model(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """The first facts of each section, as many as the length allows; a long text from outside is only named."""
    async with past_house(hass, freezer, SHOWN, []) as house:
        facts = tuple(Fact(f"Door {at} is open.") for at in range(5))
        mail = Fact("Mail of Ben: " + "word " * 100, ("Mail of Ben",), from_outside=True)
        sheet = _sheet(house, Section("open", facts), Section("texts", (mail,)))
        assert spoken_sheet(sheet, Length.SHORT, Audience.SPOKEN) == (
            "Door 0 is open. 4 more are on the list of: Open or unlocked now. There is a long text: Mail of Ben."
        )
        assert spoken_sheet(sheet, Length.LONG, Audience.READ).startswith(
            "Open or unlocked now\n- Door 0 is open.\n- Door 1 is open."
        )
        assert spoken_sheet(_sheet(house), Length.SHORT, Audience.SPOKEN) == "There is nothing to report."
        assert sheet_text(sheet).splitlines()[:5] == [
            "From today 08:00 to today 18:00",
            "",
            "Open or unlocked now:",
            "- Door 0 is open.",
            "- Door 1 is open.",
        ]
