"""The stand-in's brain: sentences to calls and answers, in several houses."""

import json
from typing import Any

import pytest

from demo.ollama.rules import respond
from tests.demo.ollama_house import (
    CABIN,
    CABIN_STATES,
    HOUSE,
    MORE_TOOLS,
    STATES,
    TOOLS,
    messages,
    tool,
    words_in_context,
)

_LIST, _TEXT, _NUMBER = {"type": "array"}, {"type": "string"}, {"type": "number"}
FALLBACK = "I am a stand-in for a language model and only know plain commands for this house."

type Calls = list[tuple[str, dict[str, Any]]]


def _calls(sent: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None) -> tuple[str, Calls]:
    """Return what the brain says and calls."""
    reply = respond(sent, TOOLS if tools is None else tools)
    calls: Calls = []
    for call in reply.tool_calls:
        assert isinstance(call.arguments, dict)
        calls.append((call.name, call.arguments))
    return reply.content, calls


def _off(*targets: str, **more: str) -> tuple[str, dict[str, Any]]:
    return "turn_off", {"targets": list(targets), **more}


def _on(*targets: str, **more: str) -> tuple[str, dict[str, Any]]:
    return "turn_on", {"targets": list(targets), **more}


def _light(*targets: str, **more: object) -> tuple[str, dict[str, Any]]:
    return "set_light", {"targets": list(targets), **more}


def _climate(*targets: str, **more: object) -> tuple[str, dict[str, Any]]:
    return "set_climate", {"targets": list(targets), **more}


def _cover(*targets: str, **more: object) -> tuple[str, dict[str, Any]]:
    return "set_cover", {"targets": list(targets), **more}


COMMANDS: list[tuple[str, Calls]] = [
    (
        "turn off the kitchen lights and set the thermostat to twenty degrees",
        [_off("Kitchen", kind="light"), _climate("Thermostat", temperature=20)],
    ),
    ("set the living room lamp to thirty percent", [_light("Living room lamp", brightness=30)]),
    ("turn on all the lights upstairs", [_on("Upstairs", kind="light")]),
    ("close the blinds in the bedroom", [_cover("Bedroom blinds", action="close")]),
    ("turn off the lamp in the office", [_off("Office lamp")]),
    ("set the bedroom lights to red", [_light("Bedroom", color="red")]),
    ("Please turn the TV on.", [_on("Television")]),
    ("could you switch the coffee maker off, please?", [_off("Coffee machine")]),
    ("Dim the bedside lamp to 10%", [_light("Bedside lamp", brightness=10)]),
    ("make the office lamp warm white", [_light("Office lamp", color_temp="warm white")]),
    ("set the desk lamp to 2700 K", [_light("Office lamp", color_temp="2700 K")]),
    ("please turn the living room lamp light blue", [_light("Living room lamp", color="lightblue")]),
    ("turn on the night light at twenty-five percent in blue", [_light("Bedside lamp", brightness=25, color="blue")]),
    (
        "set the bedroom ceiling light and the bedside lamp to 15%",
        [_light("Bedroom ceiling light", "Bedside lamp", brightness=15)],
    ),
    (
        "set the kitchen ceiling light to fifty percent and the counter light to 20 percent",
        [_light("Kitchen ceiling light", brightness=50), _light("Counter light", brightness=20)],
    ),
    (
        "turn on the worktop light and set it to forty percent",
        [_on("Counter light"), _light("Counter light", brightness=40)],
    ),
    ("brighten the counter light", [_light("Counter light", brightness=60)]),
    ("make the counter light darker", [_light("Counter light", brightness=20)]),
    ("turn the counter light up by 10 percent", [_light("Counter light", brightness=50)]),
    ("counter light to full brightness", [_light("Counter light", brightness=100)]),
    ("kitchen lights off", [_off("Kitchen", kind="light")]),
    ("lights off in the kitchen", [_off("Kitchen", kind="light")]),
    ("turn on the lights", [_on("Kitchen", kind="light")]),
    ("turn on the light in the hallway", [_on("Hallway light")]),
    ("turn on the kitchen and bedroom lights", [_on("Kitchen", "Bedroom", kind="light")]),
    (
        "turn on the lights in the kitchen, the bedroom and the office",
        [_on("Kitchen", "Bedroom", "Office", kind="light")],
    ),
    ("turn off all the lights", [_off("Downstairs", "Upstairs", kind="light")]),
    ("turn everything off in the office", [_off("Office")]),
    ("turn off everything", [_off("Downstairs", "Upstairs")]),
    ("switch off the tv, the printer and the counter light", [_off("Television", "Printer", "Counter light")]),
    (
        "set the heating to heat and twenty one point five degrees",
        [_climate("Thermostat", temperature=21.5, mode="heat")],
    ),
    ("turn the thermostat down to eighteen", [_climate("Thermostat", temperature=18)]),
    ("turn the heating down by two degrees", [_climate("Thermostat", temperature=18)]),
    ("make it warmer", [_climate("Thermostat", temperature=21)]),
    ("set the temperature to 22 and a half degrees", [_climate("Thermostat", temperature=22.5)]),
    ("set the thermostat to off", [_off("Thermostat")]),
    ("set the heating in the office to 20", [_climate("Thermostat", temperature=20)]),
    ("open the curtains halfway", [_cover("Living room curtains", position=50)]),
    ("stop the curtains", [_cover("Living room curtains", action="stop")]),
    ("lower the bedroom blinds", [_cover("Bedroom blinds", action="close")]),
    ("close all the blinds", [_cover("Bedroom blinds", "Office blinds", action="close")]),
    (
        "open the bedroom blinds to 40 percent and turn off the fan in the office",
        [_cover("Bedroom blinds", position=40), _off("Office fan")],
    ),
    ("put the fan on in the office", [_on("Office fan")]),
    ("movie night", [_on("Movie night")]),
    ("activate movie night", [_on("Movie night")]),
    ("turn on the garage light", [_on("garage light")]),
    ("turn off the radio", [_off("radio")]),
]


@pytest.mark.parametrize(("words", "calls"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_commands(words: str, calls: Calls) -> None:
    """A command becomes calls, all of them in one reply and without a word."""
    assert _calls(messages(words)) == ("", calls)


QUESTIONS = [
    ("what is the temperature in the bedroom", "The temperature in the bedroom is 21.5 degrees."),
    ("how warm is it in the kitchen", "The temperature in the kitchen is 22 degrees."),
    ("What's the temperature?", "The temperature in the kitchen is 22 degrees."),
    ("what is the kitchen humidity", "The kitchen humidity is 45 percent."),
    ("how humid is it in the kitchen", "The humidity in the kitchen is 45 percent."),
    ("how cold is it outside", "The outdoor temperature is 8 degrees."),
    ("how warm is it in the hallway", "The temperature in the hallway is 19.5 degrees."),
    ("what is the thermostat set to", "The thermostat is set to 20 degrees."),
    ("is the front door open", "No, the front door is closed."),
    ("Is the kitchen window open?", "Yes, the kitchen window is open."),
    ("is the front door locked", "Yes, the front door lock is locked."),
    ("are any windows open", "Yes, the kitchen window is open."),
    ("are all the windows closed", "No, the kitchen window is open."),
    ("which windows are open", "The kitchen window is open."),
    ("how many windows are open", "1 of them is open."),
    ("is the coffee machine on", "No, the coffee machine is off."),
    ("is the tv off", "Yes, the television is off."),
    ("are the kitchen lights on", "Yes, the kitchen lights are on."),
    ("are the lights upstairs on", "No, only the office lamp is on."),
    ("is anything on in the bedroom", "No, none of them is on."),
    ("which lights are on", "The counter light, the kitchen ceiling light and the office lamp are on."),
    ("what is open", "The kitchen window, the living room curtains and the bedroom blinds are open."),
    ("which blinds are closed", "The office blinds are closed."),
    ("did I leave the coffee machine on", "No, the coffee machine is off."),
    ("can you tell me if the printer is on?", "No, the printer is off."),
    ("how bright is the office lamp", "The office lamp is at 100 percent."),
    ("what's the state of the bedroom blinds", "The bedroom blinds are open."),
    ("what time is it", "It is 14:05."),
    ("what day is it today", "It is Sunday 22 November 2026."),
    ("turn on the lamp", "Which lamp do you mean, the living room lamp, the bedside lamp or the office lamp?"),
    ("set the living room fan to 50 percent", "I have no tool for that."),
    ("lock the front door", "I have no tool for that."),
    ("turn off the printer and lock the front door", "I have no tool for that."),
    ("are all the lights off", "No, the counter light, the kitchen ceiling light and the office lamp are on."),
    ("tell me a joke", FALLBACK),
    ("are you a language model", FALLBACK),
    ("what is the weather like", FALLBACK),
    ("good night", FALLBACK),
    ("turn off the lights in 5 minutes", FALLBACK),
    ("turn it off", FALLBACK),
    ("", FALLBACK),
]


@pytest.mark.parametrize(("words", "answer"), QUESTIONS, ids=[words or "no words" for words, _ in QUESTIONS])
def test_questions(words: str, answer: str) -> None:
    """A question is answered out of the context, in a sentence, and calls nothing."""
    assert _calls(messages(words)) == (answer, [])


CABIN_CASES: list[tuple[str, str, Calls]] = [
    ("turn on the lamp in the Stübchen", "", [_on("Stübchen / Lamp")]),
    ("turn off the attic lamp", "", [_off("Loft / Lamp")]),
    ("turn off the washer and dryer and the attic lamp", "", [_off("Washer and dryer", "Loft / Lamp")]),
    ("turn on speaker two", "", [_on("Speaker 2")]),
    ("close the skylight", "", [_cover("Skylight", action="close")]),
    ("turn off everything", "", [_off("Loft", "Stübchen")]),
    ("set the stove to 19 degrees", "", [_climate("Stove", temperature=19)]),
    ("turn on the lamp", "Which lamp do you mean, the one in the loft or the one in the stübchen?", []),
    ("turn on the lights", "", [_on("lights")]),
    ("is the lamp in the loft on", "Yes, the lamp is on.", []),
    ("how warm is it", "The temperature in the stübchen is 15 degrees.", []),
    ("how humid is it", "The humidity in the stübchen is 61.5 percent.", []),
]


@pytest.mark.parametrize(("words", "answer", "calls"), CABIN_CASES, ids=[words for words, _, _ in CABIN_CASES])
def test_another_house(words: str, answer: str, calls: Calls) -> None:
    """Nothing is known but what the prompt tells: other names, no floors, no speaker."""
    content = words_in_context(words, states=CABIN_STATES, speaker=None)
    sent = [{"role": "system", "content": CABIN}, {"role": "user", "content": content}]
    assert _calls(sent) == (answer, calls)


def test_no_house() -> None:
    """Without a catalogue nothing can be done."""
    assert _calls([{"role": "user", "content": "hello"}], []) == (FALLBACK, [])


def test_offered_tools() -> None:
    """Calls are made of the tools and arguments that are offered, whatever they are."""
    both = "lock the front door and set the office fan to 40 percent and make the office lamp warm white"
    assert _calls(messages(both), MORE_TOOLS)[1] == [
        ("lock", {"targets": ["Front door lock"], "action": "lock"}),
        ("set_fan", {"targets": ["Office fan"], "speed": 40}),
        ("set_light", {"targets": ["Office lamp"], "color_temp": 2700}),
    ]
    assert _calls(messages("turn on the tv"), []) == ("I have no tool for that.", [])


def test_folded_tools() -> None:
    """Lights and fans may be set by turn_on, and a kind may be a word of the target."""
    folded = [
        tool("turn_on", targets=_LIST, brightness=_NUMBER, color=_TEXT, speed=_NUMBER),
        tool("turn_off", targets=_LIST),
        tool("get_state", targets=_LIST),
    ]
    said = "turn off the kitchen lights and set the office fan to 40 percent and make the office lamp warm white"
    assert _calls(messages(said), folded)[1] == [
        ("turn_off", {"targets": ["Kitchen lights"]}),
        ("turn_on", {"targets": ["Office fan"], "speed": 40}),
        ("turn_on", {"targets": ["Office lamp"], "color": "warm white"}),
    ]
    asked = _calls(messages("which lights are on upstairs", states="Front door: closed"), folded)
    assert asked[1] == [("get_state", {"targets": ["Upstairs lights"]})]


@pytest.mark.parametrize(
    ("words", "states", "calls"),
    [
        pytest.param("is the printer on", "Front door: closed", [("get_state", {"targets": ["Printer"]})], id="entity"),
        pytest.param(
            "which lights are on upstairs",
            "Front door: closed",
            [("get_state", {"targets": ["Upstairs"], "kind": "light"})],
            id="kind in a place",
        ),
        pytest.param(
            "how warm is it in the bedroom",
            "Front door: closed",
            [("get_state", {"targets": ["Bedroom temperature"]})],
            id="measure",
        ),
    ],
)
def test_missing_states(words: str, states: str, calls: Calls) -> None:
    """States that the context lacks are asked for, and only they."""
    assert _calls(messages(words, states=states)) == ("", calls)
    assert _calls(messages(words, states=states), []) == ("Sorry, I do not know that.", [])


def _after(words: str, *results: object, states: str = STATES) -> list[dict[str, Any]]:
    """Return the messages of a second pass."""
    call = {"id": "1", "function": {"name": "get_state", "arguments": {"targets": ["x"]}}}
    told = [
        {"role": "tool", "tool_name": "get_state", "content": one if isinstance(one, str) else json.dumps(one)}
        for one in results
    ]
    return [*messages(words, states=states), {"role": "assistant", "content": "", "tool_calls": [call]}, *told]


RESULTS: list[tuple[str, object, str]] = [
    ("is the printer on", {"states": ["Printer: on"]}, "Yes, the printer is on."),
    ("is the printer on", {"Printer": "on"}, "Yes, the printer is on."),
    ("is the printer on", [{"name": "Printer", "state": "on"}], "Yes, the printer is on."),
    ("is the printer on", "Printer: off", "No, the printer is off."),
    ("is the printer on", {"states": []}, "Sorry, I do not know that."),
    ("what is the outdoor temperature", ["Outdoor temperature: 9 °C"], "The outdoor temperature is 9 degrees."),
    ("turn on the printer", {"ok": True, "states": ["Printer: on"]}, "The printer is on."),
    ("turn on the printer", {"ok": True}, "Done."),
    ("turn on the shed light", {"error": 'The list has no "shed light".'}, "I could not find any shed light."),
    ("turn on the printer", {"error": "It is locked. Ask why."}, "That did not work: It is locked."),
]


@pytest.mark.parametrize(("words", "result", "answer"), RESULTS)
def test_results(words: str, result: object, answer: str) -> None:
    """After the tools' results comes one sentence about them."""
    assert _calls(_after(words, result, states="Front door: closed")) == (answer, [])


def test_it() -> None:
    """A pronoun is what the last call was about."""
    call = {"id": "1", "function": {"name": "turn_on", "arguments": {"targets": ["Bedside lamp"]}}}
    sent: list[dict[str, Any]] = [
        {"role": "system", "content": HOUSE},
        {"role": "user", "content": "turn on the bedside lamp"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_name": "turn_on", "content": '{"ok":true}'},
        {"role": "assistant", "content": "The bedside lamp is on."},
        {"role": "user", "content": words_in_context("set it to 30 percent")},
    ]
    assert _calls(sent) == ("", [_light("Bedside lamp", brightness=30)])


def test_reminder() -> None:
    """A reminder without a context after the utterance is about that utterance."""
    sent = [
        *messages("turn on the tv"),
        {"role": "assistant", "content": "The television is on."},
        {"role": "user", "content": "No tool was called, so nothing was done."},
    ]
    assert _calls(sent) == ("", [_on("Television")])


@pytest.mark.parametrize(
    "system",
    [
        "House:\nDownstairs:\n Kitchen: 12 light, 3 switch\nUpstairs:\n Office: 1 light\nNo area: 2 todo",
        "House:\nDownstairs:\n Kitchen: 3 sensor\n  switch\n   Oven\nUpstairs:\n Office: 1 sensor",
        "House:\nDownstairs: Kitchen, Hallway\nUpstairs: Office\nIn all: 13 light, 3 switch",
    ],
    ids=["counts", "what can be acted upon", "places"],
)
def test_counts_instead_of_names(system: str) -> None:
    """Where the catalogue only counts, the names come from the context."""
    content = words_in_context("turn off the kitchen counter light", states="Kitchen counter light: on")
    sent = [{"role": "system", "content": system}, {"role": "user", "content": content}]
    assert _calls(sent) == ("", [_off("Kitchen counter light")])


def test_prefill() -> None:
    """A prefill, whose context is not closed yet, has no words to answer."""
    content = words_in_context("").removesuffix("\n</context>\n")
    sent = [{"role": "system", "content": HOUSE}, {"role": "user", "content": content}]
    assert _calls(sent) == (FALLBACK, [])


def test_same_again() -> None:
    """The same request has the same answer, word for word."""
    assert respond(messages("close the blinds"), TOOLS) == respond(messages("close the blinds"), TOOLS)
