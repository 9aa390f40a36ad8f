"""Players, robots, scripts, buttons and helpers, on Home Assistant's own entities."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, callback
import pytest

from tests.agent.whole_house import changes, demo_house, shown, spoken

type Fields = dict[str, Any]
type Case = tuple[str, str, tuple[str, Fields], dict[str, Fields], str]

MEDIA: list[Case] = [
    (
        "pause",
        "pause the walkman",
        ("media", {"targets": ["Walkman"], "action": "pause"}),
        {"media_player.walkman": {"state": "paused"}},
        "The walkman is paused.",
    ),
    (
        "Home Assistant's own name",
        "pause the walkman",
        ("HassMediaPause", {"name": "Walkman"}),
        {"media_player.walkman": {"state": "paused"}},
        "The walkman is paused.",
    ),
    (
        "next",
        "next song on the walkman",
        ("media_next_track", {"targets": ["Walkman"]}),
        {"media_player.walkman": {"media_track": 2}},
        "The walkman has been told to skip to the next one.",
    ),
    (
        "volume",
        "set the volume of the walkman to thirty percent",
        ("media", {"targets": ["Walkman"], "volume": "0.3"}),
        {"media_player.walkman": {"volume_level": 0.3}},
        "The walkman is at 30 percent volume.",
    ),
    (
        "quieter",
        "turn the walkman down",
        ("media", {"targets": ["Walkman"], "change": 20}),
        {"media_player.walkman": {"volume_level": 0.8}},
        "The walkman is at 80 percent volume.",
    ),
    (
        "louder than loudest",
        "make the walkman louder",
        ("volume_up", {"targets": ["Walkman"]}),
        {},
        "The walkman is already at 100 percent volume.",
    ),
    (
        "mute",
        "mute the walkman",
        ("media", {"targets": ["Walkman"], "action": "mute"}),
        {"media_player.walkman": {"is_volume_muted": True}},
        "The walkman is muted.",
    ),
    (
        "source",
        "switch the lounge room to youtube",
        ("media", {"targets": ["Lounge room"], "source": "YouTube"}),
        {"media_player.lounge_room": {"source": "youtube"}},
        "The lounge room is set to youtube.",
    ),
    (
        "a source by its name",
        "play dvd in the lounge room",
        ("media", {"targets": ["Lounge room"], "what": "DVD"}),
        {},
        "The lounge room is set to dvd.",
    ),
    (
        "no such source",
        "switch the lounge room to radio",
        ("media", {"targets": ["Lounge room"], "source": "radio"}),
        {},
        "",
    ),
    ("no search", "play Queen on the walkman", ("media", {"targets": ["Walkman"], "what": "Queen"}), {}, ""),
    ("nothing to do", "the walkman", ("media", {"targets": ["Walkman"]}), {}, ""),
]
ROBOTS: list[Case] = [
    (
        "start",
        "start the vacuum downstairs",
        ("vacuum", {"targets": ["Demo vacuum 0 ground floor"], "action": "clean"}),
        {"vacuum.demo_vacuum_0_ground_floor": {"state": "cleaning"}},
        "The demo vacuum 0 ground floor is cleaning.",
    ),
    (
        "start, by its service",
        "start the vacuum downstairs",
        ("vacuum.start", {"entity_id": "vacuum.demo_vacuum_0_ground_floor"}),
        {"vacuum.demo_vacuum_0_ground_floor": {"state": "cleaning"}},
        "The demo vacuum 0 ground floor is cleaning.",
    ),
    (
        "docked already",
        "send the first floor's vacuum home",
        ("vacuum", {"targets": ["Demo vacuum 1 first floor"], "action": "go home"}),
        {"vacuum.demo_vacuum_1_first_floor": {"state": "returning"}},
        "The demo vacuum 1 first floor is returning to the dock.",
    ),
    (
        "cannot be found",
        "where is the third vacuum, let it beep",
        ("vacuum", {"targets": ["Demo vacuum 3 third floor"], "action": "locate"}),
        {},
        "",
    ),
]
HELPERS: dict[str, Any] = {
    "input_select": {"mood": {"name": "Mood", "options": ["Calm", "Party Time"]}},
    "input_number": {"target": {"name": "Boost", "min": 0, "max": 10, "step": 1, "initial": 3}},
    "input_text": {"note": {"name": "Note", "initial": "none"}},
    "input_button": {"bell": {"name": "Bell"}},
    "input_boolean": {"flag": {"name": "Flag"}},
    "scene": {"name": "Evening", "entities": {"input_boolean.flag": "on"}},
    "script": {
        "greet": {
            "alias": "Greet",
            "fields": {"text": {"required": True}, "loud": {}},
            "sequence": [
                {
                    "action": "input_text.set_value",
                    "target": {"entity_id": "input_text.note"},
                    "data": {"value": "{{ text }}"},
                }
            ],
        }
    },
}
VALUES: list[Case] = [
    (
        "option",
        "set the mood to party time",
        ("set_value", {"targets": ["Mood"], "value": "party time"}),
        {"input_select.mood": {"state": "Party Time"}},
        "The mood is set to Party Time.",
    ),
    ("no such option", "set the mood to sad", ("set_value", {"targets": ["Mood"], "value": "sad"}), {}, ""),
    (
        "number",
        "set boost to seven",
        ("set_value", {"targets": ["Boost"], "value": 7}),
        {"input_number.target": {"state": "7.0"}},
        "The boost is set to 7.",
    ),
    (
        "more",
        "raise the boost by two",
        ("set_value", {"targets": ["Boost"], "change": 2}),
        {"input_number.target": {"state": "5.0"}},
        "The boost is set to 5.",
    ),
    ("too much", "set boost to 70", ("set_value", {"targets": ["Boost"], "value": 70}), {}, ""),
    (
        "text",
        "set the note to hello",
        ("set_value", {"targets": ["Note"], "value": "hello"}),
        {"input_text.note": {"state": "hello"}},
        "The note is set to hello.",
    ),
    (
        "button",
        "press the bell",
        ("press", {"targets": ["Bell"]}),
        {"input_button.bell": {}},
        "The bell has been pressed.",
    ),
    (
        "scene",
        "run evening",
        ("run", {"targets": ["Evening"]}),
        {"input_boolean.flag": {"state": "on"}, "scene.evening": {}},
        "The evening has been activated.",
    ),
    (
        "script with a field",
        "greet with good morning",
        ("run_script", {"targets": ["Greet"], "fields": {"text": "good morning"}}),
        {"input_text.note": {"state": "good morning"}, "script.greet": {}},
        "The greet has been started.",
    ),
    ("script without its field", "greet", ("run", {"targets": ["Greet"]}), {}, ""),
    ("a field it has not", "greet", ("run", {"targets": ["Greet"], "fields": {"text": "a", "size": 3}}), {}, ""),
]


async def _try(hass: HomeAssistant, house: Any, case: tuple[str, tuple[str, Fields], dict[str, Fields], str]) -> None:
    said, call, expected, reply = case
    before = shown(hass)
    outcome = await house.perform(said, call)
    new = changes(before, shown(hass))
    assert {one: {name: new[one].get(name) for name in wanted} for one, wanted in expected.items()} == expected
    assert new.keys() == expected.keys()
    assert (spoken(outcome) or "") == reply
    assert outcome.results[0].error is not bool(reply)


@pytest.mark.parametrize("case", [case[1:] for case in MEDIA], ids=[case[0] for case in MEDIA])
async def test_media(hass: HomeAssistant, case: tuple[str, tuple[str, Fields], dict[str, Fields], str]) -> None:
    """Players do what they can, and what they cannot is told to the model."""
    async with demo_house(hass, "media_player") as house:
        await _try(hass, house, case)


@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize("case", [case[1:] for case in ROBOTS], ids=[case[0] for case in ROBOTS])
async def test_robots(hass: HomeAssistant, case: tuple[str, tuple[str, Fields], dict[str, Fields], str]) -> None:
    """Vacuums work, rest and go home."""
    async with demo_house(hass, "vacuum") as house:
        await _try(hass, house, case)


@pytest.mark.parametrize("case", [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
async def test_values_and_runs(
    hass: HomeAssistant, case: tuple[str, tuple[str, Fields], dict[str, Fields], str]
) -> None:
    """Helpers take what they can take; scripts get their fields."""
    async with demo_house(hass, **HELPERS) as house:
        await _try(hass, house, case)


async def test_the_player_that_plays_is_meant(hass: HomeAssistant) -> None:
    """Without a name, the one that plays; where all are silent, it asks."""
    async with demo_house(hass, "media_player") as house:
        silent = ("media_player.browse", "media_player.search")
        players = [one for one in hass.states.async_entity_ids("media_player") if one not in silent]
        for player in silent:
            async_expose_entity(hass, "conversation", player, False)
        await hass.services.async_call("media_player", "turn_off", {"entity_id": players}, blocking=True)
        assert (await house.perform("pause", ("media", {"action": "pause"}))).question
        await hass.services.async_call("media_player", "turn_on", {"entity_id": "media_player.walkman"}, blocking=True)
        await hass.async_block_till_done()
        outcome = await house.perform("pause the music", ("media", {"action": "pause"}))
        assert spoken(outcome) == "The walkman is paused."
        outcome = await house.perform("play", ("media", {"action": "play"}))
        assert spoken(outcome) == "The walkman is playing."


async def test_play_by_name_searches(hass: HomeAssistant) -> None:
    """What the player finds first is played; the demo finds a film for everything and refuses to play it."""
    async with demo_house(hass, "media_player") as house:
        called: list[Any] = []
        hass.bus.async_listen("call_service", callback(lambda event: called.append(event.data)))
        outcome = await house.perform("play Queen on Search", ("media", {"targets": ["Search"], "what": "Queen"}))
        assert [one["service"] for one in called] == ["search_media", "play_media"]
        assert called[1]["service_data"]["media_content_id"] == "search_result_id"
        assert "could not be changed" in str(spoken(outcome))
