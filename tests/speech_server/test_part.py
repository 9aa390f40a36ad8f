"""A part keeps its engine to one thread, and says what is wrong instead of failing."""

import asyncio
from functools import partial
from pathlib import Path
import threading

import pytest
from wyoming.tts import Synthesize

from parlor_speech.errors import Code, SpeechError
from parlor_speech.part import MAX_WAITING, Part, Report, Resting
from parlor_speech.piper_voice import Voice, VoiceSettings
from parlor_speech.requests import Manner
from parlor_speech.session import Parts, Session
from parlor_speech.sound import SoundCache
from parlor_speech.status import State, StatusBoard
from parlor_speech.voice_card import VoiceCard
from parlor_speech.voices import Voices
from parlor_speech.wire import Limits

from .client import Client
from .process import VOICE


def _thread_of(_report: Report) -> threading.Thread:
    return threading.current_thread()


async def test_all_work_is_done_on_one_thread_in_order() -> None:
    """All work is done on one thread, in order."""
    part = Part("ears", "model", _thread_of, StatusBoard())
    assert part.status.state is State.LOADING
    await part.start()
    assert str(part.status.state) == "ready"
    done: list[int] = []

    def job(number: int, thread: threading.Thread) -> bool:
        done.append(number)
        return thread is threading.current_thread()

    assert await asyncio.gather(*(part.run(partial(job, number)) for number in range(10))) == [True] * 10
    assert done == list(range(10))
    part.stop()


async def test_an_engine_that_fails_unforeseen_is_told_as_well() -> None:
    """An engine that fails unforeseen is told as well."""

    def fail(_report: Report) -> None:
        raise ZeroDivisionError

    part = Part("voice", "model", fail, StatusBoard())
    await part.start()
    assert (part.status.state, part.status.code) == (State.FAILED, Code.INTERNAL)
    with pytest.raises(SpeechError) as raised:
        await part.run(lambda _: None)
    assert raised.value.code is Code.INTERNAL
    part.stop()


async def test_too_much_at_once_is_refused_and_what_is_called_off_is_not_done() -> None:
    """Too much at once is refused, and what is called off is not done."""
    part = Part("ears", "model", _thread_of, StatusBoard())
    await part.start()
    go = threading.Event()
    done: list[int] = []

    def job(number: int, _thread: threading.Thread) -> None:
        go.wait(60)
        done.append(number)

    tasks = [asyncio.create_task(part.run(partial(job, number))) for number in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(SpeechError) as raised:
        await part.run(lambda _: None)
    assert raised.value.code is Code.BUSY
    for task in tasks[8:]:
        task.cancel()
    await asyncio.gather(*tasks[8:], return_exceptions=True)
    go.set()
    await asyncio.gather(*tasks[:8])
    assert await part.run(lambda _: len(done)) == 8
    # The thread's word that it has ended may come right after the result.
    await asyncio.sleep(0)
    busy = part.busy
    part.stop()
    assert not busy


async def test_an_engine_that_cannot_rest_serves_on(caplog: pytest.LogCaptureFixture) -> None:
    """What an engine raises when it is to rest is logged, and it is asked again."""
    asked: list[float] = []

    def rest(_engine: threading.Thread, seconds: float) -> bool:
        asked.append(seconds)
        if len(asked) == 1:
            raise MemoryError
        return True

    part = Part("voice", "model", _thread_of, StatusBoard(), Resting(0.01, rest))
    await part.start()
    async with asyncio.timeout(60):
        while part.status.state is not State.IDLE:
            await asyncio.sleep(0.01)
    assert "The voice cannot rest" in caplog.text
    assert await part.run(lambda thread: thread is threading.current_thread())
    assert str(part.status.state) == "ready"
    part.stop()


class _CountingVoices(Voices):
    said = 0

    def say(self, card: VoiceCard, text: str, manner: Manner) -> bytes:
        """Count, and speak."""
        self.said += 1
        return super().say(card, text, manner)


def _counting(_report: Report) -> _CountingVoices:
    return _CountingVoices({"voice": VOICE}, lambda model: Voice(model, VoiceSettings()), 1)


@pytest.mark.parametrize("texts", [1, 3], ids=["one text", "more wait"])
async def test_a_client_that_hangs_up_is_not_spoken_to_any_longer(tmp_path: Path, texts: int) -> None:
    """A client that hangs up is not spoken to any longer: the sentence at hand is the last, what waits is dropped."""
    board = StatusBoard()
    voice = Part("voice", "voice", _counting, board)
    await voice.start()
    parts = Parts(Part("ears", "", None, board), voice, board, Limits(), 60, SoundCache(0))
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(parts, reader, writer).run()
        ended.set()

    async with await asyncio.start_unix_server(serve, tmp_path / "s"):
        async with Client(tmp_path / "s") as client:
            await client.send(*[Synthesize(text="It was a dark and stormy night. " * 1000)] * texts)
            await client.receive_until("audio-chunk")
        async with asyncio.timeout(60):
            await ended.wait()
    assert voice.engine
    said = voice.engine.said
    assert said < 500
    await voice.run(lambda _: None)
    assert voice.engine.said <= said + 1
    voice.stop()
    parts.ears.stop()
