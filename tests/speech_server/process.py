"""The speech server as it runs in a house: a process of its own."""

import contextlib
import json
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any, Self

ROOT = Path(__file__).parents[2]
SPEECH_SERVER = ROOT / "custom_components" / "parlor" / "speech_server"
WHISPER = ROOT / "demo" / "models" / "whisper"
VOICE = next((ROOT / "demo" / "models" / "voice").glob("*.onnx"))

_LIMIT = 60.0
"""Seconds against a hang."""


class SpeechProcess:
    """A running `parlor_speech`; ends with its context."""

    def __init__(self, *arguments: str | Path, uri: str | None = None, path: Path | None = None) -> None:
        """Run with the arguments, at a Unix socket of its own unless told another path or address."""
        # The name of a socket must be short, which temporary folders of tests are not.
        self._folder = Path(tempfile.mkdtemp(prefix="speech"))
        self.socket = path or self._folder / "s.sock"
        self._log = (self._folder / "log").open("w+b")
        command = [sys.executable, "-m", "parlor_speech", "--uri", uri or f"unix://{self.socket}", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(SPEECH_SERVER)}
        self.process = subprocess.Popen(command, stderr=self._log, stdout=subprocess.PIPE, env=environment)

    @property
    def log(self) -> str:
        """All that it logged."""
        return (self._folder / "log").read_text()

    def status(self) -> dict[str, Any]:
        """Ask for the status."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_LIMIT)
            connection.connect(str(self.socket))
            connection.sendall(b'{"type": "parlor-status"}\n')
            with connection.makefile("rb") as answer:
                header = json.loads(answer.readline())
                status: dict[str, Any] = json.loads(answer.read(header["data_length"]))
                return status

    def settled(self) -> dict[str, Any]:
        """Wait until neither ears nor voice are being loaded, and return the status."""
        limit = time.monotonic() + _LIMIT
        while time.monotonic() < limit:
            assert self.process.poll() is None, self.log
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):  # It does not listen yet.
                status = self.status()
                if not {status["ears"]["state"], status["voice"]["state"]} & {"loading", "downloading"}:
                    return status
            time.sleep(0.02)
        raise TimeoutError(self.log)

    def logged(self, *texts: str) -> None:
        """Wait until all of the texts are in the log."""
        limit = time.monotonic() + _LIMIT
        while not all(text in self.log for text in texts):
            assert self.process.poll() is None, self.log
            assert time.monotonic() < limit, self.log
            time.sleep(0.02)

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return self.process.wait(_LIMIT)

    def stop(self) -> int:
        """End it as a service manager does, and return the exit code."""
        self.process.terminate()
        return self.wait()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                # A process that does not end must not keep others from it.
                self.process.kill()
        self.process.communicate()
        self._log.close()
        shutil.rmtree(self._folder)
