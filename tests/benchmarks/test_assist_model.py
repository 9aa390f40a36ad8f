"""The gauntlet's replies keep their sense when they are told in the Assist API's tools."""

import pytest

from benchmarks.assist_model import AssistModel
from demo.ollama import Call, Reply

_ON, _OFF = "intent__HassTurnOn", "intent__HassTurnOff"
_MISSHAPEN = Call("turn_on", "the lamp")
_WIRED = Call(wire={"function": "turn_on"})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (Call("turn_on", {"targets": ["Lamp"]}), (Call(_ON, {"name": "Lamp"}),)),
        (
            Call("turn_off", {"targets": ["Lamp", "Attic"], "kind": "light"}),
            (
                Call(_OFF, {"name": "Lamp", "domain": ["light"]}),
                Call(_OFF, {"area": "Attic", "domain": ["light"]}),
            ),
        ),
        (Call("turn_off", {"targets": ["Upstairs"]}), (Call(_OFF, {"floor": "Upstairs", "domain": ["light"]}),)),
        (Call("turn_off", {"targets": ["everything"], "kind": "light"}), (Call(_OFF, {"domain": ["light"]}),)),
        (
            Call("turn_on", {"targets": ["Lamp"], "brightness": 50}),
            (Call("light__HassLightSet", {"name": "Lamp", "brightness": 50}),),
        ),
        (Call("lock", {"targets": ["Door"], "action": "unlock"}), (Call(_OFF, {"name": "Door"}),)),
        (Call("lock", {"targets": ["Door"], "action": "lock"}), (Call(_ON, {"name": "Door"}),)),
        (
            Call("set_cover", {"targets": ["Blind"], "position": 30}),
            (Call("intent__HassSetPosition", {"name": "Blind", "position": 30}),),
        ),
        (Call("set_cover", {"targets": ["Blind"], "action": "close"}), (Call(_OFF, {"name": "Blind"}),)),
        (
            Call("set_climate", {"targets": ["Heating"], "temperature": 20}),
            (Call("climate__HassClimateSetTemperature", {"name": "Heating", "temperature": 20}),),
        ),
        (Call("frobnicate", {"targets": ["Lamp"]}), (Call("frobnicate", {"targets": ["Lamp"]}),)),
        (_MISSHAPEN, (_MISSHAPEN,)),
        (_WIRED, (_WIRED,)),
    ],
    ids=lambda value: value.name if isinstance(value, Call) else "told",
)
def test_a_call_is_told_in_other_tools(call: Call, told: tuple[Call, ...]) -> None:
    """One call for each target; what is no call of Parlor's stays as it is."""
    model = AssistModel({"attic": "area", "upstairs": "floor"})
    model.script([Reply(tool_calls=(call,))])
    assert model([{"role": "user", "content": "."}], []).tool_calls == told


@pytest.mark.parametrize(
    ("result", "words"),
    [('{"data":{},"error":false}', "Done."), ('{"data":{},"error":true}', "Sorry, that did not work.")],
    ids=["done", "failed"],
)
def test_when_calls_are_answered_it_says_how_that_went(result: str, words: str) -> None:
    """A model that is told of a failure admits it; what is wrong with the reply is the agent's."""
    model = AssistModel({})
    model.script([Reply(tool_calls=(Call("turn_on", {"targets": ["Lamp"]}),))])
    assert model([], []).tool_calls
    assert model([{"role": "tool", "content": result}], []) == Reply(content=words)
