"""Replies say what is so, in one or two sentences."""

import pytest

from custom_components.parlor.agent import replies
from custom_components.parlor.agent.facts import Fact, FactKind, Group, Outcome, Subject
from custom_components.parlor.agent.replies import ask_room, ask_which, compose, speak_error
from custom_components.parlor.home import HomeEntity


def entity(name: str, area: str | None = None, *, domain: str = "light", label: str = "") -> HomeEntity:
    """Return an entity; its label is its name unless told otherwise."""
    object_id = f"{area}_{name}".lower().replace(" ", "_")
    return HomeEntity(f"{domain}.{object_id}", domain, name, area_name=area, label=label or name)


def fact(kind: FactKind, state: str, *names: str, group: Group | None = None, **values: str) -> Fact:
    """Return a fact about lights of these names."""
    return Fact(kind, Subject(tuple(map(entity, names)), group), state, values)


DONE, ALREADY, UNDER_WAY = FactKind.DONE, FactKind.ALREADY, FactKind.UNDER_WAY
NO_ANSWER, FAILED, NOT_FOUND = FactKind.NO_ANSWER, FactKind.FAILED, FactKind.NOT_FOUND
REPLIES: list[tuple[list[Fact], str]] = [
    ([fact(DONE, "on", "Coffee machine")], "The coffee machine is on."),
    ([fact(DONE, "off", "A", "B", group=Group("light", "Kitchen"))], "The kitchen lights are off."),
    ([fact(DONE, "on", "A", "B", group=Group("light", None, "Upstairs"))], "The lights upstairs are on."),
    ([fact(DONE, "on", "A", "B", group=Group("light", None, "First Floor"))], "The lights on the first floor are on."),
    ([fact(DONE, "on", "A", "B", group=Group("light", None, "Basement"))], "The lights in the basement are on."),
    ([fact(DONE, "on", "A", "B", group=Group("light", "Anna's Room"))], "The lights in Anna's room are on."),
    ([fact(DONE, "on", "A", "B", group=Group("light"))], "All the lights are on."),
    ([fact(DONE, "off", "A", "B", group=Group(None, "Kitchen"))], "The kitchen devices are off."),
    ([fact(DONE, "off", "Hallway light", group=Group("light", "Hallway"))], "The hallway light is off."),
    ([fact(DONE, "off", "A lamp", "TV", "Anna's lamp")], "The lamp, the TV and Anna's lamp are off."),
    ([fact(DONE, "off", "A1", "B2", "C3", "D4")], "4 lights are off."),
    ([fact(DONE, "on", "💡 Lamp")], "The lamp is on."),
    ([fact(DONE, "on", "💡")], "The 💡 is on."),
    ([fact(DONE, "on", "Bedroom / Lamp")], "The bedroom lamp is on."),
    ([fact(UNDER_WAY, "closing", "Bedroom blinds")], "The bedroom blinds are closing."),
    ([fact(UNDER_WAY, "moving", "Blind", position="40")], "The blind is moving to 40 percent."),
    ([fact(ALREADY, "off", "Television")], "The television is already off."),
    ([fact(ALREADY, "stopped", "Blind")], "The blind is not moving."),
    ([fact(DONE, "stopped", "Blind")], "The blind has stopped."),
    (
        [fact(DONE, "color_temp_brightness", "Lamp", kelvin="4000", brightness="5")],
        "The lamp is at 4000 kelvin and 5 percent.",
    ),
    ([fact(DONE, "mode", "Thermostat", mode="fan_only")], "The thermostat is set to fan only."),
    ([fact(DONE, "mode", "Thermostat", mode="night_eco")], "The thermostat is set to night eco."),
    (
        [fact(DONE, "off", "Television"), fact(DONE, "on", "Counter light")],
        "The television is off and the counter light is on.",
    ),
    (
        [fact(DONE, "off", "A lamp"), fact(DONE, "on", "Fan"), fact(DONE, "off", "TV")],
        "The lamp and the TV are off and the fan is on.",
    ),
    (
        [fact(DONE, "brightness", f"Lamp {word}", brightness=str(number)) for number, word in enumerate("ABCDE")],
        (
            "The lamp A is at 0 percent, the lamp B is at 1 percent, the lamp C is at 2 percent "
            "and 2 more devices have changed."
        ),
    ),
    (
        [fact(DONE, "off", "A", "B", group=Group("light", "Kitchen")), fact(NO_ANSWER, "off", "Hallway light")],
        "The kitchen lights are off, but the hallway light did not respond.",
    ),
    ([fact(NO_ANSWER, "off", "Hallway light")], "The hallway light did not respond."),
    ([fact(NO_ANSWER, "off", "Lamp"), fact(NO_ANSWER, "on", "TV")], "The lamp and the TV did not respond."),
    (
        [fact(NO_ANSWER, "off", "Lamp"), Fact(NOT_FOUND, message="Garage")],
        "The lamp did not respond and I could not find a garage.",
    ),
    ([Fact(NOT_FOUND, message="attic")], "I could not find an attic."),
    ([Fact(NOT_FOUND, message="garage lights")], "I could not find garage lights."),
    (
        [Fact(NOT_FOUND, Subject((), Group("light")), message="attic light")],
        "There is no light called attic light.",
    ),
    ([Fact(NOT_FOUND, Subject((), Group("fan", "Kitchen")))], "There is no fan in the kitchen."),
    ([Fact(NOT_FOUND, Subject((), Group(None, "Kitchen")))], "There is no device in the kitchen."),
    (
        [fact(FAILED, "on", "Lamp"), fact(FAILED, "on", "TV")],
        "Sorry, the lamp and the TV could not be changed.",
    ),
    (
        [fact(DONE, "on", "Fan"), Fact(FAILED, Subject((entity("TV"),)), "on", message="No power.")],
        "The fan is on. Sorry, the TV could not be changed: No power.",
    ),
    (
        [Fact(FactKind.REFUSED, Subject((entity("Front door lock"),)))],
        "I may not change the front door lock by voice.",
    ),
]


@pytest.mark.parametrize(("facts", "speech"), REPLIES, ids=[speech for _, speech in REPLIES])
def test_replies(facts: list[Fact], speech: str) -> None:
    """Facts that say the same are said together; what was not done comes last."""
    assert compose(Outcome((), facts=tuple(facts)), "en-GB") == speech


def test_full_names_are_told_apart_by_their_rooms() -> None:
    """A label means that the name alone would not do."""
    lamp = entity("Lamp", "Bedroom", label="Bedroom / Lamp")
    assert compose(Outcome((), facts=(Fact(DONE, Subject((lamp,)), "on"),)), "en") == "The lamp in the bedroom is on."


def test_counts_of_several_kinds() -> None:
    """More than three of different kinds are devices."""
    mixed = (entity("A"), entity("B"), entity("C", domain="fan"), entity("D", domain="sun"))
    assert compose(Outcome((), facts=(Fact(DONE, Subject(mixed), "on"),)), "en") == "4 devices are on."


@pytest.mark.parametrize(
    ("outcome", "language"),
    [
        (Outcome(()), "en"),
        (Outcome((), facts=(fact(DONE, "on", "Lamppu"),)), "fi"),
        (Outcome((), facts=(fact(DONE, "on", "Lampe"),)), ""),
    ],
    ids=["nothing to say", "no templates", "no language"],
)
def test_nothing_is_made_up(outcome: Outcome, language: str) -> None:
    """Without facts or templates there is no reply."""
    assert compose(outcome, language) is None


def test_question_is_the_reply() -> None:
    """A question back is spoken as it is."""
    assert compose(Outcome((), question="Which one?"), "de") == "Which one?"


@pytest.mark.parametrize(
    ("word", "names", "question"),
    [
        ("lamp", ["Office lamp", "Bedside lamp"], "Which lamp do you mean, the office lamp or the bedside lamp?"),
        ("ceiling", ["A light", "B light"], "Which light do you mean, the light or the B light?"),
        (
            "lights",
            ["One", "Two", "Three", "Four", "Five"],
            "Which light do you mean? I know 5, for example the one, the two or the three.",
        ),
    ],
)
def test_which_one(word: str, names: list[str], question: str) -> None:
    """The candidates are named, a few of them if they are many."""
    assert ask_which(word, [entity(name) for name in names], "en") == question


def test_which_of_different_kinds_or_full_names() -> None:
    """Without a common word it is "one"; the same names are told apart by their rooms."""
    fan, tv = entity("Fan", domain="fan"), entity("TV", domain="sun")
    assert ask_which("thing", [fan, tv], "fi") == "Which one do you mean, the fan or the TV?"
    lamps = [entity("Lamp", "Kitchen"), entity("Lamp", "Office")]
    question = "Which lamp do you mean, the lamp in the kitchen or the lamp in the office?"
    assert ask_which("lamp", lamps, "en") == question
    assert ask_which("lamp", [entity("Lamp"), entity("Lamp")], "en") == "Which lamp do you mean, the lamp or the lamp?"


@pytest.mark.parametrize(
    ("word", "rooms", "question"),
    [
        ("lights", ["Kitchen", "Office"], "Which lights do you mean, those in the kitchen or the office?"),
        ("lights", list("ABCDE"), "Which lights do you mean? Please name a room."),
        ("", ["Kitchen", "Office"], "Which room do you mean, the kitchen or the office?"),
        ("", [], "Which room do you mean?"),
    ],
)
def test_which_room(word: str, rooms: list[str], question: str) -> None:
    """The rooms are named if they are few."""
    assert ask_room(word, rooms, "en") == question


KEYS = [
    "server_unreachable",
    "not_ollama",
    "unauthorized",
    "model_missing",
    "model_without_tools",
    "server_busy",
    "server_too_slow",
    "context_full",
    "server_failed",
    "stream_broken",
    "cloud_refused",
    "address_refused",
    "ears_failed",
    "not_understood",
    "no_model_server",
    "too_many_rounds",
    "answer_unproven",
    "claim_unproven",
]


@pytest.mark.parametrize("key", KEYS)
def test_every_error_has_its_own_sentence(key: str) -> None:
    """A failure is said in plain words, with or without its placeholders."""
    sentences = {speak_error(other, "en") for other in (*KEYS, "unknown")}
    assert len(sentences) == len(KEYS) + 1
    assert "{" not in speak_error(key, "en", model="qwen3")
    assert speak_error(key, "xx") == speak_error(key, "en")


def test_errors_name_the_model() -> None:
    """A placeholder is filled where there is one, and missed by nobody where there is none."""
    spoken = speak_error("model_missing", "en", model="qwen3", url="x")
    assert spoken == "Sorry, the language model qwen3 is not installed on the server."
    assert speak_error("model_missing", "en") == "Sorry, the language model is not installed on the server."
    assert speak_error("no such key", "en") == "Sorry, something went wrong."


def test_a_language_that_lacks_a_template_leaves_it_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it can say it says; a question is asked in English rather than not at all."""
    english = replies._FILES["en"]
    partly = {key: value for key, value in english.items() if key not in ("timers", "durations", "not_done")}
    partly["states"] = {"on": english["states"]["on"]}
    monkeypatch.setattr(replies, "_FILES", {**replies._FILES, "xx": partly})
    started = Fact(FactKind.DONE, state="timer_start", values={"timer_name": "", "seconds": "60"})
    assert compose(Outcome((), facts=(started,)), "en") == "The timer is set for 1 minute."
    assert compose(Outcome((), facts=(started,)), "xx") is None
    assert compose(Outcome((), facts=(Fact(FactKind.REFUSED, state="no_timers"),)), "xx") is None
    question = replies.ask_timer([("tea", 0), ("", 90)], "xx")
    assert question == "Which timer do you mean, the tea timer or the timer for 1 minute and 30 seconds?"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "1 minute and 30 seconds"),
        (3600, "1 hour"),
        (3661, "1 hour and 1 minute"),
        (7325, "2 hours and 2 minutes"),
    ],
)
def test_spans_of_time(seconds: int, told: str) -> None:
    """Nobody wants the seconds of an hour."""
    left = Fact(FactKind.DONE, state="timer_left", values={"timer_name": "tea", "seconds": str(seconds)})
    assert compose(Outcome((), facts=(left,)), "en") == f"The tea timer has {told} left."
