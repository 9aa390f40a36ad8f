"""Claims of a deed are told from answers, states and excuses."""

import pytest

from custom_components.parlor.agent.claims import claims_deed, load_claims

CLAIMS = [
    "I've turned off the lights.",
    "I turned the kitchen lights off for you.",
    "I have now set the thermostat to 20 degrees.",
    "I\u2019ve just closed the blinds.",
    "I have gone ahead and turned off the lights.",
    "We've switched on the fan.",
    "Done!",
    "OK, done.",
    "All done.",
    "All set!",
    "It's done.",
    "Consider it done.",
    "The lights have been turned off.",
    "The living room lamp has now been dimmed.",
    "Your request was completed.",
    "Successfully turned off the kitchen lights.",
    "Turned off the kitchen lights.",
    "Turning off the kitchen lights.",
    "Okay, turning the lights off now.",
    "Closing the blinds.",
    "I'm turning off the lights now.",
    "I'll turn off the lights.",
    "I will set the thermostat to twenty degrees.",
    "I am going to close the blinds.",
    "Let me turn that off for you.",
    "I couldn't find the lamp, but I turned off the ceiling light.",
    "I have unlocked the front door.",
]

CLAIMS_AFTER_A_COMMAND = [
    "The lights are now off.",
    "The kitchen lights are off.",
    "The kitchen light is off now.",
    "The thermostat is set to 20 degrees.",
    "The blinds are closed.",
    "The bedroom lights are red.",
    "The blinds have been closed.",
    "The blinds are closing.",
    "Lights off!",
    "The lamp is at 30 percent.",
    "Okay.",
    "Sure!",
    "Of course.",
    "Locked.",
    "Enjoy your movie!",
]

NO_CLAIMS = [
    "I could not turn off the lights.",
    "I can't do that.",
    "I was unable to find a garage.",
    "There is no light called attic light.",
    "Which lamp do you mean, the office lamp or the bedside lamp?",
    "Should I turn off the lights?",
    "I can turn off the lights if you like.",
    "If you want, I'll turn off the lights.",
    "Sorry, I do not know that.",
    "I don't have access to the lock.",
    "The television is already off.",
    "Nothing was changed.",
    "The lights were not turned off.",
    "Paris is the capital of France.",
    "I'm sorry, I did not understand that.",
    "",
]


@pytest.fixture(scope="module", autouse=True)
def _patterns() -> None:
    load_claims()


@pytest.mark.parametrize("sentence", CLAIMS)
@pytest.mark.parametrize("command", [True, False], ids=["command", "question"])
def test_a_deed_that_is_claimed_or_promised_is_a_claim(sentence: str, *, command: bool) -> None:
    """Whatever the turn was about."""
    assert claims_deed(sentence, "en", command=command)


@pytest.mark.parametrize("sentence", CLAIMS_AFTER_A_COMMAND)
def test_a_state_is_a_claim_only_after_a_command(sentence: str) -> None:
    """The same words answer a question."""
    assert claims_deed(sentence, "en", command=True)
    assert not claims_deed(sentence, "en", command=False)


@pytest.mark.parametrize("sentence", NO_CLAIMS)
@pytest.mark.parametrize("command", [True, False], ids=["command", "question"])
def test_excuses_questions_and_offers_are_no_claims(sentence: str, *, command: bool) -> None:
    """Whatever the turn was about."""
    assert not claims_deed(sentence, "en", command=command)


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us", "tlh"])
def test_every_language_is_judged(language: str) -> None:
    """By its own patterns or by the English ones."""
    assert claims_deed("I've turned off the lights.", language, command=True)
