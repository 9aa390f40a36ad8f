"""Where nobody speaks to the house there is no text, and what people say is never taken for an invention."""

import json
from pathlib import Path

import numpy as np
import pytest

from parlor_speech.gate import Speech
import parlor_speech.inventions
from parlor_speech.inventions import is_invention, is_loop, is_unfounded

from .client import Client, words
from .signals import RATE, clatter, music, noise, pcm, singing, television

FOLDER = Path(parlor_speech.inventions.__file__).with_name("inventions")
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.json"))

_SAMPLES = np.zeros(RATE, np.float32)
CLEAR = Speech(_SAMPLES, seconds=0.7, sure=0.93, loudness=0.05)
BRIEF = Speech(_SAMPLES, seconds=0.16, sure=0.9, loudness=0.05)
UNSURE = Speech(_SAMPLES, seconds=2.7, sure=0.7, loudness=0.1)
FAINT = Speech(_SAMPLES, seconds=0.7, sure=0.9, loudness=0.001)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(noise(4, 0.003), id="a fan"),
        pytest.param(noise(4, 0.2), id="a vacuum cleaner"),
        pytest.param(np.cumsum(noise(4, 0.002)) % 0.2, id="rumble"),
        pytest.param(music(5), id="music"),
        pytest.param(music(5) * 0.05, id="quiet music"),
        pytest.param(singing(5), id="humming"),
        pytest.param(clatter(4), id="dishes"),
    ],
)
async def test_sounds_are_no_words(client: Client, sound: np.ndarray) -> None:
    """Noise and music are no words."""
    assert words(await client.hear(pcm(sound))) == ""


async def test_a_television_in_another_room_is_no_command(client: Client) -> None:
    """Several voices through a wall are no words."""
    voices = []
    for text in ("Good evening and welcome to the news.", "The weather will be fine.", "The council met again today."):
        rate, spoken = await client.speak(text)
        assert rate == RATE
        voices.append(np.frombuffer(spoken, "<i2") / 32768)
    assert words(await client.hear(pcm(television(voices, 5)))) == ""


@pytest.mark.parametrize(
    ("loudness", "hiss"),
    [
        pytest.param(1.0, 0.0, id="clear"),
        pytest.param(0.01, 0.0003, id="far away"),
        pytest.param(0.3, 0.02, id="noisy"),
    ],
)
@pytest.mark.parametrize("text", ["Turn on the kitchen lights.", "Okay.", "No thank you.", "Stop."])
async def test_what_somebody_says_is_kept(client: Client, text: str, loudness: float, hiss: float) -> None:
    """Short and quiet words count as well."""
    _, spoken = await client.speak(text)
    sound = np.concatenate([np.zeros(RATE // 2), np.frombuffer(spoken, "<i2") / 32768 * loudness, np.zeros(RATE // 2)])
    heard = words(await client.hear(pcm(sound + noise(sound.size / RATE, hiss))))
    # In noise, the tiny model takes some ends of words for others; that they were said is what counts here.
    assert heard.startswith(text.lower().rstrip(".s"))


@pytest.mark.parametrize(
    ("text", "language", "invented"),
    [
        pytest.param("Thank you for watching!", "en", True, id="English thanks"),
        pytest.param("Thank you. Thank you. Bye-bye.", "en", True, id="several"),
        pytest.param("Subtitles by the Amara.org community", "en", True, id="English credits"),
        pytest.param("Don’t forget to like and subscribe.", "en", True, id="another apostrophe"),  # noqa: RUF001
        pytest.param("Untertitel im Auftrag des ZDF für funk, 2017", "de", True, id="German credits"),
        pytest.param("Vielen Dank fürs Zuschauen.", "de", True, id="German thanks"),
        pytest.param("Sous-titres réalisés par la communauté d'Amara.org", "fr", True, id="French credits"),
        pytest.param("Sous-titrage Société Radio-Canada", "fr", True, id="French broadcaster"),
        pytest.param("Merci d'avoir regardé cette vidéo !", "fr", True, id="French thanks"),
        pytest.param("¡Suscríbete al canal!", "es", True, id="Spanish subscription"),
        pytest.param("Subtítulos realizados por la comunidad de Amara.org", "es", True, id="Spanish credits"),
        pytest.param("Ondertitels ingediend door de Amara.org gemeenschap", "nl", True, id="Dutch credits"),
        pytest.param("TV GELDERLAND 2021", "nl", True, id="Dutch broadcaster"),
        pytest.param("Grazie a tutti.", "it", True, id="Italian thanks"),
        pytest.param("Thank you, turn off the light.", "en", False, id="a command after thanks"),
        pytest.param("Thank you. Turn off the light.", "en", False, id="a command after a sentence"),
        pytest.param("Turn off the music.", "en", False, id="music"),
        pytest.param("Okay.", "en", False, id="a yes"),
        pytest.param("Schalte die Untertitel ein.", "de", False, id="a command about subtitles"),
        pytest.param("Éteins la musique.", "fr", False, id="a French command"),
        pytest.param("Thank you for watching!", "de", False, id="in another language"),
        pytest.param("Tack för att du tittade", "xx", False, id="a language without a list"),
        pytest.param("", "en", False, id="nothing"),
        pytest.param("...", "en", False, id="only stops"),
    ],
)
def test_inventions_are_known(text: str, language: str, invented: bool) -> None:
    """Whole texts that Whisper invents are known, whatever their punctuation; commands are not among them."""
    assert is_invention(text, language) is invented


@pytest.mark.parametrize(
    ("text", "speech", "logprob", "no_speech", "dropped"),
    [
        pytest.param("Thank you.", CLEAR, -0.2, 0.0, False, id="thanks, clearly said"),
        pytest.param("Thank you.", BRIEF, -0.2, 0.0, True, id="thanks in a click"),
        pytest.param("Thank you.", UNSURE, -0.2, 0.0, True, id="thanks in music"),
        pytest.param("Thank you.", FAINT, -0.2, 0.0, True, id="thanks out of nothing"),
        pytest.param("Thank you.", CLEAR, -0.2, 0.5, True, id="thanks, and Whisper doubts"),
        pytest.param("Yes.", BRIEF, -0.2, 0.0, False, id="a short yes"),
        pytest.param("Turn off the light.", UNSURE, -0.2, 0.0, False, id="a command in noise"),
        pytest.param("Turn off the light.", UNSURE, -0.6, 0.0, True, id="a command that music was read as"),
        pytest.param("Turn off the light.", CLEAR, -0.6, 0.0, False, id="a command with an accent"),
        pytest.param("Turn off the light.", CLEAR, -1.1, 0.0, True, id="a command that babble was read as"),
    ],
)
def test_doubts_must_add_up(text: str, speech: Speech, logprob: float, no_speech: float, dropped: bool) -> None:
    """An invention is dropped only where it is doubtful that anybody spoke, anything else only if unlikely besides."""
    assert is_unfounded(text, "en", speech, logprob, no_speech) is dropped


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        pytest.param("the the the the the the", True, id="a word"),
        pytest.param("Turn off, turn off, turn off. Turn off!", True, id="two words"),
        pytest.param("I think " + "that it is so and " * 5, True, id="more words, at the end"),
        pytest.param("No, no, no, no!", False, id="an emphatic no"),
        pytest.param("Turn it off, turn it off, turn it off!", False, id="an impatient speaker"),
        pytest.param("Set the lamp to 100 percent.", False, id="a command"),
        pytest.param("one two three one two three", False, id="twice"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_loops_are_told_from_emphasis(text: str, loop: bool) -> None:
    """What is said again and again on end was not said."""
    assert is_loop(text) is loop


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_is_plain_and_complete(language: str) -> None:
    """Each list has sentences and credits in the form in which they are looked up, each once."""
    listed = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    for kind in ("whole", "begins"):
        entries = listed[kind]
        assert entries
        assert len(set(entries)) == len(entries)
        assert all(entry == entry.strip().lower() for entry in entries)
    assert all(is_invention(f"{entry.capitalize()}.", language) for entry in listed["whole"])
    assert all(is_invention(f"{entry.capitalize()} 2021", language) for entry in listed["begins"])


def test_the_first_languages_have_lists() -> None:
    """The languages that Parlor knows best have lists."""
    assert {"en", "de", "fr", "es", "nl"} <= set(LANGUAGES)
