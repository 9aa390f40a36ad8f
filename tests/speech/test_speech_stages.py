"""The speech process of this machine, killed at each stage of hearing and speaking: done again, or said."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import os
from pathlib import Path
import signal

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.speech import synthesis, transcription
from custom_components.parlor.speech.errors import SpeechError
from custom_components.parlor.speech.last_words import LastWords
from custom_components.parlor.speech.process import ProcessOptions, SpeechProcess
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.speaking import async_speak
from custom_components.parlor.speech.status import Role
from custom_components.parlor.speech.synthesis import Manner, async_say
from custom_components.parlor.speech.transcription import Wish, async_transcribe
from demo.spoken import Recording

DEMO = Path(__file__).parents[2] / "demo"
RECORDING = DEMO / "recordings" / "temperature_bedroom.wav"
REPLY = (
    "The kitchen lights are off. The thermostat in the living room is set to twenty degrees. The front door is locked."
)
LIMIT = 120
HEADER_BYTES = 44

pytestmark = [pytest.mark.usefixtures("own_config"), pytest.mark.timeout(400)]

type Kill = Callable[[], None]


@pytest.fixture
async def local(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[SpeechServer]:
    """Run the tiny models, on a computer that may have much else to do."""
    monkeypatch.setattr(transcription, "REPLAY_WAIT_S", LIMIT)
    monkeypatch.setattr(synthesis, "REPLAY_WAIT_S", LIMIT)
    options = ProcessOptions(str(DEMO / "models" / "whisper"), str(DEMO / "models" / "voice"), "en")
    server = SpeechServer(hass, process=SpeechProcess(hass, options))
    await server.async_start()
    assert await server.async_wait_ready(Role.EARS, LIMIT)
    assert await server.async_wait_ready(Role.VOICE, LIMIT)
    yield server
    await server.async_stop()


@pytest.fixture
def kill(local: SpeechServer) -> Kill:
    """Return what kills the process that runs now."""

    def killing() -> None:
        assert local.process is not None
        assert local.process.pid is not None
        os.kill(local.process.pid, signal.SIGKILL)

    return killing


async def _open_microphone(kill: Kill, share: float | None) -> AsyncGenerator[bytes]:
    """Bring the recording and then silence, in real time, as long as anybody listens; kill after a share of it."""
    said = await Recording.async_load(RECORDING)
    kill_at = None if share is None else int(said.last_voiced * share)
    at = 0
    async for chunk in said.async_play():
        if at == kill_at:
            kill()
        at += 1
        yield chunk


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(0.0, id="before the first word"),
        pytest.param(0.5, id="in the middle of the words"),
        pytest.param(1.0, id="at the last word"),
    ],
)
async def test_an_open_microphone_is_heard_again(local: SpeechServer, kill: Kill, share: float) -> None:
    """Nobody closes the microphone but Parlor: the words are heard by the next process."""
    assert "bedroom" in (await async_transcribe(local, _open_microphone(kill, share), Wish(["en"]))).lower()


async def test_killed_while_it_decodes(local: SpeechServer, kill: Kill) -> None:
    """All was said, and the words were being read."""
    said = await Recording.async_load(RECORDING)

    async def microphone() -> AsyncGenerator[bytes]:
        yield said.samples.tobytes()
        asyncio.get_running_loop().call_soon(kill)

    assert "bedroom" in (await async_transcribe(local, microphone(), Wish(["en"]))).lower()


@pytest.fixture
async def last_words(hass: HomeAssistant, local: SpeechServer) -> AsyncGenerator[LastWords]:
    """Keep what is said when the voice is gone."""
    words = LastWords(hass, local)
    words.learn("en_US", None)
    async with asyncio.timeout(LIMIT):
        while words.of("en_US", None) is None:
            await asyncio.sleep(0.01)
    yield words
    await words.stop()


@pytest.mark.parametrize("written", [pytest.param(0, id="before the text"), pytest.param(10, id="within the text")])
async def test_a_reply_that_was_not_begun_is_spoken_again(
    local: SpeechServer, last_words: LastWords, kill: Kill, written: int
) -> None:
    """Nobody has heard anything of it: the next process says all of it."""
    expected = await async_say(local, REPLY, Manner())

    async def text() -> AsyncGenerator[str]:
        if not written:
            kill()
        yield REPLY[:written]
        if written:
            kill()
        yield REPLY[written:]

    spoken = b"".join([part async for part in async_speak(local, last_words, text(), "en_US", Manner())])
    assert len(spoken) > len(expected.pcm) * 0.9


async def test_a_reply_that_was_begun_ends_with_the_failure(
    local: SpeechServer, last_words: LastWords, kill: Kill
) -> None:
    """What was heard is not said again: the sound that was kept says what happened."""
    failure = last_words.of("en_US", None)
    assert failure is not None
    spoken = bytearray()

    async def text() -> AsyncGenerator[str]:
        yield REPLY * 100

    async def listen() -> None:
        killed = False
        async for part in async_speak(local, last_words, text(), "en_US", Manner()):
            spoken.extend(part)
            if not killed and len(spoken) > HEADER_BYTES:
                killed = True
                kill()

    with pytest.raises(SpeechError):
        await listen()
    assert spoken.endswith(failure.pcm)
