"""The real speech process: started, watched, killed, started again, ended."""

import asyncio
from collections.abc import AsyncGenerator
import logging
import os
from pathlib import Path
import platform
import signal

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.speech import environment, process as process_module, server as server_module
from custom_components.parlor.speech.errors import SpeechNotRunning, SpeechTooSlow
from custom_components.parlor.speech.process import ProcessOptions, SpeechProcess
from custom_components.parlor.speech.server import SpeechServer
from custom_components.parlor.speech.status import EngineState, Role
from tests.speech.peer import Peer

OFF = ProcessOptions(None, None, None)

pytestmark = pytest.mark.usefixtures("own_config")


async def _until_answering(server: SpeechServer) -> int:
    """Wait until the process answers, and return its id."""
    changed = asyncio.Event()
    remove = server.async_add_listener(changed.set)
    while not (server.available and server.process and server.process.pid):
        await changed.wait()
        changed.clear()
    remove()
    return server.process.pid


@pytest.fixture
async def local(hass: HomeAssistant) -> AsyncGenerator[SpeechServer]:
    """Run a process with both engines off, which starts quickly."""
    server = SpeechServer(hass, process=SpeechProcess(hass, OFF))
    await server.async_start()
    yield server
    await server.async_stop()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _mode(folder: Path) -> int | None:
    return folder.stat().st_mode & 0o777 if folder.exists() else None


def _of_process(pid: int, what: str) -> list[str]:
    return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8").split("\0")


async def test_started_and_stopped(local: SpeechServer) -> None:
    """A process runs in a folder of its own that only this user can enter, and leaves nothing behind."""
    pid = await _until_answering(local)
    assert local.status is not None
    assert local.status.ears.state is EngineState.OFF
    assert local.uri is not None
    folder = Path(local.uri.removeprefix("unix://")).parent
    assert _mode(folder) == 0o700
    await local.async_stop()
    assert not _is_alive(pid)
    assert _mode(folder) is None
    assert local.uri is None
    assert not local.available


async def test_does_not_load_home_assistant(local: SpeechServer) -> None:
    """The process is Parlor's speech package alone."""
    pid = await _until_answering(local)
    arguments, environ = _of_process(pid, "cmdline"), _of_process(pid, "environ")
    assert arguments[1:3] == ["-m", "parlor_speech"]
    assert arguments[arguments.index("--parent") + 1] == str(os.getpid())
    assert [value for value in environ if value.startswith("PYTHONPATH=")] == [
        f"PYTHONPATH={process_module.SERVER_FOLDER}"
    ]


async def test_killed(local: SpeechServer, caplog: pytest.LogCaptureFixture) -> None:
    """A process that was of use and dies is started again at once, which takes one line of the log."""
    pid = await _until_answering(local)
    caplog.clear()
    os.kill(pid, signal.SIGKILL)
    changed = asyncio.Event()
    remove = local.async_add_listener(changed.set)
    while local.available:
        await changed.wait()
        changed.clear()
    remove()
    assert await _until_answering(local) != pid
    lines = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([line for line in lines if "started again in 0 s: status -9" in line]) == 1


async def test_hangs(local: SpeechServer) -> None:
    """A process that hangs is ended, and another one started."""
    pid = await _until_answering(local)
    os.kill(pid, signal.SIGSTOP)
    local.async_report(SpeechTooSlow(uri=str(local.uri)))
    assert await _until_answering(local) != pid
    assert not _is_alive(pid)


async def test_falls_silent(local: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not even tell its status hangs as well."""
    pid = await _until_answering(local)
    monkeypatch.setattr(server_module, "FIRST_ANSWER_LIMIT_S", 0.2)
    os.kill(pid, signal.SIGSTOP)
    local.async_report(SpeechNotRunning())
    while _is_alive(pid):
        await asyncio.sleep(0.01)
    monkeypatch.setattr(server_module, "FIRST_ANSWER_LIMIT_S", 60)
    assert await _until_answering(local) != pid


async def test_does_not_end_when_asked(local: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not listen is killed."""
    monkeypatch.setattr(process_module, "TERMINATE_LIMIT_S", 0.2)
    pid = await _until_answering(local)
    os.kill(pid, signal.SIGSTOP)
    await local.async_stop()
    assert not _is_alive(pid)


async def test_logs(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    """What the process says of itself is in the debug log, and its last lines are kept."""
    caplog.set_level(logging.DEBUG, process_module.__name__)
    server = SpeechServer(hass, process=SpeechProcess(hass, ProcessOptions("/no/such/model", None, None)))
    await server.async_start()
    assert not await server.async_wait_ready(Role.EARS, 60)
    assert server.status is not None
    assert (server.status.ears.state, server.status.ears.code) == (EngineState.FAILED, "model_missing")
    assert server.process is not None
    while not any("/no/such/model" in line for line in server.process.last_lines):
        await asyncio.sleep(0.01)
    await server.async_stop()
    assert any("/no/such/model" in record.message for record in caplog.records if record.levelno == logging.DEBUG)


async def test_cannot_start(
    hass: HomeAssistant, own_config: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A process that ends at once is tried again, less and less often."""
    monkeypatch.setattr(process_module, "SERVER_FOLDER", own_config)
    monkeypatch.setattr(process_module, "FIRST_BACKOFF_S", 0.01)
    process = SpeechProcess(hass, OFF)
    await process.start()
    await process.start()
    while len(told := [record.message for record in caplog.records if "started again" in record.message]) < 4:
        await asyncio.sleep(0.01)
    await process.stop()
    await process.stop()
    assert [line.partition("again in ")[2].partition(" s:")[0] for line in told[:4]] == ["0", "0.01", "0.02", "0.04"]
    assert "No module named parlor_speech" in told[0]


async def test_no_interpreter(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An interpreter that cannot be started is said by name."""

    def somewhere(_cache: Path) -> Path:
        return Path("/no/such/python")

    monkeypatch.setattr(environment, "_existing_interpreter", somewhere)
    process = SpeechProcess(hass, OFF)
    await process.start()
    while "/no/such/python" not in caplog.text:
        await asyncio.sleep(0.01)
    assert process.pid is None
    process.kill()
    await process.stop()
    assert "speech_start_failed" in caplog.text or "could not be started" in caplog.text


async def test_no_environment(
    hass: HomeAssistant, own_config: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine that the libraries do not exist for is told so, and nothing is started."""
    missing = own_config / "requirements.txt"
    missing.write_text("parlor-no-such-package>=1\n", encoding="utf-8")
    monkeypatch.setattr(environment, "REQUIREMENTS_FILE", missing)
    monkeypatch.setattr(platform, "machine", lambda: "s390x")
    process = SpeechProcess(hass, OFF)
    await process.start()
    while "started again" not in caplog.text:
        await asyncio.sleep(0.01)
    assert process.pid is None
    assert process.uri is not None
    await process.stop()


async def test_healthy_after_a_while(
    hass: HomeAssistant, own_config: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The end of a process that lived long is no reason to wait."""
    monkeypatch.setattr(process_module, "SERVER_FOLDER", own_config)
    monkeypatch.setattr(process_module, "HEALTHY_AFTER_S", 0.0)
    process = SpeechProcess(hass, OFF)
    await process.start()
    while caplog.text.count("started again in 0 s") < 2:
        await asyncio.sleep(0.01)
    await process.stop()


async def test_peer_is_no_process(server: SpeechServer, peer: Peer) -> None:
    """A server at an address that is too slow is left alone."""
    assert server.process is None
    server.async_report(SpeechTooSlow(uri=peer.uri))
    assert await server.async_wait_ready(Role.EARS, 60)
