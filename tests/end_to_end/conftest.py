"""Runs of the demo, as a user starts it: a real Home Assistant, real engines, recorded speech in real time."""

from collections.abc import Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
from threading import Event, Thread
from typing import Any

from faster_whisper import WhisperModel
import numpy as np
from numpy.typing import NDArray
import pytest
from tqdm import tqdm

from demo.installation import WHISPER
from tests.end_to_end.sockets import Seen, sockets_of

PROJECT = Path(__file__).parent.parent.parent
_RUN_SECONDS = 300
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class DemoRun:
    """How a run of the demo ended.

    `asked` is what Home Assistant's process asked of the operating system with sockets (event, family, kind, address),
    all of it; `sockets` are those that were seen open in any process of the demo.
    """

    returncode: int
    stderr: str
    steps: list[dict[str, Any]]
    out: Path
    asked: list[list[str]]
    sockets: set[Seen]

    def step(self, heard: str) -> dict[str, Any]:
        """Return the step that was asked with these words."""
        return next(step for step in self.steps if step["heard"] == heard)


def run_demo(out: Path, options: Sequence[str] = (), *, within: Sequence[str] = ()) -> DemoRun:
    """Run the demo in a process of its own, `within` another command if one is given, and watch its sockets."""
    report = out / "steps.json"
    command = [*within, sys.executable, "-m", "demo", "--out", str(out), "--json", str(report), *options]
    # ffmpeg, which Home Assistant runs spoken answers through, is linked into the environment.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    watching = _watch_from_within(out)
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "PATH": path, **watching},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        sockets: set[Seen] = set()
        ended = Event()
        looking = Thread(target=_look_at, args=(process.pid, sockets, ended))
        looking.start()
        try:
            _, stderr = process.communicate(timeout=_RUN_SECONDS)
        finally:
            process.kill()
            ended.set()
            looking.join()
    steps = json.loads(report.read_text()) if report.exists() else []
    lines = [line for file in (out / "sockets").iterdir() for line in file.read_text().splitlines()]
    return DemoRun(process.returncode, stderr, steps, out, [json.loads(line) for line in lines], sockets)


def _watch_from_within(out: Path) -> dict[str, str]:
    """Return the variables that let the demo's process write down what it does with sockets."""
    site, log = out / "site", out / "sockets"
    site.mkdir(exist_ok=True)
    log.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(Path(__file__).with_name("socket_watch.py").read_text())
    return {"PARLOR_SOCKETS": str(log), "PYTHONPATH": str(site)}


def _look_at(pid: int, sockets: set[Seen], ended: Event) -> None:
    while not ended.wait(_LOOK_SECONDS):
        sockets |= sockets_of(pid)


@pytest.fixture(scope="session")
def whisper() -> WhisperModel:
    """Return the tiny Whisper, which reads the spoken answers."""
    # Its progress bar, which is never shown, would leave a thread behind.
    tqdm.monitor_interval = 0
    return WhisperModel(str(WHISPER), device="cpu", compute_type="int8", cpu_threads=2)


@pytest.fixture(scope="session")
def noise() -> NDArray[np.int16]:
    """Return two seconds of faint noise at 16 kHz."""
    return (np.random.default_rng(0).normal(0, 0.002, 32_000) * 32767).astype(np.int16)
