"""Sentences about timers in other languages, said to a whole Parlor whose model server is gone."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.core import Context, HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.parlor.agent.replies import speak_error
from tests.agent.house import House
from tests.agent.houses_abroad import LANGUAGES, async_house_abroad
from tests.agent.test_timers import Satellite, kept
from tests.parlor_entry import agent, async_add_parlor, model_server

_FOLDER = Path(__file__).with_name("timers_abroad")
_TABLES: dict[str, dict[str, Any]] = {name: load_yaml_dict(str(_FOLDER / f"{name}.yaml")) for name in LANGUAGES}


@pytest.fixture(params=LANGUAGES)
async def home(
    request: pytest.FixtureRequest, hass: HomeAssistant, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[tuple[str, House, Satellite]]:
    """Return a language, its house with a satellite, and Parlor; time stands still for timers."""
    monkeypatch.setattr("time.monotonic_ns", lambda: 1)
    language: str = request.param
    house = await async_house_abroad(hass, language)
    entry = await async_add_parlor(hass, model_server(), agent())
    yield language, house, Satellite(hass, "one")
    _stop_timers(hass)
    await house.home.async_stop()
    await hass.config_entries.async_unload(entry.entry_id)


async def test_timers(home: tuple[str, House, Satellite]) -> None:
    """Each starts, changes or tells what it should, and is answered in its language; the rest is left to the model."""
    language, house, satellite = home
    table = _TABLES[language]
    wrong = []
    for case in table["starts"]:
        result = await _say(house, case["say"], language, satellite)
        if kept(house) != [(case.get("name"), case["seconds"], True)] or not _heard(result).startswith(table["set"]):
            wrong.append((case["say"], kept(house), _heard(result)))
        _stop_timers(house.hass)
    for case in table["changes"]:
        await _say(house, table["first"]["say"], language, satellite)
        first = (table["first"]["name"], table["first"]["seconds"], True)
        assert kept(house) == [first]
        result = await _say(house, case["say"], language, satellite)
        left = [] if case.get("cancels") else [(first[0], case.get("seconds", first[1]), not case.get("pauses"))]
        if kept(house) != left or _heard(result) != case.get("reply", speak_error("server_unreachable", language)):
            wrong.append((case["say"], kept(house), _heard(result)))
        _stop_timers(house.hass)
    assert wrong == []


async def test_which_timer_and_going_on(home: tuple[str, House, Satellite]) -> None:
    """A paused timer goes on, and two that may be meant are a question."""
    language, house, satellite = home
    table = _TABLES[language]
    await _say(house, table["first"]["say"], language, satellite)
    for said, active in ((table["pause"], False), (table["resume"], True)):
        await _say(house, said, language, satellite)
        assert [one[2] for one in kept(house)] == [active]
    await _say(house, table["second"], language, satellite)
    result = await _say(house, table["cancel"], language, satellite)
    assert len(kept(house)) == 2
    assert result.continue_conversation


async def _say(house: House, text: str, language: str, satellite: Satellite) -> ConversationResult:
    return await async_converse(
        house.hass,
        text,
        None,
        Context(),
        language=language,
        agent_id="conversation.parlor",
        device_id=satellite.device_id,
    )


def _heard(result: ConversationResult) -> str:
    speech: str = result.response.speech["plain"]["speech"]
    return speech


def _stop_timers(hass: HomeAssistant) -> None:
    for timer in list(hass.data[TIMER_DATA].timers):
        hass.data[TIMER_DATA].cancel_timer(timer)
