"""Calls that a model prints are made, in every shape that models print them in."""

from typing import Any

import pytest

from custom_components.parlor.agent.printed_calls import find_printed_calls, may_hold_call

TOOLS = ("turn_on", "turn_off", "set_light", "get_state")
OFF = ("turn_off", {"targets": ["Kitchen"]})
ON = ("turn_on", {"targets": ["Hallway light"]})
OFF_JSON = '{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}'
ON_JSON = '{"name": "turn_on", "arguments": {"targets": ["Hallway light"]}}'

PRINTED: dict[str, tuple[str, list[tuple[str, Any]]]] = {
    "json": ('{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}', [OFF]),
    "parameters": ('{"name": "turn_off", "parameters": {"targets": ["Kitchen"]}}', [OFF]),
    "arguments as text": ('{"name": "turn_off", "arguments": "{\\"targets\\": [\\"Kitchen\\"]}"}', [OFF]),
    "arguments that are no object": ('{"name": "turn_off", "arguments": "Kitchen"}', [("turn_off", "Kitchen")]),
    "no arguments": ('{"name": "turn_off", "arguments": ""}', [("turn_off", {})]),
    "flat": ('{"tool": "turn_off", "targets": ["Kitchen"]}', [OFF]),
    "name as key": ('{"turn_off": {"targets": ["Kitchen"]}}', [OFF]),
    "openai": ('{"type": "function", "function": {"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}}', [OFF]),
    "list": (f"[{OFF_JSON}, {ON_JSON}]", [OFF, ON]),
    "list in an object": ('{"tool_calls": [{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}]}', [OFF]),
    "fence": ('```json\n{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}\n```', [OFF]),
    "tag": ('<tool_call>\n{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}\n</tool_call>', [OFF]),
    "two tags": (f"<tool_call>{OFF_JSON}</tool_call>\n<tool_call>{ON_JSON}</tool_call>", [OFF, ON]),
    "open tag": ('<tool_call>{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}', [OFF]),
    "marker before a list": ('[TOOL_CALLS] [{"name": "turn_off", "arguments": {"targets": ["Kitchen"]}}]', [OFF]),
    "marker before a name": ('[TOOL_CALLS]turn_off[ARGS]{"targets": ["Kitchen"]}', [OFF]),
    "marker before name and braces": ('[TOOL_CALLS]turn_off{"targets": ["Kitchen"]}', [OFF]),
    "python tag": ('<|python_tag|>{"name": "turn_off", "parameters": {"targets": ["Kitchen"]}}', [OFF]),
    "function tag": ('<function=turn_off>{"targets": ["Kitchen"]}</function>', [OFF]),
    "parameter tags": (
        '<tool_call><function=turn_off>\n<parameter=targets>\n["Kitchen"]\n</parameter>\n</function></tool_call>',
        [OFF],
    ),
    "parameter tags with text": (
        "<function=set_light><parameter=targets>Kitchen</parameter><parameter=color>red</parameter></function>",
        [("set_light", {"targets": "Kitchen", "color": "red"})],
    ),
    "python": ('turn_off(targets=["Kitchen"])', [OFF]),
    "python in a list": ('[turn_off(targets=["Kitchen"]), turn_on(targets=["Hallway light"])]', [OFF, ON]),
    "python in a fence": ('```tool_code\nprint(turn_off(targets=["Kitchen"]))\n```', [OFF]),
    "python with one value": ('turn_off("Kitchen")', [("turn_off", {"targets": "Kitchen"})]),
    "python with a dict": ('turn_off({"targets": ["Kitchen"]})', [OFF]),
    "python with braces": ('functions.turn_off({"targets": ["Kitchen"],})', [OFF]),
    "python without quotes": ("turn_off(targets=[Kitchen])", [("turn_off", "targets=[Kitchen]")]),
    "python that is none": ("turn_off(the kitchen)", [("turn_off", "the kitchen")]),
    "single quotes": ("{'name': 'turn_off', 'arguments': {'targets': ['Kitchen']}}", [OFF]),
    "other spelling": ('{"name": "functions.TurnOff", "arguments": {"targets": ["Kitchen"]}}', [OFF]),
    "unknown tool": (
        '{"name": "switch_off", "arguments": {"targets": ["Kitchen"]}}',
        [("switch_off", {"targets": ["Kitchen"]})],
    ),
    "python with a method": ('<|python_tag|>turn_off.call(targets=["Kitchen"])', [OFF]),
    "name before the object": ('turn_off\n{"targets": ["Kitchen"]}', [OFF]),
    "name and colon": ('turn_off: {"targets": ["Kitchen"]}', [OFF]),
    "name in a tag": ('<tool_call>turn_off\n{"targets": ["Kitchen"]}</tool_call>', [OFF]),
    "thought and action": ('Action: turn_off\nAction Input: {"targets": ["Kitchen"]}', [OFF]),
    "arrows": ('>>>turn_off\n{"targets": ["Kitchen"]}', [OFF]),
    "channels": (
        '<|channel|>commentary to=functions.turn_off <|constrain|>json<|message|>{"targets": ["Kitchen"]}<|call|>',
        [OFF],
    ),
    "bars": (
        (
            "<\uff5ccalls begin\uff5c>call<\uff5csep\uff5c>turn_off\n"
            '```json\n{"targets": ["Kitchen"]}\n```<\uff5ccalls end\uff5c>'
        ),
        [OFF],
    ),
    "keys and values": (
        '<tool_call>turn_off\n<arg_key>targets</arg_key>\n<arg_value>["Kitchen"]</arg_value>\n</tool_call>',
        [OFF],
    ),
    "invoke": (
        '<function_calls><invoke name="turn_off"><parameter name="targets">["Kitchen"]</parameter></invoke>',
        [OFF],
    ),
    "function tag with a name": ('<function name="turn_off">{"targets": ["Kitchen"]}</function>', [OFF]),
    "tags of its own": ('<turn_off><targets>["Kitchen"]</targets></turn_off>', [OFF]),
    "name as key of a list": ('{"turn_off": ["Kitchen"]}', [OFF]),
    "intent": ('{"intent": "turn_off", "targets": ["Kitchen"]}', [OFF]),
    "a service": (
        '{"service": "light.turn_off", "target": {"entity_id": "light.a"}}',
        [("turn_off", {"target": {"entity_id": "light.a"}})],
    ),
    "Home Assistant's name": ('HassTurnOff(name="Kitchen")', [("turn_off", {"name": "Kitchen"})]),
    "a name by experience": ('open_cover(name="Blinds")', [("open_cover", {"name": "Blinds"})]),
    "broken": (
        '{"name": "turn_off", "arguments": {"targets": ["Kitchen"',
        [("turn_off", '"arguments": {"targets": ["Kitchen"')],
    ),
    "text around it": (
        'Sure, I will do that: {"name": "turn_off", "arguments": {"targets": ["Kitchen"]}} Anything else?',
        [OFF],
    ),
    "braces in a name": (
        '{"name": "turn_on", "arguments": {"targets": ["a } b"]}}',
        [("turn_on", {"targets": ["a } b"]})],
    ),
}


@pytest.mark.parametrize(("text", "expected"), PRINTED.values(), ids=PRINTED)
def test_a_printed_call_is_found_and_taken_out_of_the_text(text: str, expected: list[tuple[str, Any]]) -> None:
    """All calls, in order, with the arguments as an object where there is one."""
    printed = find_printed_calls(text, TOOLS)
    assert [(call.name, call.arguments) for call in printed.calls] == expected
    assert not set('{}<>`"') & set(printed.text)
    assert "turn_off" not in printed.text


@pytest.mark.parametrize("text", [case[0] for case in PRINTED.values()], ids=PRINTED)
def test_a_printed_call_is_seen_coming(text: str) -> None:
    """Nothing of a text is spoken once it shows signs of a call."""
    assert may_hold_call(text)


SPOKEN = {
    "plain": "The kitchen light is on.",
    "brackets": "The office (upstairs) is warm.",
    "function of other things": "Water boils at 100 degrees (at sea level).",
    "square brackets": "It says [on] there.",
    "json of other things": 'The answer is {"temperature": 21}.',
    "the name of a tool": "I could use turn_off for that.",
    "a list": "The values are [1, 2, 3].",
    "the name of a tool and other things": 'I called turn_off, and the answer was {"temperature": 21}.',
    "play": "They play (and sing) {loudly}.",
    "a stray brace": "A } and a { and a (.",
    "an apostrophe": "It's the kitchen's light, isn't it? (Yes.)",
}


@pytest.mark.parametrize("text", SPOKEN.values(), ids=SPOKEN)
def test_other_text_stays_as_it_is(text: str) -> None:
    """Brackets alone make no call."""
    assert find_printed_calls(text, TOOLS) == ((), text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ('{"action": "make the kitchen pretty"}', ""),
        ('```json\n{"thought": "hm"}\n```', ""),
        ('[{"x": 1}]', ""),
        ('{"answer": "It is on."}', "It is on."),
        ('{"response": " It is on. ", "confidence": 1}', "It is on."),
        ("[laughs] It is on.", "[laughs] It is on."),
        ("", ""),
    ],
)
def test_json_is_not_spoken(text: str, rest: str) -> None:
    """Where a reply is all JSON, only an answer inside it is meant for the ear."""
    assert find_printed_calls(text, TOOLS) == ((), rest)


def test_a_surrounding_text_is_kept() -> None:
    """The words around a call are given back without it."""
    text = 'Yes.\n<tool_call>{"name": "turn_off", "arguments": {}}</tool_call>\nBye.'
    assert find_printed_calls(text, TOOLS).text.split() == ["Yes.", "Bye."]


@pytest.mark.parametrize("text", ["The kitchen light is on.", "It is 20 degrees (or so).", "Yes, it is: on."])
def test_an_answer_shows_no_signs_of_a_call(text: str) -> None:
    """It can be spoken while it streams."""
    assert not may_hold_call(text)
