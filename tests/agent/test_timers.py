"""Timers on a device that keeps them, and commands that wait, judged by what Home Assistant keeps."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from homeassistant.components.intent import async_register_timer_handler
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerEventType, TimerInfo
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.parlor.agent.deeds import async_perform
from custom_components.parlor.agent.delay import may_wait
from custom_components.parlor.agent.durations import seconds_in, spans_said
from custom_components.parlor.agent.facts import Outcome
from custom_components.parlor.agent.tools import Service, Step, tools_for
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.home import HomeEntity
from custom_components.parlor.inference import ToolCall
from tests.agent.house import House, house
from tests.agent.whole_house import spoken

__all__ = ["house"]

LAMP = ("turn_off", {"targets": ["Office lamp"]})
type Call = tuple[str, dict[str, Any]]
type Kept = tuple[str | None, int, bool]


class Satellite:
    """A device that keeps timers and remembers what became of them."""

    def __init__(self, hass: HomeAssistant, name: str, area: str | None = None) -> None:
        """Stand in a room."""
        entry = MockConfigEntry(domain="test")
        entry.add_to_hass(hass)
        registry = dr.async_get(hass)
        device = registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={("test", name)})
        if area:
            area_id = ar.async_get(hass).async_get_or_create(area).id
            registry.async_update_device(device.id, area_id=area_id)
        self.device_id = device.id
        self.events: list[tuple[TimerEventType, str | None]] = []
        self.leave = async_register_timer_handler(hass, device.id, self._note)

    def _note(self, event: TimerEventType, timer: TimerInfo) -> None:
        self.events.append((event, timer.name))


@pytest.fixture
async def satellite(house: House) -> Satellite:
    """Return a satellite in the kitchen."""
    assert await async_setup_component(house.hass, "intent", {})
    return Satellite(house.hass, "one", "Kitchen")


@pytest.fixture(autouse=True)
def _no_timer_left(house: House) -> Iterator[None]:
    """Cancel what runs, so that nothing lingers."""
    yield
    if TIMER_DATA in house.hass.data:
        for timer in list(house.hass.data[TIMER_DATA].timers):
            house.hass.data[TIMER_DATA].cancel_timer(timer)


async def ask(house: House, device_id: str | None, text: str, *calls: Call, user: str | None = None) -> Outcome:
    """Carry out calls for what was said to a device."""
    utterance = replace(house.says(text, user=user), device_id=device_id, agent_id="conversation.parlor")
    made = [ToolCall(name, arguments, str(at)) for at, (name, arguments) in enumerate(calls)]
    return await async_perform(house.hass, house.home, utterance, made, patience=0.05)


def kept(house: House) -> list[Kept]:
    """Return the timers that Home Assistant keeps: name, seconds, whether they run."""
    timers = house.hass.data[TIMER_DATA].timers.values()
    return [(timer.conversation_command or timer.name, timer.seconds, timer.is_active) for timer in timers]


def timer(action: str, **fields: Any) -> Call:
    """Return a call of the tool."""
    return "timer", {"action": action, **fields}


DURATIONS = [
    ("ten minutes", 600),
    ("10-minute", 600),
    ("an hour and a half", 5400),
    ("two and a half hours", 9000),
    ("half an hour", 1800),
    ("a quarter of an hour", 900),
    ("three quarters of an hour", 2700),
    ("1 hour and 30 minutes", 5400),
    ("five minutes and ten seconds", 310),
    ("1.5 hours", 5400),
    ("a minute and a half", 90),
    ("0:10:00", 600),
    ("PT1H30M", 5400),
    ("ten", None),
    ("minutes", None),
    ("an hour and", None),
    ("ten bananas minutes", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS, ids=[text or "nothing" for text, _ in DURATIONS])
def test_durations(text: str, seconds: int | None) -> None:
    """A span of time is read only where every word of it is."""
    assert seconds_in(text, words_for("en")) == seconds


def test_spans_inside_a_sentence() -> None:
    """Each as long as it can be read."""
    said = spans_said("set a pasta timer for ten minutes and one for an hour and a half", words_for("en"))
    assert [one.seconds for one in said] == [600, 5400]


class Start(NamedTuple):
    """What is said, the call that a model makes of it, the timer that is kept, and part of what is told."""

    said: str
    call: Call
    kept: Kept
    told: str


STARTS = {
    "plain": Start(
        "set a timer for ten minutes", timer("start", duration="10 minutes"), (None, 600, True), "The timer is set"
    ),
    "named": Start(
        "set a pasta timer for 9 minutes",
        timer("start", duration="9 min", name="Pasta"),
        ("pasta", 540, True),
        "The pasta timer",
    ),
    "what was said settles it": Start(
        "ten minutes please", timer("start", duration=600), (None, 600, True), "for 10 minutes"
    ),
    "a figure alone": Start("start it", timer("start", duration="90"), (None, 90, True), "1 minute and 30 seconds"),
    "Home Assistant's fields": Start(
        "timer",
        ("HassStartTimer", {"minutes": 5, "name": "tea"}),
        ("tea", 300, True),
        "The tea timer is set for 5 minutes",
    ),
    "hours and minutes": Start(
        "timer", ("set_timer", {"hours": 1, "minutes": 30}), (None, 5400, True), "1 hour and 30 minutes"
    ),
    "other words": Start("timer", ("timer", {"action": "create", "time": "2 hours"}), (None, 7200, True), "2 hours"),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
async def test_a_timer_starts(house: House, satellite: Satellite, start: Start) -> None:
    """On the device that was spoken to, which is told of it."""
    outcome = await ask(house, satellite.device_id, start.said, start.call)
    assert kept(house) == [start.kept]
    assert satellite.events == [(TimerEventType.STARTED, start.kept[0])]
    assert start.told in (spoken(outcome) or "")


class Change(NamedTuple):
    """What is said while a pasta timer of 9 minutes and another of 10 run, what is left of them, and what is told."""

    said: str
    call: Call
    left: list[Kept]
    told: str


PASTA: Kept = ("pasta", 540, True)
OTHER: Kept = (None, 600, True)
CHANGES = {
    "cancel by name": Change(
        "cancel the pasta timer", timer("cancel", name="pasta timer"), [OTHER], "The pasta timer is cancelled."
    ),
    "cancel by length": Change(
        "cancel the ten minute timer", timer("cancel", duration="10 minutes"), [PASTA], "The timer is cancelled."
    ),
    "cancel all": Change(
        "cancel all timers",
        ("cancel_all_timers", {}),
        [],
        "The pasta timer is cancelled and the timer is cancelled.",
    ),
    "pause": Change(
        "pause the pasta timer",
        ("HassPauseTimer", {"name": "Pasta"}),
        [("pasta", 540, False), OTHER],
        "The pasta timer is paused with 9 minutes left.",
    ),
    "more": Change(
        "add five minutes to the pasta timer",
        ("HassIncreaseTimer", {"minutes": 5, "name": "pasta"}),
        [("pasta", 840, True), OTHER],
        "The pasta timer has 14 minutes left now.",
    ),
    "less": Change(
        "take a minute off the pasta timer",
        timer("remove_time", duration="a minute", name="pasta"),
        [("pasta", 480, True), OTHER],
        "The pasta timer has 8 minutes left now.",
    ),
    "ambiguous": Change(
        "cancel the timer",
        timer("cancel"),
        [PASTA, OTHER],
        "Which timer do you mean, the pasta timer or the timer for 10 minutes?",
    ),
    "unknown": Change(
        "cancel the egg timer", timer("cancel", name="egg"), [PASTA, OTHER], "I could not find the egg timer."
    ),
    "how long": Change(
        "how long is left on the pasta timer",
        ("HassTimerStatus", {"name": "pasta"}),
        [PASTA, OTHER],
        "The pasta timer has 9 minutes left.",
    ),
    "how long for all": Change(
        "how long do the timers have",
        timer("status"),
        [PASTA, OTHER],
        "The pasta timer has 9 minutes left and the timer for 10 minutes has 10 minutes left.",
    ),
    "a question starts none": Change("is a timer running?", timer("start", duration="5 minutes"), [PASTA, OTHER], ""),
    "without a time": Change("more time", timer("add_time"), [PASTA, OTHER], ""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_timers_are_changed(
    house: House, satellite: Satellite, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    """The one that is meant, and no other."""
    monkeypatch.setattr("time.monotonic_ns", lambda: 1)
    await ask(house, satellite.device_id, "", timer("start", duration="9 minutes", name="pasta"))
    await ask(house, satellite.device_id, "", timer("start", duration="10 minutes"))
    outcome = await ask(house, satellite.device_id, change.said, change.call)
    assert sorted(kept(house), key=str) == sorted(change.left, key=str)
    assert (spoken(outcome) or "") == change.told


async def test_a_paused_timer_goes_on(house: House, satellite: Satellite) -> None:
    """Only a paused one is resumed."""
    await ask(house, satellite.device_id, "", timer("start", duration="9 minutes"))
    assert spoken(await ask(house, satellite.device_id, "resume it", timer("resume"))) == "There is no timer running."
    await ask(house, satellite.device_id, "pause", timer("pause"))
    outcome = await ask(house, satellite.device_id, "resume it", timer("resume"))
    assert (spoken(outcome) or "").startswith("The timer is running again with")
    assert [one[2] for one in kept(house)] == [True]


async def test_the_timer_of_the_room_is_meant(house: House, satellite: Satellite) -> None:
    """Two rooms have timers: that of the device that was spoken to."""
    other = Satellite(house.hass, "two", "Office")
    await ask(house, satellite.device_id, "", timer("start", duration="9 minutes"))
    await ask(house, other.device_id, "", timer("start", duration="5 minutes"))
    await ask(house, other.device_id, "cancel the timer", timer("cancel"))
    assert kept(house) == [(None, 540, True)]


@pytest.mark.parametrize("device", [None, "unknown"])
async def test_a_device_without_timers_is_told_so(house: House, satellite: Satellite, device: str | None) -> None:
    """Nothing is started for who could not ring."""
    outcome = await ask(house, device, "set a timer for ten minutes", timer("start", duration="10 minutes"))
    assert (spoken(outcome), kept(house), outcome.retry) == ("This device keeps no timers.", [], False)
    assert not satellite.events


async def test_timers_are_offered_where_a_device_keeps_them(house: House) -> None:
    """Then for good: a satellite that is away comes back, and the prompt stays the same."""
    assert "timer" not in [tool.name for tool in tools_for(house.home)]
    revision = house.home.revision
    assert await async_setup_component(house.hass, "intent", {})
    Satellite(house.hass, "one").leave()
    assert house.home.revision == revision
    satellite = Satellite(house.hass, "two")
    assert house.home.revision == revision + 1
    satellite.leave()
    assert "timer" in [tool.name for tool in tools_for(house.home)]
    assert house.home.revision == revision + 1


WAITING: list[tuple[str, str, int]] = [
    ("turn off the office lamp in ten minutes", "turn off the office lamp", 600),
    ("in 5 minutes, turn off the office lamp please", "turn off the office lamp", 300),
    ("turn off the office lamp, but only in a minute", "turn off the office lamp", 60),
    ("turn off the office lamp after 30 seconds", "turn off the office lamp", 30),
    ("turn off the office lamp half an hour from now", "turn off the office lamp", 1800),
    ("turn off the lamp in this room in ten minutes", "turn off the lamp in this room", 600),
    ("switch that off in ten minutes", "switch Office lamp off", 600),
    ("turn it off in an hour and a half", "turn Office lamp off", 5400),
    ("could you turn off the office lamp in ten minutes, please?", "could you turn off the office lamp", 600),
]


@pytest.mark.parametrize(("said", "command", "seconds"), WAITING, ids=[case[0] for case in WAITING])
async def test_a_command_waits(house: House, satellite: Satellite, said: str, command: str, seconds: int) -> None:
    """Nothing is done now; Home Assistant keeps the words, and says them to the same agent for the same device."""
    before = house.states()
    outcome = await ask(house, satellite.device_id, said, LAMP)
    assert house.states() == before
    assert kept(house) == [(command, seconds, True)]
    [one] = house.hass.data[TIMER_DATA].timers.values()
    assert (one.conversation_agent_id, one.device_id) == ("conversation.parlor", satellite.device_id)
    assert (spoken(outcome) or "").startswith("I will see to the office lamp in ")


async def test_a_timer_is_not_what_was_asked_for(house: House, satellite: Satellite) -> None:
    """A model that starts a timer for a command that is to wait is told to call for the command."""
    said = "turn off the office lamp in ten minutes"
    outcome = await ask(house, satellite.device_id, said, timer("start", duration="10 minutes"))
    assert (kept(house), outcome.retry) == ([], True)
    outcome = await ask(house, satellite.device_id, "ten minutes from now", timer("start", duration="10 minutes"))
    assert kept(house) == [(None, 600, True)]


async def test_two_calls_wait_together(house: House, satellite: Satellite) -> None:
    """The sentence is kept once, also where the model makes its calls again."""
    said = "in ten minutes turn off the office lamp and the printer"
    calls = (LAMP, ("turn_off", {"targets": ["Printer"]}))
    outcome = await ask(house, satellite.device_id, said, *calls)
    await ask(house, satellite.device_id, said, *calls)
    assert kept(house) == [("turn off the office lamp and the printer", 600, True)]
    assert spoken(outcome) == "I will see to the office lamp and the printer in 10 minutes."


NOT_KEPT = [
    ("turn on the printer and turn off the office lamp in ten minutes", LAMP, "I cannot do that later yet."),
    ("turn off the office lamp in ten minutes or in an hour", LAMP, "I cannot do that later yet."),
    ("turn off the office lamp in three days", LAMP, "I cannot do that later yet."),
    ("turn off the garage in ten minutes", ("turn_off", {"targets": ["garage"]}), "I could not find a garage."),
    ("will you turn off the office lamp in ten minutes or is it off?", LAMP, ""),
]


@pytest.mark.parametrize(("said", "call", "told"), NOT_KEPT, ids=[case[0] for case in NOT_KEPT])
async def test_what_may_be_meant_otherwise_is_not_kept(
    house: House, satellite: Satellite, said: str, call: Call, told: str
) -> None:
    """Neither now nor later."""
    before = house.states()
    outcome = await ask(house, satellite.device_id, said, call)
    assert (house.states(), kept(house)) == (before, [])
    if told:
        assert spoken(outcome) == told


@pytest.mark.parametrize(
    ("domain", "service", "device_class", "waits"),
    [
        ("lock", "unlock", None, False),
        ("lock", "lock", None, True),
        ("valve", "open_valve", None, False),
        ("alarm_control_panel", "alarm_disarm", None, False),
        ("alarm_control_panel", "alarm_arm_away", None, True),
        ("cover", "open_cover", "garage", False),
        ("cover", "set_cover_position", "gate", False),
        ("cover", "close_cover", "garage", True),
        ("cover", "open_cover", "blind", True),
        ("light", "turn_on", None, True),
    ],
)
def test_what_needs_a_yes_does_not_wait(domain: str, service: str, device_class: str | None, waits: bool) -> None:
    """Nobody is there then to give it."""
    entity = HomeEntity(f"{domain}.x", domain, "X", device_class=device_class)
    assert may_wait(Step((entity,), (Service(domain, service),), None, ""), words_for("en")) is waits


async def test_a_waiting_command_is_cancelled(house: House, satellite: Satellite) -> None:
    """It is called by its words."""
    await ask(house, satellite.device_id, "turn off the office lamp in ten minutes", LAMP)
    left = await ask(house, satellite.device_id, "what about the timers", timer("status"))
    assert (spoken(left) or "").startswith("I will do this in ")
    outcome = await ask(house, satellite.device_id, "cancel the timer", timer("cancel"))
    assert (spoken(outcome), kept(house)) == ("I will not do this any more: turn off the office lamp.", [])


async def test_who_may_not_do_it_now_may_not_do_it_later(house: House, satellite: Satellite) -> None:
    """Nobody knows later who has asked."""
    user = MockUser(name="Guest").add_to_hass(house.hass)
    user.mock_policy({"entities": {"entity_ids": {"light.hallway": True}}})
    outcome = await ask(house, satellite.device_id, "turn off the office lamp in ten minutes", LAMP, user=user.id)
    assert kept(house) == []
    assert (spoken(outcome) or "").startswith("Sorry, the office lamp could not be changed")
