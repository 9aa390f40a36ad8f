"""Runs of the demo, as a user starts it: a real Home Assistant, real engines, recorded speech in real time."""

from collections.abc import Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

from faster_whisper import WhisperModel
import numpy as np
from numpy.typing import NDArray
import pytest
from tqdm import tqdm

from demo.installation import WHISPER

PROJECT = Path(__file__).parent.parent.parent
_RUN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class DemoRun:
    """How a run of the demo ended."""

    returncode: int
    stderr: str
    steps: list[dict[str, Any]]
    out: Path

    def step(self, heard: str) -> dict[str, Any]:
        """Return the step that was asked with these words."""
        return next(step for step in self.steps if step["heard"] == heard)


def run_demo(out: Path, options: Sequence[str] = ()) -> DemoRun:
    """Run the demo in a process of its own."""
    report = out / "steps.json"
    command = [sys.executable, "-m", "demo", "--out", str(out), "--json", str(report), *options]
    # ffmpeg, which Home Assistant runs spoken answers through, is linked into the environment.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - the command is this project's own
        command,
        cwd=PROJECT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=_RUN_SECONDS,
    )
    steps = json.loads(report.read_text()) if report.exists() else []
    return DemoRun(done.returncode, done.stderr, steps, out)


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
