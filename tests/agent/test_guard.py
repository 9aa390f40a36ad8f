"""A question changes nothing; a polite request is not a question."""

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.core import Context
import pytest

from custom_components.parlor.agent.guard import is_barred_question, is_way_in
from custom_components.parlor.agent.said import is_question, number_at_end, percent_said, says_all
from custom_components.parlor.agent.tools import TOOLS
from custom_components.parlor.agent.utterance import Utterance
from custom_components.parlor.agent.words import words_for
from custom_components.parlor.home import HomeEntity


@pytest.mark.parametrize(
    "text",
    [
        "Is the light on?",
        "is the light on",
        "Are the lights off in the kitchen?",
        "what is the temperature in the bedroom",
        "What's the temperature?",
        "which lights are on",
        "how warm is it in the kitchen",
        "did you turn off the light",
        "Did you turn the light off and close the blinds?",
        "how do I turn on the light and close the blinds",
        "what happens if I turn off the heating",
        "why is the light on",
        "do the blinds close at night?",
        "can you tell me if the door is open",
        "Could you please check whether the light is on?",
        "would you mind telling me the temperature",
        "do you know if the light is on",
        "tell me whether the light is on",
        "The lights are off, right?",
        "Lights on?",
        "should I turn on the heating",
        "have you closed the blinds",
        "Hey, is the door open?",
        "can the lights be turned off?",
        "Is the light on? And the fan?",
        "is it 20.5 degrees?",
        "does the fan turn on by itself",
        "any lights on upstairs",
    ],
)
def test_questions(text: str) -> None:
    """These ask."""
    assert is_question(text, words_for("en"))


@pytest.mark.parametrize(
    "text",
    [
        "turn on the light",
        "Turn on the light?",
        "could you turn on the light?",
        "Can you please turn off the kitchen lights?",
        "Would you mind turning off the light?",
        "will you close the blinds",
        "Why don't you turn on the heating?",
        "is it possible to turn off the light?",
        "how about turning on the lights",
        "can I have the light on",
        "lights on",
        "kitchen lights off please",
        "is the door open? If not, turn on the light.",
        "Is it dark? Turn on the light.",
        "is it dark, then turn on the light",
        "could you tell me the temperature and turn on the light",
        "I wonder who left that on. Turn it off.",
        "it is too dark in here",
        "",
    ],
)
def test_no_questions(text: str) -> None:
    """These want something done."""
    assert not is_question(text, words_for("en"))


@pytest.mark.parametrize(
    ("text", "asks"), [("Ist das Licht an?", True), ("Mach das Licht an", False), ("Licht an! Ist es an?", False)]
)
def test_question_mark_is_all_there_is_in_other_languages(text: str, *, asks: bool) -> None:
    """A language without patterns is judged by its question marks."""
    assert is_question(text, words_for("de")) is asks


@pytest.mark.parametrize(("tool", "barred"), [("turn_on", True), ("set_cover", True), ("get_state", False)])
def test_only_what_changes_something_is_barred(tool: str, *, barred: bool) -> None:
    """Looking is what a question is for."""
    utterance = Utterance("is the light on", "en", None, None, None, Context())
    (found,) = [one for one in TOOLS if one.name == tool]
    assert is_barred_question(found, utterance, words_for("en")) is barred


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("turn off all the lights", True),
        ("turn everything off", True),
        ("every light", True),
        ("lights off everywhere", True),
        ("turn off the lights in the whole house", True),
        ("turn off the lights in the house", True),
        ("turn off the lights", False),
        ("I can't see at all, turn on the light", False),
        ("that's all, turn off the light", False),
        ("alright, turn off the light", False),
        ("all right, turn off the light", False),
        ("turn on the light every morning", False),
        ("the house lamp", False),
    ],
)
def test_all_is_only_where_it_was_said(text: str, *, says: bool) -> None:
    """Whole words count, in a sense that fits."""
    assert says_all(text, words_for("en")) is says


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("to 30 percent", 30),
        ("to thirty percent", 30),
        ("to 12.5%", 12.5),
        ("to one hundred percent", 100),
        ("30 percent and 40 percent", None),
        ("30 percent or thirty percent", 30),
        ("percent", None),
        ("to some percent", None),
        ("to 30", None),
    ],
)
def test_percent_that_was_said(text: str, percent: float | None) -> None:
    """Only one percentage is a clear word."""
    assert percent_said(text, words_for("en")) == percent


@pytest.mark.parametrize(
    ("text", "number"), [("to 20", 20), ("to 20.5 ", 20.5), ("to twenty one", 21), ("five hundred", 500), ("x", None)]
)
def test_number_at_end(text: str, number: float | None) -> None:
    """The number that stands last."""
    assert number_at_end(text, words_for("en")) == number


@pytest.mark.parametrize(
    ("name", "domain", "device_class", "way_in"),
    [
        ("Garage door", "cover", "garage", True),
        ("Drive", "cover", CoverDeviceClass.GATE.value, True),
        ("Garage door", "cover", None, True),
        ("Side gate", "cover", None, True),
        ("Garage door", "cover", "shutter", False),
        ("Bedroom blinds", "cover", None, False),
        ("Garage door", "light", None, False),
    ],
)
def test_ways_in(name: str, domain: str, device_class: str | None, *, way_in: bool) -> None:
    """A garage door is one by its class, or by its name if it has none."""
    entity = HomeEntity(f"{domain}.x", domain, name, device_class=device_class, label=name)
    assert is_way_in(entity, words_for("en")) is way_in
