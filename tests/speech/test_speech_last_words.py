"""A voice that is gone has left a sentence behind."""

import asyncio
from collections.abc import AsyncGenerator
import json

from homeassistant.core import HomeAssistant
import pytest
from wyoming.audio import AudioChunk, AudioStart
from wyoming.event import Event
from wyoming.tts import SynthesizeVoice

from custom_components.parlor.speech.errors import SpeechError, SpeechNotRunning
from custom_components.parlor.speech.last_words import SENTENCES_FILE, LastWords
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.speaking import async_speak
from custom_components.parlor.speech.synthesis import Manner
from custom_components.parlor.speech.wav import PcmFormat, header
from tests.speech.peer import Peer, Wire, collect, failure, spoken

FORMAT = PcmFormat(16000, 2, 1)
DEEP = SynthesizeVoice(name="deep")


@pytest.fixture
async def last_words(hass: HomeAssistant, server: SpeechServer) -> AsyncGenerator[LastWords]:
    """Keep last words of the peer's voice."""
    words = LastWords(hass, server)
    yield words
    await words.stop()


async def _learn(words: LastWords, language: str, voice: SynthesizeVoice | None = None) -> None:
    words.learn(language, voice)
    words.learn(language, voice)
    await asyncio.wait(words._making.values())


async def _text(*pieces: str) -> AsyncGenerator[str]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en_US", "I cannot answer at the moment, my voice has failed."),
        ("nl-BE", "Ik kan nu niet antwoorden, mijn stem is uitgevallen."),
        ("DE", "Ich kann gerade nicht antworten, meine Stimme ist ausgefallen."),
        ("xx", "I cannot answer at the moment, my voice has failed."),
    ],
)
async def test_learnt_in_its_language(peer: Peer, last_words: LastWords, language: str, sentence: str) -> None:
    """The sentence is that of the language, or else English."""
    peer.answer("synthesize-stop", *spoken(b"ab"))
    await _learn(last_words, language)
    said = [event.data["text"] for event in peer.received if event.type == "synthesize-chunk"]
    assert said == [sentence]
    sound = last_words.of(language, None)
    assert sound is not None
    assert (sound.format, sound.pcm) == (FORMAT, b"ab")


async def test_of_another_voice(peer: Peer, last_words: LastWords) -> None:
    """Another voice of the same language is better than silence; another language is not."""
    peer.answer("synthesize-stop", *spoken(b"ab"))
    await _learn(last_words, "en_US")
    peer.answer("synthesize-stop", *spoken(b"cd"))
    await _learn(last_words, "en_US", DEEP)
    sounds = [last_words.of("en_US", voice) for voice in (None, DEEP, SynthesizeVoice(name="high"))]
    assert [sound.pcm if sound else None for sound in sounds] == [b"ab", b"cd", b"ab"]
    assert last_words.of("de_DE", None) is None


async def test_not_learnt(peer: Peer, last_words: LastWords) -> None:
    """A voice that fails now may be learnt later."""
    peer.answer("synthesize-stop", failure(None))
    await _learn(last_words, "en_US")
    assert last_words.of("en_US", None) is None
    peer.answer("synthesize-stop", *spoken(b"ab"))
    await _learn(last_words, "en_US")
    assert last_words.of("en_US", None) is not None


async def test_stopped_while_learning(last_words: LastWords) -> None:
    """Learning ends with the entity."""
    last_words.learn("en_US", None)
    await last_words.stop()
    await last_words.stop()
    assert last_words.of("en_US", None) is None


async def test_spoken_reply_is_learnt_from(hass: HomeAssistant, server: SpeechServer, peer: Peer) -> None:
    """A voice that was used will be able to say that it is gone."""
    peer.answer("synthesize-stop", *spoken(b"ab"))
    words = LastWords(hass, server)
    wav = [part async for part in async_speak(server, words, _text("Hel", "lo."), "en_US", Manner(voice=DEEP))]
    assert wav == [header(FORMAT), b"ab"]
    await asyncio.wait(words._making.values())
    assert words.of("en_US", DEEP) is not None


async def _speak_to_the_end(
    server: SpeechServer, words: LastWords, error: type[SpeechError], language: str = "en_US"
) -> list[bytes]:
    """Return what is heard before the error."""
    heard: list[bytes] = []
    with pytest.raises(error):
        await collect(async_speak(server, words, _text("Hello."), language, Manner()), heard)
    return heard


async def test_voice_gone(server: SpeechServer, peer: Peer, last_words: LastWords) -> None:
    """The last words are heard, and the failure is still a failure, so that nobody keeps them as this reply's sound."""
    peer.answer("synthesize-stop", *spoken(b"ab"))
    await _learn(last_words, "en_US")
    peer.hang_up_on("synthesize-stop")
    assert await _speak_to_the_end(server, last_words, SpeechNotRunning) == [header(FORMAT) + b"ab"]
    assert await _speak_to_the_end(server, last_words, SpeechNotRunning, "de_DE") == []


@pytest.mark.parametrize(
    ("rate", "heard"),
    [pytest.param(16000, [b"xy", b"ab"], id="same format"), pytest.param(8000, [b"xy"], id="another format")],
)
async def test_voice_breaks_off(
    server: SpeechServer, peer: Peer, last_words: LastWords, rate: int, heard: list[bytes]
) -> None:
    """Half a reply is followed by the last words, if they fit behind it."""

    async def die(wire: Wire, _event: Event) -> None:
        await wire.send(AudioStart(rate, 2, 1), AudioChunk(rate, 2, 1, b"xy"))
        wire.writer.close()

    peer.answer("synthesize-stop", *spoken(b"ab"))
    await _learn(last_words, "en_US")
    peer.answers["synthesize-stop"] = die
    assert (await _speak_to_the_end(server, last_words, SpeechNotRunning))[1:] == heard


def test_sentences() -> None:
    """Every language has one sentence."""
    sentences = json.loads(SENTENCES_FILE.read_text(encoding="utf-8"))
    assert "en" in sentences
    assert all(sentence.endswith(".") and len(sentence) < 100 for sentence in sentences.values())
    assert len(set(sentences.values())) == len(sentences)
