"""What guards the house gives way only to a spoken yes: the user's own, the next one, in time."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.alarm_control_panel.const import CodeFormat
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.parlor.agent.guard import Guarded as Kind
from tests.agent.guarded_house import ASKS, UNLOCK, UNLOCKED, Guarded, Panel, guarded_house
from tests.talking_house import call, calls

LEFT = "Okay, I will leave it."
NO_MODEL = "I cannot reach the model server."


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Guarded]:
    """Return a guarded house whose model server is gone."""
    async with guarded_house(hass) as house:
        yield house


@pytest.fixture
async def model_house(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Guarded]:
    """Return a guarded house whose every sentence goes to the model."""
    async with guarded_house(hass, model=True) as house:
        yield house


ASKED = {
    "unlock": (UNLOCK, ASKS, ["lock.unlock"], UNLOCKED),
    "unlatch": ("unlatch the front door", "Shall I open the front door?", ["lock.open"], "The front door is open."),
    "open a door": ("open the front door", "Shall I open the front door?", ["lock.open"], "The front door is open."),
    "a name that holds more": (
        "unlock the back door",
        "Shall I unlock the back door lock?",
        ["lock.unlock"],
        "The back door lock is unlocked.",
    ),
    "a garage door": (
        "open the garage door",
        "Shall I open the garage door?",
        ["cover.open_cover"],
        "The garage door is opening.",
    ),
    "a gate, halfway": (
        "open the garden gate halfway",
        "Shall I set the garden gate to 50 percent?",
        ["cover.set_cover_position"],
        "The garden gate is at 50 percent.",
    ),
    "water": (
        "turn on the sprinkler",
        "Shall I open the garden water?",
        ["valve.open_valve"],
        "The garden water is open.",
    ),
    "some water": (
        "set the garden water to 30 percent",
        "Shall I set the garden water to 30 percent?",
        ["valve.set_valve_position"],
        "The garden water is at 30 percent.",
    ),
    "disarm": (
        "disarm the alarm",
        "Shall I disarm the house alarm?",
        ["alarm_control_panel.alarm_disarm"],
        "The house alarm is disarmed.",
    ),
    "turn off the alarm": (
        "turn the alarm off",
        "Shall I disarm the house alarm?",
        ["alarm_control_panel.alarm_disarm"],
        "The house alarm is disarmed.",
    ),
    "two at once": (
        "unlock the front door and open the garage door",
        "Shall I unlock the front door and open the garage door?",
        ["cover.open_cover", "lock.unlock"],
        "The front door is unlocked and the garage door is opening.",
    ),
    "politely": (f"could you {UNLOCK} please", ASKS, ["lock.unlock"], UNLOCKED),
}


@pytest.mark.parametrize(("text", "question", "services", "reply"), ASKED.values(), ids=ASKED)
async def test_a_yes_does_it(house: Guarded, text: str, question: str, services: list[str], reply: str) -> None:
    """Nothing happens before the yes, then exactly what was asked; all without a model."""
    before = house.states()
    asked = await house.say(text)
    assert (asked.speech, asked.continued, asked.error, asked.route) == (question, True, None, "local")
    assert house.called() == []
    assert house.states() == before
    done = await house.say("yes")
    assert (done.speech, done.continued, done.error, done.route) == (reply, False, None, "local")
    assert sorted(house.called()) == services
    # The yes was for once.
    assert (await house.say("yes")).speech == NO_MODEL
    assert house.called() == []


NOT_ASKED = {
    "lock": ("lock the front door", [], "The front door is locked."),
    "lock all": ("lock all the doors", ["lock.lock"], None),
    "close the gate": ("close the garden gate", ["cover.close_cover"], None),
    "blinds": ("close the kitchen blinds", ["cover.close_cover"], "The kitchen blinds are closing."),
    "close the water": ("turn off the sprinkler", ["valve.close_valve"], None),
    "arm": ("arm the alarm for the night", ["alarm_control_panel.alarm_arm_night"], None),
    "arm away": ("set the alarm to away", ["alarm_control_panel.alarm_arm_away"], "The house alarm is arming."),
    "arm home": ("arm the alarm home", ["alarm_control_panel.alarm_arm_home"], "The house alarm is armed for home."),
    "vacation": (
        "arm the house alarm in vacation mode",
        ["alarm_control_panel.alarm_arm_vacation"],
        "The house alarm is armed for vacation.",
    ),
    "siren": ("turn on the siren", ["siren.turn_on"], "The siren is on."),
    "scene": ("activate the evening scene", ["scene.turn_on"], "The evening has been activated."),
}


@pytest.mark.parametrize(("text", "services", "reply"), NOT_ASKED.values(), ids=NOT_ASKED)
async def test_what_makes_the_house_safer_is_done_at_once(
    house: Guarded, text: str, services: list[str], reply: str | None
) -> None:
    """Locking, closing and arming need no yes."""
    house.house.devices["lock.front"].set(locked=False)
    said = await house.say(text)
    assert said.route == "local"
    assert not said.continued
    assert said.error is None
    if services:
        assert house.called() == services
    if reply:
        assert said.speech == reply


ANSWERS = {
    "yes": ("yes", UNLOCKED, True),
    "yes, please": ("Yes, please.", UNLOCKED, True),
    "yeah sure": ("Yeah, sure!", UNLOCKED, True),
    "do it": ("okay do it", UNLOCKED, True),
    "go ahead": ("go ahead", UNLOCKED, True),
    "the same again": ("Yes, unlock the front door.", UNLOCKED, True),
    "it": ("yes unlock it please", UNLOCKED, True),
    "no": ("No.", LEFT, False),
    "no thanks": ("no thanks", LEFT, False),
    "better not": ("oh, better not", LEFT, False),
    "don't": ("don't do it", LEFT, False),
    "never mind": ("never mind", LEFT, False),
    "cancel": ("cancel", LEFT, False),
    "a question": ("yes?", NO_MODEL, False),
    "both": ("yes no", NO_MODEL, False),
    "something else": ("what a nice day", NO_MODEL, False),
    "a yes with more": ("yes and tell me a joke", NO_MODEL, False),
    "a yes to something else": ("yes, unlock the safe", NO_MODEL, False),
    "the opposite": ("lock it", NO_MODEL, False),
    "a command": ("turn off the hall light", "The hall light is off.", False),
    "the question back": ("is the front door locked", "Yes, the front door is locked.", False),
    "asked anew": (UNLOCK, ASKS, False),
}


@pytest.mark.parametrize(("answer", "reply", "opens"), ANSWERS.values(), ids=ANSWERS)
async def test_answers(house: Guarded, answer: str, reply: str, *, opens: bool) -> None:
    """Only a clear yes is one; a no is acknowledged, and everything else is an utterance of its own."""
    assert (await house.say(UNLOCK)).speech == ASKS
    assert (await house.say(answer)).speech == reply
    assert ("lock.unlock" in house.called()) is opens
    if not opens and reply != ASKS:
        await house.say("yes")
        assert house.called() == []


LANGUAGES = {
    "de": ("ja bitte", "nein"),
    "fr": ("oui", "non merci"),
    "es": ("sí, claro", "no"),
    "it": ("sì", "no grazie"),
    "nl": ("ja graag", "nee"),
    "pl": ("tak", "nie"),
    "pt": ("sim", "não"),
    "sv": ("ja tack", "nej"),
    "da": ("ja tak", "nej"),
    "nb": ("ja", "nei"),
    "cs": ("ano", "ne"),
    "de-CH": ("ja", "lieber nicht"),
    "fi": ("yes", "no"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_languages(model_house: Guarded, language: str) -> None:
    """A yes and a no are understood in every language, without the model."""
    yes, no = LANGUAGES[language]
    house = model_house
    assert house.server
    for answer, opens in ((no, False), (yes, True)):
        house.server.script(calls(call("lock", "Front door", action="unlock")))
        assert (await house.say("...", language=language)).continued
        assert house.called() == []
        done = await house.say(answer, language=language)
        assert done.route == "local"
        assert ("lock.unlock" in house.called()) is opens


async def test_too_late(house: Guarded, freezer: FrozenDateTimeFactory) -> None:
    """A yes after half a minute does nothing, and says so; the one in time does."""
    await house.say(UNLOCK)
    freezer.tick(timedelta(seconds=29))
    assert (await house.say("yes")).speech == UNLOCKED
    house.house.devices["lock.front"].set(locked=True)
    house.called()
    await house.say(UNLOCK)
    freezer.tick(timedelta(seconds=31))
    late = await house.say("yes")
    assert late.speech == "That came too late, so I did nothing. Please ask again."
    assert late.error == "failed_to_handle"
    assert house.called() == []
    assert (await house.say("yes")).speech == NO_MODEL


SPEAKERS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same satellite": ({"satellite_id": "assist_satellite.hall"}, {"satellite_id": "assist_satellite.hall"}, True),
    "another satellite": ({"satellite_id": "assist_satellite.hall"}, {"satellite_id": "assist_satellite.yard"}, False),
    "no satellite": ({"satellite_id": "assist_satellite.hall"}, {}, False),
    "a satellite at last": ({}, {"satellite_id": "assist_satellite.hall"}, False),
    "another device": ({"device_id": "phone"}, {"device_id": "tablet"}, False),
    "the same device": ({"device_id": "phone"}, {"device_id": "phone"}, True),
}


@pytest.mark.parametrize(("asked", "answers", "opens"), SPEAKERS.values(), ids=SPEAKERS)
async def test_only_who_was_asked_can_answer(
    house: Guarded, asked: dict[str, Any], answers: dict[str, Any], *, opens: bool
) -> None:
    """Where it was asked, and nowhere else; somebody else's words end it all the same."""
    assert (await house.say(UNLOCK, **asked)).speech == ASKS
    assert (await house.say("yes", **answers)).speech == (UNLOCKED if opens else NO_MODEL)
    assert ("lock.unlock" in house.called()) is opens
    await house.say("yes", **asked)
    assert "lock.unlock" not in house.called()


async def test_only_the_same_user_can_answer(
    house: Guarded, hass_admin_user: MockUser, hass_owner_user: MockUser
) -> None:
    """Two people who write into one conversation are two."""
    await house.say(UNLOCK, user=hass_admin_user.id)
    assert (await house.say("yes", user=hass_owner_user.id)).speech == NO_MODEL
    await house.say(UNLOCK, user=hass_admin_user.id)
    assert (await house.say("yes", user=hass_admin_user.id)).speech == UNLOCKED
    assert house.called() == ["lock.unlock"]


async def test_another_conversation_is_another(house: Guarded) -> None:
    """A yes that begins a conversation answers nothing."""
    await house.say(UNLOCK)
    assert (await house.say("yes", conversation_id=None)).speech == NO_MODEL
    assert house.called() == []


async def _lock_again(house: Guarded) -> None:
    house.house.devices["lock.front"].set(locked=False)


async def _lose(house: Guarded) -> None:
    house.house.devices["lock.front"]._attr_available = False
    house.house.devices["lock.front"].async_write_ha_state()


async def _hide(house: Guarded) -> None:
    async_expose_entity(house.house.hass, "conversation", "lock.front", False)


async def _deafen(house: Guarded) -> None:
    house.house.devices["lock.front"].deaf = True


@dataclass(frozen=True)
class Meanwhile:
    """What happened between question and yes, and what is said and done then."""

    happens: Callable[[Guarded], Awaitable[None]]
    reply: str
    services: tuple[str, ...] = ()


MEANWHILE = {
    "already unlocked": Meanwhile(_lock_again, "The front door is already unlocked."),
    "not available": Meanwhile(_lose, "The front door did not respond."),
    "not exposed any more": Meanwhile(_hide, "I may not change the front door by voice."),
    "deaf": Meanwhile(_deafen, "The front door did not respond.", ("lock.unlock",)),
}


@pytest.mark.parametrize("case", MEANWHILE.values(), ids=MEANWHILE)
async def test_all_is_checked_again(house: Guarded, case: Meanwhile) -> None:
    """State and exposure are looked at once more before the yes does anything."""
    await house.say(UNLOCK)
    await case.happens(house)
    assert (await house.say("yes")).speech == case.reply
    assert tuple(house.called()) == case.services


async def test_permission_is_checked_before_the_question_and_after_the_yes(
    house: Guarded, hass_read_only_user: MockUser
) -> None:
    """Who may not open a door may not do so by voice."""
    user = hass_read_only_user
    refused = await house.say(UNLOCK, user=user.id)
    assert refused.speech == "You may not change the front door."
    assert not refused.continued
    user.mock_policy({"entities": True})
    assert (await house.say(UNLOCK, user=user.id)).speech == ASKS
    user.mock_policy({"entities": {"all": {"read": True}}})
    assert (await house.say("yes", user=user.id)).speech == "You may not change the front door."
    assert house.called() == []


async def test_a_sentence_waits_as_a_whole(house: Guarded) -> None:
    """Nothing of it is done before the yes, and nothing of it after a no."""
    text = "turn off the hall light and unlock the front door"
    question = "Shall I turn off the hall light and unlock the front door?"
    assert (await house.say(text)).speech == question
    assert (await house.say("no")).speech == LEFT
    assert house.called() == []
    assert (await house.say(text)).speech == question
    assert (await house.say("yes")).speech == "The hall light is off and the front door is unlocked."
    assert sorted(house.called()) == ["light.turn_off", "lock.unlock"]


async def test_the_second_question_takes_the_place_of_the_first(house: Guarded) -> None:
    """One yes is for one question."""
    await house.say(UNLOCK)
    assert (await house.say("open the garage door")).speech == "Shall I open the garage door?"
    assert (await house.say("yes")).speech == "The garage door is opening."
    assert house.called() == ["cover.open_cover"]


async def test_what_is_so_already_is_not_asked_about(house: Guarded) -> None:
    """Unless nobody can know: a lock that only assumes its state is asked about."""
    lock = house.house.devices["lock.front"]
    lock.set(locked=False)
    assert (await house.say(UNLOCK)).speech == "The front door is already unlocked."
    lock._attr_assumed_state = True
    lock.async_write_ha_state()
    assert (await house.say(UNLOCK)).speech == ASKS
    assert house.called() == []


CODES = {
    "a lock": ("unlock the safe", "I take no codes by voice, so I cannot change the safe."),
    "to lock it": ("lock the safe", "I take no codes by voice, so I cannot change the safe."),
    "an alarm": ("disarm the cellar alarm", "I take no codes by voice, so I cannot change the cellar alarm."),
    "to arm it": ("arm the cellar alarm home", "I take no codes by voice, so I cannot change the cellar alarm."),
}


@pytest.mark.parametrize(("text", "reply"), CODES.values(), ids=CODES)
async def test_codes_are_not_taken(house: Guarded, text: str, reply: str) -> None:
    """What wants a code that it has not is said to want one; nothing is tried, and nothing asked."""
    await house.house.add("alarm_control_panel.cellar", Panel(CodeFormat.NUMBER), "Cellar alarm")
    said = await house.say(text)
    assert (said.speech, said.continued, said.route) == (reply, False, "local")
    assert house.called() == []


async def test_a_code_of_its_own_is_used(house: Guarded) -> None:
    """A default code in the settings of the entity is Home Assistant's business."""
    options = {"default_code": "1234"}
    er.async_get(house.house.hass).async_update_entity_options("lock.safe", "lock", options)
    assert (await house.say("unlock the safe")).speech == "Shall I unlock the safe?"
    assert (await house.say("yes")).speech == "The safe is unlocked."


SETTINGS: dict[str, tuple[list[Kind], str, str]] = {
    "nothing": ([], UNLOCK, UNLOCKED),
    "all but locks": ([Kind.OPEN_DOOR, Kind.DISARM], UNLOCK, UNLOCKED),
    "siren": ([Kind.SIREN], "turn on the siren", "Shall I turn on the siren?"),
    "scenes": ([Kind.RUN], "activate the evening scene", "Shall I activate the evening?"),
    "closing": ([Kind.CLOSE_DOOR], "close the garage door", "Shall I close the garage door?"),
}


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(("asks", "text", "reply"), SETTINGS.values(), ids=SETTINGS)
async def test_the_user_chooses(hass: HomeAssistant, asks: list[Kind], text: str, reply: str) -> None:
    """What is asked about is a setting of each agent."""
    async with guarded_house(hass, ask_first=[str(one) for one in asks]) as house:
        house.house.devices["cover.garage"].arrive(100)
        said = await house.say(text)
        assert said.speech == reply
        assert said.continued is reply.endswith("?")


ALARM_QUESTIONS = {
    "armed": ("is the alarm armed?", "en", "Yes, the house alarm is armed."),
    "on": ("is the alarm on?", "en", "Yes, the house alarm is armed."),
    "off": ("is the house alarm off?", "en", "No, the house alarm is armed."),
    "German": ("ist die Alarmanlage scharf?", "de", "Ja, der House alarm ist scharf geschaltet."),
    "German, on": ("ist der Alarm an?", "de", "Ja, der House alarm ist scharf geschaltet."),
    "French": ("est-ce que l'alarme est armée ?", "fr", "Oui, House alarm est armé."),
    "Spanish": ("¿está armada la alarma?", "es", "Sí, House alarm está armado."),
    "Dutch": ("staat het alarm aan?", "nl", "Ja, het house alarm is ingeschakeld."),
}


@pytest.mark.parametrize(("say", "language", "told"), ALARM_QUESTIONS.values(), ids=ALARM_QUESTIONS)
async def test_whether_the_alarm_is_armed(house: Guarded, say: str, language: str, told: str) -> None:
    """It is answered from its state, without a model, and nothing is asked or done."""
    said = await house.say(say, language=language)
    assert (said.speech, said.route, said.continued) == (told, "local", False)
    assert house.called() == []


async def test_a_question_mark_after_a_command(house: Guarded) -> None:
    """Recognisers put them there: to disarm is no question, so it is asked about; whether it is armed is one."""
    assert (await house.say("disarm the alarm?")).continued
    assert not (await house.say("is the alarm disarmed?")).continued
    assert house.called() == []
