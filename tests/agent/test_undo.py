"""Undoing, on Home Assistant's own entities: everything that was changed is as before, or it is said that it is not."""

from pathlib import Path
from typing import Any

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.parlor.agent.deeds import async_carry_out
from custom_components.parlor.agent.facts import Outcome
from custom_components.parlor.agent.orders import make_orders
from custom_components.parlor.agent.talk.memory import TalkMemory, states_of
from custom_components.parlor.agent.talk.undo import undo_order
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.inference import ToolCall
from tests.agent.house import House, HouseCover, house
from tests.agent.whole_house import Shown, changes, demo_house, expose_all, shown, spoken

__all__ = ["house"]

type Case = tuple[str, tuple[str, dict[str, Any]], str]

# What a device measures, or what it is doing of its own accord, is not undone.
_OWN = {
    "cleaned_area",
    "last_triggered",
    "battery_level",
    "hvac_action",
    "media_position",
    "media_position_updated_at",
    "rgb_color",
}

# platform, call, what is said when it is undone
CASES: dict[str, Case] = {
    "a lamp off": ("light", ("turn_off", {"targets": ["Kitchen Lights"]}), ""),
    "a lamp on": ("light", ("turn_on", {"targets": ["Bed Light"]}), "The bed light is off again."),
    "a brightness": ("light", ("set_light", {"targets": ["Kitchen Lights"], "brightness": 20}), ""),
    "a colour": ("light", ("set_light", {"targets": ["Kitchen Lights"], "color": "red"}), ""),
    "a colour and a brightness": (
        "light",
        ("set_light", {"targets": ["Ceiling Lights"], "color_temp": "6500", "brightness": 10}),
        "",
    ),
    "a white of many channels": (
        "light",
        ("set_light", {"targets": ["Office RGBW Lights"], "color": "blue"}),
        "",
    ),
    "a fan on": (
        "fan",
        ("set_fan", {"targets": ["Living Room Fan"], "speed": 66}),
        "The living room fan is off again.",
    ),
    "a temperature": (
        "climate",
        ("set_climate", {"targets": ["Hvac"], "temperature": 24}),
        "The hvac is set to 21 degrees again.",
    ),
    "a range": (
        "climate",
        ("set_climate", {"targets": ["Ecobee"], "low": 19, "high": 25}),
        "The ecobee is set to 21 to 24 degrees again.",
    ),
    "a mode": (
        "climate",
        ("set_climate", {"targets": ["HeatPump"], "mode": "off"}),
        "The HeatPump is set to heating at 20 degrees again.",
    ),
    "a thermostat off": ("climate", ("turn_off", {"targets": ["Hvac"]}), ""),
    "a humidity": (
        "humidifier",
        ("set_climate", {"targets": ["Humidifier"], "humidity": 50}),
        "The humidifier is set to 65 percent humidity again.",
    ),
    "hot water": ("water_heater", ("set_climate", {"targets": ["Demo Water Heater"], "temperature": 50}), ""),
    "a pause": (
        "media_player",
        ("media", {"targets": ["Walkman"], "action": "pause"}),
        "The walkman is playing again.",
    ),
    "a volume": (
        "media_player",
        ("media", {"targets": ["Walkman"], "volume": 30}),
        "The walkman is at 100 percent volume again.",
    ),
    "muting": (
        "media_player",
        ("media", {"targets": ["Walkman"], "action": "mute"}),
        "The walkman is not muted any more.",
    ),
    "a source": (
        "media_player",
        ("media", {"targets": ["Lounge room"], "source": "youtube"}),
        "The lounge room is set to dvd again.",
    ),
    "a player off": ("media_player", ("turn_off", {"targets": ["Walkman"]}), "The walkman is playing again."),
    "a robot": ("vacuum", ("vacuum", {"targets": ["Demo vacuum 0 Ground floor"], "action": "start"}), ""),
    "a switch": ("switch", ("turn_on", {"targets": ["AC"]}), ""),
    "a number": ("number", ("set_value", {"targets": ["Volume"], "value": "10"}), ""),
    "a choice": ("select", ("set_value", {"targets": ["Speed"], "value": "Light Speed"}), ""),
    "a text": ("text", ("set_value", {"targets": ["Text"], "value": "new"}), ""),
}


@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize(("platform", "call", "reply"), CASES.values(), ids=CASES)
async def test_everything_is_as_before(
    hass: HomeAssistant, platform: str, call: tuple[str, dict[str, Any]], reply: str
) -> None:
    """And after another undoing as it was made."""
    async with demo_house(hass, platform) as house:
        memory = TalkMemory()
        before = shown(hass)
        await _do(house, memory, call)
        made = shown(hass)
        assert _kept(made) != _kept(before)
        outcome = await _undo(house, memory)
        assert changes(_kept(before), _kept(shown(hass))) == {}
        said = spoken(outcome)
        assert said
        assert reply in ("", said)
        await _undo(house, memory)
        assert changes(_kept(made), _kept(shown(hass))) == {}


async def test_only_what_was_changed_is_put_back(hass: HomeAssistant) -> None:
    """A fan goes on blowing as fast as it was told to before, and no song begins anew."""
    async with demo_house(hass, "fan", "media_player") as house:
        memory = TalkMemory()
        await _do(house, memory, ("set_fan", {"targets": ["Living Room Fan"], "speed": 33}))
        before = shown(hass)
        await _do(house, memory, ("set_fan", {"targets": ["Living Room Fan"], "oscillate": True}))
        assert spoken(await _undo(house, memory)) == "The living room fan is not oscillating."
        assert changes(before, shown(hass)) == {}
        await _do(house, memory, ("media", {"targets": ["Walkman"], "volume": 20}))
        called: list[str] = []
        hass.bus.async_listen(EVENT_CALL_SERVICE, callback(lambda event: called.append(event.data["service"])))
        assert spoken(await _undo(house, memory)) == "The walkman is at 100 percent volume again."
        assert "play_media" not in called


LASTING: dict[str, Case] = {
    "a button": ("button", ("run", {"targets": ["Push"]}), "What was done with the push cannot be undone."),
    "the next song": (
        "media_player",
        ("media", {"targets": ["Walkman"], "action": "next"}),
        "What was done with the walkman cannot be undone.",
    ),
}


@pytest.mark.parametrize(("platform", "call", "reply"), LASTING.values(), ids=LASTING)
async def test_what_cannot_be_undone_is_said(
    hass: HomeAssistant, platform: str, call: tuple[str, dict[str, Any]], reply: str
) -> None:
    """And nothing else is tried."""
    async with demo_house(hass, platform) as house:
        memory = TalkMemory()
        await _do(house, memory, call)
        made = shown(hass)
        assert spoken(await _undo(house, memory)) == reply
        assert shown(hass) == made


@pytest.mark.parametrize(
    ("action", "reply"),
    [("add", "What was done with the groceries cannot be undone."), ("complete", None)],
    ids=["added", "nothing added"],
)
async def test_lists_stay_as_they_are(hass: HomeAssistant, tmp_path: Path, action: str, reply: str | None) -> None:
    """What was written on them is said to stay; where nothing was, there is nothing to undo."""
    hass.config.config_dir = str(tmp_path)
    (tmp_path / ".storage").mkdir()
    entry = MockConfigEntry(domain="local_todo", data={"todo_list_name": "Groceries", "storage_key": "groceries"})
    async with demo_house(hass, "weather") as house:
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        expose_all(hass)
        memory = TalkMemory()
        await _do(house, memory, ("lists", {"targets": ["Groceries"], "action": action, "items": ["eggs"]}))
        assert memory.undo is not None
        order = undo_order(hass, house.home, memory.undo, words_for("en"))
        assert (spoken(await _undo(house, memory)) if order else None) == reply
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("name", "opened", "reply"),
    [
        ("garage", True, "The garage is closing again."),
        ("garage", False, "I may not change the garage by voice."),
    ],
)
async def test_no_way_in_is_opened_by_undoing(house: House, name: str, *, opened: bool, reply: str) -> None:
    """A garage door that was open before it was closed stays closed; one that was closed may be closed again."""
    cover = HouseCover(CoverDeviceClass.GARAGE, placed=False)
    cover._attr_is_closed, cover._attr_current_cover_position = opened, None
    await house.add("cover.garage", cover, name.title(), "Hallway")
    [entity] = [one for one in house.home.entities.values() if one.entity_id == "cover.garage"]
    memory = TalkMemory()
    memory.begin(_utterance(house))
    [order] = make_orders(
        house.hass,
        house.home,
        _utterance(house),
        [ToolCall("set_cover", {"targets": ["Garage"], "action": "stop"}, None)],
    )
    before = states_of(house.hass, [order])
    cover._attr_is_closed = not opened
    cover.async_write_ha_state()
    memory.note(house.hass, _utterance(house), [order], Outcome(()), before)
    outcome = await _undo(house, memory)
    assert spoken(outcome) == reply
    state = house.hass.states.get(entity.entity_id)
    assert state is not None
    assert state.state == ("closing" if opened else "closed")


def _utterance(house: House) -> Utterance:
    return house.says("set it like this")


async def _do(house: House, memory: TalkMemory, call: tuple[str, dict[str, Any]]) -> None:
    """Carry out a call as a turn does."""
    memory.begin(_utterance(house))
    orders = make_orders(house.hass, house.home, _utterance(house), [ToolCall(*call, None)])
    assert all(order.deeds for order in orders), [order.errors for order in orders]
    before = states_of(house.hass, orders)
    outcome = await async_carry_out(house.hass, Context(), orders)
    await house.hass.async_block_till_done()
    memory.note(house.hass, _utterance(house), orders, outcome, before)


async def _undo(house: House, memory: TalkMemory) -> Outcome:
    """Undo the last turn, as a turn does."""
    memory.begin(_utterance(house))
    assert memory.undo is not None
    order = undo_order(house.hass, house.home, memory.undo, words_for("en"))
    assert order is not None
    before = states_of(house.hass, [order])
    outcome = await async_carry_out(house.hass, Context(), [order])
    await house.hass.async_block_till_done()
    memory.note(house.hass, _utterance(house), [order], outcome, before)
    return outcome


def _own(look: Shown) -> set[str]:
    """Return what a device shows that nobody has set; how fast a fan is that stands still, nobody can see."""
    return _OWN | {"percentage"} if look["state"] == "off" else _OWN


def _at_rest(state: str) -> str:
    """Return where a robot ends that is on its way."""
    return "docked" if state == "returning" else state


def _kept(looks: dict[str, Shown]) -> dict[str, Shown]:
    return {
        entity_id: {name: value for name, value in look.items() if name not in _own(look)}
        | {"state": _at_rest(look["state"])}
        for entity_id, look in looks.items()
    }
