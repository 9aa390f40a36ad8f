"""Turns as models make them: what is said, what the model answers, what is heard, and which lights are on then."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from demo.ollama import Call, Reply
from tests.talking_house import call, calls, says

OFF = "The kitchen lights are off."
COMMAND = "turn off the kitchen lights"
QUESTION = "is the counter light on"
TURN_OFF = call("turn_off", "Kitchen", kind="light")
OFF_JSON = '{"name": "turn_off", "arguments": {"targets": ["Kitchen"], "kind": "light"}}'
NOT_UNDERSTOOD = "Sorry, I did not understand that."
NOT_DONE = "claim_unproven"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is said, what the model answers in its passes, what is heard, and which lights are on afterwards."""

    say: str
    model: Sequence[Reply]
    hear: str
    on: Sequence[str] = ("Kitchen ceiling light", "Counter light")
    error: str | None = None
    asks: bool = False
    language: str = "en"
    tools: Sequence[str] = field(default=())


HONEST = {
    "a command is one pass": Case(say=COMMAND, model=[calls(TURN_OFF)], hear=OFF, on=[], tools=["turn_off"]),
    "several calls are one pass": Case(
        say="turn off the kitchen lights and set the thermostat to twenty degrees",
        model=[calls(TURN_OFF, call("set_climate", "Thermostat", temperature=20))],
        hear="The kitchen lights are off and the thermostat is set to 20 degrees.",
        on=[],
        tools=["turn_off", "set_climate"],
    ),
    "calls of an older server": Case(
        say=COMMAND, model=[Reply(tool_calls=(TURN_OFF,), style="rendered")], hear=OFF, on=[]
    ),
    "calls at the very end": Case(say=COMMAND, model=[Reply(tool_calls=(TURN_OFF,), style="native")], hear=OFF, on=[]),
    "words beside a call are not spoken": Case(
        say=COMMAND,
        model=[calls(TURN_OFF, content="Sure, let me turn off the lights in the kitchen for you.")],
        hear=OFF,
        on=[],
    ),
    "filler before a look at the states is not spoken": Case(
        say=QUESTION,
        model=[calls(call("get_state", "Counter light"), content="Let me check. "), says("Yes, it is on.")],
        hear="Yes, it is on.",
        tools=["get_state"],
    ),
    "an answer in the model's words": Case(
        say=QUESTION, model=[says("Yes, the counter light is on.")], hear="Yes, the counter light is on."
    ),
    "a long answer": Case(
        say="why is the sky blue",
        model=[says("Because air scatters blue light more than red light. It does so everywhere! Nice, isn't it?")],
        hear="Because air scatters blue light more than red light. It does so everywhere! Nice, isn't it?",
        asks=True,
    ),
    "a device that does not answer": Case(
        say="turn on the hallway light",
        model=[calls(call("turn_on", "Hallway light"))],
        hear="The hallway light did not respond.",
        error="failed_to_handle",
    ),
    "what is not there": Case(
        say="turn on the garage light",
        model=[calls(call("turn_on", "garage light"))],
        hear="There is no light called garage light.",
        error="failed_to_handle",
    ),
    "what is not exposed": Case(
        say="turn on the attic light",
        model=[calls(call("turn_on", "Attic light"))],
        hear="There is no light called attic light.",
        error="failed_to_handle",
    ),
    "a question back": Case(
        say="turn off the lamp", model=[says("Which lamp do you mean?")], hear="Which lamp do you mean?", asks=True
    ),
    "a refusal": Case(say="turn off the sun", model=[says("I cannot do that.")], hear="I cannot do that."),
    "a deed and an answer": Case(
        say="turn off the kitchen lights and tell me how warm the bedroom is",
        model=[
            calls(TURN_OFF, call("get_state", "Bedroom temperature")),
            says("I turned off the lights. The bedroom temperature is 21.5 degrees."),
        ],
        hear=f"{OFF} The bedroom temperature is 21.5 degrees.",
        on=[],
    ),
    "a deed and no answer": Case(
        say="turn off the kitchen lights and tell me how warm the bedroom is",
        model=[calls(TURN_OFF, call("get_state", "Bedroom temperature")), says("Done!")],
        hear=OFF,
        on=[],
    ),
    "a deed on a condition": Case(
        say="turn off the kitchen lights if the bedside lamp is off",
        model=[calls(call("get_state", "Bedside lamp")), calls(TURN_OFF)],
        hear=OFF,
        on=[],
        tools=["get_state", "turn_off"],
    ),
    "a language without templates": Case(
        say="sammuta keittiön valot",
        language="fi",
        model=[calls(TURN_OFF), says("Keittiön valot ovat pois päältä.")],
        hear="Keittiön valot ovat pois päältä.",
        on=[],
    ),
}

LIES = {
    "twice": Case(
        say=COMMAND,
        model=[says("I've turned off the kitchen lights."), says("I have turned off the kitchen lights.")],
        hear="Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "once, then a call": Case(say=COMMAND, model=[says("Done!"), calls(TURN_OFF)], hear=OFF, on=[]),
    "once, then the truth": Case(
        say=COMMAND,
        model=[says("The kitchen lights are now off."), says("I could not turn them off.")],
        hear="I could not turn them off.",
    ),
    "after a true sentence": Case(
        say=COMMAND,
        model=[says("You have two kitchen lights. Both are off."), says("They are off.")],
        hear="Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "in answer to a question": Case(
        say=QUESTION, model=[says("No, but I turned it on for you."), says("Yes, it is on.")], hear="Yes, it is on."
    ),
    "at the beginning of a long answer": Case(
        say="why is the sky blue",
        model=[
            says("Air scatters blue light more than it scatters red light. I have turned off the lights. And so on."),
            says("Air scatters it."),
        ],
        hear="Air scatters it.",
    ),
    "in the middle of a long answer": Case(
        say="why is the sky blue",
        model=[
            says("Because air scatters blue light more than it scatters red light. I turned off the lights. And so on.")
        ],
        hear="Because air scatters blue light more than it scatters red light. Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "late in the answer to a question": Case(
        say="why is the sky blue",
        model=[says("Because air scatters blue light more than it scatters red light. I have turned off the lights.")],
        hear="Because air scatters blue light more than it scatters red light. Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "in markup": Case(
        say=COMMAND,
        model=[says("**Done!** ✅"), says("*I have* turned off the **kitchen lights**.")],
        hear="Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "a promise": Case(
        say=COMMAND,
        model=[says("I'll turn off the kitchen lights."), says("Turning off the kitchen lights now.")],
        hear="Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
    "a failed call that is called done": Case(
        say="turn on the kitchn moon",
        model=[calls(Call("fly", {"targets": ["Kitchen"]})), says("I turned on the kitchen moon."), says("Done.")],
        hear="Sorry, nothing was changed.",
        error="failed_to_handle",
    ),
}

PRINTED = {
    "json": OFF_JSON,
    "fence": f"```json\n{OFF_JSON}\n```",
    "tag": f"<tool_call>\n{OFF_JSON}\n</tool_call>",
    "marker": f"[TOOL_CALLS] [{OFF_JSON}]",
    "python": 'turn_off(targets=["Kitchen"], kind="light")',
    "text around it": f"Sure! Turning off the lights.\n{OFF_JSON}\nDone!",
    "thinking before it": f"<think>They want {{dark}}.</think>{OFF_JSON}",
}

THINKING = {
    "in tags": Case(
        say=QUESTION, model=[says("<think>Is it? Yes, it is on.</think>Yes, it is on.")], hear="Yes, it is on."
    ),
    "in tags cut by chunks": Case(
        say=QUESTION,
        model=[Reply(chunks=("<th", "ink>Hm. ", "Yes.</", "think>Yes", ", it is on."))],
        hear="Yes, it is on.",
    ),
    "opened in the prompt": Case(
        say=QUESTION, model=[says("Is it? Yes.</think>Yes, it is on.")], hear="Yes, it is on."
    ),
    "in its own field": Case(
        say=QUESTION, model=[says("Yes, it is on.", thinking="Is it? Yes.")], hear="Yes, it is on."
    ),
    "before a call": Case(say=COMMAND, model=[calls(TURN_OFF, content="<think>Off.</think>")], hear=OFF, on=[]),
}

FOR_THE_EAR = {
    "markup": Case(
        say=QUESTION, model=[says("Yes, the **counter light** is `on`. 👍")], hear="Yes, the counter light is on."
    ),
    "list": Case(
        say="what is on",
        model=[says("On are:\n- Counter light\n- Kitchen ceiling light")],
        hear="On are: Counter light. Kitchen ceiling light",
    ),
    "entity id": Case(say=QUESTION, model=[says("light.counter_light is on.")], hear="Counter light is on."),
    "link": Case(say=QUESTION, model=[says("Yes, see [here](http://example.org).")], hear="Yes, see here."),
    "braces that are no call": Case(say=QUESTION, model=[says('It is {"on": true}.')], hear='It is {"on": true}.'),
    "a sentence cut short": Case(
        say="why is the sky blue",
        model=[says("Because air scatters blue light. It does so more than it", done_reason="length")],
        hear="Because air scatters blue light.",
    ),
}

QUESTIONS = {
    "that switch, then answer": Case(
        say=QUESTION, model=[calls(call("turn_off", "Counter light")), says("Yes, it is on.")], hear="Yes, it is on."
    ),
    "that switch, then claim": Case(
        say=QUESTION,
        model=[calls(call("turn_off", "Counter light")), says("I turned it off."), says("Yes, it is on.")],
        hear="Yes, it is on.",
    ),
    "that keep switching": Case(
        say=QUESTION,
        model=[calls(call("turn_off", "Counter light"))] * 2,
        hear="Sorry, I could not finish that.",
        error="failed_to_handle",
    ),
}

MENDED = {
    "a tool that is none": Case(
        say=COMMAND, model=[calls(Call("fly", {"to": "moon"})), calls(TURN_OFF)], hear=OFF, on=[]
    ),
    "the same mistake twice": Case(
        say=COMMAND,
        model=[calls(Call("fly", {"to": "moon"}))] * 2,
        hear="Sorry, I could not finish that.",
        error="failed_to_handle",
    ),
    "another mistake": Case(
        say=COMMAND,
        model=[calls(Call("fly", {"to": "moon"})), calls(Call("swim", {"to": "mars"}))],
        hear="Sorry, I could not finish that.",
        error="failed_to_handle",
    ),
    "one call of two": Case(
        say="turn off the kitchen lights and set the thermostat to twenty degrees",
        model=[calls(TURN_OFF, Call("fly", {"to": "moon"})), calls(call("set_climate", "Thermostat", temperature=20))],
        hear="The kitchen lights are off and the thermostat is set to 20 degrees.",
        on=[],
    ),
    "one call of two, never": Case(
        say="turn off the kitchen lights and fly to the moon",
        model=[calls(TURN_OFF, Call("fly", {"to": "moon"})), says("I cannot fly.")],
        hear=f"{OFF} I cannot fly.",
        on=[],
    ),
    "one call of two, in silence": Case(
        say="turn off the kitchen lights and fly to the moon",
        model=[calls(TURN_OFF, Call("fly", {"to": "moon"})), says("")],
        hear=OFF,
        on=[],
    ),
}

NONSENSE = {
    "silence": Case(say=COMMAND, model=[says("")], hear=NOT_UNDERSTOOD, error="no_intent_match"),
    "white space": Case(say=QUESTION, model=[says(" \n ")], hear=NOT_UNDERSTOOD, error="no_intent_match"),
    "nothing to say": Case(say=QUESTION, model=[says("👍 ***")], hear=NOT_UNDERSTOOD, error="no_intent_match"),
    "thinking only": Case(say=QUESTION, model=[says("<think>Hm.")], hear=NOT_UNDERSTOOD, error="no_intent_match"),
    "silence after a look at the states": Case(
        say=QUESTION,
        model=[calls(call("get_state", "Counter light")), says("")],
        hear=NOT_UNDERSTOOD,
        error="no_intent_match",
    ),
    "endless looking": Case(
        say=QUESTION,
        model=[calls(call("get_state", "Counter light"))] * 6,
        hear="Sorry, I could not finish that.",
        error="failed_to_handle",
    ),
    "a deed in a language without templates, then silence": Case(
        say="doe de keukenlampen uit", language="fi", model=[calls(TURN_OFF), says("")], hear=OFF, on=[]
    ),
}

BROKEN = "Sorry, the model server broke off its answer."
DYING = {
    "at once": Case(say=COMMAND, model=[says("The", die_after=0)], hear=BROKEN, error="failed_to_handle"),
    "with an error": Case(
        say=COMMAND,
        model=[Reply(status=500, error="out of memory")],
        hear="Sorry, the model server reported an error.",
        error="failed_to_handle",
    ),
    "in the middle": Case(
        say=COMMAND, model=[says("The kitchen lights are", die_after=2)], hear=BROKEN, error="failed_to_handle"
    ),
    "after a call, before its end": Case(
        say=COMMAND,
        model=[Reply(tool_calls=(TURN_OFF,), style="rendered", die_after=1)],
        hear=BROKEN,
        error="failed_to_handle",
    ),
    "after sentences were spoken": Case(
        say="why is the sky blue",
        model=[
            says(
                "Because air scatters blue light more than it scatters red light. It does so all day long.",
                die_after=16,
            )
        ],
        hear=f"Because air scatters blue light more than it scatters red light. {BROKEN}",
        error="failed_to_handle",
    ),
    "after a deed": Case(
        say="doe de keukenlampen uit", language="fi", model=[calls(TURN_OFF), says("De", die_after=1)], hear=OFF, on=[]
    ),
    "after a deed that was told": Case(
        say="turn off the kitchen lights and tell me how warm the bedroom is",
        model=[calls(TURN_OFF, call("get_state", "Bedroom temperature")), says("The", die_after=1)],
        hear=f"{OFF} {BROKEN}",
        on=[],
        error="failed_to_handle",
    ),
}
