"""The process from its start to its end: models that are there, missing, broken or still to be fetched."""

import asyncio
from itertools import groupby
import os
from pathlib import Path
import signal
import socket as sockets
import subprocess
import sys
from typing import Any

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop

from .client import Client, assert_serves
from .hub_server import HubServer
from .process import SPEECH_SERVER, VOICE, WHISPER, SpeechProcess


async def test_broken_models_say_so_and_the_process_lives(tmp_path: Path) -> None:
    """Broken models say so and the process lives."""
    (tmp_path / "model.bin").write_bytes(b"<html>Not found</html>")
    (tmp_path / "voice.onnx").write_bytes(b"<html>Not found</html>")
    with SpeechProcess("--whisper", tmp_path, "--voice", tmp_path) as speech:
        status = speech.settled()
        assert (status["ears"]["state"], status["ears"]["code"]) == ("failed", "model_missing")
        assert (status["voice"]["state"], status["voice"]["code"]) == ("failed", "voice_missing")
        assert "config.json" in status["ears"]["message"]
        async with Client(speech.socket) as client:
            await client.send(Transcribe(), AudioStart(16_000, 2, 1), AudioStop(), Event("ping"))
            error, pong = await client.receive(), await client.receive()
            assert (error.type, error.data["code"], pong.type) == ("error", "model_missing", "pong")
            await client.send(SynthesizeStart(), SynthesizeChunk("Hello."), SynthesizeStop(), Event("ping"))
            error, pong = await client.receive(), await client.receive()
            assert (error.type, error.data["code"], pong.type) == ("error", "voice_missing", "pong")
            await client.send(Event("describe"))
            info = await client.receive()
            assert [program["installed"] for program in info.data["asr"] + info.data["tts"]] == [False, False]


async def test_what_is_not_configured_is_off() -> None:
    """What is not configured is off."""
    with SpeechProcess() as speech:
        status = speech.settled()
        assert (status["ears"]["state"], status["voice"]["state"]) == ("off", "off")
        async with Client(speech.socket) as client:
            await client.send(Event("describe"), Transcribe(), Synthesize(text="Hello."))
            info, ears, voice = [await client.receive() for _ in range(3)]
    assert (info.data["asr"], info.data["tts"]) == ([], [])
    assert (ears.data["code"], voice.data["code"]) == ("not_ready", "not_ready")


async def test_requests_are_answered_once_loaded() -> None:
    """Requests are answered once loaded."""
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE) as speech:
        speech.logged("Listening at")
        await assert_serves(speech.socket)


@pytest.fixture
def models() -> dict[str, dict[str, bytes]]:
    """Return the tiny models as a hub has them."""
    files = {path.name: path.read_bytes() for path in WHISPER.iterdir() if path.suffix in (".bin", ".json")}
    place = "en/en_US/parlor/x_low/en_US-parlor-x_low.onnx"
    voice = {place: VOICE.read_bytes(), f"{place}.json": Path(f"{VOICE}.json").read_bytes()}
    return {"Systran/faster-whisper-tiny.en": files, "rhasspy/piper-voices": voice}


async def test_models_are_fetched_by_name_and_then_never_again(models: dict[str, Any], tmp_path: Path) -> None:
    """Models are fetched by name and then never again."""
    arguments = ("--whisper", "tiny.en", "--voice", "en_US-parlor-x_low", "--data", str(tmp_path))
    with HubServer(models) as hub, SpeechProcess(*arguments, "--hub", hub.url) as speech:
        assert speech.settled()["ears"] == _ready("tiny.en")
        await assert_serves(speech.socket)
        assert hub.requests
    with SpeechProcess(*arguments, "--hub", "http://127.0.0.1:9") as speech:
        status = speech.settled()
        assert (status["ears"], status["voice"]) == (_ready("tiny.en"), _ready("en_US-parlor-x_low"))
        await assert_serves(speech.socket)


async def test_a_download_is_followed(models: dict[str, Any], tmp_path: Path) -> None:
    """A download is followed."""
    with HubServer(models, cut_after=400_000) as hub:
        arguments = ("--whisper", "tiny.en", "--data", str(tmp_path), "--hub", hub.url)
        with SpeechProcess(*arguments) as speech:
            speech.logged("Listening at")
            async with Client(speech.socket) as client:
                await client.send(Event("parlor-status", {"follow": True}))
                ears = [(await client.receive()).data["ears"]]
                while ears[-1]["state"] not in ("ready", "failed"):
                    ears.append((await client.receive()).data["ears"])
    states = [state for state, _ in groupby(status["state"] for status in ears)]
    assert states[-3:] == ["downloading", "loading", "ready"]
    progress = [status["progress"] for status in ears if status["state"] == "downloading"]
    assert progress == sorted(progress)
    # Who follows is told what is newest: the very last share may have been overtaken by the loading.
    assert progress[0] < progress[-1] <= 1


async def test_requests_during_a_download_are_refused(tmp_path: Path) -> None:
    """Requests during a download are refused."""
    with sockets.create_server(("127.0.0.1", 0)) as silent:
        hub = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with SpeechProcess("--voice", "en_US-lessac-medium", "--data", tmp_path, "--hub", hub) as speech:
            silent.accept()
            assert speech.status()["voice"]["state"] == "downloading"
            async with Client(speech.socket) as client:
                await client.send(Synthesize(text="Hello."))
                assert (await client.receive()).data["code"] == "not_ready"


async def test_a_download_that_fails_says_so(tmp_path: Path) -> None:
    """A download that fails says so."""
    arguments = ("--whisper", "no-such-model", "--voice", "en_US-lessac-medium", "--hub", "gopher://hub")
    with SpeechProcess(*arguments, "--data", tmp_path) as speech:
        status = speech.settled()
    assert (status["ears"]["code"], status["voice"]["code"]) == ("model_missing", "download_failed")


def _ready(name: str) -> dict[str, object]:
    return {"state": "ready", "name": name, "progress": None, "code": None, "message": None, "why": None}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to(number: int) -> None:
    """It ends when told to."""
    with SpeechProcess("--voice", VOICE) as speech:
        speech.settled()
        assert speech.socket.stat().st_mode & 0o777 == 0o600
        speech.process.send_signal(number)
        assert speech.wait() == 0
        assert not speech.socket.exists()
        assert speech.process.stdout
        assert speech.process.stdout.read() == b""


async def test_it_ends_while_clients_are_served() -> None:
    """It ends while clients are served."""
    with SpeechProcess("--whisper", WHISPER, "--voice", VOICE) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            await client.send(Synthesize(text="It was a dark and stormy night. " * 1000))
            await client.receive()
            assert speech.stop() == 0


def test_it_ends_while_it_waits_for_a_hub(tmp_path: Path) -> None:
    """It ends while it waits for a hub."""
    with sockets.create_server(("127.0.0.1", 0)) as silent:
        hub = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with SpeechProcess("--whisper", "tiny", "--data", tmp_path, "--hub", hub) as speech:
            silent.accept()
            assert speech.stop() == 0


def test_it_ends_with_its_parent() -> None:
    """It ends with its parent."""
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent,
        SpeechProcess("--parent", str(parent.pid)) as speech,
    ):
        speech.settled()
        parent.kill()
        assert speech.wait() == 0


def test_it_ends_at_once_without_its_parent() -> None:
    """It ends at once without its parent."""
    with subprocess.Popen([sys.executable, "-c", ""]) as parent:
        parent.wait()
    with SpeechProcess("--parent", str(parent.pid)) as speech:
        assert speech.wait() == 0


async def test_a_killed_server_leaves_no_obstacle() -> None:
    """A killed server leaves no obstacle."""
    with SpeechProcess("--voice", VOICE) as speech:
        speech.settled()
        speech.process.kill()
        speech.wait()
        assert speech.socket.exists()
        with SpeechProcess("--voice", VOICE, path=speech.socket) as successor:
            successor.settled()
            async with Client(speech.socket) as client:
                assert (await client.speak("Good evening."))[1]
            assert successor.stop() == 0


async def test_a_server_that_is_killed_while_it_downloads_goes_on_where_it_was(
    models: dict[str, Any], tmp_path: Path
) -> None:
    """A server that is killed while it downloads goes on where it was."""
    arguments = ("--voice", "en_US-parlor-x_low", "--data", tmp_path)
    with HubServer(models, cut_after=300_000) as hub:
        with SpeechProcess(*arguments, "--hub", hub.url) as speech:
            speech.logged("trying again")
            speech.process.kill()
            speech.wait()
        hub.cut_after = None
        with SpeechProcess(*arguments, "--hub", hub.url) as successor:
            assert successor.settled()["voice"] == _ready("en_US-parlor-x_low")
        assert any("bytes=300000-" in line or "bytes=600000-" in line for line in hub.requests)


async def test_a_server_that_is_killed_while_it_speaks_is_missed_at_once() -> None:
    """Whoever listens to a server that is killed notices at once, and its successor speaks."""
    with SpeechProcess("--voice", VOICE) as speech:
        speech.settled()
        async with Client(speech.socket) as client:
            await client.send(Synthesize(text="It was a dark and stormy night. " * 1000))
            await client.receive_until("audio-chunk")
            speech.process.kill()
            assert all(event.type != "audio-stop" for event in await _until_gone(client))
        with SpeechProcess("--voice", VOICE, path=speech.socket) as successor:
            successor.settled()
            async with Client(speech.socket) as client:
                assert (await client.speak("Good evening."))[1]


async def _until_gone(client: Client) -> list[Event]:
    """Return what was on its way from a server that is gone."""
    try:
        return await client.rest()
    except asyncio.IncompleteReadError, ConnectionError:
        # It was killed within an event.
        return []


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("unix://", id="no path"),
        pytest.param("unix:///no/such/folder/s.sock", id="no folder"),
        pytest.param(f"unix:///tmp/{'x' * 120}", id="path too long"),
        pytest.param("unix:///etc/hostname", id="a file"),
        pytest.param("tcp://127.0.0.1", id="no port"),
        pytest.param("tcp://127.0.0.1:99999", id="port too large"),
        pytest.param("http://127.0.0.1:80", id="another protocol"),
        pytest.param("nonsense", id="no address"),
    ],
)
def test_an_address_that_cannot_be_had_is_told(uri: str) -> None:
    """An address that cannot be had is told."""
    with SpeechProcess(uri=uri) as speech:
        assert speech.wait() == 1
        assert "Cannot listen" in speech.log


def test_two_servers_do_not_share_an_address() -> None:
    """Two servers do not share an address."""
    with SpeechProcess() as speech:
        speech.settled()
        with SpeechProcess(path=speech.socket) as other:
            assert other.wait() == 1
            assert "Another server listens" in other.log
        assert speech.settled()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], ["--uri", "unix:///x", "--beam", "many"]])
def test_the_command_line_explains_itself(arguments: list[str]) -> None:
    """The command line explains itself."""
    done = subprocess.run(
        [sys.executable, "-m", "parlor_speech", *arguments],
        env={**os.environ, "PYTHONPATH": str(SPEECH_SERVER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if arguments in (["--help"], ["--version"]) else 2)
    assert done.stdout if done.returncode == 0 else "usage: parlor-speech" in done.stderr
