"""Announcements, on real players and satellites: who hears what, how loud, and in which order."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path
from typing import Any

from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.media_player.const import MediaPlayerState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.parlor.announcements import Quiet
from tests.loud_house import CEILING, DESK, RADIO, LoudHouse, loud_house, put_on_one_device, until
from tests.parlor_entry import agent, model_server
from tests.speech.peer import failure

pytestmark = pytest.mark.usefixtures("socket_enabled")

DEAF = "media_player.deaf"


@pytest.fixture
async def house(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncGenerator[LoudHouse]:
    """Return a house that can be heard."""
    async with loud_house(hass, monkeypatch, tmp_path) as house:
        yield house


def files_in(folder: str) -> list[Path]:
    """Return what a folder holds."""
    return list(Path(folder).iterdir())


async def announce(
    hass: HomeAssistant, *entity_ids: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Announce something; return the response."""
    data = {"message": "Dinner is ready.", **({"entity_id": list(entity_ids)} if entity_ids else {}), **data}
    call = hass.services.async_call("parlor", "announce", data, context=context, blocking=True, return_response=True)
    response = await call
    assert isinstance(response, dict)
    return response


async def test_everywhere(house: LoudHouse) -> None:
    """Players and satellites say the same, in Parlor's voice, and nothing is kept of it."""
    response = await announce(house.hass, CEILING, RADIO)
    assert response == {"text": "Dinner is ready.", "announced": [CEILING, RADIO], "skipped": [], "failed": []}
    assert house.ceiling.texts == ["Dinner is ready."]
    assert set(house.diary) == {
        ("Ceiling", "begins"),
        ("Ceiling", "ends"),
        ("Radio", "begins at 0.40"),
        ("Radio", "ends"),
    }
    assert house.spoken == ["Dinner is ready."]
    assert files_in(house.hass.config.path("tts")) == []


async def test_a_satellite_that_has_the_voice_speaks_by_itself(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the format that suits it."""
    async with loud_house(hass, monkeypatch, tmp_path, model_server(), agent(), preferred=True) as house:
        await announce(hass, CEILING, preannounce=False)
        [said] = house.ceiling.announced
        assert (said.media_id_source, said.preannounce_media_id) == ("tts", None)


async def test_a_summary(house: LoudHouse) -> None:
    """What is told is what the other action returns."""
    hass = house.hass
    wanted = {"hours": 1, "sections": ["open"]}
    told = await hass.services.async_call("parlor", "summarize", wanted, blocking=True, return_response=True)
    data = {"entity_id": RADIO, "summary": wanted}
    response = await hass.services.async_call("parlor", "announce", data, blocking=True, return_response=True)
    assert told
    assert response == {"text": told["text"], "announced": [RADIO], "skipped": [], "failed": []}
    assert house.spoken == [told["text"]]


@pytest.mark.parametrize("more", [{}, {"message": "x", "summary": {}}, {"summary": {"hours": -1}}])
async def test_what_to_say_is_one_thing(house: LoudHouse, more: dict[str, Any]) -> None:
    """A message or a summary, which is what the other action takes."""
    with pytest.raises(probatio.Invalid):
        await house.hass.services.async_call("parlor", "announce", {"entity_id": RADIO, **more}, blocking=True)
    assert house.spoken == []


async def test_the_volume_is_put_back(house: LoudHouse) -> None:
    """Each player has its own."""
    await announce(house.hass, RADIO, volume=70)
    assert [what for _who, what in house.diary] == ["volume 0.70", "begins at 0.70", "ends", "volume 0.40"]


async def test_a_volume_that_somebody_has_set_meanwhile_stays(house: LoudHouse) -> None:
    """Whoever turned it knows best."""
    house.radio.hold = True
    saying = asyncio.create_task(announce(house.hass, RADIO, volume=70))
    await until(lambda: ("Radio", "begins at 0.70") in house.diary)
    house.radio.change(_attr_volume_level=0.1)
    house.radio.finish()
    await saying
    assert house.radio.volume_level == 0.1


async def test_the_volume_of_a_satellite_is_that_of_its_player(house: LoudHouse) -> None:
    """And what has one device is one loudspeaker: the satellite speaks, its player does not speak as well."""
    device_id = put_on_one_device(house, CEILING, DESK)
    response = await announce(house.hass, device_id=device_id, volume=70)
    assert response["announced"] == [CEILING]
    assert house.diary == [("Desk", "volume 0.70"), ("Ceiling", "begins"), ("Ceiling", "ends"), ("Desk", "volume 0.40")]


async def test_announcements_never_overlap(house: LoudHouse) -> None:
    """On one player each waits for the one before; other players are not kept waiting."""
    house.radio.hold = True
    first = asyncio.create_task(announce(house.hass, RADIO))
    await until(lambda: ("Radio", "begins at 0.40") in house.diary)
    second = asyncio.create_task(announce(house.hass, RADIO, message="It is getting cold."))
    third = asyncio.create_task(announce(house.hass, DESK))
    await third
    assert not second.done()
    assert house.diary.count(("Radio", "begins at 0.40")) == 1
    house.radio.finish()
    await first
    await until(lambda: house.diary.count(("Radio", "begins at 0.40")) == 2)
    house.radio.finish()
    await second
    assert [what for who, what in house.diary if who == "Radio"] == ["begins at 0.40", "ends"] * 2


async def test_music_goes_on(house: LoudHouse) -> None:
    """A player that plays music all the while is given the time that the words take."""
    house.radio.change(_attr_state=MediaPlayerState.PLAYING)
    assert (await announce(house.hass, RADIO))["announced"] == [RADIO]


async def test_a_conversation_is_not_interrupted(house: LoudHouse) -> None:
    """The satellite announces when nobody is speaking with it any more."""
    house.ceiling.show(AssistSatelliteState.LISTENING)
    saying = asyncio.create_task(announce(house.hass, CEILING))
    await asyncio.sleep(0.05)
    assert house.diary == []
    house.ceiling.show(AssistSatelliteState.IDLE)
    await saying
    assert house.ceiling.texts == ["Dinner is ready."]


NOON = time(12)
QUIET = {
    "day": (time(9), time(17), True),
    "over midnight, before": (time(11), time(3), True),
    "over midnight, after": (time(22), time(13), True),
    "the end is not in it": (time(9), NOON, False),
    "the beginning is": (NOON, time(13), True),
    "night": (time(22), time(7), False),
    "no time at all": (NOON, NOON, False),
}


@pytest.mark.parametrize(("start", "end", "is_quiet"), QUIET.values(), ids=QUIET.keys())
def test_hours(start: time, end: time, *, is_quiet: bool) -> None:
    """They may span midnight."""
    assert Quiet(start, end).holds(NOON) is is_quiet


def _hours(*, quiet: bool) -> dict[str, Any]:
    now = dt_util.now().hour
    return {"quiet_start": f"{(now + (0 if quiet else 2)) % 24}:00:00", "quiet_end": f"{(now + 4) % 24}:00:00"}


@pytest.mark.parametrize(
    ("data", "quiet", "diary", "skipped"),
    [
        ({}, True, [], [RADIO]),
        ({"quiet_volume": 10}, True, ["volume 0.10", "begins at 0.10", "ends", "volume 0.40"], []),
        ({"quiet_volume": 10}, False, ["begins at 0.40", "ends"], []),
    ],
    ids=["skipped", "lower", "not now"],
)
async def test_quiet_hours(
    house: LoudHouse, data: dict[str, Any], diary: list[str], skipped: list[str], *, quiet: bool
) -> None:
    """Nothing is said in them, or in a low voice; the response tells."""
    response = await announce(house.hass, RADIO, **data, **_hours(quiet=quiet))
    assert [what for _who, what in house.diary] == diary
    assert (response["skipped"], response["failed"]) == (skipped, [])


async def test_targets_that_hear_nothing(house: LoudHouse) -> None:
    """Each is named with the reason, and the others hear it."""
    house.desk.change(available_now=False)
    house.ceiling.broken = True
    response = await announce(house.hass, CEILING, RADIO, DESK, DEAF, "media_player.gone", "light.lamp")
    assert response["announced"] == [RADIO]
    assert response["failed"] == [
        {"entity_id": CEILING, "reason": "failed", "message": "No power"},
        {"entity_id": "light.lamp", "reason": "unknown", "message": ""},
        {"entity_id": DEAF, "reason": "unable", "message": ""},
        {"entity_id": DESK, "reason": "unavailable", "message": ""},
        {"entity_id": "media_player.gone", "reason": "unknown", "message": ""},
    ]


async def test_a_room(house: LoudHouse) -> None:
    """Of what is in it, only what can speak is meant."""
    hass = house.hass
    device_id = put_on_one_device(house, RADIO, DEAF)
    area = ar.async_get(hass).async_create("Kitchen")
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    response = await announce(hass, area_id=area.id)
    assert (response["announced"], response["failed"]) == ([RADIO], [])


async def test_a_voice_that_fails(house: LoudHouse) -> None:
    """The player is left as it was."""
    house.peer.answer("synthesize-stop", failure("no_voice", "No such voice"))
    response = await announce(house.hass, RADIO, volume=70)
    assert [one["reason"] for one in response["failed"]] == ["failed"]
    assert house.radio.volume_level == 0.4


@pytest.mark.parametrize("data", [{"voice": "tts.other"}, {"language": "fi"}])
async def test_a_voice_that_is_not_there(house: LoudHouse, data: dict[str, Any]) -> None:
    """Players need one; a satellite has its own."""
    response = await announce(house.hass, RADIO, **data)
    assert response["failed"] == [{"entity_id": RADIO, "reason": "no_voice", "message": ""}]


async def test_another_language(house: LoudHouse) -> None:
    """A voice of any country will do."""
    assert (await announce(house.hass, RADIO, message="Essen ist fertig.", language="de"))["announced"] == [RADIO]
    assert "Essen ist fertig." in house.spoken


async def test_unloading_ends_announcements(house: LoudHouse) -> None:
    """Nothing waits any longer, and the volume is as it was."""
    house.radio.hold = True
    saying = [asyncio.create_task(announce(house.hass, RADIO, volume=70)) for _ in range(2)]
    await until(lambda: ("Radio", "begins at 0.70") in house.diary)
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    for response in await asyncio.gather(*saying):
        assert response["failed"] == [{"entity_id": RADIO, "reason": "stopped", "message": ""}]
    assert house.radio.volume_level == 0.4
    house.radio.finish()


async def test_an_automation_that_is_stopped(house: LoudHouse) -> None:
    """What it wanted to say is not said any more."""
    house.radio.hold = True
    first = asyncio.create_task(announce(house.hass, RADIO))
    await until(lambda: ("Radio", "begins at 0.40") in house.diary)
    second = asyncio.create_task(announce(house.hass, RADIO, message="It is getting cold."))
    await asyncio.sleep(0.01)
    second.cancel()
    house.radio.finish()
    await first
    await asyncio.wait([second])
    assert house.spoken == ["Dinner is ready."]


async def test_the_users_permissions_hold(house: LoudHouse) -> None:
    """A guest's script speaks only where the guest may."""
    guest = MockUser(name="Guest")
    guest.add_to_hass(house.hass)
    guest.mock_policy({"entities": {"entity_ids": {RADIO: True}}})
    response = await announce(house.hass, RADIO, DESK, context=Context(user_id=guest.id))
    assert response["announced"] == [RADIO]
    assert [(one["entity_id"], one["reason"]) for one in response["failed"]] == [(DESK, "failed")]


async def test_nothing_to_say(house: LoudHouse) -> None:
    """Is not said."""
    assert (await announce(house.hass, RADIO, message=" "))["announced"] == []
    assert house.diary == []


async def test_errors(house: LoudHouse) -> None:
    """Where nobody looks at the response, a message that nobody heard is an error."""
    with pytest.raises(HomeAssistantError) as raised:
        await house.hass.services.async_call(
            "parlor", "announce", {"message": "Hello", "entity_id": [DEAF]}, blocking=True
        )
    assert raised.value.translation_key == "not_announced"
    assert str(raised.value) == f"Nothing was announced: {DEAF} (unable)"
    with pytest.raises(ServiceValidationError) as refused:
        await announce(house.hass, area_id="nowhere")
    assert refused.value.translation_key == "nowhere_to_announce"
    with pytest.raises(probatio.Invalid):
        await announce(house.hass, RADIO, quiet_start="22:00:00")


async def test_without_an_entry(hass: HomeAssistant) -> None:
    """The error says so."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "parlor", {})
    with pytest.raises(ServiceValidationError) as raised:
        await announce(hass, RADIO)
    assert raised.value.translation_key == "not_loaded"
