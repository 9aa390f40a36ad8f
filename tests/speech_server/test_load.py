"""Many satellites at once: every utterance is answered, in turn, and the server's memory stays flat."""

import asyncio
from pathlib import Path

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from benchmarks.ears_load import load, memory, prepare

from .client import Client, words
from .process import VOICE, WHISPER, SpeechProcess

CLIENTS = 20
UTTERANCES = 240
MEBIBYTE = 2**20


async def test_twenty_clients_at_once_are_all_heard() -> None:
    """No utterance is lost, refused or mixed up with another, and nothing of them stays in memory."""
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE) as speech:
        speech.settled()
        uri = f"unix://{speech.socket}"
        spoken = await prepare(uri)
        # What a server needs for so many at once is there after the first of them.
        await load(uri, spoken, CLIENTS, CLIENTS, live=False)
        before = memory(speech.process.pid)
        outcome = await load(uri, spoken, CLIENTS, UTTERANCES, live=False)
        after = memory(speech.process.pid)
        assert "Traceback" not in speech.log
    assert outcome.errors == []
    assert (len(outcome.answers), outcome.otherwise) == (UTTERANCES, 0)
    assert after - before < 24 * MEBIBYTE


@pytest.mark.parametrize("text", ["the kitchen light is on " * 17, "你好 " * 30], ids=["no stop", "spelled out"])
async def test_a_long_breath_does_not_take_the_memory(text: str) -> None:
    """What is spoken at once has a bound, and what it took is given back."""
    with SpeechProcess("--voice", VOICE) as speech:
        speech.settled()
        before = memory(speech.process.pid)
        async with Client(speech.socket) as client:
            assert (await client.speak(text))[1]
        assert memory(speech.process.pid) - before < 400 * MEBIBYTE


async def test_a_client_that_asks_for_much_does_not_hold_up_one_that_asks_for_little(socket: Path) -> None:
    """Who sends one utterance is answered before another has got all of its forty answers."""
    async with Client(socket) as greedy, Client(socket) as modest:
        rate, pcm = await modest.speak("Turn on the kitchen lights.")
        answered = 0

        async def ask() -> None:
            for _ in range(40):
                chunk = AudioChunk(rate, 2, 1, pcm)
                await greedy.send(Transcribe(language="en"), AudioStart(rate, 2, 1), chunk, AudioStop())

        async def listen() -> None:
            nonlocal answered
            for _ in range(40):
                assert words(await greedy.receive()) == "turn on the kitchen lights"
                answered += 1

        asking, listening = asyncio.create_task(ask()), asyncio.create_task(listen())
        while not answered:
            await asyncio.sleep(0.01)
        assert words(await modest.hear(pcm, rate)) == "turn on the kitchen lights"
        assert answered < 40
        await asyncio.gather(asking, listening)
        assert answered == 40
