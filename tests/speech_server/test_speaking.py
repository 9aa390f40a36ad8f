"""Voice: text in, sound out, sentence by sentence."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from .client import Client, audio_of
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
    _, line = await client.speak("The kitchen lights are on.")
    _, page = await client.speak("The kitchen lights are on. " * 60)
    assert len(page) == pytest.approx(60 * len(line), rel=0.05)


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
