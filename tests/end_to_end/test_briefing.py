"""The demo's briefing: facts, what was made of them, and a voice that says it."""

from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel
import numpy as np
import pytest

from demo.briefing import INVENTED, WRITTEN
from demo.spoken import decode
from tests.end_to_end.conftest import DemoRun, run_demo
from tests.end_to_end.proof import assert_only_loopback


@pytest.fixture(scope="module")
def briefing_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Have the demo give its briefing once."""
    return run_demo(tmp_path_factory.mktemp("briefing"), ("--briefing",))


@pytest.fixture
def briefing(briefing_run: DemoRun) -> dict[str, Any]:
    """Return what came of it."""
    assert briefing_run.returncode == 0, briefing_run.stderr
    return briefing_run.steps[0]


def test_what_was_invented_is_dropped(briefing: dict[str, Any]) -> None:
    """All that the model wrote is told but for the sentence that the facts do not bear out."""
    assert briefing["unverified"] == [INVENTED]
    assert briefing["text"] == " ".join(WRITTEN.replace(INVENTED, "").split())
    assert briefing["model"]


def test_the_facts_are_those_of_the_house(briefing: dict[str, Any]) -> None:
    """What is open and on in the demo house is in the sheet."""
    assert {"open", "on", "to_do", "calendar"} <= {section["key"] for section in briefing["facts"]["sections"]}
    assert {"binary_sensor.kitchen_window", "light.kitchen_ceiling"} <= set(briefing["sources"])


def test_it_is_spoken(briefing: dict[str, Any], whisper: WhisperModel) -> None:
    """The file has speech in it, in which the lights are named and the doorbell is not."""
    samples = decode(Path(briefing["audio"])).astype(np.float32) / 32768
    segments, _ = whisper.transcribe(samples, language="en", beam_size=5)
    heard = "".join(segment.text for segment in segments).casefold()
    assert "kitchen" in heard
    assert "doorbell" not in heard


def test_only_this_machine_is_talked_to(briefing_run: DemoRun) -> None:
    """A briefing reaches nobody else either."""
    assert_only_loopback(briefing_run)
