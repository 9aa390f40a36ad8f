"""The model of the benchmarks answers each agent in its own tools, and only what is asked."""

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.brain import Brain, Deed, Task
from demo.ollama import Call, Reply

TASKS = (
    Task("turn off the lamp", "I turned off the lamp.", deeds=(Deed("off", name="Lamp", kind="light"),)),
    Task("turn on the hall lights", "I did.", deeds=(Deed("on", area="Hall", kind="light"),)),
    Task("set it to 20", "I did.", deeds=(Deed("on", name="Thermostat", degrees=20),)),
    Task("is the door open", "No.", look="Door"),
    Task("why", "Because."),
)
OURS = ("turn_on", "turn_off", "set_climate", "get_state")
THEIRS = ("intent__HassTurnOn", "intent__HassTurnOff", "homeassistant__GetLiveContext")


def _answer(said: str, tools: tuple[str, ...], *more: Mapping[str, Any]) -> Reply:
    offered = [{"type": "function", "function": {"name": name}} for name in tools]
    return Brain(TASKS)([{"role": "system", "content": "."}, {"role": "user", "content": said}, *more], offered)


@pytest.mark.parametrize(
    ("said", "tools", "call"),
    [
        ("Turn off the lamp.", OURS, Call("turn_off", {"targets": ["Lamp"]})),
        ("Turn off the lamp.", THEIRS, Call("intent__HassTurnOff", {"name": "Lamp", "domain": ["light"]})),
        ("turn on the hall lights", OURS, Call("turn_on", {"targets": ["Hall"], "kind": "light"})),
        ("turn on the hall lights", THEIRS, Call("intent__HassTurnOn", {"area": "Hall", "domain": ["light"]})),
        ("set it to 20", OURS, Call("set_climate", {"targets": ["Thermostat"], "temperature": 20})),
        (
            "set it to 20",
            THEIRS,
            Call("climate__HassClimateSetTemperature", {"name": "Thermostat", "temperature": 20}),
        ),
        ("is the door open?", THEIRS, Call("homeassistant__GetLiveContext", {"name": "Door"})),
        ("<context>\nTime: noon\n</context>\nis the door open", OURS, Call("get_state", {"targets": ["Door"]})),
    ],
)
def test_a_task_is_a_call_of_the_tools_at_hand(said: str, tools: tuple[str, ...], call: Call) -> None:
    """The first pass calls."""
    assert _answer(said, tools).tool_calls == (call,)


@pytest.mark.parametrize(
    ("said", "more", "words"),
    [
        ("<context>\nDoor: closed\n</context>\nis the door open", (), "No."),
        ("why?", (), "Because."),
        ("turn off the lamp", ({"role": "tool", "content": "{}"},), "I turned off the lamp."),
        ("turn off the lamp", ({"role": "tool", "content": '{"error": true}'},), "Sorry, that did not work."),
        ("frobnicate", (), "I did not understand that."),
    ],
    ids=["told", "general", "done", "failed", "unknown"],
)
def test_what_needs_no_call_is_said(said: str, more: tuple[Mapping[str, Any], ...], words: str) -> None:
    """States in the context, results of calls and what is no task are answered in words."""
    assert _answer(said, OURS, *more) == Reply(content=words)
