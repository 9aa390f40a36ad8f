"""Several languages in one home: only those of the household are told apart, and who names one is believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from parlor_speech.languages import known, language_code

from .bilingual import make_bilingual
from .client import Client, words
from .conftest import allow_sockets
from .process import VOICE, SpeechProcess

COMMAND = "Turn on the kitchen lights."
QUESTION = "Is the back door open?"
"""What the bilingual recogniser takes for German."""


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a recogniser of two languages."""
    return make_bilingual(tmp_path_factory.mktemp("models") / "bilingual")


@pytest.fixture(scope="module", params=["en-US,de", "de"], ids=["of both", "of one"])
def household(request: pytest.FixtureRequest, bilingual: Path) -> Iterator[tuple[str, Path]]:
    """Run the speech server of a household, and return its languages and where it listens."""
    allow_sockets()
    with SpeechProcess("--whisper", bilingual, "--voice", VOICE, "--language", request.param) as speech:
        assert speech.settled()["ears"]["state"] == "ready", speech.log
        yield request.param, speech.socket


@pytest.mark.parametrize(
    ("said", "request_", "of_both", "of_one"),
    [
        pytest.param(COMMAND, {}, "en", "de", id="English"),
        pytest.param(QUESTION, {}, "de", "de", id="German"),
        pytest.param(QUESTION, {"language": "en"}, "en", "en", id="the client names another"),
        pytest.param(COMMAND, {"language": "de_AT"}, "de", "de", id="the client names a region"),
        pytest.param(COMMAND, {"language": "fi"}, "en", "de", id="the client names one the model does not know"),
        pytest.param(COMMAND, {"languages": ["de"]}, "de", "de", id="a set of one"),
        pytest.param(COMMAND, {"languages": ["de-DE", "en"]}, "en", "en", id="a set of both, English"),
        pytest.param(QUESTION, {"languages": ["en_GB", "de"]}, "de", "de", id="a set of both, German"),
        pytest.param(QUESTION, {"language": "en", "languages": ["de"]}, "en", "en", id="one, and a set without it"),
        pytest.param(QUESTION, {"languages": ["fi", "sv"]}, "de", "de", id="a set the model does not know"),
        pytest.param(COMMAND, {"languages": ["fi", "en"]}, "en", "en", id="a set of which it knows one"),
        pytest.param(COMMAND, {"languages": []}, "en", "de", id="an empty set"),
    ],
)
async def test_the_languages_of_a_home_are_told_apart(
    household: tuple[str, Path], said: str, request_: dict[str, Any], of_both: str, of_one: str
) -> None:
    """The language is one of those that were named, the client's before the household's, and the words are right."""
    languages, socket = household
    context = {"parlor": {"languages": request_["languages"]}} if "languages" in request_ else None
    async with Client(socket) as client:
        rate, pcm = await client.speak(said)
        await client.send(Transcribe(language=request_.get("language"), context=context), AudioStart(rate, 2, 1))
        await client.send(AudioChunk(rate, 2, 1, pcm), AudioStop())
        answer = await client.receive()
    assert answer.data["language"] == (of_both if "," in languages else of_one)
    assert words(answer) == words(Event("transcript", {"text": said}))


@pytest.mark.parametrize("languages", ["en", [1], {"en": 1}], ids=repr)
async def test_what_is_no_list_of_languages_is_refused(client: Client, languages: object) -> None:
    """What is no list of languages costs an error."""
    await client.send(Transcribe(context={"parlor": {"languages": languages}}))
    answer = await client.receive()
    assert (answer.type, answer.data["code"]) == ("error", "bad_event")


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("en-US", "en"), ("EN_gb", "en"), (" de ", "de"), ("nb-NO", "no"), ("yue", "yue"), ("iw", "he")],
)
def test_codes_are_those_of_whisper(tag: str, code: str) -> None:
    """Clients name regions, and some languages otherwise."""
    assert language_code(tag) == code


def test_only_languages_that_the_model_knows_are_taken() -> None:
    """Each once, in the order in which they were named."""
    assert known(["de-AT", "fi", "nb", "de", "en"], ["en", "no", "de"]) == ("de", "no", "en")
