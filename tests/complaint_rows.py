"""The complaints of users about voice agents, and conversations that would bring each about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demo.ollama import Call, Reply
from tests.talking_house import call, calls, says

OFF = "turn off the kitchen lights"
KITCHEN = {"Kitchen ceiling light": "off", "Counter light": "off"}
DONE = "The kitchen lights are off."
NOTHING = "Sorry, nothing was changed."
WHICH = "Which light do you mean, the hallway light, the counter light, the kitchen ceiling light or the bedside lamp?"
TURN_OFF = call("turn_off", "Kitchen lights")
PRINTED = '{"name": "turn_off", "arguments": {"targets": ["Kitchen lights"]}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One conversation: what is said, what the model answers, and what must come of it.

    `changes` are the states at the end of all that is then otherwise than before. `hears` is the last reply. `passes`
    is how often the model was asked, None if that is all the same. `room` is where the speaker is.
    """

    say: str | Sequence[str]
    model: Sequence[Reply] = ()
    hears: str
    changes: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    passes: int | None = None
    room: str | None = None
    local: bool = False


TABLE: Mapping[str, Mapping[str, Row]] = {
    "it says that it is done, and nothing was done": {
        "a claim": Row(say=OFF, model=[says("I have turned off the kitchen lights.")] * 2, hears=NOTHING, passes=2),
        "a claim beside a question": Row(
            say=OFF, model=[says("Done! Shall I turn on the bedside lamp?")] * 2, hears=NOTHING
        ),
        "a claim that is made good": Row(
            say=OFF, model=[says("The lights are off now."), calls(TURN_OFF)], changes=KITCHEN, hears=DONE, passes=2
        ),
        "a device that does not obey": Row(
            say="turn on the hallway light",
            model=[calls(call("turn_on", "Hallway light"))],
            hears="The hallway light did not respond.",
        ),
        "a deed of which half was done": Row(
            say="turn on the hallway light and the bedside lamp",
            model=[calls(call("turn_on", "Hallway light", "Bedside lamp"))],
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on, but the hallway light did not respond.",
        ),
        "a tool that does not exist": Row(
            say="order a pizza",
            model=[calls(Call("order_pizza", {})), *[says("I have ordered a pizza.")] * 2],
            hears=NOTHING,
        ),
    },
    "a tool call is read out as text": {
        "JSON": Row(say=OFF, model=[says(PRINTED)], changes=KITCHEN, hears=DONE, passes=1),
        "fenced JSON": Row(say=OFF, model=[says(f"```json\n{PRINTED}\n```")], changes=KITCHEN, hears=DONE, passes=1),
        "tags": Row(say=OFF, model=[says(f"<tool_call>{PRINTED}</tool_call>")], changes=KITCHEN, hears=DONE, passes=1),
        "Python": Row(
            say=OFF, model=[says('turn_off(targets=["Kitchen lights"])')], changes=KITCHEN, hears=DONE, passes=1
        ),
    },
    "it acts where it was only asked": {
        "is it on": Row(
            say="is the bedside lamp on?",
            model=[calls(call("turn_on", "Bedside lamp")), says("No, the bedside lamp is off.")],
            hears="No, the bedside lamp is off.",
        ),
        "is it off": Row(
            say="is the counter light off?",
            model=[calls(call("turn_off", "Counter light")), *[says("Yes, the counter light is off.")] * 2],
            hears="The counter light is on.",
        ),
        "without the model": Row(
            say="is the bedside lamp on?", local=True, hears="No, the bedside lamp is off.", passes=0
        ),
    },
    "an unknown room means the whole house": {
        "the model takes all": Row(
            say="turn off the lights in the cellar",
            model=[calls(call("turn_off", "all"))] * 2,
            hears="I could not find a cellar.",
        ),
        "the model takes every room": Row(
            say="turn off the lights in the cellar",
            model=[calls(call("turn_off", "Kitchen", "Bedroom", "Hallway"))] * 2,
            hears="I could not find a cellar.",
        ),
        "the model takes another room": Row(
            say="turn on the lights in the bedroom",
            model=[calls(call("turn_on", "Hallway lights")), calls(call("turn_on", "Bedroom lights"))],
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on.",
        ),
    },
    "the wrong one of several of a name": {
        "none is guessed": Row(
            say="turn off the light",
            model=[calls(call("turn_off", "light"))],
            hears=WHICH,
            asks=True,
        ),
        "the answer finishes it": Row(
            say=["turn off the light", "the counter light"],
            model=[calls(call("turn_off", "light"))],
            changes={"Counter light": "off"},
            hears="The counter light is off.",
        ),
        "the speaker's room tells": Row(
            say="turn on the lamp",
            model=[calls(call("turn_on", "lamp"))],
            room="Bedroom",
            changes={"Bedside lamp": "on"},
            hears="The bedside lamp is on.",
        ),
    },
    "a room's lights take the coffee machine along": {
        "the room alone": Row(
            say=["turn on the coffee machine", OFF],
            model=[calls(call("turn_on", "Coffee machine")), calls(call("turn_off", "Kitchen"))],
            changes={**KITCHEN, "Coffee machine": "on"},
            hears=DONE,
        ),
        "named by the model": Row(
            say=["turn on the coffee machine", OFF],
            model=[
                calls(call("turn_on", "Coffee machine")),
                calls(TURN_OFF, call("turn_off", "Coffee machine")),
                says(""),
            ],
            changes={**KITCHEN, "Coffee machine": "on"},
            hears=DONE,
        ),
    },
    "its thinking is spoken": {
        "in tags": Row(
            say="why is the sky blue",
            model=[says("<think>The user asks about the sky.</think>Because of the air.")],
            hears="Because of the air.",
        ),
        "in tags that never open": Row(
            say="why is the sky blue",
            model=[says("The user asks about the sky.</think>Because of the air.")],
            hears="Because of the air.",
        ),
        "before a call": Row(
            say=OFF,
            model=[calls(TURN_OFF, content="<think>I should call turn_off.</think>")],
            changes=KITCHEN,
            hears=DONE,
        ),
    },
    "asterisks, headings and emoji are spoken": {
        "marks": Row(
            say="what can I cook",
            model=[says("## Ideas\n\n**Soup** with *leek* 🍲 is good.")],
            hears="Ideas. Soup with leek is good.",
        ),
        "entity ids": Row(
            say="which lamp is by the bed",
            model=[says("That is `light.bedside_lamp`.")],
            hears="That is Bedside lamp.",
        ),
    },
    "the microphone opens for nothing, or stays shut": {
        "a question of the house opens it": Row(
            say="turn off the light",
            model=[calls(call("turn_off", "light"))],
            hears=WHICH,
            asks=True,
        ),
        "an answer does not": Row(
            say="why is the sky blue", model=[says("Because of the air.")], hears="Because of the air."
        ),
        "a deed does not": Row(say=OFF, model=[calls(TURN_OFF)], changes=KITCHEN, hears=DONE),
        "a question of the model opens it": Row(
            say="tell me a story", model=[says("What shall it be about?")], hears="What shall it be about?", asks=True
        ),
    },
    "it worked, and there was no response": {
        "no word after the call": Row(
            say=OFF, model=[calls(TURN_OFF), says("")], changes=KITCHEN, hears=DONE, passes=1
        ),
        "an empty answer": Row(say="why is the sky blue", model=[says("")], hears="Sorry, I did not understand that."),
        "calls without end": Row(
            say="what is on",
            model=[calls(call("get_state", "Kitchen"))] * 10,
            hears="Sorry, I could not finish that.",
            passes=6,
        ),
    },
    "plain sentences are caught too often, or not at all": {
        "a misheard name": Row(say="turn off the kitchn lites", local=True, changes=KITCHEN, hears=DONE, passes=0),
        "two things at once": Row(
            say="turn off the kitchen lights and set the thermostat to 21 degrees",
            local=True,
            changes=KITCHEN,
            hears="The kitchen lights are off and the thermostat is set to 21 degrees.",
            passes=0,
        ),
        "a condition is not left out": Row(
            say="turn off the kitchen lights if nobody is at home",
            local=True,
            model=[says("I can not do that on a condition.")],
            hears="I can not do that on a condition.",
        ),
        "what is no command": Row(
            say="I like how the kitchen lights turn off",
            local=True,
            model=[says("I am glad to hear that.")],
            hears="I am glad to hear that.",
        ),
    },
    'a short "no" or "stop" is not heard': {
        "no": Row(say=["turn off the light", "no"], model=[calls(call("turn_off", "light"))], hears="Okay.", passes=1),
        "never mind": Row(
            say=["turn off the light", "never mind"], model=[calls(call("turn_off", "light"))], hears="Okay.", passes=1
        ),
    },
}
