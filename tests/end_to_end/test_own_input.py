"""What users bring: their own words, recordings of any kind, and sounds that are no words."""

from pathlib import Path
import wave

import numpy as np
from numpy.typing import NDArray
import pytest

from demo.steps import RECORDINGS
from tests.end_to_end.conftest import DemoRun, run_demo
from tests.end_to_end.words import as_heard

SENTENCES = {
    "turn off the lamp in the office": ({"light.office_lamp": "off"}, "the office lamp is off"),
    "how warm is it in the kitchen": ({}, "22"),
    "set the bedroom lights to red": ({"light.bedroom_ceiling": "on", "light.bedside_lamp": "on"}, "red"),
    "what is the weather on mars": ({}, ""),
}


def _write(file: Path, samples: NDArray[np.int16], rate: int) -> Path:
    with wave.open(str(file), "wb") as audio:
        audio.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        audio.setsampwidth(2)
        audio.setframerate(rate)
        audio.writeframes(samples.tobytes())
    return file


def _stereo_44k(recording: Path) -> NDArray[np.int16]:
    with wave.open(str(recording)) as audio:
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16)
        seconds = audio.getnframes() / audio.getframerate()
    at = np.linspace(0, len(samples) - 1, int(seconds * 44_100))
    mono = np.interp(at, np.arange(len(samples)), samples).astype(np.int16)
    return np.stack([mono, mono], axis=1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, noise: NDArray[np.int16]) -> dict[str, Path]:
    """Return recordings of several kinds."""
    folder = tmp_path_factory.mktemp("recordings")
    command = RECORDINGS / "close_bedroom_blinds.wav"
    not_audio = folder / "not_audio.wav"
    not_audio.write_bytes(b"this is no sound" * 100)
    return {
        "silence": _write(folder / "silence.wav", np.zeros(32_000, np.int16), 16_000),
        "noise": _write(folder / "noise.wav", noise, 16_000),
        "stereo": _write(folder / "stereo.wav", _stereo_44k(command), 44_100),
        "not_audio": not_audio,
        "missing": folder / "missing.wav",
    }


@pytest.fixture(scope="module")
def own_run(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Run the demo once with all of it."""
    wav = map(str, files.values())
    return run_demo(tmp_path_factory.mktemp("own"), ["--no-local", "--wav", *wav, "--text", *SENTENCES])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_written_words(own_run: DemoRun, sentence: str) -> None:
    """Words of the house's vocabulary do what they say, and are answered aloud."""
    states, reply = SENTENCES[sentence]
    step = own_run.step(sentence)
    assert {entity_id: looks["state"] for entity_id, looks in step["after"].items()} == states
    assert reply in as_heard(step["reply"])
    assert step["reply"]
    assert step["audio"]


def test_stereo_recording_at_another_rate(own_run: DemoRun, files: dict[str, Path]) -> None:
    """A stereo recording at 44.1 kHz is heard like any other."""
    step = own_run.steps[list(files).index("stereo")]
    assert as_heard(step["heard"]) == "close the blinds in the bedroom"
    assert step["after"]["cover.bedroom_blinds"]["state"] == "closed"


@pytest.mark.parametrize("kind", ["silence", "noise"])
def test_no_words_no_deed(own_run: DemoRun, files: dict[str, Path], kind: str) -> None:
    """Silence and noise change nothing and are answered by nobody."""
    step = own_run.steps[list(files).index(kind)]
    assert step["after"] == {}
    assert not step["reply"]
    assert "stt-no-text-recognized" in step["wrong"][0]


@pytest.mark.parametrize("kind", ["not_audio", "missing"])
def test_unreadable_file(own_run: DemoRun, files: dict[str, Path], kind: str) -> None:
    """A file that cannot be read is said to be so, and the other steps still run."""
    step = own_run.steps[list(files).index(kind)]
    assert not step["ok"]
    assert str(files[kind]) in step["wrong"][0]


def test_model_route(own_run: DemoRun) -> None:
    """Without the local route, every sentence that was heard went to the model."""
    assert {step["route"] for step in own_run.steps if step["heard"]} == {"model"}


def test_exit_code_tells(own_run: DemoRun) -> None:
    """Not every step did what it should, and the exit code says so; the house stayed up for all of them."""
    assert own_run.returncode == 1
    assert len(own_run.steps) == 9
