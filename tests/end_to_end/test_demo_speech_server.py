"""The demo with parlor-speech as a process of its own, reached over TCP."""

from pathlib import Path
import socket
import wave

from faster_whisper import WhisperModel
import numpy as np
import pytest

from demo.spoken import decode
from demo.steps import demo_steps
from tests.end_to_end.conftest import run_demo
from tests.end_to_end.words import as_heard

RECORDING = next(step.said for step in demo_steps() if isinstance(step.said, Path))


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("socket_enabled")
def test_ears_and_voice_over_tcp(tmp_path: Path, whisper: WhisperModel) -> None:
    """What is said is heard, done and answered aloud by the server, over the loopback interface."""
    run = run_demo(tmp_path, ["--speech-server", "--wav", str(RECORDING)])
    assert run.returncode == 0, run.stderr
    (step,) = run.steps
    assert "kitchen lights" in step["heard"]
    with wave.open(step["audio"]) as audio:
        assert audio.getframerate() > 0
    segments, _ = whisper.transcribe(decode(Path(step["audio"])).astype(np.float32) / 32768, language="en")
    assert as_heard("".join(segment.text for segment in segments)) == as_heard(step["reply"])
    (port,) = {line.rsplit(":", 1)[1] for line in run.stderr.splitlines() if "parlor-speech runs" in line}
    assert not any(address.endswith("s.sock") for _, _, _, address in run.asked), "no speech process of Parlor's own"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port))) != 0, "the server ends with the demo"
