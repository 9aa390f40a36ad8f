"""The words of fact sheets in other languages."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor import summaries
from custom_components.parlor.summaries.wording import Wording
from tests.summaries.past_house import Course, past_house, texts

FILES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in (Path(str(summaries.__file__)).parent / "texts").glob("*.json")
}
# Where languages have words of their own: which states a person "is" in, how near a day has a name, what is plural.
_OWN = ("articles", "conditions", "many", "states", "times/near")


def _templates(found: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        here = f"{path}/{key}".lstrip("/")
        if here in _OWN or key == "_":
            continue
        if isinstance(value, Mapping):
            yield from _templates(value, here)
        else:
            yield here, value


def _shape(value: Any) -> Any:
    """Return what two languages have in common: how many forms there are, and what is filled in."""
    if isinstance(value, list):
        return len(value), {field for form in value for field in re.findall(r"{\w+}", form)}
    return set(re.findall(r"{\w+}", value)) if isinstance(value, str) else type(value)


@pytest.mark.parametrize("language", sorted(FILES.keys() - {"en"}))
def test_a_language_has_every_text(language: str) -> None:
    """None is missing, none is left over, and each takes the same values."""
    own, english = ({key: _shape(value) for key, value in _templates(FILES[name])} for name in (language, "en"))
    assert own.keys() == english.keys()
    # An article is the only thing that a language may do without.
    assert {key: shape for key, shape in own.items() if shape != english[key]} == {}


@pytest.mark.parametrize(
    ("language", "subject", "state", "told"),
    [
        ("en", "The bedroom blinds", "open", "The bedroom blinds are open"),
        ("en", "The lights in the attic", "on", "The lights in the attic are on"),
        ("en", "The bedroom blind", "open", "The bedroom blind is open"),
        ("en", "Doors of perception", "on", "Doors of perception are on"),
        ("de", "Die Rollläden", "offen", "Die Rollläden sind offen"),
        ("de", "Die Haustür", "offen", "Die Haustür ist offen"),
    ],
)
def test_the_verb_agrees(language: str, subject: str, state: str, told: str) -> None:
    """Several things are, and one is."""
    assert Wording.of(language).text("open", "now", subject=subject, state=state) == told


DOOR, MOTION, ROOM = "binary_sensor.door", "binary_sensor.motion", "sensor.room"
SHOWN: dict[str, dict[str, Any]] = {
    DOOR: {"friendly_name": "Haustür", "device_class": "door"},
    MOTION: {"friendly_name": "Flur", "device_class": "motion"},
    ROOM: {"friendly_name": "Schlafzimmer", "device_class": "temperature", "unit_of_measurement": "°C"},
}
COURSE: Course = [
    ("2026-11-21 20:00", DOOR, "off"),
    ("2026-11-21 20:00", MOTION, "off"),
    ("2026-11-21 20:00", ROOM, "18"),
    ("2026-11-22 09:00", DOOR, "on"),
    ("2026-11-22 11:10", DOOR, "off"),
    ("2026-11-22 12:00", MOTION, "on"),
    ("2026-11-22 12:01", MOTION, "off"),
    ("2026-11-22 13:00", ROOM, "20.5"),
]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de-AT", "Haustür war offen: 2 Stunden 10 Minuten, von 09:00 bis 11:10."),
        ("sv", "The haustür was open for 2 hours 10 minutes, from 09:00 to 11:10."),
    ],
)
async def test_a_sheet_in_another_language(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory, language: str, told: str
) -> None:
    """The words are of that language, its decimals too; English where there is no file for it."""
    async with past_house(hass, freezer, SHOWN, COURSE) as house:
        sheet = await house.async_sheet(language=language)
        changes = texts(sheet, "changes")
        assert changes[0] == told
        if language == "de-AT":
            # What is no word of a person's is Home Assistant's own.
            assert changes[1] == "Flur: Erkannt, 1 Minute, von 12:00 bis 12:01."
            assert texts(sheet, "numbers") == [
                "Schlafzimmer: 18 bis 20,5 °C, im Mittel 19,2 °C, zuletzt 20,5 °C; gestiegen um 2,5 °C."
            ]
