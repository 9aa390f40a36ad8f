"""Voice: text in, sound out, sentence by sentence."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from .client import Client, audio_of, words
from .process import VOICE, SpeechProcess


def _types(events: list[Event]) -> list[str]:
    """Return the types in order, repetitions once."""
    types = [event.type for event in events]
    return [kind for kind, before in zip(types, [None, *types], strict=False) if kind != before]


async def test_text_is_spoken(client: Client) -> None:
    """Text is spoken."""
    await client.send(Synthesize(text="The kitchen lights are on. The thermostat is set to 21 degrees."))
    events = await client.receive_until("audio-stop")
    assert _types(events) == ["audio-start", "audio-chunk", "audio-stop"]
    start = events[0].data
    assert (start["width"], start["channels"]) == (2, 1)
    assert all(event.data["rate"] == start["rate"] for event in events[1:-1])
    samples = np.frombuffer(audio_of(events), "<i2")
    assert samples.size > 2 * start["rate"]
    assert np.abs(samples).max() > 5000


async def test_text_that_comes_in_bits_is_spoken_once(client: Client) -> None:
    """Text that comes in bits is spoken once."""
    text = "The kitchen lights are on. The thermostat is set to 21 degrees."
    await client.send(SynthesizeStart())
    for start in range(0, len(text), 5):
        await client.send(SynthesizeChunk(text[start : start + 5]))
    # Home Assistant sends the whole text once more, for servers that do not know the others.
    await client.send(Synthesize(text=text), SynthesizeStop())
    events = await client.receive_until("synthesize-stopped")
    assert _types(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
    _, whole = await client.speak(text)
    assert len(audio_of(events)) == len(whole)


async def test_the_first_sentence_is_heard_before_the_last_is_written(client: Client) -> None:
    """The first sentence is heard before the last is written."""
    await client.send(SynthesizeStart(), SynthesizeChunk("The kitchen lights are on. And"))
    assert _types(await client.receive_until("audio-chunk")) == ["audio-start", "audio-chunk"]
    await client.send(SynthesizeChunk(" that is all."), SynthesizeStop())
    assert _types(await client.receive_until("synthesize-stopped"))[-2:] == ["audio-stop", "synthesize-stopped"]


_CLAUSES = "The lights in the kitchen are on now, and the thermostat in the hall, which is old, is set to 21 degrees."


async def test_the_first_clause_is_heard_before_the_sentence_is_written(client: Client) -> None:
    """The first clause of a long sentence is heard before the sentence is written."""
    await client.send(SynthesizeStart(), SynthesizeChunk(_CLAUSES[:70]))
    assert _types(await client.receive_until("audio-chunk")) == ["audio-start", "audio-chunk"]
    await client.send(SynthesizeChunk(_CLAUSES[70:]), SynthesizeStop())
    assert _types(await client.receive_until("synthesize-stopped"))[-2:] == ["audio-stop", "synthesize-stopped"]


def _pauses(pcm: bytes, rate: int) -> list[float]:
    """Return the seconds of each silence within sound, of 60 ms or more."""
    audible = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(int)) > 150)
    gaps = np.diff(audible) / rate
    return [round(float(gap), 3) for gap in gaps if gap >= 0.06]


async def test_a_pause_between_sentences_is_natural(client: Client) -> None:
    """Between sentences there is a quarter of a second of silence, at a pause within a sentence less."""
    rate, pcm = await client.speak("The lights are on. The fan is off. The door is shut.")
    between = sorted(_pauses(pcm, rate))[-2:]
    assert between == pytest.approx([0.27, 0.27], abs=0.03)
    rate, pcm = await client.speak(_CLAUSES)
    _, whole = await client.speak("The lights in the kitchen are on now,")
    cut = np.frombuffer(pcm, "<i2")[len(whole) // 2 : len(whole) // 2 + int(0.06 * rate)]
    assert not cut.any()
    assert max(_pauses(pcm, rate), default=0) < 0.2


@pytest.mark.parametrize("text", ["Turn off the hallway light.", "Turn on the kitchen lights.", "Close the blinds."])
async def test_no_word_is_cut(client: Client, text: str) -> None:
    """What is left of the sound has all of the words, to the last consonant."""
    rate, pcm = await client.speak(text)
    assert words(await client.hear(pcm, rate)) == text.lower().rstrip(".")


async def test_what_was_said_before_is_not_made_again() -> None:
    """What was said before comes from memory, the same to the last sample; another pace is made anew."""
    with SpeechProcess("--voice", VOICE, "--log-level", "DEBUG") as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            first = await client.speak("The kitchen lights are off.")
            assert "Said before" not in speech.log
            assert await client.speak("The kitchen lights are off.") == first
            speech.logged("Said before")
            await client.send(Synthesize(text="The kitchen lights are off.", context={"parlor": {"speed": 0.5}}))
            assert len(audio_of(await client.receive_until("audio-stop"))) > 1.5 * len(first[1])
            assert speech.log.count("Said before") == 1
        assert "kitchen" not in speech.log


async def test_memory_for_sounds_can_be_none() -> None:
    """Where nothing may be kept, everything is made anew."""
    with SpeechProcess("--voice", VOICE, "--log-level", "DEBUG", "--cache-mb", "0") as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            assert (await client.speak("Good evening."))[1] == (await client.speak("Good evening."))[1]
        assert "Said before" not in speech.log


async def test_a_confirmation_does_not_wait_for_others(client: Client, socket: Path) -> None:
    """What was said before is answered although the engine has more to do than it may."""
    rate, pcm = await client.speak("The hall light is off.")
    book = "It was a dark and stormy night, in which nobody slept at all. " * 500
    async with AsyncExitStack() as stack:
        for _ in range(6):
            reader = await stack.enter_async_context(Client(socket))
            await reader.send(Synthesize(text=book))
            await reader.receive()
        assert await client.speak("The hall light is off.") == (rate, pcm)


@pytest.mark.parametrize("text", ["", " \n", "😀", "🎉🎉 ❤️", "...", "*", "\x00"])
async def test_what_cannot_be_spoken_is_a_short_silence(client: Client, text: str) -> None:
    """What cannot be spoken is a short silence."""
    rate, pcm = await client.speak(text)
    assert 0 < len(pcm) / 2 / rate < 0.2
    assert not any(pcm)


async def test_half_a_character_is_left_out(client: Client) -> None:
    """Half a character is left out."""
    data = rb'{"text": "It is \ud83d on."}'
    await client.send_raw(b'{"type": "synthesize", "data_length": %d}\n' % len(data), data)
    assert (await client.receive_until("audio-stop"))[-1].type == "audio-stop"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 1000, id="one word"),
        pytest.param("a, " * 200, id="one sentence"),
        pytest.param("Привет, 世界! مرحبا שלום", id="other scripts"),
        pytest.param("[[ not phonemes ]] <break/> &amp; \\", id="markup"),
        pytest.param("1234567890" * 30, id="digits"),
        pytest.param("🎉 Done 🎉", id="pictures around words"),
    ],
)
async def test_any_text_is_spoken(client: Client, text: str) -> None:
    """Any text is spoken."""
    rate, pcm = await client.speak(text)
    assert len(pcm) / 2 / rate > 0.2


async def test_a_book_begins_at_once_and_can_be_left(client: Client, socket: Path) -> None:
    """A book begins at once and can be left."""
    async with Client(socket) as reader:
        await reader.send(Synthesize(text="It was a dark and stormy night. " * 3200))
        assert (await reader.receive_until("audio-chunk"))[-1].type == "audio-chunk"
    assert (await client.speak("Good evening."))[1]


async def test_a_page_is_read_to_its_end(client: Client) -> None:
    """A page is read to its end."""
    rate, line = await client.speak("The kitchen lights are on.")
    _, page = await client.speak("The kitchen lights are on. " * 60)
    assert len(page) == pytest.approx(60 * (len(line) + int(0.25 * rate) * 2), rel=0.05)


async def test_more_text_than_can_wait_is_refused(client: Client) -> None:
    """More text than can wait is refused."""
    book = "It was a dark and stormy night. " * 10_000
    await client.send(SynthesizeStart(), *[SynthesizeChunk(book)] * 4)
    answer = (await client.receive_until("synthesize-stopped"))[-1]
    assert answer.data["code"] == "too_long"


@pytest.mark.parametrize(
    "voice",
    [
        pytest.param(SynthesizeVoice(), id="nothing"),
        pytest.param(SynthesizeVoice(name=VOICE.stem), id="its name"),
        pytest.param(SynthesizeVoice(name="xx_XX-gone-high", speaker="nobody"), id="a voice that is gone"),
        pytest.param(SynthesizeVoice(language="de"), id="another language"),
    ],
)
async def test_there_is_one_voice_for_every_wish(client: Client, voice: SynthesizeVoice) -> None:
    """There is one voice for every wish."""
    await client.send(Synthesize(text="Good evening.", voice=voice))
    assert (await client.receive_until("audio-stop"))[-1].type == "audio-stop"


async def test_the_pace_can_be_set() -> None:
    """The pace can be set."""
    lengths = []
    for scale in ("0.7", "1.4"):
        with SpeechProcess("--voice", VOICE, "--length-scale", scale) as speech:
            speech.settled()
            async with Client(speech.socket) as client:
                rate, pcm = await client.speak("The kitchen lights are on.")
                lengths.append(len(pcm) / rate)
    assert lengths[1] > 1.3 * lengths[0]


async def test_several_clients_are_spoken_to_at_once(socket: Path) -> None:
    """Several clients are spoken to at once."""

    async def speak(text: str) -> int:
        async with Client(socket) as client:
            return len((await client.speak(text))[1])

    lengths = await asyncio.gather(*(speak("Good evening. " * count) for count in (1, 2, 4)))
    assert lengths[0] < lengths[1] < lengths[2]


async def test_words_are_not_logged(speech: SpeechProcess, client: Client) -> None:
    """Words are not logged."""
    await client.speak("Rumpelstiltskin sleeps.")
    assert "First sound" in speech.log
    assert "rumpel" not in speech.log.lower()
