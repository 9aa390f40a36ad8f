"""The real engines behind the real process, which is killed while it is needed."""

import asyncio
from collections.abc import AsyncGenerator
import os
from pathlib import Path
import signal
import wave

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.speech import synthesis, transcription
from custom_components.parlor.speech.process import ProcessOptions, SpeechProcess
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.status import Role
from custom_components.parlor.speech.synthesis import Manner, async_say, async_synthesize
from custom_components.parlor.speech.transcription import Wish, async_transcribe

DEMO = Path(__file__).parents[2] / "demo"
WHISPER = DEMO / "models" / "whisper"
VOICE = DEMO / "models" / "voice"
RECORDING = DEMO / "recordings" / "temperature_bedroom.wav"

pytestmark = [pytest.mark.usefixtures("own_config"), pytest.mark.timeout(300)]


@pytest.fixture
async def local(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[SpeechServer]:
    """Run the tiny models, on a computer that may have much else to do."""
    monkeypatch.setattr(transcription, "REPLAY_WAIT_S", 120)
    monkeypatch.setattr(synthesis, "REPLAY_WAIT_S", 120)
    server = SpeechServer(hass, process=SpeechProcess(hass, ProcessOptions(str(WHISPER), str(VOICE), "en")))
    await server.async_start()
    assert await server.async_wait_ready(Role.EARS, 120)
    assert await server.async_wait_ready(Role.VOICE, 120)
    yield server
    await server.async_stop()


def _kill(server: SpeechServer) -> None:
    assert server.process is not None
    assert server.process.pid is not None
    os.kill(server.process.pid, signal.SIGKILL)


def _pcm() -> bytes:
    with wave.open(str(RECORDING)) as file:
        return bytes(file.readframes(file.getnframes()))


async def _microphone(
    *, killed_after: float | None = None, server: SpeechServer | None = None
) -> AsyncGenerator[bytes]:
    """Bring the recording in pieces of 10 ms, faster than it was spoken; kill the process after a part of it."""
    pcm = _pcm()
    kill_at = None if killed_after is None else int(len(pcm) * killed_after) // 320 * 320
    for at in range(0, len(pcm), 320):
        await asyncio.sleep(0.001)
        yield pcm[at : at + 320]
        if at == kill_at and server:
            _kill(server)


@pytest.mark.parametrize("killed_after", [0.0, 0.5, 0.99])
async def test_killed_while_listening(local: SpeechServer, killed_after: float) -> None:
    """What was said is understood although the ears died over it."""
    words = await async_transcribe(local, _microphone(), Wish(["en"]))
    assert "bedroom" in words.lower()
    assert local.process is not None
    pid = local.process.pid
    assert await async_transcribe(local, _microphone(killed_after=killed_after, server=local), Wish(["en"])) == words
    assert local.process.pid != pid


async def test_silence(local: SpeechServer) -> None:
    """Silence has no words."""

    async def silence() -> AsyncGenerator[bytes]:
        yield bytes(32000)

    assert await async_transcribe(local, silence(), Wish(["en"])) == ""


async def test_killed_before_it_spoke(local: SpeechServer) -> None:
    """What was to be said is said although the voice died over it."""

    async def reply() -> AsyncGenerator[str]:
        yield "The light "
        await asyncio.sleep(0.1)
        _kill(local)
        yield "is on."

    said = await async_say(local, "The light is on.", Manner())
    assert len(said.pcm) > said.format.rate // 2
    parts = [part async for part in async_synthesize(local, reply(), Manner())]
    assert parts[0] == said.format
    assert sum(len(part) for part in parts if isinstance(part, bytes)) > said.format.rate // 2


async def test_describes_itself(local: SpeechServer) -> None:
    """Languages and voice are those of the models."""
    changed = asyncio.Event()
    remove = local.async_add_listener(changed.set)
    while not (local.info and local.info.hears and local.info.speaks):
        await changed.wait()
        changed.clear()
    remove()
    assert "en" in local.info.languages
    assert local.info.voice_languages == ("en_US",)
    assert local.info.streams_text
