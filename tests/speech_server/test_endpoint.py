"""The server notices by itself when a speaker is done, reads at pauses, and does not cut recordings short."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from demo.spoken import decode
from parlor_speech.endpoint import DEFAULT, PATIENCE, Patience, Words, has_ended, is_unfinished, told_after
from parlor_speech.habit import Habit
from parlor_speech.voice_activity import VoiceActivity

from .client import Client, words

RATE = 16_000
STEP = RATE // 100
RECORDINGS = Path(__file__).parents[2] / "demo" / "recordings"
LIMIT = 60
PARTIALS = {"parlor": {"partials": True}}


def recorded(name: str) -> bytes:
    """Return a recording as 16 kHz PCM, its silence cut off."""
    samples = decode(RECORDINGS / f"{name}.wav")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 500)
    return bytes(samples[loud[0] : loud[-1]].astype("<i2").tobytes())


def quietest(pcm: bytes) -> int:
    """Return where, in bytes, the speaker draws breath in the middle of the audio."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    width = RATE // 20
    loudness = np.convolve(samples**2, np.ones(width), "same")
    first, last = samples.size * 3 // 10, samples.size * 7 // 10
    return 2 * (first + int(loudness[first:last].argmin()))


def silence(seconds: float) -> bytes:
    """Return faint noise, as a room has it."""
    noise = np.random.default_rng(2).normal(0, 15, int(seconds * RATE))
    return bytes(noise.astype("<i2").tobytes())


async def speak(client: Client, pcm: bytes, *, fast: bool = False) -> float:
    """Send audio as a microphone does, 10 ms each 10 ms, until it ends or is answered; return the seconds sent."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for at in range(0, len(pcm), 2 * STEP):
        await client.send(AudioChunk(RATE, 2, 1, pcm[at : at + 2 * STEP]))
        if not fast:
            await asyncio.sleep(max(0.0, began + at / 2 / RATE - loop.time()))
    return len(pcm) / 2 / RATE


async def answered(client: Client, pcm: bytes, **request: object) -> tuple[list[Event], bool]:
    """Speak in real time; return the events up to the transcript, and whether it came before the audio had ended."""
    await client.send(Transcribe(language="en", **request), AudioStart(RATE, 2, 1))  # type: ignore[arg-type]
    speaking = asyncio.create_task(speak(client, pcm))
    events = [await client.receive()]
    while events[-1].type not in ("transcript", "error"):
        events.append(await client.receive())
    early = not speaking.done()
    await speaking
    await client.send(AudioStop())
    return events, early


async def test_a_finished_sentence_ends_by_itself(client: Client) -> None:
    """The transcript comes while the microphone is still open, and the connection goes on to serve."""
    pcm = silence(0.3) + recorded("turn_off_kitchen_set_thermostat") + silence(3)
    for _ in range(2):
        events, early = await answered(client, pcm)
        assert [event.type for event in events] == ["transcript"]
        assert early
        assert words(events[-1]) == "turn off the kitchen lights and set the thermostat to 20 degrees"


async def test_a_client_that_asks_is_told_at_a_pause(client: Client) -> None:
    """What was read at a pause is told to who asks; who says that it was all has the transcript at once."""
    pcm = silence(0.3) + recorded("front_door_open") + silence(3)
    events, _ = await answered(client, pcm, context=PARTIALS, vad_sensitivity="relaxed")
    assert [event.type for event in events] == ["transcript-chunk", "transcript"]
    assert events[0].data["text"] == events[1].data["text"]
    assert words(events[1]) == "is the front door open"


async def test_who_goes_on_after_a_pause_is_heard_to_the_end(client: Client) -> None:
    """A pause within a sentence that can not be over is waited out."""
    pcm = recorded("turn_off_kitchen_set_thermostat")
    middle = quietest(pcm)
    await client.send(Transcribe(language="en", vad_sensitivity="relaxed"), AudioStart(RATE, 2, 1))
    await speak(client, silence(0.3) + pcm[:middle] + silence(0.5) + pcm[middle:] + silence(2.5))
    assert words(await client.receive()).endswith("20 degrees")
    await client.send(AudioStop())


async def test_a_recording_that_is_sent_at_once_is_read_to_its_end(client: Client) -> None:
    """Pauses in a file end nothing: nobody is waiting in it."""
    pcm = recorded("front_door_open") + silence(2) + recorded("temperature_bedroom")
    await client.send(Transcribe(language="en"), AudioStart(RATE, 2, 1))
    await speak(client, pcm, fast=True)
    await client.send(AudioStop())
    heard = words(await client.receive())
    assert heard.startswith("is the front door open")
    assert heard.endswith("bedroom")


@pytest.mark.parametrize(
    ("pcm", "patience"),
    [pytest.param(silence(8), "default", id="silence")],
)
async def test_where_nobody_speaks_there_is_soon_no_text(client: Client, pcm: bytes, patience: str) -> None:
    """Nobody has to wait for the microphone to give up."""
    events, early = await answered(client, pcm, vad_sensitivity=patience)
    assert (words(events[-1]), early) == ("", True)


@pytest.mark.parametrize(
    ("text", "language", "unfinished"),
    [
        ("Turn off the", "en", True),
        ("Set the thermostat to", "en-US", True),
        ("Turn on the light and", "en", True),
        ("Um", "en", True),
        ("Turn off.", "en", True),
        ("I turn on.", "en", False),
        ("Öffne.", "de", True),
        ("Allume", "fr", True),
        ("Turn off the light.", "en", False),
        ("What time is it?", "en", False),
        ("", "en", False),
        ("Turn off the light...", "en", True),
        ("Turn off the light,", None, True),
        ("Sytytä valo –", "fi", True),  # noqa: RUF001 - a dash as it is written
        ("Schalte das Licht in der", "de", True),
        ("Mach das Licht an", "de", False),
        ("Allume la", "fr", True),
        ("Enciende la luz de la", "es", True),
        ("Doe het licht in de", "nl_NL", True),
        ("Turn off the", None, False),
        ("Sytytä", "fi", False),
    ],
)
def test_what_can_not_be_a_whole_sentence(text: str, language: str | None, unfinished: bool) -> None:
    """Endings are told apart by the last words."""
    assert is_unfinished(text, language) is unfinished


@pytest.mark.parametrize(
    ("spoken", "quiet", "text", "patience", "ended"),
    [
        pytest.param(0, 5.9, None, DEFAULT, False, id="nothing yet"),
        pytest.param(2, 6.1, None, DEFAULT, True, id="nothing at all"),
        pytest.param(40, 0.45, "Turn it off.", DEFAULT, False, id="finished, too early"),
        pytest.param(40, 0.55, "Turn it off.", DEFAULT, True, id="finished"),
        pytest.param(40, 0.65, "Turn it off", DEFAULT, False, id="without a stop, too early"),
        pytest.param(40, 0.75, "Turn it off", DEFAULT, True, id="without a stop"),
        pytest.param(40, 1.2, "Turn off the.", DEFAULT, False, id="unfinished, too early"),
        pytest.param(40, 1.4, "Turn off the.", DEFAULT, True, id="unfinished"),
        pytest.param(40, 1.2, None, DEFAULT, False, id="not read yet"),
        pytest.param(40, 0.35, "Turn it off.", PATIENCE["aggressive"], True, id="aggressive"),
        pytest.param(40, 0.8, "Turn it off.", PATIENCE["relaxed"], False, id="relaxed"),
        pytest.param(650, 0.0, None, DEFAULT, True, id="a television"),
    ],
)
def test_when_a_speaker_is_done(
    spoken: int,
    quiet: float,
    text: str | None,
    patience: Patience,
    ended: bool,
) -> None:
    """How long is waited depends on what was said."""
    activity = VoiceActivity()
    activity.spoken, activity.last = spoken, spoken * 512
    activity.position = activity.last + int(quiet * RATE)
    assert has_ended(activity, patience, None if text is None else Words(text, "en")) is ended


@pytest.mark.parametrize(
    ("quiet", "text", "ending", "closed", "ended"),
    [
        pytest.param(0.55, "Turn off the fan.", -0.1, 0.9, True, id="sure"),
        pytest.param(1.1, "Turn off the fan.", -1.9, 0.9, False, id="guessed, too early"),
        pytest.param(1.25, "Turn off the fan.", -1.9, 0.9, True, id="guessed"),
        pytest.param(1.25, "Turn off the", -1.9, 0.9, False, id="guessed and unfinished"),
        pytest.param(1.1, "Set the lamp.", -0.1, 0.6, False, id="hardly closed, too early"),
        pytest.param(1.25, "Set the lamp.", -0.1, 0.6, True, id="hardly closed"),
    ],
)
def test_an_ending_that_may_be_invented_is_waited_for(
    quiet: float, text: str, ending: float, closed: float, ended: bool
) -> None:
    """Whisper makes whole sentences of halves, but is not sure of what it adds, or of the full stop."""
    activity = VoiceActivity()
    activity.spoken, activity.last = 40, 40 * 512
    activity.position = activity.last + int(quiet * RATE)
    assert has_ended(activity, DEFAULT, Words(text, "en", ending, closed)) is ended


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(Words("Turn off the fan.", "en"), 0.3, id="a sentence"),
        pytest.param(Words("Turn off the fan.", "en", -1.9), None, id="a guess"),
        pytest.param(Words("Turn off the fan", "en", -0.1, 0.1), 0.7, id="not closed"),
        pytest.param(Words("Turn off the fan.", "en", -0.1, 0.6), 0.7, id="hardly closed"),
        pytest.param(Words("Turn off the fan", "en", -0.1, 1.0), 0.3, id="never a stop"),
    ],
)
def test_who_may_take_it_for_all_is_told_as_soon_as_the_signs_allow(words: Words, told: float | None) -> None:
    """What is told may end the utterance, so a doubt is waited out."""
    assert told_after(words, DEFAULT) == told


@pytest.mark.parametrize(
    ("texts", "closes"),
    [
        pytest.param([], True, id="nothing yet"),
        pytest.param(["Turn it off.", "Is it on?", "Turn it off"], True, id="one without"),
        pytest.param(["Turn it off", "Is it on", "Turn it on"], False, id="all without"),
        pytest.param(["", "", "", "", ""], True, id="silence"),
        pytest.param(["Turn it off"] * 9 + ["Turn it off."] * 6, True, id="with stops again"),
    ],
)
def test_a_missing_stop_tells_nothing_of_who_never_writes_one(texts: list[str], closes: bool) -> None:
    """Some models, and some lists of words to expect, make sentences without stops."""
    habit = Habit()
    for text in texts:
        habit.note(text)
    assert habit.closes is closes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Turn off the", "kitchen lights."),
        ("Set the thermostat to", "19 degrees."),
        ("Close the blinds in", "the bedroom."),
    ],
)
async def test_half_a_sentence_is_not_told_as_a_whole_one(client: Client, before: str, after: str) -> None:
    """What the model makes up to end it is kept back; a pause of 0.8 s is waited out."""
    (rate, first), (_, second) = [await client.speak(text) for text in (before, after)]
    assert rate == RATE
    pcm = silence(0.3) + first + silence(0.6) + second + silence(3)
    events, _ = await answered(client, pcm, context=PARTIALS)
    assert words(events[-1]).endswith(words(Event("transcript", {"text": after})))
    assert all(words(Event("transcript", event.data)) == words(events[-1]) for event in events)
