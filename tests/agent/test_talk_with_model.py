"""Conversations with a model: what it is told of earlier turns, what it need not be asked, and what only it knows."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from demo.ollama import Reply
from tests.talking_house import House, call, calls, says, talking_house

OFF = "The kitchen lights are off."
ON = "The kitchen lights are on again."
ALL = ("Bedside lamp", "Counter light", "Kitchen ceiling light")
COFFEE = call("turn_on", "Coffee machine")
TURN_OFF = call("turn_off", "Kitchen", kind="light")
WHICH = "Which light do you mean, the hallway light, the counter light, the kitchen ceiling light or the bedside lamp?"


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, what the model answers (None: it is not asked), what is heard, which lights are on then."""

    say: str
    model: Sequence[Reply] | None
    hear: str
    on: Sequence[str] = ("Counter light", "Kitchen ceiling light")


DIALOGUES: dict[str, tuple[bool, Sequence[Turn]]] = {
    "the answer to a question about the model's call": (
        True,
        [
            Turn("douse the lamp", [calls(call("turn_off", "light"))], WHICH),
            Turn("the counter one", None, "The counter light is off.", ["Kitchen ceiling light"]),
        ],
    ),
    "an answer without the local route": (
        False,
        [
            Turn("turn off the light", [calls(call("turn_off", "light"))], WHICH),
            Turn("the counter one", None, "The counter light is off.", ["Kitchen ceiling light"]),
        ],
    ),
    "another call of the model waits for the answer": (
        True,
        [
            Turn(
                "douse the lamp, and coffee",
                [calls(call("turn_off", "light"), call("turn_on", "Coffee machine"))],
                WHICH,
            ),
            Turn(
                "the second",
                None,
                "The counter light is off and the coffee machine is on.",
                ["Kitchen ceiling light"],
            ),
        ],
    ),
    "what the model wants to look up beside is left to the model": (
        True,
        [
            Turn(
                "douse the lamp and tell me how warm it is",
                [calls(call("turn_off", "light"), call("get_state", "Bedroom temperature"))],
                WHICH,
            ),
            Turn(
                "the counter one",
                [calls(call("turn_off", "Counter light"))],
                "The counter light is off.",
                ["Kitchen ceiling light"],
            ),
        ],
    ),
    "no answer is the model's to understand": (
        True,
        [
            Turn("douse the lamp", [calls(call("turn_off", "light"))], WHICH),
            Turn("the one my aunt gave us", [says("Which one did she give you?")], "Which one did she give you?"),
        ],
    ),
    "a follow-up to what the model did": (
        True,
        [
            Turn("douse the kitchen", [calls(TURN_OFF)], OFF, []),
            Turn("turn them on again", None, "The kitchen lights are on."),
            Turn(
                "and the bedroom too",
                None,
                "The bedside lamp is on.",
                ["Bedside lamp", "Counter light", "Kitchen ceiling light"],
            ),
        ],
    ),
    "undoing what the model did": (
        True,
        [Turn("douse the kitchen", [calls(TURN_OFF)], OFF, []), Turn("undo that", None, ON)],
    ),
    "undoing without the local route": (
        False,
        [
            Turn("turn off the kitchen lights", [calls(TURN_OFF)], OFF, []),
            Turn("undo that", None, ON),
            Turn("undo that", None, "The kitchen lights are off again.", []),
        ],
    ),
    "undoing all that the model did in several passes": (
        False,
        [
            Turn(
                "turn off the kitchen lights and tell me how warm the bedroom is",
                [
                    calls(TURN_OFF, call("get_state", "Bedroom temperature")),
                    calls(call("turn_on", "Bedside lamp")),
                ],
                f"{OFF} The bedside lamp is on.",
                ["Bedside lamp"],
            ),
            Turn("undo that", None, "The kitchen lights are on again and the bedside lamp is off again."),
        ],
    ),
    "a follow-up without the local route is the model's": (
        False,
        [
            Turn("turn off the kitchen lights", [calls(TURN_OFF)], OFF, []),
            Turn("turn them on again", [calls(call("turn_on", "Kitchen", kind="light"))], "The kitchen lights are on."),
        ],
    ),
    "what the model spoke of, only the model knows": (
        True,
        [
            Turn("turn off the kitchen lights", None, OFF, []),
            Turn("what do you think of the lamp by the bed", [says("It is a fine lamp.")], "It is a fine lamp.", []),
            Turn("turn it on", [calls(call("turn_on", "Bedside lamp"))], "The bedside lamp is on.", ["Bedside lamp"]),
        ],
    ),
    "what the model looked up is what was spoken of": (
        True,
        [
            Turn(
                "what about the thing by the bed",
                [calls(call("get_state", "Bedside lamp")), says("It is off.")],
                "It is off.",
            ),
            Turn(
                "turn it on",
                None,
                "The bedside lamp is on.",
                ["Bedside lamp", "Counter light", "Kitchen ceiling light"],
            ),
        ],
    ),
    "a question of the model in its own words": (
        True,
        [
            Turn("douse the lamp", [says("Which one?")], "Which one?"),
            Turn(
                "the counter light",
                [calls(call("turn_off", "Counter light"))],
                "The counter light is off.",
                ["Kitchen ceiling light"],
            ),
        ],
    ),
}


@pytest.fixture
async def local_house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[House]:
    """Return a house whose plain sentences need no model."""
    async with talking_house(hass, local_route=True) as house:
        yield house


@pytest.mark.parametrize(("local", "turns"), DIALOGUES.values(), ids=DIALOGUES)
async def test_dialogues(hass: HomeAssistant, socket_enabled: None, *, local: bool, turns: Sequence[Turn]) -> None:
    """Each turn asks the model only where that is needed, and changes and says what it should."""
    async with talking_house(hass, local_route=local) as house:
        for turn in turns:
            asked = len(house.requests)
            house.server.script(*(turn.model or ()))
            said = await house.say(turn.say, conversation_id="ours")
            assert said.speech == turn.hear
            assert len(house.requests) - asked == len(turn.model or ())
            lights = [state.name for state in hass.states.async_all("light") if state.state == "on"]
            assert sorted(lights) == sorted(turn.on)


async def test_a_question_keeps_the_microphone_open(local_house: House) -> None:
    """And its answer closes it."""
    asked = await local_house.say("turn off the light", conversation_id="ours")
    assert (asked.speech, asked.result.continue_conversation) == (WHICH, True)
    narrowed = await local_house.say("the kitchen ones or so", conversation_id="ours")
    assert narrowed.result.continue_conversation is False
    asked = await local_house.say("turn off the light", conversation_id="other")
    again = await local_house.say("downstairs", conversation_id="other")
    assert again.speech == "Which light do you mean, the hallway light, the counter light or the kitchen ceiling light?"
    assert again.result.continue_conversation
    done = await local_house.say("counter", conversation_id="other")
    assert (done.speech, done.result.continue_conversation) == ("The counter light is off.", False)


async def test_the_model_is_told_of_what_was_done_without_it(local_house: House) -> None:
    """Calls with names, their results and the replies; of an undoing the words alone, for it is no tool."""
    for text in (
        "turn off the kitchen lights",
        "undo that",
        "turn off the light",
        "the counter one",
        "turn it on again",
    ):
        await local_house.say(text, conversation_id="ours")
    assert local_house.requests == []
    await local_house.say("why is the sky blue", conversation_id="ours")
    [request] = local_house.requests
    history = request["messages"][1:-1]
    made = [(one["function"]["name"], one["function"]["arguments"]) for one in _calls(history)]
    assert made == [
        ("turn_off", {"targets": ["the kitchen lights"]}),
        ("turn_off", {"targets": ["the light"]}),
        ("turn_off", {"targets": ["Counter light"]}),
        ("turn_on", {"targets": ["Counter light"]}),
    ]
    said = [message["content"] for message in history if message["role"] == "assistant" and message["content"]]
    assert said == [OFF, ON, WHICH, "The counter light is off.", "The counter light is on."]
    assert [turn.record.tools for turn in local_house.turns][:2] == [("turn_off",), ("undo",)]


async def test_a_conversation_that_has_ended_is_forgotten(local_house: House) -> None:
    """Another one begins with nothing."""
    await local_house.say("turn off the kitchen lights", conversation_id="ours")
    said = await local_house.say("undo that", conversation_id="theirs")
    assert said.speech == "There is nothing that I could undo."


def _calls(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for message in messages for one in message.get("tool_calls", ())]
